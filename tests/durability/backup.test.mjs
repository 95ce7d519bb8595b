// backup.test.mjs: backups of a busy server, and their way back.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Server, buildFolder, runToEnd } from "../support/server.mjs";
import { until } from "../support/wait.mjs";
import { Crowd } from "./support/crowd.mjs";

const BACKUPS = process.env.SOAK_MINUTES ? 30 : 3;
const CUTS = process.env.SOAK_MINUTES ? 200 : 12;
// In a soak as many as the test can remember: each ack is kept until the end.
const PACE = process.env.SOAK_MINUTES ? { everyMs: 20 } : undefined;

const VERB_MS_MAX = 900_000; // a verb that steps back beside busy writers may take its time
const parley = (...args) => runToEnd(args.map(String), {}, VERB_MS_MAX);

async function good(...args) {
  const result = await parley(...args);
  assert.equal(result.code, 0, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
  return result.stdout;
}

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "parley-backup-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

// The given part of the sorted values.
const quantile = (values, part) => values.sort((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;

// The acked messages that a server on this directory does not have.
async function lostIn(crowd, data, acked) {
  const server = new Server({ data, rateScale: 0 });
  await server.start();
  try {
    const ledger = new crowd.ledger.constructor();
    for (const [nonce, { room, seq }] of acked) ledger.ack(nonce, room, seq);
    const page = async (room, after, limit) =>
      (await server.http("GET", `/api/rooms/${room}/messages?after=${after}&limit=${limit}`, { token: crowd.reader })).body;
    return { lost: await ledger.lost(page, crowd.rooms), faults: ledger.faults };
  } finally {
    await server.close();
  }
}

// Writers who write all the time may be too much for a copy of a database that has grown for minutes: the server goes first. Then it
// is refused, in a sentence, and made while they rest.
async function backUp(crowd, file) {
  const { code, stderr } = await parley("backup", file, "--data", crowd.server.data);
  if (code === 0) return true;
  assert.match(stderr, /is written to so much .* try again at a quieter time\.$/m);
  assert.ok(!existsSync(file));
  crowd.off();
  await good("backup", file, "--data", crowd.server.data);
  crowd.on();
  return false;
}

test("a backup under load has every message that was acked before it, and comes back", async (t) => {
  const crowd = new Crowd({ pace: PACE });
  const place = folder(t);
  t.after(() => crowd.end());
  await crowd.found();
  await crowd.connect();
  crowd.on();
  const usual = await crowd.latencies(500);
  const during = [];
  let refused = 0;
  for (let i = 0; i < BACKUPS; i++) {
    const file = join(place, `backup-${i}.db`);
    const acked = new Map(crowd.ledger.acked);
    const made = backUp(crowd, file);
    for (const ms of await crowd.latencies(0, made)) during.push(ms); // too many for one call, where the backup steps back for long
    refused += !(await made);
    assert.match(await good("verify", file), /Nothing is wrong\./);
    const data = join(place, `restored-${i}`);
    await good("restore", file, "--data", data);
    const { lost, faults } = await lostIn(crowd, data, acked);
    assert.deepEqual([lost, faults], [[], []]);
    assert.ok(acked.size > 100);
  }
  assert.ok(refused <= Math.max(BACKUPS / 4, 2), `${refused} of ${BACKUPS} were refused`);
  await crowd.settle();
  assert.match(await good("verify", "--data", crowd.server.data), /Nothing is wrong\./);
  t.diagnostic(`acks: p99 ${quantile(usual, 0.99).toFixed(1)} ms, while a backup runs ${quantile(during, 0.99).toFixed(1)} ms; ${refused} of ${BACKUPS} refused`);
});

test("a restore that is killed loses neither the old database nor the new one", async (t) => {
  const place = folder(t);
  const data = join(place, "data"), file = join(place, "backup.db");
  const server = new Server({ data, rateScale: 0 });
  await server.start();
  const ada = await server.connect({ name: "ada" });
  await ada.send("general", "in the backup");
  await good("backup", file, "--data", data);
  await ada.send("general", "behind it");
  await server.kill();
  ada.close();
  const messages = async (path) => Number(/(\d+) messages/.exec(await good("verify", path))[1]);
  const began = performance.now();
  await good("restore", file, "--data", join(place, "other"));
  const wholeMs = performance.now() - began;
  let unfinished = 0;
  for (let i = 0; i < CUTS; i++) {
    const child = spawn(join(buildFolder, "parley"), ["restore", file, "--data", data], { stdio: "ignore" });
    const ended = once(child, "close");
    await pause(wholeMs * (0.3 + Math.random() * 0.7)); // it begins with looking at the backup
    child.kill("SIGKILL");
    await ended;
    if (existsSync(join(data, "restore.unfinished"))) {
      const refused = await parley("serve", "--port", 0, "--data", data);
      assert.deepEqual([refused.code, /run parley restore again/.test(refused.stderr)], [1, true]);
      unfinished++;
    } else {
      assert.ok([1, 2].includes(await messages(join(data, "parley.db"))), "it is the old one or the new one");
    }
  }
  await good("restore", file, "--data", data);
  assert.equal(await messages(join(data, "parley.db")), 1);
  const kept = readdirSync(data).filter((name) => name.startsWith("before-restore-"));
  const counts = await Promise.all(kept.map((name) => messages(join(data, name, "parley.db")).catch(() => 0)));
  assert.ok(counts.includes(2), "the message behind the backup is in what was kept");
  t.diagnostic(`${unfinished} of ${CUTS} kills left a restore to be finished`);
});

// How nice a process is: the nineteenth word of its line; 0 when it has ended.
function nicenessOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")[16]);
  } catch {
    return 0;
  }
}

async function niceWhileItRuns(args) {
  const child = spawn(join(buildFolder, "parley"), args, { stdio: "ignore" });
  let most = 0;
  const ended = once(child, "close");
  while (child.exitCode === null) {
    most = Math.max(most, nicenessOf(child.pid));
    await pause(1);
  }
  await ended;
  return most;
}

test("what takes long beside a server and does not hold it up is nicer than that", async (t) => {
  const place = folder(t);
  const server = new Server({ rateScale: 0 });
  t.after(() => server.close());
  await server.start();
  const nice = Math.min(19, nicenessOf(server.child.pid) + 5);
  const verbs = { backup: (i) => ["backup", join(place, `nice-${i}.db`)], verify: () => ["verify", join(place, "nice-0.db")] };
  for (const [verb, words] of Object.entries(verbs)) {
    let runs = 0; // it may be over before anybody has looked
    await until(async () => (await niceWhileItRuns([...words(runs++), "--data", server.data])) === nice, { ms: 30_000, what: () => `${verb} to step back` });
  }
});

test("the verbs say what is wrong", async (t) => {
  const place = folder(t);
  const cases = [
    [["backup"], 2, /Which file\?/],
    [["restore"], 2, /Which file\?/],
    [["backup", join(place, "x"), "--data", join(place, "nowhere")], 1, /is not there/],
    [["verify", "--data", join(place, "nowhere")], 1, /is not there/],
    [["restore", join(place, "nothing"), "--data", place], 1, /is not there/],
    [["verify", "--port"], 2, /wants a value/],
  ];
  for (const [args, code, pattern] of cases) {
    const result = await parley(...args);
    assert.equal(result.code, code, `${args}: ${result.stderr}`);
    assert.match(result.stderr, pattern);
  }
  for (const verb of ["backup", "restore", "verify"]) assert.match(await good(verb, "--help"), new RegExp(`parley ${verb}`));
});
