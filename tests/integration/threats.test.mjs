// threats.test.mjs: what strangers, guests and broken clients try at the edge of the real server, row by row of the threat table
// (tools/threats.py). Each time: a precise answer or a close, no 5xx, nobody else notices.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { nonce } from "../support/client.mjs";
import { get, serve, unique } from "../support/server.mjs";
import { PROMPT_MS, until } from "../support/wait.mjs";

const server = await serve({ after });
const witness = await server.connect({ name: unique("witness") });
const talker = await server.connect({ name: unique("talker") });
const host = `127.0.0.1:${server.port}`;
const separator = "\x1e";

// Whatever a test does, others talk on.
afterEach(async () => {
  const { id } = await talker.send("general", "still here");
  await witness.wait("message:new", ({ message }) => message.id === id);
  assert.deepEqual([...witness.disconnects, ...talker.disconnects], []);
});

// Everything that comes back for these bytes on a connection of its own, once it is closed or silent for a while.
const answer = (bytes, { port = server.port, quietMs = 1000 } = {}) => new Promise((done) => {
  let text = "";
  const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
  const finish = () => { socket.destroy(); done(text); };
  let timer = setTimeout(finish, 10_000);
  socket.on("data", (data) => { text += data.toString("latin1"); clearTimeout(timer); timer = setTimeout(finish, quietMs); });
  socket.on("error", () => {});
  socket.on("close", () => { clearTimeout(timer); done(text); });
});

const statusOf = (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
const guest = async (name = unique("guest"), headers = {}) => {
  const made = await server.http("POST", "/api/session", { json: { name }, headers });
  return { ...made.body, status: made.status, cookie: made.headers.get("set-cookie")?.split(";")[0] };
};

// A session by polling that the test drives itself.
const path = "/socket.io/?EIO=4&transport=polling";
async function polling(headers = {}) {
  const { sid } = JSON.parse((await server.http("GET", path, { headers })).text.slice(1));
  const target = `${path}&sid=${sid}`;
  return { sid, target, get: () => server.http("GET", target, { headers }), post: (body) => server.http("POST", target, { body, headers: { ...headers, "content-type": "text/plain;charset=UTF-8" } }) };
}

// ---- Engine.IO and Socket.IO ----

test("threat 12: a sid that is unknown, closed or another transport's is 400; a second poll or upgrade does no harm to others", async () => {
  for (const sid of ["", "x", "A".repeat(24), "__proto__", "..%2f", "%00"]) {
    const { status, text } = await server.http("POST", `${path}&sid=${sid}`, { body: "6" });
    assert.equal(status, 400, sid);
    if (sid !== "") assert.equal(JSON.parse(text).code, 1, sid);
  }
  const closed = await polling();
  await closed.post("1");
  assert.deepEqual([(await closed.get()).status, JSON.parse((await closed.get()).text).code], [400, 1]);
  const twice = await polling();
  const both = await Promise.all([twice.get(), twice.get()]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 400]);
  assert.equal((await twice.post("6")).status, 400, "the session is gone");
});

test("threat 13: bodies that are too large, full of separators or of rubbish end their session alone", async () => {
  assert.equal((await (await polling()).post("x".repeat(140_000))).status, 413);
  assert.equal(statusOf(await answer(`POST ${(await polling()).target} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10000000\r\n\r\n`)), 413);
  for (const body of [separator.repeat(60_000), "9", "bnot base64!", `4x${separator}9`, "2", "\0\0\0", "b====", "4".padEnd(100_000, separator)]) {
    const session = await polling();
    const { status } = await session.post(body);
    assert.ok([200, 400].includes(status), `${JSON.stringify(body.slice(0, 10))}: ${status}`);
    await session.get(); // what the end has to say, when it waits to be fetched
    assert.equal((await session.post("6")).status, 400, `${JSON.stringify(body.slice(0, 10))}: the session is gone`);
  }
});

test("threat 14: other versions and transports are refused by their codes", async () => {
  for (const [query, code] of [["EIO=3&transport=polling", 5], ["transport=polling", 5], ["EIO=5&transport=websocket", undefined], ["EIO=4&transport=webtransport", 0], ["EIO=4&transport=constructor", 0], ["EIO=4&transport=__proto__", 0], ["EIO=4", 0], ["", 0]]) {
    const { status, text } = await server.http("GET", `/socket.io/?${query}`);
    assert.equal(status, 400, query);
    if (code !== undefined) assert.equal(JSON.parse(text).code, code, query);
  }
});

test("threat 15: announced attachments cost nothing, and wrong ones end the connection", async () => {
  for (const packets of [["451000000000-[\"message:send\"]"], ["4511-[\"message:send\"]"], ["451-[\"message:send\",{\"_placeholder\":true,\"num\":-1}]"], ["451-[\"message:send\",{\"_placeholder\":true,\"num\":\"splice\"}]"], ["451-[\"message:send\",{\"_placeholder\":true,\"num\":0}]", "42[\"typing\"]"]]) {
    const raw = await server.raw();
    await raw.join({ name: unique("raw") });
    for (const packet of packets) raw.send(packet);
    await raw.ended();
  }
});

test("threat 16: odd event names are unknown commands, huge ids and names a parse error", async () => {
  const raw = await server.raw();
  await raw.join({ name: unique("raw") });
  for (const [i, name] of ["__proto__", "constructor", "error", "message:Send", "", "x".repeat(100_000)].entries()) {
    raw.send(`42${i}${JSON.stringify([name, {}])}`);
    assert.match(await raw.next(`43${i}`), /"code":"bad_request"/, name.slice(0, 20));
  }
  for (const packet of ['42["connect"]', '42["disconnect"]', '42["connect_error"]', `42${"9".repeat(300)}["typing",{}]`]) {
    const one = await server.raw();
    await one.join({ name: unique("raw") });
    one.send(packet);
    await one.ended();
  }
});

test("threat 17: events before CONNECT end the connection; a thousand namespaces are refused one by one", async () => {
  const early = await server.raw();
  early.send('42["typing",{}]');
  await early.ended();
  const raw = await server.raw();
  await raw.join({ name: unique("raw") });
  for (let i = 0; i < 1000; i++) raw.send(`40/n${i},`);
  await until(() => raw.closed !== null || raw.frames.filter((frame) => frame.startsWith("44/n")).length === 1000, { what: () => "1,000 refusals" });
});

test("threat 18: JSON that is deep, endless, doubled or no text is refused", async () => {
  const inside = (text) => `421["typing",{"room":"general","on":true,"x":${text}}]`;
  for (const text of ["[".repeat(50_000) + "]".repeat(50_000), "{\"a\":".repeat(30_000) + "1" + "}".repeat(30_000), "[".repeat(33) + "]".repeat(33)]) {
    const raw = await server.raw();
    await raw.join({ name: unique("raw") });
    raw.send(inside(text));
    await raw.ended();
  }
  for (const text of ["9".repeat(20_000), "1e999", "-", "01", '"\\ud800"', '"\\u0000"', "1,\"x\":2", "nul"]) {
    const raw = await server.raw();
    await raw.join({ name: unique("raw") });
    raw.send(inside(text));
    await until(() => raw.closed !== null || raw.frames.some((frame) => frame.startsWith("431")), { what: () => `an answer to ${text.slice(0, 20)}` });
  }
  for (const body of ["[".repeat(50_000), "{\"name\":1e999}", "{\"name\":\"a\",\"name\":\"b\"}", "{\"name\":\"\\ud800\"}", "{\"name\":\"x\\u0000y\"}", "\ufeff{}", ""]) {
    const { status } = await server.http("POST", "/api/session", { body, headers: { "content-type": "application/json" } });
    assert.equal(status, 400, body.slice(0, 30));
  }
});

// ---- HTTP ----

const canary = "GET /healthz HTTP/1.1\r\nHost: canary\r\n\r\n";
const post = (lines, body = "") => `POST /api/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${lines}\r\n${body}`;
const smuggled = {
  "a length and a coding": post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "a coding and a length": post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"),
  "two lengths": post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), "two lengths that differ": post("Content-Length: 2\r\nContent-Length: 0\r\n", "{}"), "a list of lengths": post("Content-Length: 2, 2\r\n", "{}"),
  ...Object.fromEntries(["+2", "-2", "0x2", "2 2", "", "2;", "18446744073709551618", "٢"].map((text) => [`the length ${JSON.stringify(text)}`, post(`Content-Length: ${text}\r\n`, "{}")])),
};
const disguised = {
  ...Object.fromEntries(["xchunked", "chunked, identity", "identity, chunked", "gzip, chunked", "chunked;q=1", "\x0bchunked", "chunked\x00", "Chunked chunked", "identity"].map((text) => [`the coding ${JSON.stringify(text)}`, post(`Transfer-Encoding: ${text}\r\n`, "0\r\n\r\n")])),
  "two codings": post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "a space before the colon": post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), "a folded line": post("X-One: a\r\n b\r\n"),
  "a bare LF": `GET / HTTP/1.1\nHost: ${host}\n\n`, "a bare LF among CRLF": `GET / HTTP/1.1\r\nHost: ${host}\nX: y\r\n\r\n`, "a bare CR": `GET / HTTP/1.1\r\nHost: ${host}\rX: y\r\n\r\n`, "a NUL": `GET /\0 HTTP/1.1\r\nHost: ${host}\r\n\r\n`, "a NUL in a value": `GET / HTTP/1.1\r\nHost: ${host}\r\nX: a\0b\r\n\r\n`,
  ...Object.fromEntries(["-1", "+1", "0x1", "1 ", " 1", "ffffffffffffffff1", "1;\n", "", "g"].map((text) => [`the chunk size ${JSON.stringify(text)}`, post("Transfer-Encoding: chunked\r\n", `${text}\r\nx\r\n0\r\n\r\n`)])),
  "a chunk without its CRLF": post("Transfer-Encoding: chunked\r\n", "1\r\nxx0\r\n\r\n"), "a chunk that ends with LF": post("Transfer-Encoding: chunked\r\n", "2\n{}\n0\n\n"),
};
const areRefused = (requests) => Promise.all(Object.entries(requests).map(async ([what, bytes]) => {
  const text = await answer(Buffer.from(bytes + canary, "latin1"));
  assert.ok([400, 501].includes(statusOf(text)), `${what}: ${text.slice(0, 60)}`);
  assert.equal(text.split("HTTP/1.1 ").length, 2, `${what}: one answer`);
  assert.doesNotMatch(text, /"ok":true/, `${what}: the canary was answered`);
}));

test("threat 19: ambiguous lengths are 400 and the end of the connection, and nothing behind them is heard", () => areRefused(smuggled));
test("threat 20: disguised codings, chunks and line ends are 400 and the end of the connection, and nothing behind them is heard", () => areRefused(disguised));

test("threat 21: two hosts are 400; with a public URL another host is 421, but for those who watch over the server", async (t) => {
  assert.equal(statusOf(await answer(`GET / HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\n\r\n`)), 400);
  assert.equal(statusOf(await answer(`GET / HTTP/1.1\r\n\r\n`)), 400);
  const own = await serve(t, { args: ["--public-url", "https://chat.example"] });
  const ask = (target, name) => answer(`GET ${target} HTTP/1.1\r\nHost: ${name}\r\n\r\n`, own);
  for (const target of ["/", "/api/session", path]) {
    assert.equal(statusOf(await ask(target, "evil.example")), 421, target);
    assert.equal(statusOf(await ask(target, `127.0.0.1:${own.port}`)), 421, target);
    assert.ok([200, 401].includes(statusOf(await ask(target, "chat.example"))), target);
  }
  for (const target of ["/healthz", "/readyz"]) assert.equal(statusOf(await ask(target, "127.0.0.1")), 200, target);
  assert.match(await ask("/", "chat.example"), /\r\nStrict-Transport-Security: max-age=31536000\r\n/);
});

test("threat 22: long targets are 414, long or many headers 431", async () => {
  const with_ = (target, lines = "") => answer(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${lines}\r\n`);
  assert.equal(statusOf(await with_(`/${"x".repeat(100_000)}`)), 414);
  assert.equal(statusOf(await with_(`/${"x".repeat(9000)}`)), 414);
  assert.equal(statusOf(await with_("/", Array.from({ length: 10_000 }, (_, i) => `X-${i}: y\r\n`).join(""))), 431);
  assert.equal(statusOf(await with_("/", `X: ${"y".repeat(256_000)}\r\n`)), 431);
  assert.equal(statusOf(await with_("/", `${"Y".repeat(20_000)}: x\r\n`)), 431);
  assert.equal(statusOf(await with_("/", "Cookie: a=b\r\n".repeat(60))), 200, "60 headers may be");
});

test("threat 43: a body that is encoded is refused", async () => {
  for (const coding of ["gzip", "br", "deflate", "identity"]) {
    const { status } = await server.http("POST", "/api/session", { json: { name: unique("zip") }, headers: { "content-encoding": coding } });
    assert.equal(status, 415, coding);
  }
});

test("threat 44: no path reaches a file", async () => {
  for (const target of ["/%2e%2e/etc/passwd.txt", "/..%2f..%2fetc/passwd.txt", "/%252e%252e/x.txt", "/%c0%ae%c0%ae/x.txt", "//etc/passwd.txt", "/./index.html", "/assets/../index.html", "/assets/%2e%2e/index.html", "/..\\..\\x.txt", "/%00.txt", "/index.html%00.png", "/assets/", "/.git/config.x", "/parley.db", "/data/parley.db"]) {
    const text = await answer(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    assert.ok([400, 404].includes(statusOf(text)) || /<!doctype html>/i.test(text), `${target}: ${text.slice(0, 40)}`);
    assert.doesNotMatch(text, /root:|SQLite format/, target);
  }
});

// ---- Browsers of others ----

test("threat 48: with the cookie a poll of another page is 403 at every step, also when the page merely loads it", async () => {
  const { cookie } = await guest();
  const foreign = [{ origin: "http://evil.example" }, { origin: "null" }, { origin: `http://127.0.0.1:${server.port}.evil.example` }, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }];
  const own = await polling({ cookie });
  await own.post("40");
  for (const headers of foreign) {
    assert.equal((await server.http("GET", path, { headers: { cookie, ...headers } })).status, 403, JSON.stringify(headers));
    assert.equal((await server.http("POST", own.target, { body: '42["typing",{}]', headers: { cookie, ...headers } })).status, 403, JSON.stringify(headers));
    assert.equal((await server.http("GET", own.target, { headers: { cookie, ...headers } })).status, 403, JSON.stringify(headers));
  }
  assert.match((await own.get()).text, /^40/, "the session itself took no harm");
});

test("threat 49: forms, text, other methods and foreign pages cannot act with somebody's cookie, nor log him in", async () => {
  const { cookie } = await guest();
  const say = (headers, body = '{"body":"forged"}') => server.http("POST", "/api/rooms/general/messages", { body, headers: { cookie, ...headers } });
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/plain; application/json"]) assert.equal((await say({ "content-type": type })).status, 415, type);
  const json = { "content-type": "application/json" };
  for (const headers of [{ origin: "http://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }]) {
    assert.equal((await say({ ...json, ...headers })).status, 403, JSON.stringify(headers));
    assert.equal((await server.http("DELETE", "/api/session", { headers: { cookie, ...headers } })).status, 403, JSON.stringify(headers));
    assert.equal((await server.http("POST", "/api/session", { json: { name: unique("forced") }, headers })).status, 403, "a log-in that nobody wanted");
  }
  for (const override of ["X-HTTP-Method-Override", "X-Method-Override"]) assert.equal((await server.http("GET", "/api/session", { headers: { cookie, [override]: "DELETE" } })).status, 200);
  assert.equal((await server.http("GET", "/api/session", { headers: { cookie } })).status, 200, "still signed in");
  assert.equal((await say({ ...json, "sec-fetch-site": "same-origin", origin: server.url })).status, 201);
});

test("threat 51: the headers of every answer, in full", async () => {
  const common = { "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin", "permissions-policy": "camera=(), microphone=(), geolocation=()" };
  const names = (headers) => Object.keys(headers).filter((name) => !["date", "content-length", "connection", "keep-alive", "etag", "content-encoding"].includes(name)).sort();
  const page = await get(`${server.url}/`);
  assert.deepEqual(names(page.headers), [...Object.keys(common), "cache-control", "content-security-policy", "content-type", "vary"].sort());
  assert.match(page.headers["content-security-policy"], /frame-ancestors 'none'/);
  const api = await get(`${server.url}/api/session`);
  assert.deepEqual(names(api.headers), [...Object.keys(common), "cache-control", "content-type", "vary", "www-authenticate"].sort());
  const refused = await get(`${server.url}/socket.io/?EIO=3`);
  for (const answered of [page, api, refused, await get(`${server.url}/healthz`), await get(`${server.url}/no.thing`)]) {
    for (const [name, value] of Object.entries(common)) assert.equal(answered.headers[name], value, name);
  }
});

// ---- Sessions ----

test("threat 52: a token that was there before a log-in is not the one behind it", async () => {
  const before = await guest();
  const again = await guest(unique("again"), { cookie: before.cookie, origin: server.url });
  assert.equal(again.status, 200);
  assert.notEqual(again.token, before.token);
  const planted = await guest(unique("planted"), { cookie: `parley_session=ply_s_${"C".repeat(43)}`, origin: server.url });
  assert.doesNotMatch(planted.token, /CCCC/);
});

test("threat 53: what is revoked is gone within a second from WebSocket, polling and HTTP alike", async () => {
  const { token } = await guest();
  const [socket, poller] = [await server.connect({ token }, { reconnection: false }), await server.connect({ token }, { reconnection: false, transports: ["polling"] })];
  const held = await server.raw();
  await held.join({ token });
  assert.equal((await server.http("DELETE", "/api/session", { token })).status, 204);
  await until(() => socket.disconnects.length > 0 && poller.disconnects.length > 0 && held.closed !== null, { ms: PROMPT_MS, what: () => "all three to be closed" });
  assert.equal((await server.http("GET", "/api/session", { token })).status, 401);
  assert.equal((await server.http("POST", "/api/rooms/general/messages", { json: { body: "x", nonce: nonce() }, token })).status, 401);
  assert.equal((await server.client({ token }).refused()).code, "unauthorized");
});

test("threat 54: tokens and sids are long and random, and a sid is nobody's identity", async () => {
  const tokens = (await Promise.all(Array.from({ length: 40 }, () => guest()))).map(({ token }) => token);
  const sids = (await Promise.all(Array.from({ length: 40 }, () => polling()))).map(({ sid }) => sid);
  for (const [texts, length] of [[tokens.map((token) => token.slice(6)), 43], [sids.map((sid) => sid.slice(1)), 23]]) {
    assert.equal(new Set(texts).size, 40);
    for (const text of texts) assert.ok(text.length === length && /^[\w-]+$/.test(text), text);
    const seen = new Set([...texts.join("")]);
    assert.ok(seen.size > 55, `${seen.size} of 64 letters`);
    for (let i = 0; i + 1 < length; i++) assert.ok(new Set(texts.map((text) => text[i])).size > 12, `place ${i} hardly changes`);
  }
  const { sid } = await polling();
  assert.equal((await server.http("GET", "/api/session", { token: sid })).status, 401);
  assert.equal((await server.http("GET", "/api/session", { headers: { cookie: `io=${sid}; parley_session=${sid}` } })).status, 401);
});

test("threat 12, 54: a sid that somebody has seen is worth nothing beside his own cookie, nor without one where a browser began", async () => {
  const [ada, eve] = [await guest(), await guest()];
  const browser = { "sec-fetch-site": "same-origin" };
  for (const [began, shown] of [[{}, { cookie: eve.cookie }], [browser, { cookie: eve.cookie }], [browser, {}], [browser, { ...browser, cookie: eve.cookie }]]) {
    const open = await server.http("GET", path, { headers: { cookie: ada.cookie, ...began } });
    const target = `${path}&sid=${JSON.parse(open.text.slice(1)).sid}`;
    for (const ask of [() => server.http("GET", target, { headers: shown }), () => server.http("POST", target, { body: "40", headers: shown })]) {
      const { status, text } = await ask();
      assert.deepEqual([status, text], [400, '{"code":1,"message":"Session ID unknown"}']);
    }
    const own = { cookie: ada.cookie, ...began };
    assert.equal((await server.http("POST", target, { body: "40", headers: own })).text, "ok");
    assert.match((await server.http("GET", target, { headers: own })).text, /^40/, "the session itself took no harm");
  }
});

test("threat 55: neither tokens nor what makes them stand in the files", async () => {
  const { token } = await guest();
  const client = await server.connect({ name: unique("ada") });
  await client.send("general", "a canary of mine");
  const bytes = readdirSync(server.data).filter((name) => !name.endsWith(".sock") && name !== "files").map((name) => readFileSync(join(server.data, name), "latin1")).join("\n");
  assert.ok(bytes.includes("a canary of mine"), "the files are those that were looked for");
  for (const one of [token, token.slice(6), client.all("ready")[0].token]) assert.ok(!bytes.includes(one), "a token in a file");
  assert.ok(!server.log.includes(token), "a token in the log");
});

// ---- The chat ----

test("threat 29: whatever place one wants to go on from, the answer is bounded and right", async () => {
  const { token } = await guest();
  for (const since of [0, -1, 1.5, "0", null, 2 ** 53, 9007199254740991, 1e300, {}]) {
    const client = await server.connect({ token, since });
    const ready = await client.ready();
    assert.equal(typeof ready.resumed, "boolean", JSON.stringify(since));
    await client.ok("session:list", {});
    client.close();
  }
  for (const pos of [-1, 1.5, "1", null, 2 ** 53, 1e300]) await talker.fails("sync", { pos }, "bad_request");
  assert.equal((await talker.ok("sync", { pos: 9007199254740990 })).reset, true);
  assert.ok((await talker.ok("sync", { pos: 0, limit: 1_000_000 })).events.length <= 500);
});

test("threat 61: a room that one may not see answers as one that is not there, in every command and route", async () => {
  const eve = await server.connect({ name: unique("eve") });
  const { token } = eve.all("ready")[0];
  const { room } = await talker.ok("room:create", { name: unique("secret"), private: true });
  const { id } = await talker.send(room.id, "hidden");
  const commands = [["room:join", {}], ["room:leave", {}], ["room:update", { topic: "x" }], ["room:members", {}], ["room:read", { seq: 1 }], ["room:prefs", { level: "all" }], ["message:send", { body: "x", nonce: nonce() }], ["message:history", {}], ["typing", { on: true }]];
  for (const [command, more] of commands) {
    const [hidden, absent] = [await eve.call(command, { room: room.id, ...more }), await eve.call(command, { room: 999_999_999, ...more })];
    assert.deepEqual(hidden, absent, command);
    assert.equal(hidden.error.code, "not_found", command);
    assert.deepEqual(await eve.call(command, { room: room.slug, ...more }), absent, `${command} by slug`);
  }
  assert.deepEqual(await eve.call("message:get", { message: id }), await eve.call("message:get", { message: 999_999_999 }));
  for (const [method, route, json] of [["GET", "messages"], ["GET", "members"], ["POST", "messages", { body: "x", nonce: nonce() }]]) {
    const [hidden, absent] = [await server.http(method, `/api/rooms/${room.id}/${route}`, { token, json }), await server.http(method, `/api/rooms/999999999/${route}`, { token, json })];
    assert.deepEqual([hidden.status, hidden.text], [absent.status, absent.text], `${method} ${route}`);
    assert.equal(hidden.status, 404);
  }
  assert.ok(!JSON.stringify(await eve.ok("room:list", {})).includes(room.slug));
});

test("threat 62: nobody posts where he is not, nor as somebody else, nor at another time", async () => {
  const ada = await server.connect({ name: unique("ada") });
  const { room } = await talker.ok("room:create", { name: unique("open") });
  await ada.fails("message:send", { room: room.id, body: "from outside", nonce: nonce() }, "forbidden");
  await ada.ok("room:join", { room: room.id });
  await ada.ok("room:leave", { room: room.id });
  await ada.fails("message:send", { room: room.id, body: "from before", nonce: nonce() }, "forbidden");
  const { message } = await ada.ok("message:send", { room: "general", body: "mine", nonce: nonce(), author: talker.me.id, user: talker.me.id, created_at: 1, id: 1, seq: 1, deleted: true });
  assert.equal(message.author.id, ada.me.id);
  assert.ok(Math.abs(message.created_at - Date.now()) < 60_000 && message.seq > 1 && message.id > 1 && !message.deleted);
});

test("threat 64: fields that are not one's own to set are passed over", async () => {
  const ada = await server.connect({ name: unique("ada"), role: "owner", kind: "member", id: 1, is_admin: true });
  assert.deepEqual([ada.me.role, ada.me.kind], ["guest", "guest"]);
  const { user } = await ada.ok("user:rename", { display_name: "Ada", name: "root", role: "owner", kind: "bot", id: 1 });
  assert.deepEqual([user.id, user.name, user.role, user.kind], [ada.me.id, ada.me.name, "guest", "guest"]);
  const made = await server.http("POST", "/api/session", { json: { name: unique("ada"), role: "owner", user: { id: 1 }, token: "mine" } });
  assert.deepEqual([made.body.user.role, made.body.user.id > 1, made.body.token === "mine"], ["guest", true, false]);
});

test("threat 65: a member changes nothing that is a moderator's", async () => {
  const ada = await server.connect({ name: unique("ada") });
  const { room } = await talker.ok("room:create", { name: unique("ruled") });
  await ada.ok("room:join", { room: room.id });
  for (const change of [{ name: "mine" }, { topic: "mine" }, { announcement: true }, { slow_mode_s: 10 }, { name: "mine", owner: ada.me.id, me: { role: "owner" } }]) await ada.fails("room:update", { room: room.id, ...change }, "forbidden");
  const { members } = await talker.ok("room:members", { room: room.id });
  assert.deepEqual(members.map(({ user, role }) => [user.id, role]), [[talker.me.id, "owner"], [ada.me.id, "member"]]);
});

test("threat 68: texts that are SQL elsewhere are texts here", async () => {
  const texts = ["'; DROP TABLE message; --", "\" OR \"\"=\"", "1; ATTACH DATABASE 'x' AS y", "%' OR '1'='1", "\\'; --", "a' UNION SELECT token_hash FROM session --", "${1+1}{{7*7}}", "%s%n%x", "?1 :a @b $c"];
  for (const text of texts) {
    const { body } = await talker.send("general", text);
    assert.equal(body, text);
    assert.ok(Array.isArray((await talker.ok("room:list", { query: text })).rooms));
    assert.ok(Array.isArray((await talker.ok("user:list", { query: text })).users));
    const { room } = await talker.ok("room:create", { name: text.slice(0, 60), topic: text });
    assert.deepEqual([room.name, room.topic], [text.slice(0, 60), text]);
    const { status } = await server.http("GET", `/api/rooms/${encodeURIComponent(text)}/messages`, { token: talker.all("ready")[0].token });
    assert.equal(status, 404, text);
  }
  assert.equal((await talker.ok("message:history", { room: "general", limit: texts.length })).messages.length, texts.length);
});

test("threat 69: nobody writes a line of the log", async () => {
  const forged = "2026-01-01T00:00:00.000Z error app forged.line";
  for (const agent of ["x\u001b[31mred", `x\u0085${forged}`, `x\t${forged}`, `x\xff\xfe${forged}`]) await answer(Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${agent}\r\n\r\n`, "latin1"));
  await answer(Buffer.from(`GET /\x1b[2J HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${forged}\r\n\r\n`, "latin1"));
  await server.http("POST", "/api/session", { json: { name: `x\n${forged}` } });
  await server.client({ name: `x\r\n${forged}` }).refused();
  assert.doesNotMatch(server.log, /^2026-01-01T00:00:00\.000Z/m);
  assert.doesNotMatch(server.log, /[\x00-\x09\x0b-\x1f\x7f]/, "a control character in the log");
});

test("threat 70: nothing of the server's inside is reached from outside, and nothing echoes", async () => {
  for (const target of ["/metrics", "/debug", "/admin", "/ws-echo", "/engine.io/", "/server-status", "/.env"]) {
    const { status, text } = await server.http("GET", target, { headers: { "x-forwarded-for": "203.0.113.1" } });
    assert.ok(status === 404 || /<!doctype html>/i.test(text), `${target}: ${status}`);
  }
  assert.ok([405, 501].includes(statusOf(await answer(`TRACE / HTTP/1.1\r\nHost: ${host}\r\nX-Canary: echo-me\r\n\r\n`))));
  assert.doesNotMatch(await answer(`TRACE / HTTP/1.1\r\nHost: ${host}\r\nX-Canary: echo-me\r\n\r\n`), /echo-me/);
  for (const target of ["/healthz", "/readyz"]) assert.ok((await server.http("GET", target)).text.length < 40, `${target} says little`);
});

test("threat 72: nothing that belongs to a person is kept on the way", async () => {
  const { cookie, token } = await guest();
  for (const target of ["/api/session", "/api/rooms", "/api/rooms/general/messages", "/api/rooms/general/members", "/api/nothing"]) {
    for (const credentials of [{ headers: { cookie } }, { token }, {}]) {
      const { headers } = await server.http("GET", target, credentials);
      assert.equal(headers.get("cache-control"), "no-store", target);
      assert.match(headers.get("vary"), /Cookie/, target);
    }
  }
  assert.match((await server.http("GET", path)).headers.get("cache-control"), /no-store/);
});

test("threat 86: numbers that are none, or not exactly, are refused", async () => {
  for (const room of [0, -1, 1.5, 2 ** 53, 2 ** 63, 1e300, true, [], {}, ""]) {
    const { error } = await talker.call("room:join", { room });
    assert.ok(["bad_request", "not_found"].includes(error.code), JSON.stringify(room));
  }
  for (const limit of [0, -1, 1.5, "50", {}]) await talker.fails("message:history", { room: "general", limit }, "bad_request", "limit");
  for (const before of [-1, 0.5, "1", 2 ** 53, 1e300]) await talker.fails("message:history", { room: "general", before }, "bad_request", "before");
  for (const query of ["limit=-1", "limit=1e3", "limit=0x10", "limit=99999999999999999999", "before=-5", "after=1&before=2"]) {
    assert.equal((await server.http("GET", `/api/rooms/general/messages?${query}`, { token: talker.all("ready")[0].token })).status, 400, query);
  }
});

// ---- Signals ----

test("threat 83: a second SIGTERM ends at once, SIGPIPE and SIGHUP do not, and a stopped server is taken up again", async (t) => {
  const own = await serve(t, { args: ["--ping-interval-ms", "1000", "--ping-timeout-ms", "1000"] });
  const [ada, ben] = [await own.connect({ name: unique("ada") }), await own.connect({ name: unique("ben") })];
  for (const signal of ["SIGPIPE", "SIGHUP"]) own.child.kill(signal);
  await ada.send("general", "after the signals");
  own.child.kill("SIGSTOP");
  await pause(3500);
  own.child.kill("SIGCONT");
  await until(async () => (await ada.socket.timeout(1000).emitWithAck("message:send", { room: "general", body: "after the stop", nonce: "after-the-stop" }).catch(() => null))?.ok, { what: () => "the server to be there again" });
  await ben.wait("message:new", ({ message }) => message.body === "after the stop");
  assert.equal(ben.all("message:new", ({ message }) => message.body === "after the stop").length, 1);
  own.child.kill("SIGTERM");
  own.child.kill("SIGTERM");
  const [code, signal] = await own.ended;
  assert.ok(code === 0 || signal === "SIGTERM", `${code} ${signal}`);
});
