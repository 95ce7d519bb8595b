// bad_input.test.mjs: every command with every field wrong, made from the schema; and raw bytes that are no packets.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { commands, limit } from "../support/schema.mjs";
import { serve, unique } from "../support/server.mjs";

const server = await serve({ after });
const ada = await server.connect({ name: unique("ada") });
const witness = await server.connect({ name: unique("witness") });

// A payload for each command that would be fine, as far as its form goes.
const good = (name) => JSON.parse(readFileSync(new URL(`../../protocol/examples/command.${name.replaceAll(":", "-")}.json`, import.meta.url), "utf8")).payload ?? {};
const mine = { room: (await ada.ok("room:create", { name: unique("own") })).room.id }; // where a room is looked at before a name

// Values that a field of a type must not take.
const wrongOf = {
  id: [0, -1, 1.5, 2 ** 53, "1", null, true, [], {}], seq: [-1, 1.5, 2 ** 53, "1", null, true, {}], pos: [-1, 0.5, "0", null, []], cursor: [-1, "1", null, {}],
  limit: [0, -1, 1.5, "10", null], slow_mode: [-1, limit("slow_mode_s") + 1, "5"], bool: ["true", 1, null, {}], flag: ["true", 1, null, []],
  room: [0, -1, 1.5, null, true, [], {}, ""], room_name: [1, null, {}, "x".repeat(65)], display_name: [1, null, [], "x".repeat(65), ""], topic: [1, null, "x".repeat(251)],
  status_text: [1, null, "x".repeat(101)], query: [1, null, {}], body: [1, null, {}, ["x"]], nonce: ["short", "x".repeat(65), "with space", "ünïcödé-nonce", 12345678, null],
  color: ["red", "#12345", "#12345g", 1, null], status: ["offline", "busy", "", 1, null], level: ["some", 1, null], "[id]": [1, "1", {}, null, [0], ["1"], [1.5], [null]],
  str: [1, null, {}], reason: [1, null, {}, "x".repeat(251)], emoji: ["", "a", "👍👍", 1, null, {}], ts: [-1, 1.5, "1", true, {}], int: [-1, 1.5, "1", {}],
  member_role: ["admin", "", 1, null], user_role: ["king", "", 1, null], registration_mode: ["sometimes", "", 1], server_name: [1, {}],
  invite_s: [-1, 1.5, "1", limit("invite_s") + 1], invite_uses: [-1, 1.5, "1", limit("invite_uses") + 1], "[ReadMark]": [1, "1", {}, null, [0], [{}], [{ room: 0 }]],
};

for (const row of [...commands.values()].filter((one) => one.implemented)) {
  for (const [key, spec] of Object.entries(row.payload)) {
    const field = key.replace("?", "");
    const type = typeof spec === "string" ? spec : spec.type;
    test(`${row.name}: a wrong ${field} is named`, async () => {
      assert.ok(wrongOf[type], `add wrong values for ${type}`);
      // In an optional field null counts as absent.
      const wrong = wrongOf[type].filter((value) => value !== null || !key.endsWith("?"));
      const tooMany = spec.max && !spec.loose && type.startsWith("[") ? [Array.from({ length: limit(spec.max) + 1 }, (_, i) => i + 1)] : [];
      for (const value of [...wrong, ...tooMany]) await ada.fails(row.name, { ...good(row.name), ...(field === "name" ? mine : {}), [field]: value }, "bad_request", field);
      if (!key.endsWith("?")) await ada.fails(row.name, { ...good(row.name), [field]: undefined }, "bad_request", field);
    });
  }
  test(`${row.name}: a payload that is no object is a bad request`, async () => {
    for (const payload of [1, "x", true, [], [[]]]) await ada.fails(row.name, payload, "bad_request");
  });
}

test("threat 64: fields that are not known are passed over", async () => {
  const { message } = await ada.ok("message:send", { room: "general", body: "x", nonce: "extra-field", later: { a: [1] }, __proto__x: 1 });
  assert.equal(message.body, "x");
});

test("after all that nobody noticed anything", async () => {
  const { id } = await ada.send("general", "still here");
  await witness.wait("message:new", (payload) => payload.message.id === id);
  assert.deepEqual(witness.disconnects, []);
  assert.deepEqual(ada.disconnects, []);
});

const deep = (depth) => "[".repeat(depth) + "]".repeat(depth);
const packets = [
  ["an unknown Engine.IO type", "9"], ["an empty packet", ""], ["an unknown Socket.IO type", "47"], ["an event that is no array", '42{"a":1}'], ["an event without a name", "42[]"],
  ["an event whose name is an object", '42[{"toString":1}]'], ["a reserved event name", '42["disconnect"]'], ["broken JSON", '42["typing",{]'], ["JSON that ends early", '42["typing",{"room":1'],
  ["bytes behind the JSON", '42["typing"]x'], ["deep nesting", `42["typing",${deep(60_000)}]`], ["a second CONNECT", '40{"name":"twice"}'], ["a packet for a namespace that is not joined", '42/admin,["x"]'],
  ["a huge attachment count", "4599999999999999999999-[]"], ["a connect error from a client", '44{"message":"x"}'],
];
for (const [what, packet] of packets) {
  test(`${what} ends the connection, and that one alone`, async () => {
    const raw = await server.raw();
    await raw.join({ name: unique("raw") });
    raw.send(packet);
    await raw.ended();
    const { id } = await ada.send("general", `after ${what}`);
    await witness.wait("message:new", (payload) => payload.message.id === id);
  });
}

test("bytes that are no UTF-8 end the connection with 1007", async () => {
  const raw = await server.raw();
  await raw.join({ name: unique("raw") });
  raw.socket.send(Buffer.from([0x34, 0x32, 0xff, 0xfe]), { binary: false });
  assert.equal(await raw.ended(), 1007);
});

test("a message above 128 KiB ends the connection with 1009", async () => {
  const raw = await server.raw();
  await raw.join({ name: unique("raw") });
  raw.send(`42["message:send",{"body":"${"x".repeat(limit("payload_bytes"))}"}]`);
  assert.equal(await raw.ended(), 1009);
});

test("events before CONNECT, odd names and binary do no harm", async () => {
  const early = await server.raw();
  early.send('42["message:send",{}]');
  await early.ended();
  const raw = await server.raw();
  await raw.join({ name: unique("raw") });
  raw.send('421["error"]');
  assert.match(await raw.next("431"), /bad_request/);
  raw.send('422["message:send"]');
  assert.match(await raw.next("432"), /bad_request/);
  raw.send('451-3["message:send",{"room":"general","body":{"_placeholder":true,"num":0},"nonce":"binary-nonce"}]');
  raw.socket.send(Buffer.from([1, 2, 3]));
  assert.match(await raw.next("433"), /bad_request/);
  raw.send('424["typing",{"room":"general","on":true},"one","more"]');
  await raw.next("434");
  assert.equal(raw.closed, null);
});
