// administration.test.mjs: roles in the server, accounts that are shut, invitations, settings: over sockets.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { login, PASSWORD, people, register } from "../support/accounts.mjs";
import { runToEnd, serve, Server, unique } from "../support/server.mjs";
import { PROMPT_MS, until } from "../support/wait.mjs";

const server = await serve({ after });
const { owner, admin, member, guest } = await people(server);

// The second table of docs/permissions.md, row by row: how each act is tried on somebody. None of the tries changes anything.
const rows = (await runToEnd(["permissions"])).stdout.split("\n\n").at(-1).trim().split("\n").slice(2).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
const ways = {
  "change the server's settings": () => ["server:update", { registration: "open" }],
  "make, list and revoke invitations": () => ["invite:list", {}],
  "make an invitation for an administrator": () => ["invite:create", { role: "admin" }],
  "give somebody another role": (whom) => ["server:role", { user: whom.id, role: whom.role === "guest" ? "member" : whom.role }],
  "take a lower role": (whom) => ["server:role", { user: whom.id, role: whom.role === "guest" ? "member" : whom.role }],
  "shut an account, and open it": (whom) => ["server:ban", { user: whom.id, on: false }],
  "list the accounts that are shut": () => ["server:bans", {}],
  "see and end somebody's sessions": (whom) => ["session:list", { user: whom.id }],
};

test("the server's table of rights holds, row by row, for each role and on each", async () => {
  const rank = { owner: 3, admin: 2, member: 1, guest: 1 };
  const [peer, chief] = [await register(server), await register(server)];
  const set = (user, role) => owner.client.ok("server:role", { user: user.id, role });
  await set(peer.user, "admin");
  await set(chief.user, "owner");
  const targets = [["owner", chief.user], ["admin", peer.user], ["member", (await register(server)).user]].map(([role, { id }]) => ({ id, role }));
  for (const [act, who, whom] of rows) {
    assert.ok(ways[act], `a new right: how is it tried? ${act}`);
    for (const [role, { client, user }] of Object.entries({ owner, admin, member, guest })) {
      for (const target of whom === "oneself" ? [{ id: user.id, role }] : targets) {
        const answer = await client.call(...ways[act](target));
        const may = rank[role] >= (who === "owners" ? 3 : 2) && (whom !== "people of lower rank" || rank[role] > rank[target.role]);
        assert.equal(answer.ok ? "ok" : answer.error.code, may ? "ok" : "forbidden", `${act}, by ${role} on ${target.role}`);
      }
    }
  }
  const step = await server.connect({ token: chief.token });
  for (const role of ["admin", "member"]) assert.equal((await step.ok("server:role", { user: chief.user.id, role })).user.role, role);
  await step.fails("server:role", { user: chief.user.id, role: "admin" }, "forbidden");
});

test("threat 65: the last owner stays, nobody promotes himself, nobody acts upwards", async () => {
  await owner.client.fails("server:role", { user: owner.user.id, role: "member" }, "conflict");
  await admin.client.fails("server:role", { user: admin.user.id, role: "owner" }, "forbidden");
  await member.client.fails("server:role", { user: member.user.id, role: "admin" }, "forbidden");
  await guest.client.fails("server:role", { user: guest.user.id, role: "admin" }, "forbidden");
  await admin.client.fails("server:ban", { user: owner.user.id, on: true }, "forbidden");
  await owner.client.fails("server:role", { user: guest.user.id, role: "admin" }, "conflict");
  await owner.client.fails("server:role", { user: 4711, role: "admin" }, "not_found");
});

test("a new role is told to those who share a room, and counts at once", async () => {
  const rising = await register(server);
  const client = await server.connect({ token: rising.token });
  await client.fails("invite:list", {}, "forbidden");
  const { user } = await owner.client.ok("server:role", { user: rising.user.id, role: "admin" });
  assert.equal(user.role, "admin");
  await member.client.wait("user:changed", (event) => event.user.id === rising.user.id && event.user.role === "admin");
  await client.ok("invite:list", {});
  await client.ok("server:role", { user: rising.user.id, role: "member" }); /* he steps down himself */
  await client.fails("invite:list", {}, "forbidden");
});

test("threat 53: a shut account loses its sessions within a second, and gets no new one until it is opened", async () => {
  const bad = await register(server);
  const client = await server.connect({ token: bad.token });
  await admin.client.ok("server:ban", { user: bad.user.id, on: true, reason: "spam" });
  await client.wait("notice", (notice) => notice.code === "session_ended", { ms: PROMPT_MS });
  await until(() => client.disconnects.length > 0, { ms: PROMPT_MS, what: () => "the end" });
  assert.equal((await server.http("GET", "/api/session", { token: bad.token })).status, 401);
  assert.equal((await login(server, bad.user.name)).status, 403);
  assert.equal((await login(server, bad.user.name, "not this one")).status, 401);
  const { bans } = await admin.client.ok("server:bans", {});
  const ban = bans.find(({ user }) => user.id === bad.user.id);
  assert.deepEqual([ban.by, ban.reason], [admin.user.id, "spam"]);
  await admin.client.ok("server:ban", { user: bad.user.id, on: false });
  assert.equal((await login(server, bad.user.name)).status, 200);
  await member.client.fails("server:bans", {}, "forbidden");
});

test("administrators see and end the sessions of others; nobody else learns of them", async () => {
  const somebody = await register(server);
  const client = await server.connect({ token: somebody.token });
  const { sessions } = await admin.client.ok("session:list", { user: somebody.user.id });
  assert.equal(sessions.length, 1);
  const none = await member.client.fails("session:revoke", { session: 999_999 }, "not_found");
  const foreign = await member.client.fails("session:revoke", { session: sessions[0].id }, "not_found");
  assert.deepEqual(foreign, none);
  await member.client.fails("session:list", { user: somebody.user.id }, "forbidden");
  await admin.client.fails("session:list", { user: owner.user.id }, "forbidden");
  await admin.client.ok("session:revoke", { user: somebody.user.id });
  await client.wait("notice", (notice) => notice.code === "session_ended", { ms: PROMPT_MS });
});

test("an invitation leads to its rooms and its role, as often as it says", async () => {
  const { room } = await owner.client.ok("room:create", { name: unique("lab"), private: true });
  const { invite, secret } = await owner.client.ok("invite:create", { role: "admin", rooms: [room.id], uses: 2, note: "for two" });
  assert.deepEqual([invite.role, invite.uses, invite.uses_max, invite.note, invite.rooms], ["admin", 0, 2, "for two", [room.id]]);
  const look = await server.http("POST", "/api/invite", { json: { invite: secret } });
  assert.deepEqual([look.status, look.body.role, look.body.rooms], [200, "admin", [{ id: room.id, name: room.name }]]);
  const first = await register(server, { invite: secret });
  assert.equal(first.user.role, "admin");
  const client = await server.connect({ token: first.token });
  assert.ok((await client.ready()).rooms.some(({ id }) => id === room.id));
  const { rooms } = await member.client.ok("invite:use", { invite: secret });
  assert.deepEqual(rooms.map(({ id }) => id), [room.id]);
  await member.client.wait("room:new", (event) => event.room.id === room.id);
  await client.wait("member:joined", (event) => event.room === room.id && event.member.user.id === member.user.id);
  const listed = (await owner.client.ok("invite:list", {})).invites.find(({ id }) => id === invite.id);
  assert.equal(listed.uses, 2);
});

test("threat 66: unknown, used up, revoked and expired invitations are answered alike", async () => {
  const make = async (more = {}) => owner.client.ok("invite:create", more);
  const used = await make(), revoked = await make(), expired = await make({ expires_in_s: 1 });
  await register(server, { invite: used.secret });
  await owner.client.ok("invite:revoke", { invite: revoked.invite.id });
  await until(() => Date.now() > expired.invite.expires_at, { what: () => "a second" });
  const answers = [];
  for (const secret of [used.secret, revoked.secret, expired.secret, `ply_i_${"A".repeat(43)}`, "x", ""]) {
    answers.push(await server.http("POST", "/api/invite", { json: { invite: secret } }));
    answers.push(await server.http("POST", "/api/users", { json: { name: unique("user"), password: PASSWORD, invite: secret } }));
    await member.client.fails("invite:use", { invite: secret }, "not_found");
  }
  for (const answer of answers) assert.deepEqual([answer.status, answer.text], [404, answers[0].text]);
});

test("threat 66: nobody invites to a room that he is not in, nor learns that there is one", async () => {
  const { room } = await member.client.ok("room:create", { name: unique("secret"), private: true });
  const foreign = await owner.client.fails("invite:create", { rooms: [room.id] }, "not_found", "rooms");
  const none = await owner.client.fails("invite:create", { rooms: [999_999] }, "not_found", "rooms");
  assert.deepEqual(foreign, none);
  await member.client.fails("invite:create", {}, "forbidden");
  await admin.client.fails("invite:create", { role: "admin" }, "forbidden");
  await owner.client.fails("invite:create", { role: "owner" }, "bad_request", "role");
});

test("threat 66: an invitation opens what its maker could open himself, and a room's moderators take their room out of it", async () => {
  const chief = await register(server), keeper = await register(server);
  const [maker, boss] = [await server.connect({ token: chief.token }), await server.connect({ token: keeper.token })];
  await owner.client.ok("server:role", { user: chief.user.id, role: "admin" });
  const { room } = await boss.ok("room:create", { name: unique("vault"), private: true });
  const rooms = async (secret) => {
    const { status, body } = await server.http("POST", "/api/invite", { json: { invite: secret } });
    return status === 200 ? body.rooms.map(({ id }) => id) : status;
  };
  await boss.ok("room:invite", { room: room.id, user: chief.user.id });
  const { secret, invite } = await maker.ok("invite:create", { rooms: [room.id], uses: 0, note: "for a friend" });
  assert.deepEqual(await rooms(secret), [room.id]);
  await member.client.fails("invite:list", { room: room.id }, "not_found");
  const listed = (await boss.ok("invite:list", { room: room.id })).invites;
  assert.deepEqual(listed.map(({ id, by, rooms, note }) => [id, by, rooms, note]), [[invite.id, chief.user.id, [room.id], undefined]]);
  await boss.fails("invite:list", {}, "forbidden");
  await boss.fails("invite:revoke", { invite: invite.id }, "forbidden");

  await boss.ok("room:kick", { room: room.id, user: chief.user.id }).catch(() => maker.ok("room:leave", { room: room.id })); // an admin outranks the owner
  assert.deepEqual(await rooms(secret), [], "who is out brings nobody in");
  await member.client.ok("invite:use", { invite: secret });
  await member.client.fails("room:join", { room: room.id }, "not_found");
  await boss.ok("room:invite", { room: room.id, user: chief.user.id });
  assert.deepEqual(await rooms(secret), [room.id]);
  await owner.client.ok("server:role", { user: chief.user.id, role: "member" });
  assert.equal(await rooms(secret), 404, "nor who is no administrator any more");
  await member.client.fails("invite:use", { invite: secret }, "not_found");
  await owner.client.ok("server:role", { user: chief.user.id, role: "admin" });
  await owner.client.ok("server:ban", { user: chief.user.id, on: true });
  assert.equal(await rooms(secret), 404, "nor whose account is shut");
  await owner.client.ok("server:ban", { user: chief.user.id, on: false });

  await boss.ok("invite:revoke", { invite: invite.id, room: room.id });
  await boss.fails("invite:revoke", { invite: invite.id, room: room.id }, "not_found");
  assert.deepEqual(await rooms(secret), []);
  assert.ok((await boss.ok("audit:list", { room: room.id })).entries.some(({ act }) => act === "invite:revoke"));
  assert.equal((await owner.client.ok("invite:list", { limit: 200 })).invites.some(({ id }) => id === invite.id), true, "the rest of it stays");
});

test("settings change while it runs, are told to everybody, count at once and are kept", async (t) => {
  const own = new Server();
  await own.start();
  t.after(() => own.close());
  const people_ = await people(own);
  await people_.member.client.fails("server:update", { name: "Mine" }, "forbidden");
  const { settings } = await people_.admin.client.ok("server:update", { name: "Engine room", registration: "invite", guests: false });
  assert.deepEqual(settings, { name: "Engine room", registration: "invite", guests: false });
  await people_.member.client.wait("server:changed", (event) => event.settings.name === "Engine room");
  await people_.guest.client.wait("server:changed");
  const check = async () => {
    assert.deepEqual((await own.http("GET", "/api/server")).body.settings, settings);
    assert.equal((await own.http("POST", "/api/session", { json: { name: unique("guest") } })).status, 401);
    assert.equal((await own.http("POST", "/api/users", { json: { name: unique("user"), password: PASSWORD } })).status, 403);
    const stranger = own.client({ name: unique("guest") });
    assert.equal((await stranger.refused()).code, "unauthorized");
    stranger.close();
  };
  await check();
  await own.restart();
  await check();
  const back = await own.connect({ token: people_.admin.token });
  await back.ok("server:update", { registration: "closed" });
  const { secret } = await back.ok("invite:create", {});
  assert.equal((await own.http("POST", "/api/users", { json: { name: unique("user"), password: PASSWORD, invite: secret } })).status, 403);
});
