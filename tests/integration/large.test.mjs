// large.test.mjs: rooms whose messages are as long as they may be, read through an outbox that holds one mebibyte.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serve, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const server = await serve({ after });
const body = '"'.repeat(16_384); // two bytes each in JSON
const count = 80; // 2.6 MB

const ada = await server.connect({ name: unique("ada") });
const { room } = await ada.ok("room:create", { name: unique("library") });
const bob = await server.connect({ name: unique("bob") });
await bob.ok("room:join", { room: room.id });
bob.away();
for (let i = 0; i < count; i++) await ada.send(room.id, body);

// Asks page after page; returns the seqs in the order in which they came.
async function pages(next, first) {
  const seqs = [];
  for (let query = first; query; ) {
    const page = await ada.ok("message:history", { room: room.id, limit: 200, ...query });
    assert.ok(page.messages.length > 0);
    seqs.push(...page.messages.map((message) => message.seq));
    query = next(page);
  }
  return seqs;
}

test("threat 85: the history comes in pages that fit, backwards", async () => {
  const seqs = await pages(({ messages, has_before }) => has_before && { before: messages[0].seq }, {});
  assert.deepEqual(seqs.sort((a, b) => a - b), Array.from({ length: count }, (_, i) => i + 1));
});

test("and forwards", async () => {
  const seqs = await pages(({ messages, has_after }) => has_after && { after: messages.at(-1).seq }, { after: 0 });
  assert.deepEqual(seqs, Array.from({ length: count }, (_, i) => i + 1));
});

test("a place in the middle comes with what is around it", async () => {
  const page = await ada.ok("message:history", { room: room.id, limit: 200, around: 40 });
  const seqs = page.messages.map((message) => message.seq);
  assert.ok(seqs.includes(40) && page.has_before && page.has_after);
  assert.ok(seqs.indexOf(40) > seqs.length / 4 && seqs.indexOf(40) < (seqs.length * 3) / 4, `40 among ${seqs}`);
});

test("joining shows the newest that fit", async () => {
  const page = await ada.ok("room:join", { room: room.id });
  assert.equal(page.messages.at(-1).seq, count);
  assert.ok(page.has_before);
});

test("sync comes in pages too, and ends at the log's end", async () => {
  let [pos, seen] = [0, 0];
  for (let more = true; more; ) {
    const page = await ada.ok("sync", { pos, limit: 500 });
    seen += page.events.filter(({ event, payload }) => event === "message:new" && payload.message.room === room.id).length;
    ({ pos, more } = page);
  }
  assert.equal(seen, count);
});

test("who missed more than fits gets it in several connections, once and in order", async () => {
  const from = bob.events.length;
  const seqs = () => bob.events.slice(from).filter(({ event, payload }) => event === "message:new" && payload.message.room === room.id).map(({ payload }) => payload.message.seq);
  void bob.back();
  await until(() => seqs().length >= count, { what: () => `${count} messages; got ${seqs()}` });
  assert.deepEqual(seqs(), Array.from({ length: count }, (_, i) => i + 1));
  const readies = bob.events.slice(from).filter(({ event }) => event === "ready");
  assert.ok(readies.length > 1 && readies.every(({ payload }) => payload.resumed), `${readies.length} connections`);
  assert.ok(!bob.disconnects.includes("io server disconnect"), "a stock client comes back by itself");
});
