// personal.test.mjs: what a person keeps for itself, on all devices: saved messages and drafts.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serve, unique } from "../support/server.mjs";

const server = await serve({ after });
const person = (stem = "ada") => server.connect({ name: unique(stem) });

// Somebody with two devices and another one in the same room: [desk, phone, other, room].
async function devices() {
  const desk = await person();
  const phone = await server.connect({ token: (await desk.ready()).token });
  const [other] = [await person("bob"), await phone.ready()];
  const { room } = await other.ok("room:create", { name: unique("talk") });
  await desk.ok("room:join", { room: room.id });
  return [desk, phone, other, room];
}

test("saved messages are listed in pages, on every device", async () => {
  const [desk, phone, other, room] = await devices();
  const sent = [];
  for (let i = 0; i < 3; i++) sent.push((await other.send(room.id, `${i}`)).id);
  for (const message of [...sent].reverse()) await desk.ok("message:save", { message, on: true });
  await desk.ok("message:save", { message: sent[0], on: true });
  assert.deepEqual((await phone.wait("saved:changed")).message, sent[2]);
  const ids = async (query) => {
    const { messages, more } = await phone.ok("message:saved", query);
    return [messages.map((message) => message.id), more];
  };
  assert.deepEqual(await ids({ limit: 2 }), [sent.slice(0, 2), true]);
  assert.deepEqual(await ids({ limit: 2, after: sent[1] }), [sent.slice(2), false]);
  await phone.ok("message:save", { message: sent[1], on: false });
  await desk.wait("saved:changed", (payload) => payload.message === sent[1] && !payload.on);
  assert.deepEqual(await ids({}), [[sent[0], sent[2]], false]);
  await other.ok("message:delete", { message: sent[0] });
  assert.equal((await phone.ok("message:saved", {})).messages[0].deleted, true);
  await desk.ok("room:leave", { room: room.id });
  assert.deepEqual(await ids({}), [[], false]);
  assert.equal(other.all("saved:changed").length, 0, "it is nobody else's business");
});

test("a message of a private room is saved as one that is not there", async () => {
  const [desk, , other] = await devices();
  const { room } = await other.ok("room:create", { name: unique("secret"), private: true });
  const { id } = await other.send(room.id, "hidden");
  assert.deepEqual(await desk.fails("message:save", { message: id, on: true }, "not_found"), await desk.fails("message:save", { message: 99_999_999, on: true }, "not_found"));
});

test("a draft follows the person, and nobody else", async () => {
  const [desk, phone, other, room] = await devices();
  const root = await other.send(room.id, "root");
  await desk.ok("draft:set", { room: room.slug, body: " not yet\r\n" });
  const { draft } = await phone.wait("draft:changed");
  assert.deepEqual([draft.room, draft.body, draft.thread], [room.id, " not yet\r\n", undefined]);
  await desk.ok("draft:set", { room: room.id, thread: root.id, body: "below" });
  const list = async () => (await phone.ok("draft:list", {})).drafts.map(({ thread, body }) => [thread, body]);
  assert.deepEqual((await list()).sort(), [[root.id, "below"], [undefined, " not yet\r\n"]].sort());
  await phone.ok("draft:set", { room: room.id, body: "" });
  await desk.wait("draft:changed", (payload) => payload.draft.body === "");
  assert.deepEqual(await list(), [[root.id, "below"]]);
  await other.send(room.id, "later");
  await desk.wait("message:new", (payload) => payload.message.body === "later");
  assert.deepEqual([other.all("draft:changed"), (await other.ok("draft:list", {})).drafts], [[], []]);
});

test("drafts survive a restart, and are in nobody's log", async () => {
  const [desk, , other, room] = await devices();
  await desk.ok("draft:set", { room: room.id, body: "canary-draft" });
  const { events } = await desk.ok("sync", { pos: 0 });
  assert.ok(events.length > 0 && !JSON.stringify(events).includes("canary-draft"));
  const { token } = await desk.ready();
  await server.restart();
  const again = await server.connect({ token });
  await again.ready();
  assert.deepEqual((await again.ok("draft:list", {})).drafts.map((draft) => draft.body), ["canary-draft"]);
  assert.ok(other);
});

test("a draft has the bounds of a message, and a place that one may see", async () => {
  const [desk, , other, room] = await devices();
  await desk.fails("draft:set", { room: room.id, body: "é".repeat(8193) }, "too_large", "body");
  await desk.ok("draft:set", { room: room.id, body: "é".repeat(8192) });
  await desk.fails("draft:set", { room: room.id, thread: 99_999_999, body: "x" }, "not_found", "thread");
  const { room: secret } = await other.ok("room:create", { name: unique("secret"), private: true });
  await desk.fails("draft:set", { room: secret.id, body: "x" }, "not_found");
});
