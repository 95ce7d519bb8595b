// rooms.test.mjs: creating, finding, joining, leaving and changing rooms, and who may not.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serve, unique } from "../support/server.mjs";

const server = await serve({ after });
const person = (stem = "ada") => server.connect({ name: unique(stem) });

test("everybody is in general from the start", async () => {
  const client = await person();
  const [general] = (await client.ready()).rooms;
  assert.deepEqual([general.slug, general.kind, general.archived], ["general", "public", false]);
  await client.send(general.id, "by id");
  await client.send("general", "by slug");
});

test("who makes a room is in it and owns it, and everybody hears of it", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const name = unique("Tea Room ");
  const { room } = await ada.ok("room:create", { name, topic: "leaves" });
  assert.deepEqual([room.name, room.topic, room.kind, room.owner, room.member_count, room.last_seq], [name, "leaves", "public", ada.me.id, 1, 0]);
  assert.equal(room.me.role, "owner");
  assert.match(room.slug, /^tea-room-[a-z0-9-]+$/);
  const told = await bob.wait("room:new", (payload) => payload.room.id === room.id);
  assert.equal(told.room.me, undefined, "an event holds nothing personal");
});

test("rooms of the same name get different slugs, and a slug is never digits alone", async () => {
  const ada = await person();
  const name = unique("twin");
  const slugs = [(await ada.ok("room:create", { name })).room.slug, (await ada.ok("room:create", { name })).room.slug];
  assert.notEqual(slugs[0], slugs[1]);
  assert.doesNotMatch((await ada.ok("room:create", { name: "2024" })).room.slug, /^\d+$/);
  assert.equal((await ada.ok("room:create", { name: "Ünï cödé 日本" })).room.slug, "ünï-cödé-日本");
});

for (const name of ["", "   ", "x".repeat(65), "a\u202eb", "a\u2066b", "a\u0007b"]) {
  test(`a room's name cannot be ${JSON.stringify(name)}`, async () => {
    await (await person()).fails("room:create", { name }, "bad_request", "name");
  });
}

test("the list of rooms can be searched and comes in pages", async () => {
  const ada = await person();
  const stem = unique("page");
  const made = [];
  for (const letter of "abc") made.push((await ada.ok("room:create", { name: `${stem} ${letter}` })).room.id);
  const bob = await person("bob");
  const first = await bob.ok("room:list", { query: stem, limit: 2 });
  assert.deepEqual([first.rooms.map((room) => room.id), first.more], [made.slice(0, 2), true]);
  const rest = await bob.ok("room:list", { query: stem, limit: 2, after: made[1] });
  assert.deepEqual([rest.rooms.map((room) => room.id), rest.more], [made.slice(2), false]);
});

test("joining answers all that is needed to show the room", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("join") });
  for (let i = 1; i <= 55; i++) await ada.send(room.id, `line ${i}`);
  const joined = await bob.ok("room:join", { room: room.slug });
  assert.equal(joined.has_before, true);
  assert.deepEqual(joined.messages.map((message) => message.seq), Array.from({ length: 50 }, (_, i) => i + 6));
  assert.deepEqual(new Set(joined.members.map((member) => member.user.id)), new Set([ada.me.id, bob.me.id]));
  assert.deepEqual([joined.room.member_count, joined.room.me.read_seq, joined.room.me.unread], [2, 55, 0]);
  const joinedBy = (client) => (payload) => payload.room === room.id && payload.member.user.id === client.me.id;
  assert.equal((await ada.wait("member:joined", joinedBy(bob))).member.role, "member");
  const again = await bob.ok("room:join", { room: room.id });
  assert.deepEqual(again.messages, joined.messages);
  const later = await bob.send(room.id, "joined once");
  await ada.wait("message:new", (payload) => payload.message.id === later.id);
  assert.equal(ada.all("member:joined", joinedBy(bob)).length, 1);
});

test("threat 63: leaving is told to both sides, and nothing of the room comes after it", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("leave") });
  await bob.ok("room:join", { room: room.id });
  await bob.ok("room:leave", { room: room.id });
  assert.equal((await bob.wait("room:gone", (payload) => payload.room === room.id)).reason, "left");
  const left = await ada.wait("member:left", (payload) => payload.room === room.id);
  assert.deepEqual([left.user, left.reason], [bob.me.id, "left"]);
  await ada.send(room.id, "without bob");
  const later = await ada.send("general", "with bob");
  await bob.wait("message:new", (payload) => payload.message.id === later.id);
  assert.deepEqual(bob.all("message:new", (payload) => payload.message.room === room.id), []);
  await bob.fails("message:send", { room: room.id, body: "still here", nonce: "leave-0001" }, "forbidden");
});

test("the last owner cannot leave", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("owner") });
  await bob.ok("room:join", { room: room.id });
  await ada.fails("room:leave", { room: room.id }, "conflict");
});

test("leaving a room that one is not in changes nothing", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("never") });
  const ack = await bob.call("room:leave", { room: room.id });
  assert.equal(ack.ok, false);
  const { room: after_ } = await bob.ok("room:join", { room: room.id });
  assert.equal(after_.member_count, 2);
});

test("the owner changes a room, and those who see it are told", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("old") });
  const changed = (await ada.ok("room:update", { room: room.id, name: "New name", topic: "new topic", slow_mode_s: 5 })).room;
  assert.deepEqual([changed.name, changed.topic, changed.slow_mode_s, changed.slug], ["New name", "new topic", 5, room.slug]);
  const told = await bob.wait("room:changed", (payload) => payload.room.id === room.id);
  assert.equal(told.room.topic, "new topic");
  await bob.fails("room:update", { room: room.id, topic: "mine" }, "forbidden");
  await bob.ok("room:join", { room: room.id });
  await bob.fails("room:update", { room: room.id, topic: "mine" }, "forbidden");
  await bob.fails("room:update", { room: "general", topic: "mine" }, "forbidden");
});

test("only moderators and the owner speak in an announcement room", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("news"), announcement: true });
  await bob.ok("room:join", { room: room.id });
  await bob.fails("message:send", { room: room.id, body: "me too", nonce: "announce-1" }, "forbidden");
  await ada.send(room.id, "news");
});

test("slow mode makes a member wait, not the owner", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("slow") });
  await ada.ok("room:update", { room: room.id, slow_mode_s: 3600 });
  await bob.ok("room:join", { room: room.id });
  await bob.send(room.id, "one");
  const error = await bob.fails("message:send", { room: room.id, body: "two", nonce: "slow-mode-2" }, "rate_limited");
  assert.ok(error.retry_after_ms > 3_000_000);
  await ada.send(room.id, "one");
  await ada.send(room.id, "two");
});

test("threat 63: what is in a public room is for its members", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("inside") });
  const message = await ada.send(room.id, "inside");
  await bob.fails("message:send", { room: room.id, body: "x", nonce: "inside-0001" }, "forbidden");
  await bob.fails("message:history", { room: room.id }, "forbidden");
  await bob.fails("room:members", { room: room.id }, "forbidden");
  await bob.fails("room:read", { room: room.id, seq: 1 }, "forbidden");
  await bob.fails("room:prefs", { room: room.id, favorite: true }, "forbidden");
  await bob.fails("message:get", { message: message.id }, "forbidden");
  await bob.fails("typing", { room: room.id, on: true }, "forbidden");
});

test("threat 61: a private room does not exist for others", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const name = unique("secret");
  const { room } = await ada.ok("room:create", { name, private: true });
  assert.equal(room.kind, "private");
  const message = await ada.send(room.id, "secret");
  const calls = [["room:join", {}], ["room:leave", {}], ["room:update", { topic: "x" }], ["room:members", {}], ["message:history", {}], ["room:read", { seq: 1 }],
    ["room:prefs", { favorite: true }], ["message:send", { body: "x", nonce: "secret-0001" }], ["typing", { on: true }]];
  for (const [command, payload] of calls) {
    const hidden = await bob.fails(command, { room: room.id, ...payload }, "not_found");
    const absent = await bob.fails(command, { room: 99_999_999, ...payload }, "not_found");
    assert.deepEqual(hidden, absent, `${command} must not tell a hidden room from none`);
    await bob.fails(command, { room: room.slug, ...payload }, "not_found");
  }
  assert.deepEqual(await bob.fails("message:get", { message: message.id }, "not_found"), await bob.fails("message:get", { message: 99_999_999 }, "not_found"));
  assert.deepEqual((await bob.ok("room:list", { query: name })).rooms, []);
  assert.deepEqual((await ada.ok("room:list", { query: name })).rooms.map((found) => found.id), [room.id]);
  const later = await ada.send("general", "after the secret");
  await bob.wait("message:new", (payload) => payload.message.id === later.id);
  assert.ok(!JSON.stringify(bob.events).includes(name));
});

test("members come in pages, in order of their id", async () => {
  const people = [await person(), await person("bob"), await person("cy")];
  const { room } = await people[0].ok("room:create", { name: unique("members") });
  for (const other of people.slice(1)) await other.ok("room:join", { room: room.id });
  const first = await people[2].ok("room:members", { room: room.id, limit: 2 });
  assert.deepEqual([first.members.map((member) => member.user.id), first.more], [people.slice(0, 2).map((client) => client.me.id), true]);
  const rest = await people[2].ok("room:members", { room: room.id, limit: 2, after: first.members[1].user.id });
  assert.deepEqual([rest.members.map((member) => [member.user.id, member.role]), rest.more], [[[people[2].me.id, "member"]], false]);
});

test("what a person sets for a room reaches all of that person's connections, and nobody else", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const phone = await server.connect({ token: (await ada.ready()).token });
  const { me } = await ada.ok("room:prefs", { room: "general", level: "mentions", favorite: true });
  assert.deepEqual([me.level, me.favorite], ["mentions", true]);
  for (const own of [ada, phone]) assert.equal((await own.wait("room:me", (payload) => payload.me.favorite)).me.level, "mentions");
  const later = await ada.send("general", "after");
  await bob.wait("message:new", (payload) => payload.message.id === later.id);
  assert.deepEqual(bob.all("room:me", (payload) => payload.me.favorite), []);
  const kept = await (await server.connect({ token: (await ada.ready()).token })).ready();
  assert.equal(kept.rooms[0].me.favorite, true);
});
