// backup.mjs: how long acks take while a backup is made of a database of 1.1 GiB, beside how long they take without.
//
//   node tests/bench/backup.mjs DIR [PER_SECOND]      400 messages a second unless given; 0: as many as are acked
//
// DIR has a database of build/tests/bench/make_history (4,300,000 messages are 1.1 GiB) that no server has served yet, and gets more
// messages; the copies are made beside it. With and without take turns, so that what else the machine does meets both.
//
// SPDX-License-Identifier: MIT
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Crowd, WRITERS } from "../durability/support/crowd.mjs";
import { runToEnd } from "../support/server.mjs";

const data = process.argv[2];
const PER_SECOND = Number(process.argv[3] ?? 400);
const ROUNDS = 3;

const percentile = (values, part) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)];
const say = (what, times) => console.log(`${what}: ${times.length} acks, p50 ${percentile(times, 0.5).toFixed(1)}, p99 ${percentile(times, 0.99).toFixed(1)}, worst ${Math.max(...times).toFixed(1)} ms`);

const crowd = new Crowd({ data, pace: { everyMs: PER_SECOND > 0 ? (1000 * WRITERS) / PER_SECOND : 0 } });
await crowd.found();
await crowd.connect();
crowd.on();
await crowd.latencies(0, pause(5000));
for (let round = 0; round < ROUNDS; round++) {
  const file = join(data, `backup-${round}.db`), began = performance.now();
  const made = runToEnd(["backup", file, "--data", data], {}, 300_000);
  const during = await crowd.latencies(0, made), { code, stderr } = await made;
  const tookMs = performance.now() - began;
  const without = await crowd.latencies(0, pause(Math.min(tookMs, 20_000)));
  say("without", without);
  say(`with a backup of ${Math.round(statSync(join(data, "parley.db")).size / 2 ** 20)} MiB, ${(tookMs / 1000).toFixed(1)} s`, during);
  console.log(`p99 times ${(percentile(during, 0.99) / percentile(without, 0.99)).toFixed(2)} ${code === 0 ? "" : stderr}`);
  rmSync(file, { force: true });
}
await crowd.settle();
await crowd.end();
