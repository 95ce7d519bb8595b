// threads.test.mjs: replies below a message: their order, who is told, who follows, and replies that stand in the room too.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { nonce } from "../support/client.mjs";
import { serve, unique } from "../support/server.mjs";

const server = await serve({ after });
const person = (stem = "ada") => server.connect({ name: unique(stem) });

// Two people in a new room of Ada's, who has said something: [ada, bob, room, root].
async function pair() {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("talk") });
  await bob.ok("room:join", { room: room.id });
  return [ada, bob, room, await ada.send(room.id, "root")];
}
const roomOf = async (client, room) => (await client.ok("room:list", { limit: 200 })).rooms.find((found) => found.id === room.id);

test("replies are numbered in their thread, and the room stays as it is", async () => {
  const [ada, bob, room, root] = await pair();
  for (let seq = 1; seq <= 3; seq++) {
    const reply = await (seq % 2 ? bob : ada).send(room.id, `reply ${seq}`, { thread: root.id });
    assert.deepEqual([reply.seq, reply.thread, reply.room], [seq, root.id, room.id]);
    const heard = await ada.wait("message:new", (payload) => payload.message.id === reply.id);
    assert.deepEqual(heard.message, reply);
    const grown = await ada.wait("message:changed", (payload) => payload.message.reply_count === seq);
    assert.deepEqual([grown.change, grown.message.id, grown.message.last_reply_at], ["thread", root.id, reply.created_at]);
  }
  const { messages } = await bob.ok("message:history", { room: room.id });
  assert.deepEqual(messages.map((message) => [message.id, message.reply_count]), [[root.id, 3]]);
  const shown = await roomOf(bob, room);
  assert.deepEqual([shown.last_seq, shown.last_message.id], [1, root.id]);
  assert.equal((await ada.send(room.id, "next")).seq, 2);
});

test("a thread is read like a room", async () => {
  const [ada, bob, room, root] = await pair();
  for (let i = 1; i <= 7; i++) await ada.send(room.id, `${i}`, { thread: root.id });
  const page = async (query) => {
    const { messages, has_before, has_after } = await bob.ok("message:history", { thread: root.id, ...query });
    return [messages.map((message) => message.body).join(""), has_before, has_after];
  };
  assert.deepEqual(await page({}), ["1234567", false, false]);
  assert.deepEqual(await page({ limit: 3 }), ["567", true, false]);
  assert.deepEqual(await page({ before: 5, limit: 2 }), ["34", true, true]);
  assert.deepEqual(await page({ after: 5 }), ["67", true, false]);
  assert.deepEqual(await page({ after: 0, limit: 2, room: room.slug }), ["12", false, true]);
  await bob.fails("message:history", { thread: root.id, room: "general" }, "bad_request", "thread");
  await bob.ok("room:leave", { room: room.id });
  await bob.fails("message:history", { thread: root.id }, "forbidden");
});

test("a reply to a reply stays in its thread", async () => {
  const [ada, bob, room, root] = await pair();
  const first = await bob.send(room.id, "one", { thread: root.id });
  const second = await ada.send(room.id, "two", { reply_to: first.id });
  assert.deepEqual([second.thread, second.seq, second.reply_to.excerpt], [root.id, 2, "one"]);
  assert.equal((await ada.send(room.id, "three", { thread: first.id })).thread, root.id);
  const other = await ada.send(room.id, "other root");
  await ada.fails("message:send", { room: room.id, body: "x", nonce: nonce(), thread: other.id, reply_to: first.id }, "bad_request", "reply_to");
  await ada.fails("message:send", { room: "general", body: "x", nonce: nonce(), thread: root.id }, "bad_request", "thread");
});

test("threat 61: a thread of a private room is as good as none", async () => {
  const [ada, bob] = await pair();
  const { room } = await ada.ok("room:create", { name: unique("secret"), private: true });
  const { id } = await ada.send(room.id, "hidden");
  const asks = [
    (thread) => ["message:history", { thread }], (thread) => ["thread:follow", { thread, on: true }], (thread) => ["thread:read", { thread, seq: 1 }],
    (thread) => ["message:send", { room: "general", body: "x", nonce: nonce(), thread }],
  ];
  for (const ask of asks) assert.deepEqual(await bob.fails(...ask(id), "not_found"), await bob.fails(...ask(99_999_999), "not_found"));
});

test("who takes part follows, and reads on every device", async () => {
  const [ada, bob, room, root] = await pair();
  const eve = await person("eve");
  await eve.ok("room:join", { room: room.id });
  const list = async (client) => (await client.ok("thread:list", {})).threads.map(({ message, me }) => [message.id, me.read_seq, me.unread]);
  await bob.send(room.id, "one", { thread: root.id });
  await bob.send(room.id, `two @${eve.me.name}`, { thread: root.id });
  assert.deepEqual([await list(ada), await list(bob), await list(eve)], [[[root.id, 0, 2]], [[root.id, 2, 0]], [[root.id, 1, 1]]]);
  const phone = await server.connect({ token: ada.all("ready")[0].token });
  await phone.ready();
  const { me } = await ada.ok("thread:read", { thread: root.id, seq: 1 });
  assert.deepEqual(me, { thread: root.id, room: room.id, following: true, read_seq: 1, unread: 1 });
  assert.deepEqual((await phone.wait("thread:me")).me, me);
  assert.equal((await phone.ok("thread:follow", { thread: root.id, on: false })).me.following, false);
  assert.equal((await ada.wait("thread:me", (payload) => !payload.me.following)).me.thread, root.id);
  assert.deepEqual(await list(ada), []);
  await eve.ok("room:leave", { room: room.id });
  assert.deepEqual(await list(eve), []);
  assert.equal(bob.all("thread:me").length, 0, "it is nobody else's business");
});

test("one who is blocked makes nobody follow a thread, neither by a mention nor by replying", async () => {
  const [ada, bob, room, root] = await pair();
  const list = async () => (await ada.ok("thread:list", {})).threads.map(({ me }) => [me.thread, me.unread]);
  await ada.ok("user:block", { user: bob.me.id, on: true });
  const own = await bob.send(room.id, "of bob");
  const said = await bob.send(room.id, `@${ada.me.name} look`, { thread: own.id });
  assert.deepEqual(said.mentions, [ada.me.id], "the text says so, to all that read it");
  await bob.send(room.id, "me first", { thread: root.id });
  assert.deepEqual(await list(), []);
  const eve = await person("eve");
  await eve.ok("room:join", { room: room.id });
  await eve.send(room.id, "and me", { thread: root.id });
  assert.deepEqual(await list(), [[root.id, 1]], "the thread of one's own message, once somebody else replies");
});

test("followed threads come in pages", async () => {
  const [ada, , room] = await pair();
  const roots = [];
  for (let i = 0; i < 3; i++) roots.push((await ada.send(room.id, `root ${i}`)).id);
  for (const thread of [...roots].reverse()) await ada.ok("thread:follow", { thread, on: true });
  const page = async (query) => {
    const { threads, more } = await ada.ok("thread:list", query);
    return [threads.map(({ me }) => me.thread), more];
  };
  assert.deepEqual(await page({ limit: 2 }), [roots.slice(0, 2), true]);
  assert.deepEqual(await page({ limit: 2, after: roots[1] }), [roots.slice(2), false]);
});

test("a reply can stand in the room too; who changes one changes both", async () => {
  const [ada, bob, room, root] = await pair();
  const said = { room: room.id, body: `both @${ada.me.name}`, nonce: nonce(), thread: root.id, also_room: true };
  const { message: reply } = await bob.ok("message:send", said);
  assert.deepEqual([reply.thread, reply.seq], [root.id, 1]);
  const { message: copy, nonce: told } = await ada.wait("message:new", (payload) => payload.message.id === reply.twin);
  assert.deepEqual([copy.twin, copy.seq, copy.thread, copy.body, copy.reply_to.id, told], [reply.id, 2, undefined, reply.body, root.id, said.nonce]);
  assert.equal((await roomOf(ada, room)).me.mentions, 1);
  assert.deepEqual((await bob.ok("message:send", said)).message, reply, "sending it again changes nothing");
  await bob.ok("message:edit", { message: copy.id, body: "edited" });
  assert.equal((await ada.ok("message:get", { message: reply.id })).message.body, "edited");
  assert.equal((await roomOf(ada, room)).me.mentions, 0);
  await ada.ok("message:delete", { message: reply.id });
  const { messages } = await bob.ok("message:history", { room: room.id });
  assert.deepEqual(messages.map((message) => message.deleted ?? false), [false, true]);
});

test("who was away is told of replies and counts in order", async () => {
  const [ada, bob, room, root] = await pair();
  await bob.wait("message:new", (payload) => payload.message.id === root.id);
  bob.away();
  for (let i = 1; i <= 3; i++) await ada.send(room.id, `${i}`, { thread: root.id });
  const from = bob.events.length;
  assert.equal((await bob.back()).resumed, true);
  await bob.wait("message:new", (payload) => payload.message.body === "3", { from });
  await ada.send(room.id, "later");
  await bob.wait("message:new", (payload) => payload.message.body === "later", { from });
  const missed = bob.events.slice(from).filter((entry) => entry.event.startsWith("message:")).map(({ event, payload }) => `${event} ${payload.message.body}`);
  assert.deepEqual(missed, ["message:new 1", "message:changed root", "message:new 2", "message:changed root", "message:new 3", "message:changed root", "message:new later"]);
});

test("replies that come at once have one order", async () => {
  const [ada, bob, room, root] = await pair();
  const sent = await Promise.all(Array.from({ length: 16 }, (_, i) => (i % 2 ? ada : bob).send(room.id, `${i}`, { thread: root.id })));
  assert.deepEqual(sent.map((reply) => reply.seq).sort((a, b) => a - b), Array.from({ length: 16 }, (_, i) => i + 1));
  assert.equal((await ada.ok("message:get", { message: root.id })).message.reply_count, 16);
});
