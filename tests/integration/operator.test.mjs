// operator.test.mjs: the first start and its set-up link; accounts by the command line, beside a running server and without one.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { request as plainRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { login, PASSWORD, register } from "../support/accounts.mjs";
import { buildFolder, Server, unique } from "../support/server.mjs";
import { PROMPT_MS, until } from "../support/wait.mjs";

const scratch = mkdtempSync(join(tmpdir(), "parley-operator-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

// parley user ...: {code, stdout, stderr}. `input` is what stands at its standard input.
async function user(data, words, input = "") {
  const child = spawn(join(buildFolder, "parley"), ["user", ...words, "--data", data], { stdio: ["pipe", "pipe", "pipe"] });
  const result = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => (result.stdout += text));
  child.stderr.on("data", (text) => (result.stderr += text));
  child.stdin.on("error", () => {}); // it may end without reading
  child.stdin.end(input);
  [result.code] = await once(child, "close");
  return result;
}

async function start(t, options) {
  const server = new Server(options);
  await server.start();
  t.after(() => server.close());
  return server;
}

// A request with any Host, which fetch would not send: {status, body}.
function ask(server, method, path, headers, json) {
  return new Promise((resolve, reject) => {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const request = plainRequest({ host: "127.0.0.1", port: server.port, method, path, headers: { ...(body ? { "content-type": "application/json" } : {}), ...headers } });
    request.on("error", reject).on("response", (response) => {
      let text = "";
      response.on("data", (data) => (text += data)).on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
    request.end(body);
  });
}

const info = (server, headers = {}) => ask(server, "GET", "/api/server", headers).then(({ body }) => [body.setup, body.setup_open]);
const first = (server, headers, more = {}) => ask(server, "POST", "/api/users", headers, { name: unique("first"), password: PASSWORD, ...more });

// What the console says.
async function setupLink(server) {
  await until(() => /\/setup#\S+/.test(server.log), { what: () => "the link" });
  return /(https?:\/\/\S+)\/setup#(ply_u_[A-Za-z0-9_-]{43})/.exec(server.log);
}

test("threat 60: who sits at the machine sets it up; whoever comes from elsewhere needs the link", async (t) => {
  const server = await start(t);
  assert.deepEqual(await info(server), [true, true]);
  for (const headers of [{ "x-forwarded-for": "203.0.113.9" }, { forwarded: "for=203.0.113.9" }, { via: "1.1 proxy" }, { "x-real-ip": "127.0.0.1" },
    { host: "evil.example" }, { host: `evil.example:${server.port}` }]) {
    assert.deepEqual(await info(server, headers), [true, undefined], JSON.stringify(headers));
    const { status, body } = await first(server, headers);
    assert.deepEqual([status, body.error.field], [403, "setup"], JSON.stringify(headers));
  }
  for (const host of [`localhost:${server.port}`, `127.0.0.1:${server.port}`, "[::1]"]) assert.deepEqual(await info(server, { host }), [true, true]);
  assert.equal((await first(server, {}, {})).status, 201);
  assert.deepEqual(await info(server), [undefined, undefined]);
});

test("threat 60: the link of the console makes the owner, once, and is another one at each start", async (t) => {
  const server = await start(t);
  const outside = { "x-forwarded-for": "203.0.113.9" };
  const [, origin, old] = await setupLink(server);
  assert.equal(origin, `http://localhost:${server.port}`);
  server.log = "";
  await server.restart();
  const [, , secret] = await setupLink(server);
  assert.notEqual(secret, old);
  assert.equal((await first(server, outside, { setup: old })).status, 403);
  const { status, body } = await first(server, outside, { setup: secret });
  assert.deepEqual([status, body.user.role], [201, "owner"]);
  assert.equal((await first(server, outside, { setup: secret })).status, 409);
  server.log = "";
  await server.restart();
  assert.doesNotMatch(server.log, /setup#/);
});

test("threat 71: behind a trusted proxy the machine is the client's, not the proxy's", async (t) => {
  const server = await start(t, { args: ["--trusted-proxies", "127.0.0.1"] });
  assert.deepEqual(await info(server, { "x-forwarded-for": "203.0.113.9" }), [true, undefined]);
  assert.deepEqual(await info(server, { "x-forwarded-for": "127.0.0.1, 203.0.113.9" }), [true, undefined]);
  assert.equal((await first(server, { "x-forwarded-for": "203.0.113.9" })).status, 403);
});

test("guests come in before the server is set up", async (t) => {
  const server = await start(t);
  await (await server.connect({ name: unique("guest") })).send("general", "hello");
});

test("accounts are made without a server, and are there when it starts", async (t) => {
  const data = join(scratch, "fresh");
  assert.deepEqual(await user(data, ["list"]), { code: 1, stdout: "", stderr: `parley: There is no database in ${data}; name its directory with --data.\n` });
  const added = await user(data, ["add", "ada", "--role", "owner"], `${PASSWORD}\n`);
  assert.deepEqual([added.code, added.stderr], [0, ""]);
  assert.match(added.stdout, /^ada +owner/);
  const server = await start(t, { data });
  assert.equal((await login(server, "ada")).body.user.role, "owner");
  assert.doesNotMatch(server.log, /setup#/);
});

test("beside a running server: add, list, role, reset-password, all at once in force", async (t) => {
  const server = await start(t);
  const owner = await register(server);
  const made = await user(server.data, ["add", "ben", "--generate"]);
  assert.equal(made.code, 0, made.stderr);
  const generated = /^password: (\S{16})$/m.exec(made.stdout)[1];
  const ben = (await login(server, "ben", generated)).body;
  const client = await server.connect({ token: ben.token });
  assert.match((await user(server.data, ["role", "ben", "admin"])).stdout, /^ben +admin/);
  await client.wait("user:changed", (event) => event.user.id === ben.user.id && event.user.role === "admin");
  assert.equal((await user(server.data, ["reset-password", "ben"], "pluto is a planet\n")).code, 0);
  await client.wait("notice", (notice) => notice.code === "session_ended", { ms: PROMPT_MS });
  assert.equal((await login(server, "ben", generated)).status, 401);
  assert.equal((await login(server, "ben", "pluto is a planet")).status, 200);
  const listed = (await user(server.data, ["list"])).stdout.trim().split("\n").map((line) => line.split(/ +/).slice(0, 2));
  assert.deepEqual(listed, [[owner.user.name, "owner"], ["ben", "admin"]]);
});

test("what cannot be done is said in a sentence", async (t) => {
  const server = await start(t);
  const owner = await register(server);
  for (const [words, input, code, sentence] of [
    [["role", owner.user.name, "member"], "", 1, /only owner/],
    [["role", "nobody", "admin"], "", 1, /nobody of that name/],
    [["role", owner.user.name, "king"], "", 1, /A role is owner, admin or member/],
    [["add", owner.user.name], `${PASSWORD}\n`, 1, /taken/],
    [["add", "ben"], "password123\n", 1, /first that others would try/],
    [["add", "ben"], "", 1, /No password/],
    [["add"], "", 2, /Whose account/],
    [["role", "ben"], "", 2, /Which role/],
    [["remove", "ben"], "", 2, /no such verb/],
    [["list", "ben"], "", 2, /too much/],
  ]) {
    const result = await user(server.data, words, input);
    assert.deepEqual([result.code, result.stdout], [code, ""], words.join(" "));
    assert.match(result.stderr, sentence);
  }
});

test("the door is the server's user's alone, is gone with it, and what a crash leaves is no hindrance", async (t) => {
  const server = await start(t);
  await register(server);
  const door = join(server.data, "parley.sock");
  assert.equal(statSync(door).mode & 0o777, 0o600);
  await server.kill();
  assert.ok(statSync(door).isSocket());
  assert.equal((await user(server.data, ["add", "ben", "--generate"])).code, 0);
  await server.start();
  assert.match((await user(server.data, ["list"])).stdout, /^ben +member/m);
  await server.stop();
  assert.throws(() => statSync(door), { code: "ENOENT" });
  await server.start();
});

