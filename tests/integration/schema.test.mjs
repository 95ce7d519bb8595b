// schema.test.mjs: the oracle itself: it takes the golden examples and refuses what differs from them.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkAck, checkEvent, checkObject, commands, events } from "../support/schema.mjs";

const example = (kind, name) =>
  JSON.parse(readFileSync(new URL(`../../protocol/examples/${kind}.${name.replaceAll(":", "-")}.json`, import.meta.url), "utf8"));
const eventArgs = (row) => {
  const payload = example("event", row.name);
  return row.durable || row.offset ? [payload, String(payload.pos)] : [payload];
};

for (const row of events.values()) {
  test(`the example of ${row.name} is a good event`, () => assert.deepEqual(checkEvent(row.name, eventArgs(row)), []));
}

for (const row of commands.values()) {
  test(`the example of ${row.name} is a good call and a good answer`, () => {
    const { payload, data } = example("command", row.name);
    assert.deepEqual(checkObject(payload, row.payload, "payload"), []);
    assert.deepEqual(checkAck(row.name, { ok: true, data: data ?? {} }), []);
  });
}

const message = () => example("event", "message:new");
const breaches = [
  ["an undeclared event", () => checkEvent("message:gone", [{}]), /not declared/],
  ["an undeclared field", () => checkEvent("message:new", [{ ...message(), extra: 1 }, String(message().pos)]), /extra: is not declared/],
  ["an undeclared field inside", () => checkEvent("message:new", [{ ...message(), message: { ...message().message, email: "x" } }, String(message().pos)]), /email: is not declared/],
  ["a missing field", () => checkEvent("typing", [{ room: 1, user: 2 }]), /on: is missing/],
  ["a wrong type", () => checkEvent("typing", [{ room: 1, user: "2", on: true }]), /user: "2" is no int/],
  ["a number out of range", () => checkEvent("typing", [{ room: 0, user: 2, on: true }]), /out of range/],
  ["a word that is not in its enumeration", () => checkEvent("presence", [{ changes: [{ user: 1, status: "gone", last_seen: 1 }] }]), /no status/],
  ["a durable event without its offset", () => checkEvent("message:new", [message()]), /offset/],
  ["an offset on an event that is not durable", () => checkEvent("typing", [{ room: 1, user: 2, on: true }, "1"]), /offset/],
  ["an unknown error code", () => checkAck("typing", { ok: false, error: { code: "bad", message: "x" } }), /no error code/],
  ["an answer that is neither", () => checkAck("typing", { data: {} }), /ok: is missing/],
];
for (const [what, check, complaint] of breaches) {
  test(`${what} is a violation`, () => assert.match(check().join("\n"), complaint));
}
