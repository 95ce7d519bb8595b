// limits.test.mjs: how much one address, one session and one person may take, and whose address it is.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { get, serve, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

// A new guest by HTTP through a proxy that says so: the status.
async function guestThrough(server, forwarded) {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  return (await server.http("POST", "/api/session", { json: { name: unique("guest") }, headers })).status;
}

async function statuses(count, make) {
  const found = [];
  for (let i = 0; i < count; i++) found.push(await make(i));
  return found;
}

const many = (status, count) => Array(count).fill(status);

test("threat 71: X-Forwarded-For counts from a trusted proxy alone, and there from the right", async (t) => {
  const proxied = await serve(t, { rateScale: 1, args: ["--trusted-proxies", "127.0.0.1,10.0.0.0/8"] });
  assert.deepEqual(await statuses(12, () => guestThrough(proxied, "203.0.113.9")), [...many(200, 10), 429, 429], "ten an hour");
  assert.deepEqual(await statuses(3, (i) => guestThrough(proxied, `198.51.100.${i}, 203.0.113.9`)), many(429, 3), "what the client wrote in front");
  assert.deepEqual(await statuses(3, (i) => guestThrough(proxied, `127.0.0.1, 203.0.113.9, 10.0.0.${i}`)), many(429, 3), "proxies of ours behind him");
  assert.equal(await guestThrough(proxied, "203.0.113.10"), 200, "his neighbour");
  const ada = await proxied.connect({ name: unique("ada") }, { extraHeaders: { "x-forwarded-for": "192.0.2.1, 203.0.113.77" } });
  assert.equal((await ada.ok("session:list", {})).sessions[0].address, "203.0.113.77");

  const direct = await serve(t, { rateScale: 1 });
  assert.deepEqual(await statuses(12, () => guestThrough(direct, "203.0.113.9")), many(200, 12), "loopback, whatever it says");
  const ben = await direct.connect({ name: unique("ben") }, { extraHeaders: { "x-forwarded-for": "203.0.113.77" } });
  assert.equal((await ben.ok("session:list", {})).sessions[0].address, "127.0.0.1");
});

test("threat 59: one /64 of IPv6 is one address, and guests are counted over sockets and HTTP together", async (t) => {
  const server = await serve(t, { rateScale: 1, args: ["--trusted-proxies", "127.0.0.1"] });
  assert.deepEqual(await statuses(8, (i) => guestThrough(server, `2001:db8:1:2::${i + 1}`)), many(200, 8));
  for (const i of [1, 2]) await server.connect({ name: unique("ada") }, { extraHeaders: { "x-forwarded-for": `2001:db8:1:2:ffff::${i}` } });
  const refused = await server.client({ name: unique("ada") }, { extraHeaders: { "x-forwarded-for": "2001:db8:1:2:3:4:5:6" } }).refused();
  assert.equal(refused.code, "rate_limited");
  assert.ok(refused.retry_after_ms > 0);
  assert.equal(await guestThrough(server, "2001:db8:1:2::9"), 429);
  assert.equal(await guestThrough(server, "2001:db8:1:3::9"), 200, "the next customer");
});

// An open connection that says nothing, and whether it was closed.
function silent(server) {
  const socket = connect(server.port, "127.0.0.1");
  const connection = { socket, text: "", closed: false };
  socket.on("data", (data) => (connection.text += data.toString("latin1")));
  socket.on("error", () => {});
  socket.on("close", () => (connection.closed = true));
  connection.opened = once(socket, "connect");
  return connection;
}

// What a request on a fresh connection is answered.
const fresh = (server) => get(`${server.url}/healthz`);

test("threat 25: an address has so many connections over all workers; one more is answered 503 and closed", async (t) => {
  const server = await serve(t, { rateScale: 1, args: ["--connections-per-address", "20"] });
  const ada = await server.connect({ name: unique("ada") });
  const flood = Array.from({ length: 60 }, () => silent(server));
  t.after(() => flood.forEach(({ socket }) => socket.destroy()));
  await until(() => flood.filter(({ closed }) => closed).length === 41, { what: () => `41 of 60 turned away (${flood.filter(({ closed }) => closed).length})` });
  for (const { text } of flood.filter(({ closed }) => closed)) assert.match(text, /^HTTP\/1\.1 503 [^]*\r\nRetry-After: [1-9]/);
  assert.equal((await fresh(server)).status, 503);
  await ada.send("general", "the old are served");
  flood.filter(({ closed }) => !closed)[0].socket.destroy();
  await until(async () => (await fresh(server)).status === 200, { what: () => "room again" });
});

test("loopback is free of the bound by address unless it is asked for", async (t) => {
  const server = await serve(t, { rateScale: 1 });
  const many = Array.from({ length: 300 }, () => silent(server));
  t.after(() => many.forEach(({ socket }) => socket.destroy()));
  await Promise.all(many.map(({ opened }) => opened));
  assert.equal((await fresh(server)).status, 200);
});

test("threat 25: who has not said who he is takes a tenth of the descriptors and no more", async (t) => {
  const server = await serve(t, { rateScale: 1, workers: 1, launcher: ["prlimit", "--nofile=1000"], args: ["--connections-per-address", "900"] });
  const clients = []; // who polls opens new connections, and is a stranger on each until it has asked
  for (const transports of [["websocket"], ["polling", "websocket"]]) clients.push(await server.connect({ name: unique("ada") }, { transports }));
  await until(() => clients.every(({ socket }) => socket.io.engine.transport.name === "websocket"), { what: () => "the upgrade" });
  const strangers = Array.from({ length: 150 }, () => silent(server));
  t.after(() => strangers.forEach(({ socket }) => socket.destroy()));
  await until(() => strangers.filter(({ closed }) => closed).length >= 50, { what: () => "a third turned away" });
  assert.ok(strangers.filter(({ closed }) => !closed).length >= 95, "the others may stay");
  assert.equal((await fresh(server)).status, 503);
  for (const client of clients) await client.send("general", "we are known");
  for (const { socket } of strangers) socket.destroy();
  await until(async () => (await fresh(server)).status === 200, { what: () => "room again" });
});

test("a session has 16 connections; the next is told to wait, and the others stay", async (t) => {
  const server = await serve(t, { rateScale: 1 });
  const { token } = (await server.connect({ name: unique("ada") })).all("ready")[0];
  const more = [];
  for (let i = 1; i < 16; i++) more.push(await server.connect({ token }));
  const refused = await server.client({ token }).refused();
  assert.equal(refused.code, "rate_limited");
  assert.ok(refused.retry_after_ms > 0);
  more.pop().close();
  await until(async () => {
    const one = server.client({ token });
    await until(() => one.all("ready").length + one.refusals.length > 0, { what: () => "ready, or a refusal" });
    const came = one.all("ready").length > 0;
    one.close();
    return came;
  }, { what: () => "room again" });
});

test("threat 30: who does not listen to limits is told to slow down and shown out, and nobody else notices", async (t) => {
  const server = await serve(t, { rateScale: 1 });
  const ben = await server.connect({ name: unique("ben") });
  const flooder = await server.raw();
  flooder.send(`40${JSON.stringify({ name: unique("eve") })}`);
  await flooder.next('42["ready"');
  for (let i = 0; i < 3000; i++) flooder.send(`421["typing",{"room":"general","on":${i % 2 === 0}}]`);
  assert.match(await flooder.next('42["notice"'), /"code":"slow_down"/);
  await flooder.ended();
  await ben.send("general", "still fine");
  assert.ok(ben.all("typing").length < 15, `${ben.all("typing").length} marks of typing arrived`);
});
