// wal.test.mjs: somebody holds a snapshot, so the write-ahead log cannot begin anew. It must not fill the disk; a server that is
// killed with so long a log must serve again at once; and when the snapshot is gone, so is the trouble.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../support/wait.mjs";
import { Crowd } from "./support/crowd.mjs";
import { hold } from "./support/holder.mjs";

const WAL_MIB_MAX = 128;
const SERVES_AGAIN_MS = 2000;
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
  await until(() => (walMiB(), crowd.refused.length > 0), { ms: 60_000, what: () => `a refusal; the log has ${walMiB()} MiB` });
  assert.deepEqual(new Set(crowd.refused.map(({ code }) => code)), new Set(["unavailable"]));
  assert.match(crowd.server.log, /store\.wal_held/);
  crowd.off();
  assert.ok((await crowd.page(crowd.rooms[0], 0, 10)).messages.length > 0, "reading goes on");

  const killed = walMiB();
  await crowd.server.kill();
  crowd.close();
  const began = performance.now();
  await crowd.server.start();
  const tookMs = Math.round(performance.now() - began);
  await crowd.connect();
  assert.deepEqual([await crowd.lost(), crowd.ledger.faults], [[], []]);
  assert.ok(killed > WAL_MIB_MAX / 2, `the log had only ${killed} MiB`);
  assert.ok(tookMs <= SERVES_AGAIN_MS, `it took ${tookMs} ms to serve again`);

  await snapshot.release();
  await until(async () => (await readyz()) === 200, { what: () => "readiness" });
  await crowd.settle();
  await until(() => (crowd.on(), walMiB() <= REST_MIB), { what: () => `the log to begin anew; it has ${walMiB()} MiB` });
  await crowd.settle();
  assert.deepEqual([await crowd.lostOfAll(), crowd.ledger.faults], [[], []]);
  assert.ok(longest <= WAL_MIB_MAX, `the log grew to ${longest} MiB`);
  t.diagnostic(`at most ${Math.round(longest)} MiB of log; serving again after ${tookMs} ms with ${Math.round(killed)} MiB`);
});
