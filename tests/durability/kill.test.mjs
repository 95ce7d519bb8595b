// kill.test.mjs: kill -9 at any moment, under load, again and again: what was acked is there, exactly once.
//
// Eight writers send as fast as they are acked and keep a ledger. At a random moment the server is killed; it must serve
// again within two seconds (the median: a busy machine has its moments); then every message that was acked since the last reading is
// looked for, and what was not acked is sent again with its nonce. A stock client watches all the while and must see each message once, in order.
//
// Negative controls: with a journal that acks before its commit the ledger must find losses; with fsync switched off it must not,
// since the kernel outlives the server (the power cuts of tests/unit/journal find those).
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../support/wait.mjs";
import { BAD_PROGRAM, Crowd, Disk } from "./support/crowd.mjs";

const ROUNDS_PER_MINUTE = 50; // of a soak, which need not be so long that all of them fit
const ROUNDS = Math.max(60, Math.min(1000, Math.round(Number(process.env.SOAK_MINUTES ?? 0) * ROUNDS_PER_MINUTE)));
const SERVES_AGAIN_MS = 2000;

// From the start of the process to the moment in which everybody is connected.
async function startAndConnect(crowd) {
  const began = performance.now();
  await crowd.server.start();
  await crowd.connect();
  return performance.now() - began;
}

// One life of the server; the acked messages that it has lost.
async function round(crowd) {
  crowd.on();
  await pause(Math.random() * 250);
  await crowd.server.kill();
  crowd.close();
  const tookMs = await startAndConnect(crowd);
  return { lost: await crowd.lost(), tookMs };
}

// What a stock client saw of a room: the seq that it expects next, and what came out of order. One that missed more than the
// server replays is told so (`ready`, not resumed) and would read the history: then it may go on from any later seq.
function watched(client, room) {
  const wrong = [];
  let expected = 1, isFresh = true, freshStarts = -1;
  for (const { event, payload } of client.events) {
    if (event === "ready" && !payload.resumed) [isFresh, freshStarts] = [true, freshStarts + 1];
    if (event !== "message:new" || payload.message.room !== room) continue;
    const { seq } = payload.message;
    if (seq < expected || (seq > expected && !isFresh)) wrong.push(`${seq} where ${expected} should be`);
    [expected, isFresh] = [seq + 1, false];
  }
  return { expected, freshStarts, wrong };
}

async function rounds(crowd, count) {
  const lost = [], times = [];
  for (let i = 0; i < count; i++) {
    const done = await round(crowd);
    lost.push(...done.lost);
    times.push(done.tookMs);
  }
  times.sort((a, b) => a - b);
  return { lost, usualMs: Math.round(times[times.length >> 1]), slowestMs: Math.round(times.at(-1)) };
}

// Lives of a server with a journal that is told to go wrong: what was lost in `count` of them, or in the first that lost anything.
async function lossesOf(options, count) {
  const crowd = new Crowd(options);
  try {
    await crowd.found();
    await crowd.server.restart(); // the people and rooms are to be there, whatever is lost later
    await crowd.connect();
    for (let i = 0; i < count; i++) {
      const { lost } = await round(crowd);
      if (lost.length > 0) return lost;
    }
    return [];
  } finally {
    await crowd.end();
  }
}

test(`threat 77: nothing acked is lost or doubled by ${ROUNDS} kills`, async (t) => {
  const crowd = new Crowd();
  t.after(() => crowd.end());
  await crowd.found();
  await crowd.connect();
  const client = await crowd.server.connect({ token: crowd.reader }, { reconnectionDelay: 20, reconnectionDelayMax: 50 });
  const { lost, usualMs, slowestMs } = await rounds(crowd, ROUNDS);
  await crowd.settle();
  const lostInAll = await crowd.lostOfAll();
  const [room] = crowd.rooms;
  const end = crowd.ledger.ends.get(room);
  await until(() => watched(client, room).expected > end, { what: () => `the watcher to see ${end}; it saw ${watched(client, room).expected - 1}` });
  const { freshStarts, wrong } = watched(client, room);
  t.diagnostic(`${crowd.ledger.acked.size} messages acked, serving again after ${usualMs} ms, at most ${slowestMs} ms; the watcher began afresh ${freshStarts} times`);
  assert.deepEqual([lost, lostInAll, crowd.ledger.faults, crowd.refused, wrong], [[], [], [], [], []]);
  assert.ok(usualMs <= SERVES_AGAIN_MS, `it took ${usualMs} ms to serve again`);
  assert.ok(freshStarts < ROUNDS / 2, `the watcher began afresh ${freshStarts} times`);
});

test("negative control: a server that acks before it commits is found out", async () => {
  const lost = await lossesOf({ program: BAD_PROGRAM, env: { PARLEY_EARLY_ACK: "1" } }, 100);
  assert.ok(lost.length > 0, "no loss was seen: this suite cannot fail");
});

test("negative control: without fsync a kill loses nothing, the kernel is still there", async (t) => {
  const disk = new Disk();
  t.after(() => disk.close());
  disk.set("N");
  const lost = await lossesOf({ program: BAD_PROGRAM, env: disk.env }, 5);
  assert.deepEqual(lost, []);
});
