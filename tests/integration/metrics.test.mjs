// metrics.test.mjs: GET /metrics on the running server: who may read it, and that each number moves as it should.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { nonce } from "../support/client.mjs";
import { get, serve, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const TOKEN = "a-token-of-the-tests";

// The numbers by name, workers added up; those with another label by `name{label}`.
async function scrape(server) {
  const { status, headers, text } = await get(`${server.url}/metrics`);
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  const numbers = {};
  for (const line of text.split("\n").filter((line) => line && !line.startsWith("#"))) {
    const [, name, labels = "", value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? assert.fail(`no metric: ${line}`);
    const others = labels.split(",").filter((label) => label && !label.startsWith("worker=")).join();
    const key = others ? `${name}{${others}}` : name;
    numbers[key] = (numbers[key] ?? 0) + Number(value);
  }
  return numbers;
}

const changes = (before, after) => (name) => after[name] - before[name];

test("it is for this machine, or for who has the token; for others there is no such page", async (t) => {
  const server = await serve(t, { args: ["--metrics-token", TOKEN] });
  const ask = async (headers) => (await get(`${server.url}/metrics`, { headers })).status;
  assert.equal(await ask({}), 200);
  assert.equal(await ask({ "x-forwarded-for": "203.0.113.9" }), 404);
  assert.equal(await ask({ host: "chat.example" }), 404);
  assert.equal(await ask({ host: "chat.example", authorization: "Bearer a-token-of-the-testt" }), 404);
  assert.equal(await ask({ host: "chat.example", authorization: `Bearer ${TOKEN}` }), 200);
  const nothing = await get(`${server.url}/metrics`, { headers: { "x-forwarded-for": "203.0.113.9" } });
  assert.equal(nothing.text, (await get(`${server.url}/api/nothing`)).text, "the same answer as for any other path");
  assert.doesNotMatch(server.log, new RegExp(TOKEN));
});

test("every metric has a help and a type, once, before its numbers", async (t) => {
  const server = await serve(t);
  const { text } = await get(`${server.url}/metrics`);
  let current = null;
  const seen = new Set();
  for (const line of text.trim().split("\n")) {
    if (line.startsWith("# HELP ")) {
      current = line.split(" ")[2];
      assert.ok(!seen.has(current), `${current} twice`);
      seen.add(current);
    } else if (line.startsWith("# TYPE ")) {
      assert.match(line, new RegExp(`^# TYPE ${current} (counter|gauge|histogram)$`));
    } else {
      assert.match(line.replace(/_(bucket|sum|count)(?=[{ ])/, ""), new RegExp(`^${current}[{ ]`));
    }
  }
  assert.ok(seen.size > 30);
});

test("people and messages are counted as they come and go", async (t) => {
  const server = await serve(t);
  const before = await scrape(server);
  const ada = await server.connect({ name: unique("ada") });
  const ben = await server.connect({ name: unique("ben") }, { transports: ["polling"] });
  const there = await scrape(server);
  const came = changes(before, there);
  assert.equal(came("parley_clients"), 2);
  assert.equal(came("parley_sessions"), 2);
  assert.equal(came("parley_users"), 2);
  assert.ok(came("parley_connections") >= 1);

  const room = "general";
  for (let i = 0; i < 5; i++) await ada.ok("message:send", { room, body: `number ${i}`, nonce: nonce() });
  await ben.wait("message:new", ({ message }) => message.body === "number 4");
  await ada.wait("message:new", ({ message }) => message.body === "number 4");
  const said = changes(there, await scrape(server));
  assert.equal(said("parley_messages_total"), 5);
  assert.ok(said("parley_facts_total") >= 5);
  assert.ok(said("parley_events_delivered_total") >= 10, "five messages, two readers");
  assert.equal(said('parley_answers_total{code="ok"}'), 5);
  assert.ok(said("parley_received_bytes_total") > 100 && said("parley_sent_bytes_total") > 1000);
  assert.ok(said("parley_websocket_messages_received_total") >= 5 && said("parley_frames_queued_total") >= 10);
  const commits = said("parley_commit_seconds_count");
  assert.ok(commits >= 1 && commits <= said("parley_batch_requests_count"), `${commits} commits`);
  assert.equal(said('parley_commit_seconds_bucket{le="+Inf"}'), commits);
  assert.ok(said("parley_commit_seconds_sum") > 0);
  assert.ok(said("parley_batch_requests_sum") >= 5);
  assert.ok(said("parley_worker_turn_seconds_count") >= 5);
  assert.ok((await scrape(server)).parley_wal_bytes > 0);

  ada.close();
  ben.close();
  await until(async () => (await scrape(server)).parley_clients === before.parley_clients, { what: () => "the clients to be gone" });
  await until(async () => (await scrape(server)).parley_sessions === before.parley_sessions, { what: () => "their sessions to be over" });
  assert.equal((await scrape(server)).parley_users, there.parley_users, "people stay known");
});

test("refusals are counted by their code, over sockets and HTTP", async (t) => {
  const server = await serve(t, { rateScale: 1 });
  const before = await scrape(server);
  const ada = await server.connect({ name: unique("ada") });
  await ada.fails("message:send", { room: "general", nonce: nonce() }, "bad_request");
  assert.equal((await server.http("GET", "/api/rooms")).status, 401);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ada.call("message:send", { room: "general", body: `${i}`, nonce: nonce() })));
  const limited = answers.filter((answer) => answer.error?.code === "rate_limited").length;
  const told = changes(before, await scrape(server));
  assert.ok(limited > 0);
  assert.equal(told('parley_answers_total{code="rate_limited"}'), limited);
  assert.equal(told('parley_answers_total{code="bad_request"}'), 1);
  assert.equal(told('parley_answers_total{code="unauthorized"}'), 1);
});

test("who does not read fills an outbox, is closed, and both are seen", async (t) => {
  const server = await serve(t);
  const slow = await server.raw();
  await slow.join({ name: unique("slow") });
  slow.socket._socket.pause();
  const ada = await server.connect({ name: unique("ada") });
  let most = 0;
  for (let i = 0; (await scrape(server)).parley_connections_closed_slow_total === 0; i++) {
    assert.ok(i < 400, "it was never closed");
    await Promise.all(Array.from({ length: 20 }, () => ada.ok("message:send", { room: "general", body: "x".repeat(15_000), nonce: nonce() })));
    most = Math.max(most, (await scrape(server)).parley_outbox_bytes);
  }
  assert.ok(most > 100_000, `an outbox of ${most} bytes`);
  await until(async () => (await scrape(server)).parley_outbox_bytes < 100_000, { what: () => "the outbox to be gone" });
});

test("counters begin at zero with the server; what is kept is there", async (t) => {
  const server = await serve(t);
  const ada = await server.connect({ name: unique("ada") });
  await ada.ok("message:send", { room: "general", body: "before", nonce: nonce() });
  const first = await scrape(server);
  assert.equal(first.parley_messages_total, 1);
  await server.restart();
  const second = await scrape(server);
  assert.equal(second.parley_messages_total, 0);
  assert.equal(second.parley_users, first.parley_users, "but what is kept is there");
  assert.ok(second.process_start_time_seconds > first.process_start_time_seconds);
  assert.ok(second.process_resident_memory_bytes > 1_000_000);
});
