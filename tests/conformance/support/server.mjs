// server.mjs: the conformance server for a test file, on a port that it chooses itself.
//
// Stopping asserts what every test wants: the server ended well (code 0 on SIGTERM) and no sanitizer spoke up.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const build = process.env.PARLEY_BUILD ?? resolve(root, "build");
const program = join(build, "conformance-server");

// One, so that what a test does in order happens in order; two where races between threads are looked for.
export const workers = Number(process.env.PARLEY_WORKERS ?? (build.endsWith("tsan") ? 2 : 1));

// Short enough for tests that wait for them, long enough for a loaded machine to answer a ping.
export const pingIntervalMs = 400;
export const pingTimeoutMs = 1000;

class Server {
  constructor(args) {
    const common = ["--port", 0, "--host", "127.0.0.1", "--workers", workers];
    this.log = "";
    this.child = spawn(program, [...common, ...args].map(String), { stdio: ["ignore", "pipe", "pipe"] });
    this.ended = once(this.child, "close");
    this.child.stderr.on("data", (data) => (this.log += data));
  }

  async start() {
    const said = await Promise.race([once(this.child.stdout, "data"), this.ended.then(() => [""])]);
    this.port = Number(/port (\d+)/.exec(said[0])?.[1]);
    assert.ok(this.port > 0, `the server did not start:\n${this.log}`);
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  get isAlive() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop() {
    if (this.isAlive) this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 60_000);
    const [code, signal] = await this.ended;
    clearTimeout(timer);
    assert.deepEqual([code, signal], [0, null], `the server did not end well:\n${this.log.slice(-4000)}`);
    assert.doesNotMatch(this.log, /Sanitizer|runtime error:|failed/i);
  }
}

// `const server = await serve(["--recovery"])` at the top level of a test file or in a suite; the suite's `after` stops it.
export async function serve(after, args = []) {
  const server = new Server(args);
  after(() => server.stop());
  return server.start();
}

export const fastHeartbeat = ["--ping-interval-ms", pingIntervalMs, "--ping-timeout-ms", pingTimeoutMs];
