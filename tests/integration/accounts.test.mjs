// accounts.test.mjs: passwords, registering, signing in and out, over HTTP and its effect on sockets.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { login, PASSWORD, register } from "../support/accounts.mjs";
import { serve, Server, unique } from "../support/server.mjs";
import { PROMPT_MS, until } from "../support/wait.mjs";

const server = await serve({ after });
const owner = await register(server);

const whoami = (options) => server.http("GET", "/api/session", options);

// All connections of the client end at once, with the word that it was its session.
async function endsAtOnce(client) {
  await client.wait("notice", (notice) => notice.code === "session_ended", { ms: PROMPT_MS });
  await until(() => client.disconnects.length > 0, { ms: PROMPT_MS, what: () => "the end of the connection" });
}

test("the first account owns the server, the next ones are members", async () => {
  const second = await register(server);
  assert.deepEqual([owner.user.role, owner.user.kind], ["owner", "member"]);
  assert.deepEqual([second.user.role, second.user.kind], ["member", "member"]);
});

test("a new account is signed in, by cookie and by token, and in general", async () => {
  const me = await register(server, { display_name: "Ada Lovelace" });
  assert.match(me.token, /^ply_s_[A-Za-z0-9_-]{43}$/);
  assert.equal((await whoami({ token: me.token })).body.user.display_name, "Ada Lovelace");
  assert.equal((await whoami({ headers: { cookie: me.cookie } })).body.user.id, me.user.id);
  const ready = await (await server.connect({ token: me.token })).ready();
  assert.deepEqual(ready.rooms.map((room) => room.slug), ["general"]);
  assert.deepEqual(ready.server.settings, { name: "Parley", registration: "open", guests: true });
});

test("one signs in by name and password, whatever the case of the name", async () => {
  const me = await register(server);
  const answer = await login(server, me.user.name.toUpperCase());
  assert.equal(answer.status, 200);
  assert.equal(answer.body.user.id, me.user.id);
  assert.notEqual(answer.body.token, me.token);
  assert.match(answer.headers.get("set-cookie"), /^parley_session=ply_s_.*HttpOnly; SameSite=Lax/);
});

test("threat 52: a token that was there before signing in does not become the person's", async () => {
  const me = await register(server);
  const guest = await server.http("POST", "/api/session", { json: { name: unique("guest") } });
  const answer = await login(server, me.user.name, PASSWORD, { headers: { cookie: `parley_session=${guest.body.token}` } });
  assert.notEqual(answer.body.token, guest.body.token);
  assert.equal((await whoami({ token: guest.body.token })).body.user.id, guest.body.user.id);
});

test("threat 58: an unknown name, a guest's name and a wrong password are answered alike", async () => {
  const me = await register(server);
  const guest = await server.http("POST", "/api/session", { json: { name: unique("guest") } });
  const answers = [];
  for (const name of [me.user.name, unique("nobody"), guest.body.user.name]) answers.push(await login(server, name, "not this one"));
  for (const answer of answers) {
    assert.equal(answer.status, 401);
    assert.equal(answer.text, answers[0].text);
  }
});

test("threat 58: and take as long", async () => {
  const me = await register(server);
  const times = { known: [], unknown: [] };
  for (let i = 0; i < 15; i++) {
    for (const [kind, name] of [["known", me.user.name], ["unknown", unique("nobody")]]) {
      const begin = performance.now();
      await login(server, name, "not this one");
      times[kind].push(performance.now() - begin);
    }
  }
  // The middle one: on a busy machine the fastest is a matter of luck.
  const [known, unknown] = [times.known, times.unknown].map((list) => list.sort((a, b) => a - b)[7]);
  assert.ok(unknown > known / 2 && known > unknown / 2, `${unknown} against ${known} ms`);
});

test("bad registrations name the field", async () => {
  for (const [fields, status, field] of [
    [{ name: "admin" }, 400, "name"], [{ name: "x".repeat(33) }, 400, "name"], [{ name: owner.user.name }, 409, "name"],
    [{ password: "short" }, 400, "password"], [{ password: "x".repeat(257) }, 400, "password"], [{ password: "Password123!" }, 400, "password"],
    [{ display_name: "two\nlines" }, 400, "display_name"], [{ invite: "nonsense" }, 404, "invite"], [{ password: 7 }, 400, "password"],
  ]) {
    const answer = await server.http("POST", "/api/users", { json: { name: unique("user"), password: PASSWORD, ...fields } });
    assert.deepEqual([answer.status, answer.body.error.field], [status, field], JSON.stringify(fields));
  }
});

test("a password of 256 bytes of any kind does", async () => {
  const password = "пароль дня ☂ ".repeat(20).slice(0, 110);
  const me = await register(server, { password });
  assert.equal((await login(server, me.user.name, password)).status, 200);
  assert.equal((await login(server, me.user.name, password.slice(1))).status, 401);
});

test("a guest who registers stays the same person, with his rooms and messages; his connections end", async () => {
  const name = unique("guest");
  const client = await server.connect({ name });
  const { me, token } = await client.ready();
  const other = await server.connect({ token });
  const message = await client.send("general", "as a guest");
  const { room } = await client.ok("room:create", { name: unique("lab"), private: true });
  const member = await register(server, { name }, { token });
  assert.equal(member.user.id, me.id);
  assert.deepEqual([member.user.kind, member.user.role], ["member", "member"]);
  await Promise.all([endsAtOnce(client), endsAtOnce(other)]);
  assert.equal((await whoami({ token })).status, 401);
  const again = await server.connect({ token: member.token });
  assert.ok((await again.ready()).rooms.some((mine) => mine.id === room.id));
  assert.equal((await again.ok("message:get", { message: message.id })).message.author.id, me.id);
});

test("threat 59: a name that a guest gave up is taken by nobody else, also after a restart", async () => {
  const name = unique("known"), other = unique("proper");
  const { token } = await (await server.connect({ name })).ready();
  const member = await register(server, { name: other }, { token });
  assert.equal(member.user.name, other);
  const asGuest = await server.http("POST", "/api/session", { json: { name: name.toUpperCase() } });
  assert.deepEqual([asGuest.status, asGuest.body.error.code], [409, "conflict"]);
  assert.ok(asGuest.body.error.suggestion);
  await server.restart();
  const asMember = await server.http("POST", "/api/users", { json: { name, password: PASSWORD } });
  assert.equal(asMember.status, 409);
  assert.equal((await server.http("POST", "/api/session", { json: { name: asGuest.body.error.suggestion } })).status, 200);
});

test("those who share a room see that the guest is a member", async () => {
  const watcher = await server.connect({ token: owner.token });
  const { me, token } = await (await server.connect({ name: unique("guest") })).ready();
  await register(server, { name: me.name }, { token });
  const { user } = await watcher.wait("user:changed", (event) => event.user.id === me.id);
  assert.deepEqual([user.kind, user.role], ["member", "member"]);
});

test("who has an account makes no other one beside it", async () => {
  const answer = await server.http("POST", "/api/users", { json: { name: unique("user"), password: PASSWORD }, token: owner.token });
  assert.equal(answer.status, 409);
});

test("threat 53: a new password ends the other sessions within a second, and the old one is worth nothing", async () => {
  const me = await register(server);
  const phone = (await login(server, me.user.name)).body;
  const client = await server.connect({ token: phone.token });
  const here = await server.connect({ token: me.token });
  const change = (json) => server.http("PUT", "/api/password", { json, token: me.token });
  assert.equal((await change({ password: "not this one", new_password: "pluto is a planet" })).status, 403);
  assert.equal((await change({ password: PASSWORD, new_password: "password123" })).body.error.field, "new_password");
  assert.equal((await change({ password: PASSWORD, new_password: "pluto is a planet" })).status, 204);
  await endsAtOnce(client);
  assert.equal((await whoami({ token: phone.token })).status, 401);
  assert.equal((await whoami({ token: me.token })).status, 200);
  await here.ok("session:list", {});
  assert.equal((await login(server, me.user.name)).status, 401);
  assert.equal((await login(server, me.user.name, "pluto is a planet")).status, 200);
});

test("threat 52: a new password gives the session a new token, and its connections go on", async () => {
  const change = (json, credential) => server.http("PUT", "/api/password", { json, ...credential });
  const cookie = (value) => ({ headers: { cookie: value } });
  for (const transports of [["websocket"], ["polling"]]) {
    const me = await register(server);
    const client = await server.connect({}, { transports, extraHeaders: { cookie: me.cookie } });
    const { pos } = await client.ready();
    assert.ok(pos >= 0);
    const answer = await change({ password: PASSWORD, new_password: "pluto is a planet" }, cookie(me.cookie));
    assert.deepEqual([answer.status, answer.text], [204, ""]);
    assert.equal(answer.headers.get("parley-token"), null, "no page sees its token");
    const fresh = answer.headers.get("set-cookie").split(";")[0];
    assert.notEqual(fresh, me.cookie);
    assert.equal((await whoami(cookie(me.cookie))).status, 401, "the old one is worth nothing");
    assert.equal((await whoami(cookie(fresh))).status, 200);
    client.socket.io.engine.transport.opts.extraHeaders.cookie = fresh; // as a browser does by itself
    await client.ok("session:list", {});
    assert.equal(client.disconnects.length, 0, transports[0]);
    assert.equal(client.all("notice").length, 0);
    client.close();
  }
});

test("threat 52: a script that asks for it gets a new token too, and else keeps its own", async () => {
  const me = await register(server);
  const client = await server.connect({ token: me.token });
  const json = { password: PASSWORD, new_password: "pluto is a planet", rotate: true };
  const { status, headers } = await server.http("PUT", "/api/password", { json, token: me.token });
  assert.deepEqual([status, headers.get("set-cookie")], [204, null]);
  const fresh = headers.get("parley-token");
  assert.match(fresh, /^ply_s_/);
  assert.equal((await whoami({ token: me.token })).status, 401);
  assert.equal((await whoami({ token: fresh })).status, 200);
  await client.ok("session:list", {});
  await server.restart();
  assert.equal((await whoami({ token: fresh })).status, 200, "it is kept");
});

test("sessions are listed with device and last use, and ended one or all but this", async () => {
  const me = await register(server, {}, { headers: { "user-agent": "Laptop" } });
  const phone = (await login(server, me.user.name, PASSWORD, { headers: { "user-agent": "Phone" } })).body;
  const tablet = (await login(server, me.user.name, PASSWORD, { headers: { "user-agent": "Tablet" } })).body;
  const client = await server.connect({ token: me.token });
  const onPhone = await server.connect({ token: phone.token });
  const onTablet = await server.connect({ token: tablet.token }, { transports: ["polling"] });
  const { sessions } = await client.ok("session:list", {});
  assert.deepEqual(sessions.map(({ agent, current, address }) => [agent, current, address]).sort(),
    [["Laptop", true, "127.0.0.1"], ["Phone", false, "127.0.0.1"], ["Tablet", false, "127.0.0.1"]]);
  assert.ok(sessions.every(({ used_at, created_at }) => used_at >= created_at && Date.now() - used_at < 60_000));
  await client.ok("session:revoke", { session: sessions.find(({ agent }) => agent === "Phone").id });
  await endsAtOnce(onPhone);
  await client.ok("session:revoke", { others: true });
  await endsAtOnce(onTablet);
  assert.deepEqual((await client.ok("session:list", {})).sessions.map(({ agent }) => agent), ["Laptop"]);
  for (const { token } of [phone, tablet]) assert.equal((await whoami({ token })).status, 401);
});

test("signing out ends the session's sockets and takes the cookie back", async () => {
  const me = await register(server);
  const client = await server.connect({ token: me.token });
  const answer = await server.http("DELETE", "/api/session", { headers: { cookie: me.cookie } });
  assert.equal(answer.status, 204);
  assert.match(answer.headers.get("set-cookie"), /Max-Age=0/);
  await endsAtOnce(client);
  assert.equal((await login(server, me.user.name)).status, 200);
});

test("threat 48: a page of another site neither registers nor changes a password", async () => {
  const me = await register(server);
  const evil = { origin: "https://evil.example" };
  const json = { name: unique("user"), password: PASSWORD };
  assert.equal((await server.http("POST", "/api/users", { json, headers: evil })).status, 403);
  assert.equal((await server.http("PUT", "/api/password", {
    json: { password: PASSWORD, new_password: "pluto is a planet" }, headers: { ...evil, cookie: me.cookie },
  })).status, 403);
});

test("threat 64: what a body says beside its fields makes nobody an owner", async () => {
  const me = await register(server, { role: "owner", kind: "bot", id: 1, is_admin: true });
  assert.deepEqual([me.user.role, me.user.kind], ["member", "member"]);
  assert.notEqual(me.user.id, 1);
});

test("threat 55: neither passwords nor tokens nor secrets are in the files or in the log", async () => {
  const password = `canary ${unique("pässwort")}`;
  const me = await register(server, { password });
  await login(server, me.user.name, password);
  const admin = await server.connect({ token: owner.token });
  const { secret } = await admin.ok("invite:create", {});
  const files = readdirSync(server.data).filter((name) => name.startsWith("parley.db"));
  const bytes = Buffer.concat(files.map((name) => readFileSync(join(server.data, name))));
  assert.ok(bytes.includes("$argon2id$v=19$m=19456,t=2,p=1$"), "the hashes are in these files");
  for (const canary of [password, me.token, owner.token, secret]) {
    assert.ok(!bytes.includes(canary), `${canary} is in a file`);
    assert.ok(!server.log.includes(canary), `${canary} is in the log`);
  }
});

test("more memory for passwords: hashes are made anew as people log in", async () => {
  const me = await register(server);
  const hashes = () => readdirSync(server.data).filter((name) => name.startsWith("parley.db")).map((name) => readFileSync(join(server.data, name), "latin1")).join("");
  server.options.args = ["--password-memory-kib", 47104];
  await server.restart();
  assert.ok(!hashes().includes("$m=47104,t=1,p=1$"));
  assert.equal((await login(server, me.user.name)).status, 200);
  assert.ok(hashes().includes("$m=47104,t=1,p=1$"));
  assert.equal((await login(server, me.user.name)).status, 200);
  server.options.args = [];
  await server.restart();
});

test("accounts, passwords and sessions are there after kill -9", async () => {
  const me = await register(server);
  await server.kill();
  await server.start();
  assert.equal((await whoami({ token: me.token })).status, 200);
  assert.equal((await login(server, me.user.name)).status, 200);
  assert.equal((await server.http("GET", "/api/server")).body.setup, undefined);
});

test("threat 57: a hundred log-ins at once cost one hash at a time; the others are told to wait, and the chat goes on", async (t) => {
  const busy = new Server({ workers: 2 });
  await busy.start();
  t.after(() => busy.close());
  const me = await register(busy);
  const client = await busy.connect({ token: me.token });
  let answers, said = 0;
  const attempts = Promise.all(Array.from({ length: 100 }, () => login(busy, me.user.name, "not this one"))).then((all) => (answers = all));
  while (!answers) await client.send("general", `still here ${said++}`);
  await attempts;
  const checked = answers.filter(({ status }) => status === 401), refused = answers.filter(({ status }) => status === 429);
  assert.equal(checked.length + refused.length, answers.length);
  assert.ok(checked.length >= 16 && refused.length >= 50, `${checked.length} checked, ${refused.length} refused`);
  assert.ok(refused.every((answer) => answer.body.error.retry_after_ms > 0 && answer.headers.get("retry-after")));
  assert.ok(said > 2 * checked.length, `${said} messages beside ${checked.length} hashes`); // who waits for a hash says one
  const status = readFileSync(`/proc/${busy.child.pid}/status`, "utf8");
  assert.ok(Number(/VmHWM:\s+(\d+)/.exec(status)[1]) < 200_000 || /Sanitizer/.test(process.env.PARLEY_BUILD ?? ""), status);
});

test("threat 56: five wrong passwords are enough, and somebody else is not shut out", async (t) => {
  const strict = new Server({ rateScale: 1 });
  await strict.start();
  t.after(() => strict.close());
  const me = await register(strict), other = await register(strict);
  for (let i = 0; i < 5; i++) assert.equal((await login(strict, me.user.name, "not this one")).status, 401);
  const answer = await login(strict, me.user.name);
  assert.equal(answer.status, 429);
  assert.ok(answer.body.error.retry_after_ms > 0);
  assert.equal((await login(strict, other.user.name)).status, 200);
});
