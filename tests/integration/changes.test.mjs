// changes.test.mjs: what becomes of messages: edits with their versions, deletions that leave nothing, reactions, pins.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { nonce } from "../support/client.mjs";
import { serve, unique } from "../support/server.mjs";

const server = await serve({ after });
const person = (stem = "ada") => server.connect({ name: unique(stem) });

// Two people in a new room of Ada's: [ada, bob, room].
async function pair() {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("talk") });
  await bob.ok("room:join", { room: room.id });
  return [ada, bob, room];
}
const roomOf = async (client, room) => (await client.ok("room:list", { limit: 200 })).rooms.find((found) => found.id === room.id);
const changes = (client, message) => client.all("message:changed", (payload) => payload.message.id === message.id);

test("an edit reaches everybody, and keeps what was there before", async () => {
  const [ada, bob, room] = await pair();
  const sent = await ada.send(room.id, "helo");
  const { message } = await ada.ok("message:edit", { message: sent.id, body: " hello\r\n" });
  assert.deepEqual([message.body, message.seq, message.created_at], ["hello", sent.seq, sent.created_at]);
  assert.ok(message.edited_at >= message.created_at);
  for (const client of [ada, bob]) {
    const event = await client.wait("message:changed", (payload) => payload.message.id === sent.id);
    assert.deepEqual([event.change, event.message], ["edit", message]);
  }
  assert.deepEqual((await bob.ok("message:get", { message: sent.id })).message, message);
  assert.equal((await roomOf(bob, room)).last_message.body, "hello");
  const { versions } = await bob.ok("message:versions", { message: sent.id });
  assert.deepEqual(versions, [{ body: "helo", at: sent.created_at }, { body: "hello", at: message.edited_at }]);
});

test("a deletion leaves a tombstone and no text anywhere", async () => {
  const [ada, bob, room] = await pair();
  const sent = await ada.send(room.id, "my canary word");
  await ada.ok("message:edit", { message: sent.id, body: "my canary words" });
  const reply = await bob.send(room.id, "an answer", { reply_to: sent.id });
  const { message } = await ada.ok("message:delete", { message: sent.id });
  const { id, seq, author, created_at } = sent;
  assert.deepEqual(message, { id, room: room.id, seq, author, body: "", created_at, deleted: true, attachments: [], reactions: [], mentions: [] });
  assert.deepEqual((await bob.wait("message:changed", (payload) => payload.change === "delete")).message, message);
  const { messages } = await bob.ok("message:history", { room: room.id });
  assert.deepEqual(messages[0], message);
  assert.equal(messages[1].reply_to.excerpt, "");
  assert.equal((await roomOf(bob, room)).last_message.reply_to.excerpt, "");
  assert.deepEqual((await bob.ok("message:versions", { message: id })).versions, []);
  const { events } = await bob.ok("sync", { pos: 0 });
  assert.ok(events.length > 3 && !JSON.stringify(events).includes("canary"));
  assert.deepEqual((await bob.ok("message:delete", { message: reply.id })).message.reply_to, undefined);
});

test("deleting twice is deleting once; what is deleted is not edited", async () => {
  const [ada, bob, room] = await pair();
  const sent = await ada.send(room.id, "x");
  const first = await ada.ok("message:delete", { message: sent.id });
  assert.deepEqual(await ada.ok("message:delete", { message: sent.id }), first);
  await ada.fails("message:edit", { message: sent.id, body: "y" }, "forbidden");
  await ada.send(room.id, "later");
  await bob.wait("message:new", (payload) => payload.message.body === "later");
  assert.equal(changes(bob, sent).length, 1);
});

test("threat 62: nobody edits another's message; the room's keepers delete", async () => {
  const [ada, bob, room] = await pair();
  const [mine, his] = [await ada.send(room.id, "mine"), await bob.send(room.id, "his")];
  await ada.fails("message:edit", { message: his.id, body: "x" }, "forbidden");
  await bob.fails("message:edit", { message: mine.id, body: "x" }, "forbidden");
  await bob.fails("message:delete", { message: mine.id }, "forbidden");
  assert.equal((await ada.ok("message:delete", { message: his.id })).message.deleted, true);
  await bob.ok("room:leave", { room: room.id });
  await bob.fails("message:edit", { message: his.id, body: "x" }, "forbidden");
});

test("threat 61: a message of a private room is changed as one that is not there", async () => {
  const [ada, bob] = await pair();
  const { room } = await ada.ok("room:create", { name: unique("secret"), private: true });
  const { id } = await ada.send(room.id, "hidden");
  for (const [command, more] of [["message:edit", { body: "x" }], ["message:delete", {}], ["message:versions", {}]]) {
    assert.deepEqual(await bob.fails(command, { message: id, ...more }, "not_found"), await bob.fails(command, { message: 99_999_999, ...more }, "not_found"));
  }
});

test("an edit has the bounds of a message", async () => {
  const [ada, , room] = await pair();
  const { id } = await ada.send(room.id, "x");
  await ada.fails("message:edit", { message: id, body: " \n" }, "bad_request", "body");
  await ada.fails("message:edit", { message: id, body: "é".repeat(8193) }, "too_large", "body");
  await ada.fails("message:edit", { message: id }, "bad_request", "body");
  assert.equal((await ada.ok("message:edit", { message: id, body: "é".repeat(8192) })).message.body.length, 8192);
});

test("mentions are counted anew for those who have not read", async () => {
  const [ada, bob, room] = await pair();
  const mentions = async () => (await roomOf(bob, room)).me.mentions;
  const sent = await ada.send(room.id, `@${bob.me.name} look`);
  assert.equal(await mentions(), 1);
  assert.deepEqual((await ada.ok("message:edit", { message: sent.id, body: "look" })).message.mentions, []);
  assert.equal(await mentions(), 0);
  await ada.ok("message:edit", { message: sent.id, body: "@room look" });
  assert.equal(await mentions(), 1);
  await ada.ok("message:delete", { message: sent.id });
  assert.equal(await mentions(), 0);
});

test("who was away is told of changes in order, and sees what is there now", async () => {
  const [ada, bob, room] = await pair();
  const [first, second] = [await ada.send(room.id, "first"), await ada.send(room.id, "second")];
  await bob.wait("message:new", (payload) => payload.message.id === second.id);
  bob.away();
  await ada.ok("message:edit", { message: first.id, body: "first edit" });
  const third = await ada.send(room.id, "third");
  await ada.ok("message:edit", { message: third.id, body: "third edit" });
  await ada.ok("message:delete", { message: first.id });
  const from = bob.events.length;
  assert.equal((await bob.back()).resumed, true);
  await bob.wait("message:changed", (payload) => payload.change === "delete", { from });
  const missed = bob.events.slice(from).filter((entry) => entry.event.startsWith("message:"));
  const shown = missed.map(({ event, payload }) => [event, payload.change, payload.message.id, payload.message.body]);
  assert.deepEqual(shown, [
    ["message:changed", "edit", first.id, ""],
    ["message:new", undefined, third.id, "third edit"],
    ["message:changed", "edit", third.id, "third edit"],
    ["message:changed", "delete", first.id, ""],
  ]);
});

test("one who left hears no changes", async () => {
  const [ada, bob, room] = await pair();
  const sent = await ada.send(room.id, "x");
  await bob.ok("room:leave", { room: room.id });
  await ada.ok("message:edit", { message: sent.id, body: "y" });
  const { room: made } = await ada.ok("room:create", { name: unique("later") });
  await bob.wait("room:new", (payload) => payload.room.id === made.id);
  assert.equal(changes(bob, sent).length, 0);
});

test("edits that go out at once follow one another", async () => {
  const [ada, bob, room] = await pair();
  const sent = await ada.send(room.id, "0");
  const bodies = Array.from({ length: 8 }, (_, i) => `${i + 1}`);
  await Promise.all(bodies.map((body) => ada.ok("message:edit", { message: sent.id, body })));
  const { message } = await ada.ok("message:delete", { message: sent.id });
  assert.equal(message.deleted, true);
  await bob.wait("message:changed", (payload) => payload.change === "delete");
  assert.deepEqual(changes(bob, sent).map((payload) => payload.message.body), [...bodies, ""]);
});

test("a nonce said again after an edit gives the message as it is", async () => {
  const [ada, , room] = await pair();
  const said = { room: room.id, body: "x", nonce: nonce() };
  const { message } = await ada.ok("message:send", said);
  const edited = await ada.ok("message:edit", { message: message.id, body: "y" });
  assert.deepEqual(await ada.ok("message:send", said), edited);
});

test("reactions are grouped, told to everybody and counted once a person", async () => {
  const [ada, bob, room] = await pair();
  const sent = await ada.send(room.id, "vote");
  for (const client of [bob, ada, bob]) await client.ok("message:react", { message: sent.id, emoji: "👍🏽", on: true });
  const { message } = await ada.ok("message:react", { message: sent.id, emoji: "🏳️‍🌈", on: true });
  const wanted = [{ emoji: "👍🏽", users: [bob.me.id, ada.me.id], count: 2 }, { emoji: "🏳️‍🌈", users: [ada.me.id], count: 1 }];
  assert.deepEqual(message.reactions, wanted);
  const heard = await bob.wait("message:changed", (payload) => payload.message.reactions.length === 2);
  assert.deepEqual([heard.change, heard.message], ["react", message]);
  assert.equal(changes(bob, sent).length, 3, "the same again is not told");
  assert.deepEqual((await bob.ok("message:history", { room: room.id })).messages[0].reactions, wanted);
  const taken = await bob.ok("message:react", { message: sent.id, emoji: "👍🏽", on: false });
  assert.deepEqual(taken.message.reactions[0], { emoji: "👍🏽", users: [ada.me.id], count: 1 });
});

test("a reaction is one emoji, and a message has at most 50 kinds", async () => {
  const [ada, bob, room] = await pair();
  const { id } = await ada.send(room.id, "vote");
  for (const emoji of ["a", "👍👍", "<b>", ":+1:", "👍 ", "🇩"]) {
    await bob.fails("message:react", { message: id, emoji, on: true }, "bad_request", "emoji");
  }
  for (const emoji of ["", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦"]) await bob.fails("message:react", { message: id, emoji, on: true }, "bad_request", "emoji");
  for (let i = 0; i < 50; i++) await bob.ok("message:react", { message: id, emoji: String.fromCodePoint(0x1f600 + i), on: true });
  await bob.fails("message:react", { message: id, emoji: "🎉", on: true }, "conflict");
  assert.equal((await ada.ok("message:get", { message: id })).message.reactions.length, 50);
});

test("pins are listed in pages, and go with the message", async () => {
  const [ada, bob, room] = await pair();
  const sent = [];
  for (let i = 0; i < 4; i++) sent.push(await bob.send(room.id, `${i}`));
  await bob.fails("message:pin", { message: sent[0].id, on: true }, "forbidden");
  for (const { id } of [...sent].reverse()) assert.equal((await ada.ok("message:pin", { message: id, on: true })).message.pinned, true);
  assert.equal((await bob.wait("message:changed", (payload) => payload.change === "pin")).message.pinned, true);
  const ids = async (query) => {
    const { messages, more } = await bob.ok("message:pins", { room: room.id, ...query });
    return [messages.map((message) => message.id), more];
  };
  const all = sent.map((message) => message.id);
  assert.deepEqual(await ids({ limit: 3 }), [all.slice(0, 3), true]);
  assert.deepEqual(await ids({ after: all[2] }), [all.slice(3), false]);
  await ada.ok("message:pin", { message: all[0], on: false });
  await bob.ok("message:delete", { message: all[1] });
  assert.deepEqual(await ids({}), [all.slice(2), false]);
  await bob.ok("room:leave", { room: room.id });
  await bob.fails("message:pins", { room: room.id }, "forbidden");
});

test("a tombstone has no reactions and takes none", async () => {
  const [ada, bob, room] = await pair();
  const { id } = await ada.send(room.id, "x");
  await bob.ok("message:react", { message: id, emoji: "👍", on: true });
  assert.deepEqual((await ada.ok("message:delete", { message: id })).message.reactions, []);
  await bob.fails("message:react", { message: id, emoji: "👍", on: true }, "forbidden");
  await ada.fails("message:pin", { message: id, on: true }, "forbidden");
});
