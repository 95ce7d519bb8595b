// races.test.mjs: what several people do at the same moment, and what must be true behind it whoever was first.
//
// Nothing here depends on who is: each case says what all outcomes have in common, and is tried several times.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { login, PASSWORD, register } from "../support/accounts.mjs";
import { serve, unique } from "../support/server.mjs";

const server = await serve({ after });
const boss = await signedIn();
const TIMES = 5;

async function signedIn() {
  const account = await register(server);
  return Object.assign(await server.connect({ token: account.token }), { account });
}
const people = (count) => Promise.all(Array.from({ length: count }, signedIn));
const codes = (answers) => answers.map((answer) => (answer.ok ? "ok" : answer.error.code)).sort();
const count = (list, what) => list.filter((one) => one === what).length;
const members = async (client, room) => (await client.ok("room:members", { room, limit: 200 })).members;

test("two owners who leave at once leave one behind", async () => {
  for (let i = 0; i < TIMES; i++) {
    const [ann, ben, eve] = await people(3);
    const { id } = (await ann.ok("room:create", { name: unique("room") })).room;
    for (const one of [ben, eve]) await one.ok("room:join", { room: id });
    await ann.ok("room:role", { room: id, user: ben.me.id, role: "owner" });
    const acts = [(one) => ["room:leave", { room: id }], (one) => ["room:role", { room: id, user: one.me.id, role: "member" }]];
    const answers = await Promise.all([ann, ben].map((one, j) => one.call(...acts[(i + j) % 2](one))));
    assert.deepEqual(codes(answers), ["conflict", "ok"]);
    assert.equal(count((await members(eve, id)).map(({ role }) => role), "owner"), 1);
  }
});

test("two owners who put each other out: one is left", async () => {
  for (let i = 0; i < TIMES; i++) {
    const [ann, ben] = await people(2);
    const { id } = (await ann.ok("room:create", { name: unique("room") })).room;
    await ben.ok("room:join", { room: id });
    await ann.ok("room:role", { room: id, user: ben.me.id, role: "moderator" });
    const answers = await Promise.all([
      ann.call("room:role", { room: id, user: ben.me.id, role: "owner" }), ann.call("room:leave", { room: id }),
      ben.call("room:role", { room: id, user: ben.me.id, role: "member" }), ben.call("room:kick", { room: id, user: ann.me.id }),
    ]);
    const owners = (await members(await inside(id), id)).filter(({ role }) => role === "owner");
    assert.equal(owners.length >= 1, true, JSON.stringify(codes(answers)));
  }
  async function inside(id) {
    const [eve] = await people(1);
    await eve.ok("room:join", { room: id });
    return eve;
  }
});

test("two owners of the server who step down at once leave one behind", async () => {
  const other = await signedIn();
  await boss.ok("server:role", { user: other.me.id, role: "owner" });
  const answers = await Promise.all([boss, other].map((one) => one.call("server:role", { user: one.me.id, role: "member" })));
  assert.deepEqual(codes(answers), ["conflict", "ok"]);
  if (answers[0].ok) await other.ok("server:role", { user: boss.me.id, role: "owner" });
  else await boss.ok("server:role", { user: other.me.id, role: "member" });
  if (answers[0].ok) await other.ok("server:role", { user: other.me.id, role: "member" });
});

test("threat 66: an invitation for one is used by one, though twenty come at once by both doors", async () => {
  const users = await people(10);
  const { id } = (await boss.ok("room:create", { name: unique("vault"), private: true })).room;
  for (const uses of [1, 3]) {
    const before = (await members(boss, id)).length;
    const { secret, invite } = await boss.ok("invite:create", { rooms: [id], uses });
    const joined = users.map((one) => one.call("invite:use", { invite: secret }).then((answer) => (answer.ok ? "ok" : answer.error.code)));
    const made = Array.from({ length: 10 }, () => server.http("POST", "/api/users", { json: { name: unique("user"), password: PASSWORD, invite: secret } })
      .then(({ status }) => ({ 201: "ok", 404: "not_found", 429: "rate_limited" })[status] ?? status));
    const answers = await Promise.all([...joined, ...made]);
    assert.ok(answers.every((answer) => ["ok", "not_found", "rate_limited"].includes(answer)), answers.join());
    assert.equal(count(answers, "ok"), uses, answers.join());
    assert.equal((await members(boss, id)).length, before + uses);
    assert.equal((await boss.ok("invite:list", { limit: 200 })).invites.find((one) => one.id === invite.id).uses, uses);
    for (const one of users) await one.call("room:leave", { room: id });
  }
});

test("threat 66: behind the answer to a revocation nobody comes in by it", async () => {
  for (let i = 0; i < TIMES; i++) {
    const { id } = (await boss.ok("room:create", { name: unique("vault"), private: true })).room;
    const { secret, invite } = await boss.ok("invite:create", { rooms: [id], uses: 0 });
    const users = await people(6);
    const early = users.slice(0, 5).map((one) => one.call("invite:use", { invite: secret }));
    await boss.ok("invite:revoke", i % 2 ? { invite: invite.id, room: id } : { invite: invite.id });
    const late = await users[5].call("invite:use", { invite: secret });
    assert.equal(late.ok, i % 2 === 1, "the rest of one that a room was taken out of stays");
    await users[5].fails("room:join", { room: id }, "not_found");
    const came = codes(await Promise.all(early));
    assert.ok(came.every((code) => ["ok", "not_found"].includes(code)), came.join());
    const inside = (await members(boss, id)).map(({ user }) => user.id);
    for (const one of users.slice(0, 5)) assert.equal((await one.call("message:history", { room: id })).ok, inside.includes(one.me.id));
  }
});

test("who is banned while he comes in is out behind it", async () => {
  for (let i = 0; i < TIMES; i++) {
    const [ann, ben] = await people(2);
    const { id } = (await ann.ok("room:create", { name: unique("room") })).room;
    const say = () => ben.call("message:send", { room: id, body: "in", nonce: unique("nonce") });
    await Promise.all([
      ben.call("room:join", { room: id }), say(), ann.call("room:ban", { room: id, user: ben.me.id, on: true }), ben.call("room:join", { room: id }), say(),
    ]);
    assert.deepEqual((await members(ann, id)).map(({ user }) => user.id), [ann.me.id]);
    await ben.fails("room:join", { room: id }, "forbidden");
    await ben.fails("message:history", { room: id }, "forbidden");
  }
});

test("one guest becomes one member, though he registers twice at once", async () => {
  for (let i = 0; i < TIMES; i++) {
    const { me, token } = await (await server.connect({ name: unique("guest") })).ready();
    const answers = await Promise.all(["x", "y"].map((end) => server.http("POST", "/api/users", { json: { name: `${me.name}${end}`, password: PASSWORD }, token })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 401]);
    assert.equal(answers.find(({ status }) => status === 201).body.user.id, me.id);
  }
});

test("threat 52: of two sessions that change the password at once one is left, with a password that works", async () => {
  for (let i = 0; i < TIMES; i++) {
    const account = await register(server);
    const other = (await login(server, account.user.name)).headers.get("set-cookie").split(";")[0];
    const wanted = ["pluto is a planet", "ceres is a planet"];
    const answers = await Promise.all([account.cookie, other].map((cookie, j) =>
      server.http("PUT", "/api/password", { json: { password: PASSWORD, new_password: wanted[j] }, headers: { cookie } })));
    assert.equal(count(answers.map(({ status }) => status), 204), 1, answers.map(({ status }) => status).join());
    const won = answers.findIndex(({ status }) => status === 204);
    const statuses = await Promise.all(wanted.map((password) => login(server, account.user.name, password)));
    assert.deepEqual(statuses.map(({ status }) => status === 200), [won === 0, won === 1]);
    const fresh = answers[won].headers.get("set-cookie").split(";")[0];
    assert.equal((await server.http("GET", "/api/session", { headers: { cookie: fresh } })).status, 200);
    for (const cookie of [account.cookie, other]) assert.equal((await server.http("GET", "/api/session", { headers: { cookie } })).status, 401);
  }
});

test("a role that is taken while it is used counts to the moment, and not behind it", async () => {
  for (let i = 0; i < TIMES; i++) {
    const [ann, ben, eve] = await people(3);
    const { id } = (await ann.ok("room:create", { name: unique("room") })).room;
    for (const one of [ben, eve]) await one.ok("room:join", { room: id });
    await ann.ok("room:role", { room: id, user: ben.me.id, role: "moderator" });
    const [, kicked] = await Promise.all([ann.ok("room:role", { room: id, user: ben.me.id, role: "member" }), ben.call("room:kick", { room: id, user: eve.me.id })]);
    assert.equal((await members(ann, id)).some(({ user }) => user.id === eve.me.id), !kicked.ok);
    await eve.call("room:join", { room: id });
    await ben.fails("room:kick", { room: id, user: eve.me.id }, "forbidden");
  }
});
