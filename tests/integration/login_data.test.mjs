// login_data.test.mjs: what somebody is sent when he comes to a large server: 5,000 people, 1,000 rooms.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serve, unique } from "../support/server.mjs";

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
for (const other of people.slice(10, 10 + DIRECT)) await first.ok("dm:open", { users: [other.user.id] });

const bytesOf = (value) => Buffer.byteLength(JSON.stringify(value));

test("log-in data of a person in 250 rooms and 20 direct messages is below 100 KB", async () => {
  const ready = await (await server.connect({ token: person.token })).ready();
  assert.equal(ready.rooms.length, 1 + JOINED + DIRECT);
  assert.equal(ready.users.length, DIRECT);
  const bytes = bytesOf(ready);
  assert.ok(bytes < BYTES, `${bytes} bytes`);
  assert.ok(ready.rooms.every(({ me, name, kind }) => me && (name || kind === "dm")));
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
      const begin = performance.now();
      const answer = await first.ok(command, { query, limit: 50 });
      times.push(performance.now() - begin);
      assert.ok(bytesOf(answer) < BYTES);
      if (field === "users" && query === names[4321]) assert.deepEqual(answer.users.map(({ name }) => name), [names[4321]]);
    }
  }
  times.sort((a, b) => a - b);
  assert.ok(times[Math.floor(times.length / 2)] < 50, `half of them took ${times[Math.floor(times.length / 2)]} ms`);
});
