// bounds.test.mjs: what one peer may take of everybody's memory, descriptors and time, and that the others do not notice.
//
// `make soak` runs it with SOAK=1: more peers, and the figures that are promised instead of those that a loaded machine keeps.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { bystander } from "../support/bystander.mjs";
import { crowd, Mini, textFrame } from "../support/mini.mjs";
import { get, serve, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const soak = process.env.SOAK === "1";
const patientMs = soak ? 100 : 5000; // p99 of others; without a machine of one's own nothing less can be asked
const sanitized = /asan|tsan|san$/.test(process.env.PARLEY_BUILD ?? ""); // where memory is not what it is

const residentBytes = (server) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.child.pid}/status`, "latin1"))[1]) * 1024;
const cpuMs = (server) => { const at = readFileSync(`/proc/${server.child.pid}/stat`, "latin1").split(") ")[1].split(" "); return (Number(at[11]) + Number(at[12])) * 10; };
const upgradeHead = (server) => `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

// A connection that a test writes to byte by byte.
function raw(server, bytes = "") {
  const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
  const connection = { socket, text: "", ended: false, began: performance.now() };
  socket.on("data", (data) => (connection.text += data.toString("latin1")));
  socket.on("error", () => {});
  socket.on("close", () => { connection.ended = true; connection.tookMs = performance.now() - connection.began; });
  return connection;
}

test("threat 23: who is silent or trickles is closed, in every state", { timeout: 240_000 }, async (t) => {
  const server = await serve(t, { args: ["--ping-interval-ms", "2000", "--ping-timeout-ms", "2000"] });
  const ada = await server.connect({ name: unique("ada") });
  const states = {
    "silence": "", "the request line": "GET /", "a header": "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", "the end of the head": "GET / HTTP/1.1\r\nHost: x\r\n",
    "a body": "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
    "a chunk's size": "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0",
    "a chunk": "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n{",
    "a frame": Buffer.concat([Buffer.from(upgradeHead(server)), textFrame(`40${JSON.stringify({ name: unique("eve") })}`), Buffer.from([0x81, 0xfe, 1, 0, 0, 0, 0, 0, 0x34])]),
    "a WebSocket that never speaks": upgradeHead(server),
  };
  const slow = Object.entries(states).map(([what, bytes]) => ({ what, connection: raw(server, bytes) }));
  const drip = setInterval(() => { for (const { what, connection } of slow) if (!/silence|never speaks/.test(what) && !connection.ended) connection.socket.write(what === "a chunk's size" ? "0" : "x"); }, 1000);
  t.after(() => clearInterval(drip));
  await until(() => slow.every(({ connection }) => connection.ended), { ms: 120_000, what: () => `the end of ${slow.filter(({ connection }) => !connection.ended).map(({ what }) => what)}` });
  for (const { what, connection } of slow) assert.ok(connection.tookMs < 25_000, `${what} took ${connection.tookMs} ms`);
  for (const { what, connection } of slow.slice(1, 3)) assert.match(connection.text, /^HTTP\/1\.1 408 /, what);
  await ada.send("general", "still here");
});

test("threat 24: 10,000 requests whose answers nobody reads wait in the sender's memory, not in ours", { timeout: 240_000 }, async (t) => {
  const server = await serve(t);
  const ada = await server.connect({ name: unique("ada") });
  await get(`${server.url}/`);
  const before = residentBytes(server);
  const greedy = Array.from({ length: 5 }, () => raw(server));
  for (const { socket } of greedy) {
    socket.pause();
    for (let i = 0; i < 100; i++) socket.write("GET /api/session HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100));
  }
  const p99 = await bystander(server);
  await until(() => greedy.every(({ socket }) => socket.bytesWritten > 60_000), { what: () => "requests to be taken" });
  await pause(300);
  const grown = residentBytes(server) - before;
  if (!sanitized) assert.ok(grown < 8 * 1024 * 1024, `${grown} bytes more`);
  const p99Ms = await p99();
  t.diagnostic(`p99 of others ${p99Ms.toFixed(1)} ms`);
  assert.ok(p99Ms < patientMs, `others waited ${p99Ms} ms`);
  const answers = (connection) => connection.text.split("HTTP/1.1 401 ").length - 1;
  for (const { socket } of greedy) socket.resume();
  await until(() => greedy.every((connection) => answers(connection) === 10_000), { what: () => `all answers; ${greedy.map(answers)}` });
  for (const { socket } of greedy) socket.destroy();
});

test("threat 26: without descriptors the old are served, nothing spins, and the new come in when there are some again", { timeout: 240_000 }, async (t) => {
  const server = await serve(t, { workers: 1, launcher: ["prlimit", "--nofile=100"] });
  const ada = await server.connect({ name: unique("ada") });
  const held = Array.from({ length: 90 }, () => raw(server));
  let pressing = true;
  let tries = 0;
  const press = Array.from({ length: 10 }, async () => {
    while (pressing) {
      const one = raw(server);
      await until(() => one.ended || !pressing);
      one.socket.destroy();
      tries++;
      await pause(10);
    }
  });
  await until(() => /accept\.refused/.test(server.log), { what: () => "a line about it" });
  const [cpu, began] = [cpuMs(server), performance.now()];
  await pause(1500);
  const share = (cpuMs(server) - cpu) / (performance.now() - began);
  t.diagnostic(`${(share * 100).toFixed(1)} % of a core, ${tries} connections refused`);
  assert.ok(share < 0.5, `${share} of a core`);
  assert.ok(tries > 10, "who comes is closed instead of waiting");
  await ada.send("general", "the old are served");
  pressing = false;
  await Promise.all(press);
  for (const { socket } of held) socket.destroy();
  await until(async () => (await get(`${server.url}/healthz`))?.status === 200, { what: () => "service again" });
});

test("threat 27: readers who do not read are closed, the others do not notice, and all come back to every message once", { timeout: 600_000 }, async (t) => {
  const count = soak ? 200 : 25;
  const messages = 200;
  const server = await serve(t, { rateScale: 0, args: ["--log-level", "debug"] });
  const ada = await server.connect({ name: unique("ada") });
  const slow = [];
  for (let i = 0; i < count; i++) slow.push(await server.connect({ name: unique("slow") }));
  for (const client of slow) client.socket.io.engine.transport.ws._socket.pause();
  const before = residentBytes(server);
  const closed = () => (server.log.match(/conn\.end .*end="slow reader"/g) ?? []).length;
  const p99 = await bystander(server);
  const sent = [];
  for (let i = 0; i < messages; i++) sent.push((await ada.send("general", `${i} ${"x".repeat(16_000)}`)).id);
  await until(() => closed() === count, { what: () => `${count} closed as slow; ${closed()} are` });
  const p99Ms = await p99();
  const grown = residentBytes(server) - before;
  t.diagnostic(`${count} slow readers: p99 of others ${p99Ms.toFixed(1)} ms, ${(grown / 1048576).toFixed(1)} MiB more`);
  assert.ok(p99Ms < patientMs, `others waited ${p99Ms} ms`);
  if (!sanitized) assert.ok(grown < count * 1_048_576 + 32 * 1024 * 1024, `${grown} bytes more`);
  for (const client of slow) client.socket.io.engine.transport.ws._socket.resume();
  const got = (client) => client.all("message:new").map(({ message }) => message.id);
  await until(() => slow.every((client) => got(client).length >= messages), { ms: 240_000, what: () => `all ${messages}; ${slow.map((client) => got(client).length)}` });
  for (const client of slow) assert.deepEqual(got(client), sent, "each once, in order");
});

test("threat 28: a crowd that loses its connections at once is back, resumed, within 30 s, and others are served", { timeout: 400_000 }, async (t) => {
  const count = soak ? 10_000 : 600;
  const server = await serve(t, { rateScale: 0, args: ["--presence-grace-ms", "60000"] });
  const ada = await server.connect({ name: unique("ada") });
  const tokens = []; // a few people with many windows each, so that the crowd's own coming is no crowd of news
  for (let i = 0; i < 30; i++) tokens.push((await server.http("POST", "/api/session", { json: { name: unique("p") } })).body.token);
  const people = Array.from({ length: count }, (_, i) => ({ token: tokens[i % tokens.length] }));
  await crowd(count, 100, async (i) => {
    const person = people[i];
    person.mini = new Mini(server);
    await person.mini.join({ token: person.token });
    await until(() => person.mini.resumption, { ms: 60_000, what: () => `ready of connection ${i}` });
    person.resumption = person.mini.resumption;
  });
  // Who is turned away tries again, as any client does: while the old connections are not yet closed, there may be more than descriptors.
  const comeBack = (person) => {
    const mini = (person.mini = new Mini(server));
    mini.socket.on("close", () => mini.isResumed || comeBack(person));
    void mini.join({ token: person.token, ...person.resumption }).catch(() => {});
  };
  for (const { mini } of people) mini.close();
  const missed = await ada.send("general", "while all were away");
  const p99 = await bystander(server);
  const began = performance.now();
  for (const person of people) comeBack(person);
  await until(() => people.every(({ mini }) => mini.isResumed), { ms: soak ? 30_000 : 120_000, what: () => `all ${count} back; ${people.filter(({ mini }) => mini.isResumed).length} are` });
  const tookMs = performance.now() - began;
  const p99Ms = await p99();
  t.diagnostic(`${count} back in ${tookMs.toFixed(0)} ms, p99 of others ${p99Ms.toFixed(1)} ms`);
  assert.ok(p99Ms < (soak ? 1000 : 10_000), `others waited ${p99Ms} ms`);
  await until(() => people.every(({ mini }) => mini.text.includes(`"id":${missed.id},`)), { what: () => "what all have missed" });
  for (const { mini } of people) mini.close();
});
