// login_data.test.mjs: what somebody is sent when he comes to a large server: 5,000 people, 1,000 rooms.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serve, unique } from "../support/server.mjs";
import { atBest } from "../support/wait.mjs";

const PEOPLE = 5000, ROOMS = 1000, JOINED = 250, DIRECT = 20, BYTES = 100_000;

const server = await serve({ after }, { rateScale: 0 });

// All of `items`, some at a time.
async function each(items, work, width = 100) {
  const queue = items.entries();
  await Promise.all(Array.from({ length: width }, async () => {
    for (const [i, item] of queue) await work(item, i);
  }));
}

const names = Array.from({ length: PEOPLE }, () => unique("person"));
const people = [];
await each(names, async (name, i) => {
  const answer = await server.http("POST", "/api/session", { json: { name } });
  assert.equal(answer.status, 200);
  people[i] = answer.body;
});
// Nobody is in more than 1,000 rooms, nor answered faster for being alone: five make them.
const makers = [];
for (const { token } of people.slice(0, 5)) makers.push(await server.connect({ token }));
const rooms = [];
await each(Array.from({ length: ROOMS - 1 }), async (_, i) => {
  const maker = makers[i % makers.length];
  rooms[i] = (await maker.ok("room:create", { name: unique("room"), topic: "what this room is about, in some words" })).room;
  if (i < JOINED) await maker.send(rooms[i].id, `${"a preview of a message that is as long as some are ".repeat(6)}${i}`);
}, 50);

const person = people[PEOPLE - 1];
const first = await server.connect({ token: person.token });
await each(rooms.slice(0, JOINED), ({ id }) => first.ok("room:join", { room: id }), 20);
const direct = [];
for (const other of people.slice(10, 10 + DIRECT)) direct.push((await first.ok("dm:open", { users: [other.user.id] })).room.id);
await first.send(direct[3], "between us");

const bytesOf = (value) => Buffer.byteLength(JSON.stringify(value));

test("log-in data of a person in 250 rooms and 20 direct messages is below 100 KB", async () => {
  const ready = await (await server.connect({ token: person.token })).ready();
  assert.equal(ready.rooms.length, 1 + JOINED + DIRECT);
  assert.equal(ready.users.length, DIRECT);
  const bytes = bytesOf(ready);
  assert.ok(bytes < BYTES, `${bytes} bytes`);
  assert.ok(ready.rooms.every(({ me, name, kind }) => me && (name || kind === "dm")));
  const previewed = ready.rooms.filter(({ last_message }) => last_message).map(({ kind }) => kind);
  assert.deepEqual(previewed, ["dm"], "of rooms there is none, of direct messages it tells their order");
});

test("and of one who is in all 1,000 rooms, for a client that asks for those first that count most", async () => {
  const one = people[PEOPLE - 2];
  const client = await server.connect({ token: one.token });
  await each(rooms, ({ id }) => client.ok("room:join", { room: id }), 20);
  const [star, , called] = rooms.slice(-3);
  await client.ok("room:prefs", { room: star.id, favorite: true });
  await makers[0].send(rooms[0].id, "unread");
  await makers[(ROOMS - 2) % makers.length].send(called.id, `@${one.user.name}`);
  const all = await (await server.connect({ token: one.token })).ready();
  assert.deepEqual([all.rooms.length, all.rooms_more], [ROOMS, undefined], "who asks for nothing gets them all");
  const brief = await server.connect({ token: one.token, rooms: 200 });
  const ready = await brief.ready();
  assert.ok(bytesOf(ready) < BYTES, `${bytesOf(ready)} bytes; all of them ${bytesOf(all)}`);
  assert.deepEqual([ready.rooms.length, ready.rooms_more], [200, true]);
  assert.deepEqual(ready.rooms.slice(0, 3).map(({ id }) => id), [star.id, called.id, rooms[0].id]);
  const found = [];
  for (let more = true; more;) {
    const page = await brief.ok("room:mine", { after: found.at(-1)?.id, limit: 100 });
    assert.ok(bytesOf(page) < BYTES, `${bytesOf(page)} bytes`);
    found.push(...page.rooms);
    more = page.more;
  }
  const bare = ({ last_message, ...room }) => room;
  assert.deepEqual(found.map(bare), all.rooms.map(bare));
  const said = await makers[1].send(rooms[1].id, "heard, though it is not shown");
  await brief.wait("message:new", ({ message }) => message.id === said.id);
  for (const bad of [0, -1, 1001, 1.5, "200", null, [], {}]) {
    const { rooms: list } = await (await server.connect({ token: people[1].token, rooms: bad })).ready();
    assert.ok(list.length > 200, `rooms: ${JSON.stringify(bad)} is passed over`);
  }
  for (const wanted of [1, 1000]) {
    const { rooms: list, rooms_more } = await (await server.connect({ token: people[1].token, rooms: wanted })).ready();
    assert.ok(wanted === 1 ? list.length === 1 && rooms_more : list.length > 100 && bytesOf(list) < BYTES);
  }
});

test("and of a newcomer a hundredth of it", async () => {
  const ready = await (await server.connect({ name: unique("new") })).ready();
  assert.deepEqual([ready.rooms.length, ready.users.length], [1, 0]);
  assert.ok(bytesOf(ready) < 2000, `${bytesOf(ready)} bytes`);
});

test("people and rooms are found as one types, each answer below 50 ms and 100 KB", async () => {
  const times = [];
  for (const query of ["p", "pe", "person", names[4321].slice(0, -1), names[4321], "zzz", ""]) {
    for (const [command, field] of [["user:list", "users"], ["room:list", "rooms"]]) {
      let answer;
      times.push(await atBest(50, async () => (answer = await first.ok(command, { query, limit: 50 }))));
      assert.ok(bytesOf(answer) < BYTES);
      if (field === "users" && query === names[4321]) assert.deepEqual(answer.users.map(({ name }) => name), [names[4321]]);
    }
  }
  times.sort((a, b) => a - b);
  assert.ok(times[Math.floor(times.length / 2)] < 50, `half of them took ${times[Math.floor(times.length / 2)]} ms`);
});
