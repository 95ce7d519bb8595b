// large.mjs: a database of 1 GiB under load: backups and what they cost those who write, verifying, restoring, and how soon a
// server that was killed serves again.
//
//   node tests/bench/large.mjs [DIR]      a data directory that make_history has filled; 4,300,000 messages unless given
//
// Prints figures; those of time depend on the machine.
//
// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Crowd } from "../durability/support/crowd.mjs";
import { hold } from "../durability/support/holder.mjs";
import { buildFolder, runToEnd } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const MESSAGES = 4_300_000;
const ROOMS = 100;
const USUAL_ACKS = 20_000;
const MIB = 2 ** 20;

const place = mkdtempSync(join(tmpdir(), "parley-large-"));
const data = join(place, "data");
if (process.argv[2]) cpSync(process.argv[2], data, { recursive: true });
else execFileSync(join(buildFolder, "tests/bench/make_history"), [data, ROOMS, MESSAGES], { stdio: "inherit" });

const quantile = (values, part) => values.sort((a, b) => a - b)[Math.floor((values.length - 1) * part)];
const bytesOf = (path) => statSync(path).size;
const say = (what, figure) => console.log(`${what.padEnd(58)} ${figure}`);
const acks = (values) => `p50 ${quantile(values, 0.5).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms, ${values.length} acks`;

// Runs a verb; {ms, values}: how long it and the acks meanwhile took.
async function timed(crowd, ...words) {
  const began = performance.now();
  const ended = runToEnd(words, {}, 600_000).then((result) => ({ ...result, ms: performance.now() - began }));
  const values = crowd ? await crowd.latencies(0, ended) : [];
  const { code, stdout, stderr, ms } = await ended;
  if (code !== 0) throw new Error(`${words}: ${stdout}${stderr}`);
  return { ms, values };
}

const speed = (ms, bytes) => `${(ms / 1000).toFixed(1)} s, ${Math.round(bytes / MIB / (ms / 1000))} MiB/s`;

// Milliseconds from the start of a server that was killed to its serving, and the log that it found.
async function killed(crowd, what) {
  const wal = bytesOf(join(data, "parley.db-wal"));
  await crowd.server.kill();
  crowd.close();
  const began = performance.now();
  await crowd.server.start();
  say(`serving again after kill -9, ${what}`, `${Math.round(performance.now() - began)} ms with a log of ${Math.round(wal / MIB)} MiB`);
  await crowd.connect();
}

const crowd = new Crowd({ data });
try {
  const began = performance.now();
  await crowd.found();
  say("database", `${Math.round(bytesOf(join(data, "parley.db")) / MIB)} MiB; start and founding ${Math.round(performance.now() - began)} ms`);
  await crowd.connect();
  crowd.on();
  say("acks as usual", acks(await crowd.latencies(USUAL_ACKS)));

  const file = join(place, "backup.db");
  const backup = await timed(crowd, "backup", file, "--data", data);
  say("backup under load, verified", speed(backup.ms, bytesOf(file)));
  say("acks meanwhile", acks(backup.values));
  say("acks as usual, again", acks(await crowd.latencies(USUAL_ACKS)));
  await killed(crowd, "under load");
  const snapshot = await hold(join(data, "parley.db"));
  await until(() => (crowd.on(), crowd.refused.length > 0), { ms: 300_000, what: () => "a refusal" });
  await killed(crowd, "somebody holds a snapshot");
  await snapshot.release();
  await crowd.settle();
  await crowd.server.stop();

  say("verify", speed((await timed(null, "verify", file)).ms, bytesOf(file)));
  say("restore, verified", speed((await timed(null, "restore", file, "--data", join(place, "restored"))).ms, bytesOf(file)));
} finally {
  await crowd.end();
  rmSync(place, { recursive: true, force: true });
}
