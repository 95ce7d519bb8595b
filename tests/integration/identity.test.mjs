// identity.test.mjs: who a connection is: guests, tokens, cookies, sessions, names.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { get as httpGet } from "node:http";
import { after, test } from "node:test";
import { serve, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const server = await serve({ after });

// A guest made over HTTP: {user, token, cookie}.
async function guest(name = unique("guest")) {
  const answer = await server.http("POST", "/api/session", { json: { name } });
  assert.equal(answer.status, 200);
  return { ...answer.body, cookie: answer.headers.get("set-cookie").split(";")[0], setCookie: answer.headers.get("set-cookie") };
}

// What an upgrade with these headers is answered: 101, or a status of HTTP.
function upgradeStatus(headers) {
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
  return new Promise((resolve, reject) => {
    const request = httpGet(`${server.url}/socket.io/?EIO=4&transport=websocket`, { headers: { ...headers, ...upgrade } });
    const answered = (response, socket) => {
      (socket ?? response.socket).destroy();
      resolve(response.statusCode);
    };
    request.on("response", answered).on("upgrade", answered).on("error", reject);
  });
}

test("a new guest is told who he is, where he is and what the limits are", async () => {
  const name = unique("ada");
  const ready = await (await server.connect({ name })).ready();
  assert.deepEqual([ready.me.name, ready.me.kind, ready.me.role, ready.me.status], [name, "guest", "guest", "online"]);
  assert.match(ready.token, /^ply_s_[A-Za-z0-9_-]{43}$/);
  assert.deepEqual([ready.resumed, ready.users], [false, []]);
  assert.deepEqual(ready.server.limits, { body_bytes: 16384, payload_bytes: 131072, upload_bytes: 26214400, history: 200, attachments: 10 });
  assert.ok(Math.abs(ready.server.now - Date.now()) < 60_000);
  assert.deepEqual(ready.rooms.map((room) => [room.slug, room.me.role, room.me.unread]), [["general", "member", 0]]);
});

test("ready is the first event of a connection, and comes once", async () => {
  const client = await server.connect({ name: unique("ada") });
  await client.send("general", "hello");
  await client.wait("message:new");
  assert.equal(client.events[0].event, "ready");
  assert.equal(client.all("ready").length, 1);
});

test("the token brings back the same person, without a new token", async () => {
  const first = await (await server.connect({ name: unique("ada") })).ready();
  const again = await (await server.connect({ token: first.token })).ready();
  assert.equal(again.me.id, first.me.id);
  assert.equal(again.token, undefined);
});

test("threat 54: a bad token is refused, whatever else is there", async () => {
  const good = await guest();
  for (const token of ["", "x", "ply_s_", `ply_s_${"A".repeat(43)}`, good.token.slice(0, -1), `${good.token}A`]) {
    const refused = await server.client({ token, name: unique("ada") }, { extraHeaders: { cookie: good.cookie } }).refused();
    assert.equal(refused.code, "unauthorized", token);
  }
});

test("a connection without any identity is refused", async () => {
  assert.equal((await server.client({}).refused()).code, "unauthorized");
  assert.equal((await server.client(undefined).refused()).code, "unauthorized");
});

test("a taken name is a conflict, and the suggestion is free", async () => {
  const name = unique("ada");
  await server.connect({ name });
  const refused = await server.client({ name }).refused();
  assert.equal(refused.code, "conflict");
  assert.notEqual(refused.suggestion, name);
  assert.equal((await server.connect({ name: refused.suggestion })).me.name, refused.suggestion);
});

test("threat 33, 59: names are unique under case folding and NFKC", async () => {
  const name = unique("straße");
  await server.connect({ name });
  for (const same of [name.toUpperCase(), name.replace("ß", "ss"), name.replace("s", "\uff53")]) {
    assert.equal((await server.client({ name: same }).refused()).code, "conflict", same);
  }
});

const badNames = ["", " ", "a b", "a".repeat(33), "...", "_-.", "admin", "Administrator", "SYSTEM", "server", "parley", "everyone", "here", "room", "all",
  "a\u0000b", "a\u202eb", "a@b", "a/b", "<b>", "\u0430dа" + "m", "p\u0430ypal", 7, true, ["ada"], { a: 1 }];
for (const name of badNames) {
  test(`threat 33, 34: the name ${JSON.stringify(name)} is refused over the socket and over HTTP`, async () => {
    const refused = await server.client({ name }).refused();
    assert.deepEqual([refused.code, refused.field], ["bad_request", "name"]);
    const answer = await server.http("POST", "/api/session", { json: { name } });
    assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.field], [400, "bad_request", "name"]);
  });
}

for (const name of ["zoë", "日本語", "Ελένη", "x.y-z_1", "नमस्ते", "a".repeat(32)]) {
  test(`the name ${name} is taken as it is`, async () => {
    assert.equal((await server.connect({ name })).me.name, name);
  });
}

test("a guest made over HTTP gets a cookie that only the server reads", async () => {
  const { user, setCookie, token } = await guest();
  assert.equal(user.kind, "guest");
  assert.match(setCookie, /^parley_session=ply_s_/);
  for (const part of ["HttpOnly", "SameSite=Lax", "Path=/"]) assert.ok(setCookie.includes(part), part);
  assert.ok(!/secure/i.test(setCookie), "over plain http there is no Secure");
  assert.equal((await server.connect({ token })).me.id, user.id);
});

test("GET /api/session knows the cookie and the bearer token, and nobody else", async () => {
  const { user, token, cookie } = await guest();
  assert.equal((await server.http("GET", "/api/session", { headers: { cookie } })).body.user.id, user.id);
  assert.equal((await server.http("GET", "/api/session", { token })).body.user.id, user.id);
  for (const headers of [{}, { cookie: "parley_session=x" }, { authorization: "Bearer x" }, { authorization: "Basic eDp5" }]) {
    const answer = await server.http("GET", "/api/session", { headers });
    assert.deepEqual([answer.status, answer.body.error.code], [401, "unauthorized"]);
  }
});

test("the cookie of the handshake identifies a socket, from the server's own origin or none", async () => {
  const { user, cookie } = await guest();
  assert.equal((await server.connect({}, { extraHeaders: { cookie } })).me.id, user.id);
  assert.equal((await server.connect({}, { extraHeaders: { cookie, origin: server.url } })).me.id, user.id);
});

test("threat 48: a page of another origin is refused before anything else when the browser adds the cookie", async () => {
  const { cookie, token } = await guest();
  for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1"]) {
    const poll = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: { cookie, origin } });
    assert.equal(poll.status, 403, origin);
    assert.equal((await poll.json()).code, 4);
    assert.equal((await upgradeStatus({ cookie, origin })), 403, origin);
  }
  assert.equal(await upgradeStatus({ origin: "http://evil.example" }), 101, "without the cookie an origin proves nothing and costs nothing");
  assert.ok(await server.connect({ token }, { extraHeaders: { origin: "http://evil.example" } }));
});

test("a stale cookie is passed over when a name is given, and refused alone", async () => {
  const extraHeaders = { cookie: `parley_session=ply_s_${"B".repeat(43)}` };
  assert.equal((await server.client({}, { extraHeaders }).refused()).code, "unauthorized");
  const name = unique("ada");
  assert.equal((await server.connect({ name }, { extraHeaders })).me.name, name);
});

test("the token goes before the cookie", async () => {
  const [a, b] = [await guest(), await guest()];
  assert.equal((await server.connect({ token: a.token }, { extraHeaders: { cookie: b.cookie } })).me.id, a.user.id);
});

test("threat 49: a change with the cookie must come from the server's own origin", async () => {
  const { cookie } = await guest();
  const post = (headers) => server.http("POST", "/api/rooms/general/messages", { json: { body: "hello" }, headers: { cookie, ...headers } });
  assert.equal((await post({ origin: "http://evil.example" })).status, 403);
  assert.equal((await post({ origin: server.url })).status, 201);
  assert.equal((await post({})).status, 201);
});

test("threat 53: logging out ends the session: its sockets close and its token is void", async () => {
  const { token } = await guest();
  const client = await server.connect({ token }, { reconnection: false });
  assert.equal((await server.http("DELETE", "/api/session", { token })).status, 204);
  assert.equal((await client.wait("notice")).code, "session_ended");
  await until(() => client.disconnects.length > 0, { what: () => "the socket to close" });
  assert.equal((await server.http("GET", "/api/session", { token })).status, 401);
  assert.equal((await server.client({ token }).refused()).code, "unauthorized");
});

test("threat 53: a person sees the sessions and can end the others", async () => {
  const name = unique("ada");
  const first = await server.connect({ name }, { extraHeaders: { "user-agent": "one" } });
  const { token } = await first.ready();
  const { sessions } = await first.ok("session:list", {});
  assert.deepEqual(sessions.map((session) => [session.current, session.agent, session.address]), [[true, "one", "127.0.0.1"]]);
  assert.ok(!JSON.stringify(sessions).includes(token));
  await first.ok("session:revoke", { others: true });
  await first.ok("session:list", {});
  await first.fails("session:revoke", { session: 999_999 }, "not_found");
  await first.ok("session:revoke", { session: sessions[0].id });
  await until(() => first.disconnects.length > 0, { what: () => "the revoked session's socket to close" });
  assert.equal((await server.client({ token }).refused()).code, "unauthorized");
});

test("a new display name and colour reach those who share a room", async () => {
  const [ada, bob] = [await server.connect({ name: unique("ada") }), await server.connect({ name: unique("bob") })];
  const { user } = await ada.ok("user:rename", { display_name: "  Ada Lovelace ", color: "#3b6ea5" });
  assert.deepEqual([user.display_name, user.color], ["Ada Lovelace", "#3b6ea5"]);
  const changed = await bob.wait("user:changed", (payload) => payload.user.id === ada.me.id);
  assert.equal(changed.user.display_name, "Ada Lovelace");
  await ada.fails("user:rename", {}, "bad_request");
  await ada.fails("user:rename", { display_name: "x\u202ey" }, "bad_request", "display_name");
  const message = await ada.send("general", "as myself");
  assert.equal(message.author.display_name, "Ada Lovelace");
});

test("people are found by the beginning of a name, page by page", async () => {
  const stem = unique("zz");
  const names = [`${stem}a`, `${stem}b`, `${stem}c`];
  for (const name of names) await server.connect({ name });
  const client = server.clients.at(-1);
  const first = await client.ok("user:list", { query: stem.toUpperCase(), limit: 2 });
  assert.deepEqual([first.users.map((user) => user.name), first.more], [names.slice(0, 2), true]);
  const rest = await client.ok("user:list", { query: stem, limit: 2, after: first.users[1].id });
  assert.deepEqual([rest.users.map((user) => user.name), rest.more], [names.slice(2), false]);
});

test("threat 55: neither tokens nor texts stand in the log", async () => {
  const client = await server.connect({ name: unique("ada") });
  const { token } = await client.ready();
  await client.send("general", "a very private sentence");
  assert.ok(server.log.length > 0);
  assert.ok(!server.log.includes(token.slice(6)));
  assert.ok(!server.log.includes("very private"));
});
