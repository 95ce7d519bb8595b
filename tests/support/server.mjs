// server.mjs: a real server for a test, on a free port, with a data directory of its own.
//
// Stopping asserts what every test wants: the server ended well (code 0 on SIGTERM), no sanitizer spoke up, and
// nothing that it sent broke the schema.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "./client.mjs";
import { RawSocket } from "./raw.mjs";
import { checkError } from "./schema.mjs";
import { until } from "./wait.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const buildFolder = process.env.PARLEY_BUILD ?? resolve(root, "build");

export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

// GET with a client that can be told whom to trust: {status, headers, text, socket}, null when nobody answers.
export function get(url, options = {}) {
  return new Promise((done) => {
    const request = (url.startsWith("https") ? getSecure : getPlain)(url, { agent: false, ...options }, (response) => {
      let text = "";
      const { socket } = response;
      response.setEncoding("utf8");
      response.on("data", (data) => (text += data));
      response.on("end", () => done({ status: response.statusCode, headers: response.headers, text, socket }));
    });
    request.on("error", () => done(null));
  });
}

// Runs the program to its end: {code, stdout, stderr}. For verbs, wrong options and the like.
export async function runToEnd(args, env = {}, limitMs = 120_000) {
  const child = spawn(join(buildFolder, "parley"), args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const result = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (result.stdout += data));
  child.stderr.on("data", (data) => (result.stderr += data));
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  [result.code, result.signal] = await once(child, "close");
  clearTimeout(timer);
  return result;
}

export class Server {
  // options: args (more options of the program), workers, rateScale, data (a directory to use and keep), ca (of its
  // certificate, when args name one: it speaks https then), program (another file in the build folder), env (more of it),
  // launcher (words before the program: ["prlimit", "--nofile=200"]).
  constructor(options = {}) {
    this.options = { workers: 2, rateScale: 1000, args: [], program: "parley", env: {}, launcher: [], ...options };
    this.data = options.data ?? mkdtempSync(join(tmpdir(), "parley-test-"));
    this.log = "";
    this.clients = [];
    this.violations = [];
  }

  get url() {
    return `http${this.options.ca ? "s" : ""}://127.0.0.1:${this.port}`;
  }

  // Starts it, again on the same port and data when it ran before, and waits until it serves.
  async start() {
    this.port ??= await freePort();
    const { workers, rateScale, args, program, env, launcher } = this.options;
    const common = ["--port", this.port, "--host", "127.0.0.1", "--data", this.data, "--workers", workers, "--rate-scale", rateScale];
    const [first, ...words] = [...launcher, join(buildFolder, program), ...common, ...args].map(String);
    this.child = spawn(first, words, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    this.ended = once(this.child, "close");
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (data) => (this.log += data));
    await until(async () => {
      assert.equal(this.child.exitCode, null, `the server ended at its start:\n${this.log}`);
      return (await get(`${this.url}/readyz`, { ca: this.options.ca }))?.status === 200;
    }, { what: () => `the server to serve:\n${this.log}` });
    return this;
  }

  // SIGTERM and a good end.
  async stop() {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 60_000);
    const [code, signal] = await this.ended;
    clearTimeout(timer);
    assert.deepEqual([code, signal], [0, null], `the server did not end well:\n${this.log.slice(-4000)}`);
  }

  // kill -9: what a power cut looks like from outside.
  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  // At the end of a test file: everything is closed, and nothing was found on the way.
  async close() {
    for (const client of this.clients) client.close();
    await this.stop();
    if (!this.options.data) rmSync(this.data, { recursive: true, force: true });
    assert.doesNotMatch(this.log, /Sanitizer|runtime error:|assertion failed/i);
    assert.deepEqual([...new Set(this.violations)], [], "the server sent what protocol/*.json does not declare");
  }

  // A stock socket.io-client that is connected and has got `ready`. auth: {name} or {token} and the like.
  async connect(auth, options) {
    const client = this.client(auth, options);
    await client.ready();
    return client;
  }

  // The same without waiting.
  client(auth, options) {
    const client = new Client(this, auth, options);
    this.clients.push(client);
    return client;
  }

  // A WebSocket on which the test writes the packets itself.
  async raw(options) {
    const socket = new RawSocket(this, options);
    this.clients.push(socket);
    await socket.opened;
    return socket;
  }

  // fetch with JSON in and out: {status, headers, body}. Errors of the API are checked against the schema.
  async http(method, path, { json, token, headers = {}, body } = {}) {
    const response = await fetch(this.url + path, {
      method, redirect: "manual", duplex: "half",
      headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      body: json === undefined ? body : JSON.stringify(json),
    });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
    const answer = { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
    if (path.startsWith("/api/") && answer.status >= 400) this.violations.push(...checkError(answer.body?.error, `${method} ${path}`));
    return answer;
  }
}

// One server for a test file: `const server = await serve({...})` at its top level, closed by node:test's `after`.
export async function serve(hooks, options) {
  const server = new Server(options);
  hooks.after(() => server.close());
  await server.start();
  return server;
}

let number = 0;
// A name nobody else has in this run.
export const unique = (stem) => `${stem}${process.pid}x${++number}`;
