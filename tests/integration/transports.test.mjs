// transports.test.mjs: stock clients over polling, WebSocket and the upgrade, on several workers; CORS.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serve, Server, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const server = await serve({ after }, { workers: 2 });

test("the handshake says what the server takes", async () => {
  const answer = await server.http("GET", "/socket.io/?EIO=4&transport=polling");
  assert.equal(answer.text[0], "0");
  const { sid, ...rest } = JSON.parse(answer.text.slice(1));
  assert.deepEqual(rest, { upgrades: ["websocket"], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 131_072 });
  assert.match(sid, /^[\w-]{20,}$/);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.headers.get("set-cookie"), null);
});

test("clients that only poll chat with each other, on whichever worker their requests arrive", async () => {
  const people = await Promise.all(Array.from({ length: 8 }, () => server.connect({ name: unique("poll") }, { transports: ["polling"] })));
  const sent = await Promise.all(people.flatMap((client, p) => Array.from({ length: 10 }, (_, i) => client.send("general", `${p}:${i}`))));
  for (const client of people) {
    await until(() => client.all("message:new").length === sent.length, { what: () => `80 messages, got ${client.all("message:new").length}` });
  }
  assert.deepEqual(people.flatMap((client) => client.disconnects), []);
  assert.deepEqual(people.map((client) => client.socket.io.engine.transport.name), people.map(() => "polling"));
});

test("an upgrade in the middle of talk loses nothing and doubles nothing", async () => {
  const writer = await server.connect({ name: unique("writer") });
  const { room } = await writer.ok("room:create", { name: unique("upgrade") });
  const readers = await Promise.all(Array.from({ length: 6 }, async () => {
    const client = await server.connect({ name: unique("reader") }, { transports: ["polling", "websocket"] });
    await client.ok("room:join", { room: room.id });
    return client;
  }));
  for (let i = 0; i < 100; i++) await writer.send(room.id, `${i}`);
  const late = server.client({ name: unique("late") }, { transports: ["polling", "websocket"] });
  await late.ready();
  await late.ok("room:join", { room: room.id });
  await writer.send(room.id, "last");
  for (const client of [...readers, late]) {
    await client.wait("message:new", (payload) => payload.message.body === "last");
    await until(() => client.socket.io.engine.transport.name === "websocket", { what: () => "the upgrade" });
    const got = client.all("message:new", (payload) => payload.message.room === room.id).map((payload) => payload.message.seq);
    assert.deepEqual(got, Array.from({ length: got.length }, (_, i) => got[0] + i), "no hole, nothing twice");
  }
  for (const client of readers) assert.equal(client.all("message:new", (payload) => payload.message.room === room.id).length, 101);
});

test("a client can leave the namespace and come back on the same connection", async () => {
  const raw = await server.raw();
  await raw.join({ name: unique("again") });
  raw.send("41");
  raw.frames.length = 0;
  await raw.join({ name: unique("again") });
  assert.equal(raw.closed, null);
});

test("an unknown namespace is refused, and the connection stays", async () => {
  const raw = await server.raw();
  raw.send("40/admin,{}");
  assert.equal(await raw.next("44/admin,"), '44/admin,{"message":"Invalid namespace"}');
  await raw.join({ name: unique("stays") });
});

test("a poll body above 128 KiB is 413", async () => {
  const { sid } = JSON.parse((await server.http("GET", "/socket.io/?EIO=4&transport=polling")).text.slice(1));
  const answer = await server.http("POST", `/socket.io/?EIO=4&transport=polling&sid=${sid}`, { body: "4".repeat(131_073), headers: { "content-type": "text/plain" } });
  assert.equal(answer.status, 413);
});

test("an unknown sid and a wrong version are refused with the right codes", async () => {
  const cases = [["EIO=4&transport=polling&sid=abc", 1], ["EIO=4&transport=telegraph", 0], ["EIO=3&transport=polling", 5]];
  for (const [query, code] of cases) {
    const answer = await server.http("GET", `/socket.io/?${query}`);
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [400, code], query);
  }
});

test("threat 50: without a list of origins there are no CORS headers", async () => {
  const answer = await server.http("GET", "/socket.io/?EIO=4&transport=polling", { headers: { origin: "http://app.example" } });
  assert.equal(answer.headers.get("access-control-allow-origin"), null);
});

test("threat 50: an origin that is allowed may use polling from elsewhere", async (t) => {
  const own = new Server({ args: ["--cors-origin", "http://app.example"] });
  t.after(() => own.close());
  await own.start();
  const path = "/socket.io/?EIO=4&transport=polling";
  const preflight = await own.http("OPTIONS", path, { headers: { origin: "http://app.example", "access-control-request-method": "POST", "access-control-request-headers": "content-type" } });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get("access-control-allow-methods"), /POST/);
  for (const [origin, allowed] of [["http://app.example", "http://app.example"], ["http://evil.example", null]]) {
    const answer = await own.http("GET", path, { headers: { origin } });
    assert.equal(answer.headers.get("access-control-allow-origin"), allowed, origin);
    assert.match(answer.headers.get("vary") ?? "", /origin/i);
  }
});

test("ten connections of one person get the same events", async () => {
  const first = await server.connect({ name: unique("many") });
  const { token } = await first.ready();
  const others = await Promise.all(Array.from({ length: 9 }, (_, i) => server.connect({ token }, { transports: [i % 2 ? "polling" : "websocket"] })));
  const message = await first.send("general", "to all of me");
  for (const client of [first, ...others]) await client.wait("message:new", (payload) => payload.message.id === message.id);
});
