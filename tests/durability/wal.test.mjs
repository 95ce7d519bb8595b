// wal.test.mjs: somebody holds a snapshot, so the write-ahead log cannot begin anew. It must not fill the disk; a server that is
// killed with so long a log must serve again at once; and when the snapshot is gone, so is the trouble. "At once" is counted in
// what the start costs: how long that takes is the machine's affair. When we look, the idle server may have begun to copy the log.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { effort } from "../support/gauge.mjs";
import { until } from "../support/wait.mjs";
import { Crowd } from "./support/crowd.mjs";
import { hold } from "./support/holder.mjs";

const WAL_MIB_MAX = 128;
const START_LOGS_MAX = 4; // read and written: it is read once to find its end, and once to be copied
const START_CPU_MS_MAX = 3000; // 60 ms are usual
const REST_MIB = 65; // what the file keeps when it has begun anew

test("the write-ahead log is bounded whoever reads, and a long one is no long start", async (t) => {
  const crowd = new Crowd({ bytes: 12_000 });
  let longest = 0;
  const walMiB = () => {
    const mib = statSync(join(crowd.server.data, "parley.db-wal")).size / 2 ** 20;
    longest = Math.max(longest, mib);
    return mib;
  };
  const readyz = async () => (walMiB(), (await crowd.server.http("GET", "/readyz")).status);
  t.after(() => crowd.end());
  await crowd.found();
  await crowd.connect();

  const snapshot = await hold(join(crowd.server.data, "parley.db"));
  crowd.on();
  await until(() => (walMiB(), crowd.refused.length > 0), { ms: 180_000, what: () => `a refusal; the log has ${walMiB()} MiB` });
  assert.deepEqual(new Set(crowd.refused.map(({ code }) => code)), new Set(["unavailable"]));
  await until(() => /store\.wal_held/.test(crowd.server.log), { what: () => "a word about it in the log" });
  crowd.off();
  assert.ok((await crowd.page(crowd.rooms[0], 0, 10)).messages.length > 0, "reading goes on");

  const killed = walMiB();
  await crowd.server.kill();
  crowd.close();
  const began = performance.now();
  await crowd.server.start();
  const tookMs = Math.round(performance.now() - began);
  const start = effort(crowd.server.child.pid);
  await crowd.connect();
  assert.deepEqual([await crowd.lost(), crowd.ledger.faults], [[], []]);
  assert.ok(killed > WAL_MIB_MAX / 2, `the log had only ${killed} MiB`);
  assert.ok(start.readMiB + start.writtenMiB <= START_LOGS_MAX * killed && start.cpuMs <= START_CPU_MS_MAX, `serving again took ${JSON.stringify(start)}`);

  await snapshot.release();
  await until(async () => (await readyz()) === 200, { what: () => "readiness" });
  await crowd.settle();
  await until(() => (crowd.on(), walMiB() <= REST_MIB), { ms: 180_000, what: () => `the log to begin anew; it has ${walMiB()} MiB` });
  await crowd.settle();
  assert.deepEqual([await crowd.lostOfAll(), crowd.ledger.faults], [[], []]);
  assert.ok(longest <= WAL_MIB_MAX, `the log grew to ${longest} MiB`);
  t.diagnostic(`at most ${Math.round(longest)} MiB of log; serving again after ${tookMs} ms with ${Math.round(killed)} MiB, ${Math.round(start.readMiB)} MiB read, ${start.cpuMs} ms of CPU`);
});
