// upgrade.test.mjs: what earlier versions have left is opened by this one, also when it is killed on the way; what a later one
// has left is refused and not touched.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeSync, closeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Server, buildFolder, runToEnd } from "../support/server.mjs";
import { BAD_PROGRAM, Disk } from "./support/crowd.mjs";
import { kept, readContent, unpack } from "./support/kept.mjs";

const KILLS = process.env.SOAK_MINUTES ? 300 : 30;
const VERSION_AT = 60; // in the header of an SQLite file: user_version, 4 bytes, and behind it
const A_LATER_SCHEMA = 9999;

const versionOf = (path) => readFileSync(path).readInt32BE(VERSION_AT);

async function verify(...args) {
  const { code, stdout, stderr } = await runToEnd(["verify", ...args]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /Nothing is wrong\./);
}

function dataOf(t, name) {
  const data = unpack(name);
  t.after(() => rmSync(data, { recursive: true, force: true }));
  return data;
}

// Everything that the people of that time could read is there, and the room goes on.
async function assertContent(data, content, reader) {
  const server = new Server({ data, rateScale: 0 });
  await server.start();
  try {
    assert.deepEqual(JSON.parse(JSON.stringify(await readContent(server, reader))), content);
    const somebody = await server.connect({ name: `${reader}2` });
    const { seq } = await somebody.send("general", "still here");
    assert.equal(seq, content.find(({ slug }) => slug === "general").messages.length + 1);
  } finally {
    await server.close();
  }
}

test("there are databases of earlier versions", () => assert.ok(kept().length > 0));

for (const { name, content } of kept()) {
  test(`a server that was killed with the database of ${name} goes on with this version`, async (t) => {
    const data = dataOf(t, name);
    await assertContent(data, content, "anew");
    await verify("--data", data);
    const copy = join(data, readdirSync(data).find((file) => file.startsWith("before-upgrade-from-")));
    await verify(copy);
    assert.ok(versionOf(copy) < versionOf(join(data, "parley.db")));

    const restored = join(data, "restored"); // the way back to the old version begins with its copy
    assert.equal((await runToEnd(["restore", copy, "--data", restored])).code, 0);
    await assertContent(restored, content, "again");
  });
}

// The schema that the log and the database have together: a backup has it in one file.
async function schemaOf(data) {
  const backup = join(data, "backup.db");
  assert.equal((await runToEnd(["backup", backup, "--data", data])).code, 0);
  return versionOf(backup);
}

// Starts the program on a slow disk; resolves when it serves or has been killed: the milliseconds, or nothing.
async function upgrade(data, disk, killAfterMs) {
  const began = performance.now();
  const child = spawn(join(buildFolder, BAD_PROGRAM), ["--port", "0", "--host", "127.0.0.1", "--data", data], {
    env: { ...process.env, ...disk.env }, stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "close");
  const serves = once(child.stdout, "data").then(() => performance.now() - began);
  const tookMs = await Promise.race([serves, ended.then(() => undefined), ...(killAfterMs ? [pause(killAfterMs)] : [])]);
  child.kill("SIGKILL");
  await ended;
  return tookMs;
}

test(`threat 77: an upgrade that is killed ${KILLS} times leaves a database that is whole`, async (t) => {
  const [{ name, content }] = kept();
  const disk = new Disk();
  t.after(() => disk.close());
  disk.set("L");
  const first = dataOf(t, name);
  const wholeMs = await upgrade(first, disk);
  assert.ok(wholeMs > 0, "it never served");
  const newest = await schemaOf(first);
  const ends = { "before a copy": 0, "before the first step": 0, "between steps": 0, "behind them": 0 };
  for (let i = 0; i < KILLS; i++) {
    const data = dataOf(t, name);
    await upgrade(data, disk, 5 + Math.random() * wholeMs);
    await verify("--data", data);
    const version = await schemaOf(data);
    const isCopied = existsSync(join(data, "before-upgrade-from-1.db"));
    assert.ok(isCopied || version === 1, "it was changed and not copied");
    ends[!isCopied ? "before a copy" : version === 1 ? "before the first step" : version < newest ? "between steps" : "behind them"]++;
    if (i % 5 === 0) await assertContent(data, content, "anew");
  }
  t.diagnostic(`${Math.round(wholeMs)} ms for an upgrade; killed ${JSON.stringify(ends)}`);
  assert.ok(KILLS - ends["behind them"] > 0, "no kill came early enough");
});

test("threat 76: a database of a later version is refused in a sentence, and not touched", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "parley-later-"));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const server = new Server({ data });
  await server.start();
  await server.close();
  const path = join(data, "parley.db");
  const file = openSync(path, "r+");
  const version = Buffer.alloc(4);
  version.writeInt32BE(A_LATER_SCHEMA);
  writeSync(file, version, 0, 4, VERSION_AT);
  closeSync(file);
  const before = readFileSync(path);
  for (const args of [["serve", "--port", "0", "--data", data], ["verify", "--data", data], ["backup", join(data, "x.db"), "--data", data], ["restore", path, "--data", join(data, "y")]]) {
    const { code, stderr } = await runToEnd(args);
    assert.equal(code, 1, `${args[0]}: ${stderr}`);
    assert.match(stderr, /was written by a newer version of Parley/);
  }
  assert.deepEqual(readFileSync(path), before);
});
