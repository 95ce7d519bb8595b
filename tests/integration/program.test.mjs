// program.test.mjs: the program from outside: options, refusals to start, signals, limits of rate.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { nonce } from "../support/client.mjs";
import { buildFolder, freePort, runToEnd, serve, Server } from "../support/server.mjs";

const scratch = mkdtempSync(join(tmpdir(), "parley-program-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
const options = async (data) => ["--port", String(await freePort()), "--host", "127.0.0.1", "--data", join(scratch, data)];

const oneSentence = (text) => assert.match(text.trim(), /^[^\n]+$/, "one clear sentence");

test("the program is built hardened: position-independent, read-only after relocation, no executable stack", () => {
  const headers = execFileSync("readelf", ["--wide", "--file-header", "--program-headers", "--dynamic", join(buildFolder, "parley")], { encoding: "utf8" });
  assert.match(headers, /Type:\s+DYN/);
  assert.match(headers, /GNU_RELRO/);
  assert.match(headers, /BIND_NOW/);
  assert.match(headers, /GNU_STACK .* RW /);
  assert.doesNotMatch(headers, / RWE /);
  assert.doesNotMatch(headers, /R(UN)?PATH/);
});

test("--help names every option with its environment variable and default", async () => {
  const { code, stdout } = await runToEnd(["--help"]);
  assert.equal(code, 0);
  for (const word of ["--port", "PARLEY_PORT", "8080", "--host", "--data", "PARLEY_DATA", "--workers", "--rate-scale", "--cors-origin", "--log-level"]) assert.ok(stdout.includes(word), word);
});

test("--version prints the version alone", async () => {
  const { code, stdout } = await runToEnd(["--version"]);
  assert.equal(code, 0);
  assert.match(stdout, /^(parley )?\d+\.\d+\.\d+\n$/);
});

for (const args of [["--nonsense"], ["--port", "x"], ["--port", "70000"], ["--port"], ["--workers", "-1"], ["--rate-scale", "-1"], ["--log-level", "loud"], ["nonsense"]]) {
  test(`wrong options end with code 2: ${args.join(" ")}`, async () => {
    const { code, stderr } = await runToEnd(args);
    assert.equal(code, 2);
    oneSentence(stderr);
    assert.ok(stderr.includes(args[0].replace(/^-+/, "")), stderr);
  });
}

test("a wrong environment variable is named", async () => {
  const { code, stderr } = await runToEnd([], { PARLEY_PORT: "x" });
  assert.equal(code, 2);
  assert.ok(stderr.includes("PARLEY_PORT"), stderr);
});

test("a port in use, a data directory in use or not writable: one sentence and code 1", async (t) => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  t.after(() => blocker.close());
  const taken = await runToEnd(["--port", String(blocker.address().port), "--host", "127.0.0.1", "--data", join(scratch, "a"), "--log-level", "error"]);
  assert.equal(taken.code, 1, taken.stderr);
  oneSentence(taken.stderr);
  const blocked = await runToEnd(["--port", String(await freePort()), "--data", "/proc/parley", "--log-level", "error"]);
  assert.equal(blocked.code, 1);
  oneSentence(blocked.stderr);
  const own = new Server({ data: join(scratch, "locked") });
  t.after(() => own.close());
  await own.start();
  const second = await runToEnd([...(await options("locked")), "--log-level", "error"]);
  assert.equal(second.code, 1);
  oneSentence(second.stderr);
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  test(`${signal} with clients connected ends with code 0`, async () => {
    const own = new Server();
    await own.start();
    const client = await own.connect({ name: "ada" });
    await client.send("general", "before the end");
    own.child.kill(signal);
    assert.deepEqual(await own.ended, [0, null], own.log);
    assert.equal((await client.wait("notice")).code, "server_restart");
    await own.close();
  });
}

for (const name of ["PORT", "PARLEY_PORT"]) {
  test(`the environment variable ${name} is the option --port`, async () => {
    const port = await freePort();
    const env = { ...process.env, [name]: String(port), PARLEY_DATA: join(scratch, name), PARLEY_HOST: "127.0.0.1" };
    const child = spawn(join(buildFolder, "parley"), ["serve"], { env, stdio: "ignore" });
    const ended = once(child, "close");
    let answer;
    while (!answer && child.exitCode === null) answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
    assert.equal(answer?.status, 200);
  });
}

test("the rates are limited, and say when to come again", async (t) => {
  const own = await serve(t, { rateScale: 1 });
  const ada = await own.connect({ name: "ada" });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => ada.call("message:send", { room: "general", body: `${i}`, nonce: nonce() })));
  const refused = answers.filter((ack) => !ack.ok);
  assert.ok(refused.length >= 5 && refused.length <= 10, `${refused.length} of 20 refused`);
  for (const ack of refused) {
    assert.equal(ack.error.code, "rate_limited");
    assert.ok(ack.error.retry_after_ms > 0);
  }
  const history = await ada.ok("message:history", { room: "general" });
  assert.equal(history.messages.length, answers.length - refused.length, "what was refused was not said");
});

test("guests can be turned off", async (t) => {
  const own = await serve(t, { args: ["--guests", "off"] });
  assert.equal((await own.client({ name: "ada" }).refused()).code, "unauthorized");
});
