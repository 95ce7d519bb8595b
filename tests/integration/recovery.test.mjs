// recovery.test.mjs: nothing is lost and nothing comes twice: cuts, restarts, kill -9, new processes.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { nonce } from "../support/client.mjs";
import { Server, serve, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const server = await serve({ after });
const person = (stem = "ada", options) => server.connect({ name: unique(stem) }, options);
const bodies = (client, room) => client.all("message:new", (payload) => payload.message.room === room).map((payload) => payload.message.body);

async function pair(options) {
  const [ada, bob] = [await person(), await person("bob", options)];
  const { room } = await ada.ok("room:create", { name: unique("talk") });
  await bob.ok("room:join", { room: room.id });
  return [ada, bob, room];
}

for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
  test(`a stock client over ${transports} gets what it missed, once and in order`, async () => {
    const [ada, bob, room] = await pair({ transports });
    const { id } = bob.socket;
    await ada.send(room.id, "before");
    await bob.wait("message:new", (payload) => payload.message.room === room.id);
    bob.away();
    for (const body of ["one", "two", "three"]) await ada.send(room.id, body);
    const ready = await bob.back();
    await ada.send(room.id, "after");
    await bob.wait("message:new", (payload) => payload.message.body === "after");
    assert.deepEqual([bob.socket.recovered, bob.socket.id, ready.resumed, ready.token], [true, id, true, undefined]);
    assert.deepEqual(bodies(bob, room.id), ["before", "one", "two", "three", "after"]);
  });
}

test("ready comes before what was missed, and says from where it goes on", async () => {
  const [ada, bob, room] = await pair();
  const seen = bob.events.findLast((entry) => entry.offset !== undefined);
  bob.away();
  await ada.send(room.id, "missed");
  const from = bob.events.length;
  const ready = await bob.back();
  await bob.wait("message:new", () => true, { from });
  const durable = bob.events.slice(from).filter((entry) => entry.offset !== undefined).map((entry) => entry.event);
  assert.equal(durable[0], "ready");
  assert.equal(ready.pos, Number(seen.offset));
});

test("not only messages are caught up with", async () => {
  const [ada, bob, room] = await pair();
  bob.away();
  await ada.ok("room:update", { room: room.id, topic: "new topic" });
  await ada.ok("user:rename", { display_name: "Countess" });
  const { room: made } = await ada.ok("room:create", { name: unique("made") });
  const from = bob.events.length;
  await bob.back();
  await bob.wait("room:changed", (payload) => payload.room.topic === "new topic", { from });
  await bob.wait("user:changed", (payload) => payload.user.display_name === "Countess", { from });
  await bob.wait("room:new", (payload) => payload.room.id === made.id, { from });
});

test("threat 63: what one may not see is not caught up with", async () => {
  const [ada, bob, room] = await pair();
  const { room: secret } = await ada.ok("room:create", { name: unique("secret"), private: true });
  bob.away();
  await ada.send(secret.id, "whispered");
  await ada.send(room.id, "said");
  await bob.back();
  await bob.wait("message:new", (payload) => payload.message.body === "said");
  assert.ok(!JSON.stringify(bob.events).includes("whispered"));
});

test("a guest by name is the same guest again after a cut", async () => {
  const [, bob] = await pair();
  const { id } = bob.me;
  bob.away();
  await bob.back();
  assert.equal(bob.me.id, id);
  await bob.send("general", "still me");
});

test("recovery succeeds while the old connection still looks alive", async () => {
  const name = unique("bob");
  const old = await server.raw();
  old.send(`40${JSON.stringify({ name })}`);
  const { sid, pid } = JSON.parse((await old.next("40")).slice(2));
  const offset = JSON.parse((await old.next('42["ready"')).slice(2)).at(-1);
  const anew = await server.raw();
  const ready = await anew.join({ name, pid, offset });
  assert.deepEqual([JSON.parse((await anew.next("40")).slice(2)).sid, ready.resumed], [sid, true]);
  await old.ended();
});

test("a pid is worth nothing without the session's token or the guest's name", async () => {
  const bob = await server.raw();
  bob.send(`40${JSON.stringify({ name: unique("bob") })}`);
  const { sid, pid } = JSON.parse((await bob.next("40")).slice(2));
  const [, ready, offset] = JSON.parse((await bob.next('42["ready"')).slice(2));
  const eve = await server.raw();
  const got = await eve.join({ name: unique("eve"), pid, offset });
  assert.deepEqual([got.resumed, got.me.id === ready.me.id], [false, false]);
  assert.notEqual(JSON.parse((await eve.next("40")).slice(2)).sid, sid);
  const nobody = await server.raw();
  nobody.send(`40${JSON.stringify({ pid, offset })}`);
  assert.match(await nobody.next("44"), /unauthorized/);
  assert.equal(bob.closed, null, "bob is left alone");
});

for (const [what, wrong] of [["an unknown pid", { pid: "x".repeat(20) }], ["an offset that is no number", { offset: "abc" }], ["an offset beyond the end", { offset: "999999999" }],
  ["an offset that is no string", { offset: 7 }], ["a pid that is no string", { pid: { a: 1 } }]]) {
  test(`${what} makes an ordinary new connection`, async () => {
    const first = await server.raw();
    const { token } = await first.join({ name: unique("bob") });
    const { pid } = JSON.parse((await first.next("40")).slice(2));
    const again = await server.raw();
    const ready = await again.join({ token, pid, offset: "1", ...wrong });
    assert.equal(ready.resumed, false);
    assert.equal(ready.rooms.length, 1);
  });
}

test("a new process catches up with auth.since", async () => {
  const [ada, bob, room] = await pair();
  const { token } = bob.all("ready")[0];
  const since = bob.events.findLast((entry) => entry.offset).offset;
  bob.close();
  await ada.send(room.id, "one");
  await ada.send(room.id, "two");
  const anew = await server.connect({ token, since: Number(since) });
  await anew.wait("message:new", (payload) => payload.message.body === "two");
  assert.equal((await anew.ready()).resumed, true);
  assert.deepEqual(bodies(anew, room.id), ["one", "two"]);
});

test("a since beyond the log's end is a fresh start", async () => {
  const bob = await person("bob");
  const ready = await (await server.connect({ token: (await bob.ready()).token, since: 999_999_999 })).ready();
  assert.equal(ready.resumed, false);
});

test("sync gives the missed events in pages, and a reset beyond the end", async () => {
  const [ada, bob, room] = await pair();
  const pos = Number(bob.events.findLast((entry) => entry.offset).offset);
  for (let i = 1; i <= 7; i++) await ada.send(room.id, `${i}`);
  await bob.wait("message:new", (payload) => payload.message.body === "7");
  const got = [];
  for (let at = pos, more = true; more;) {
    const page = await bob.ok("sync", { pos: at, limit: 3 });
    assert.ok(page.events.length <= 3);
    assert.ok(page.pos > at || page.events.length === 0);
    got.push(...page.events);
    ({ pos: at, more } = page);
  }
  const live = bob.events.filter((entry) => Number(entry.offset) > pos && entry.event !== "ready").map(({ event, payload }) => ({ event, payload }));
  assert.deepEqual(got, live, "the same events as live");
  assert.deepEqual(await bob.ok("sync", { pos: 999_999_999 }), { reset: true });
});

describe("with more missed than one resumes", () => {
  let room, ada, token, since;
  before(async () => {
    let bob;
    [ada, bob, room] = await pair();
    token = bob.all("ready")[0].token;
    since = Number(bob.events.findLast((entry) => entry.offset).offset);
    bob.close();
    await Promise.all(Array.from({ length: 1001 }, (_, i) => ada.send(room.id, `${i}`)));
  });

  test("a connection starts afresh", async () => {
    const ready = await (await server.connect({ token, since })).ready();
    assert.equal(ready.resumed, false);
    assert.equal(ready.rooms.find((found) => found.id === room.id).me.unread, 1001);
  });

  test("a connection that missed 1,000 resumes", async () => {
    const anew = await server.connect({ token, since: since + 1 });
    assert.equal((await anew.ready()).resumed, true);
    await until(() => bodies(anew, room.id).length === 1000, { what: () => "1,000 messages" });
  });
});

for (const [how, again] of [["a restart", (own) => own.restart()], ["kill -9", async (own) => { await own.kill(); await own.start(); }]]) {
  test(`${how} loses nothing, and clients come back by themselves`, async (t) => {
    const own = new Server();
    t.after(() => own.close());
    await own.start();
    const [ada, bob] = [await own.connect({ name: "ada" }), await own.connect({ name: "bob" }, { transports: ["polling"] })];
    const ids = [ada.me.id, bob.me.id];
    const { room } = await ada.ok("room:create", { name: "Survivors" });
    await bob.ok("room:join", { room: room.id });
    const sent = { room: room.id, body: "acked", nonce: nonce() };
    const { message } = await ada.ok("message:send", sent);
    await bob.wait("message:new");
    const ready = Promise.all([ada.ready(2), bob.ready(2)]);
    await again(own);
    assert.deepEqual((await ready).map((payload) => [payload.me.id, payload.resumed]), ids.map((id) => [id, true]));
    assert.deepEqual((await ada.ok("message:send", sent)).message, message, "the nonce is remembered");
    await ada.send(room.id, "later");
    await bob.wait("message:new", (payload) => payload.message.body === "later");
    assert.deepEqual(bodies(bob, room.id), ["acked", "later"]);
    assert.deepEqual((await bob.ok("message:history", { room: room.id })).messages.map((one) => one.seq), [1, 2]);
    assert.ok(!ada.disconnects.includes("io server disconnect"), "a server that stops never sends 41");
  });
}

test("under cuts at any moment every message comes exactly once", async () => {
  const [ada, bob, room] = await pair();
  let sent = 0;
  let sending = true;
  const writer = (async () => {
    while (sent < 300 || bob.disconnects.length < 8) await ada.send(room.id, `${sent++}`);
    sending = false;
  })();
  for (let times = 2; sending; times++) {
    bob.cut();
    await bob.ready(times);
  }
  await writer;
  await until(() => bodies(bob, room.id).length >= sent, { what: () => `${sent} messages` });
  assert.deepEqual(bodies(bob, room.id), Array.from({ length: sent }, (_, i) => `${i}`));
});
