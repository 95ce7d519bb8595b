// permissions.test.mjs: docs/permissions.md, row by row and column by column, over sockets and over HTTP.
//
// The table is printed by the program that is tested (`parley permissions`: the first one, of rooms; that of the server is
// tried in administration.test.mjs); each cell is tried by somebody outside, a member, a
// moderator and the owner in a room of that kind. A row without a way to try it fails, so a new right is tried as well.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "../support/accounts.mjs";
import { nonce } from "../support/client.mjs";
import { runToEnd, serve, unique } from "../support/server.mjs";

const server = await serve({ after });
const tokens = new Map();
const person = async () => {
  const { token } = await register(server);
  const client = await server.connect({ token });
  await client.ready();
  tokens.set(client, token);
  return client;
};

const boss = await person(); // the first account: the server's owner, who is in none of the rooms until he joins

const table = (await runToEnd(["permissions"])).stdout.split("\n\n")[0].trim().split("\n").map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
const [head, , ...rows] = table;
const kinds = head.slice(1, 5);

const people = { outside: await person(), member: await person(), moderator: await person(), owner: await person() };
const victim = await person(); // on whom others act: a member
const stranger = await person(); // whom others bring in

// A room of that kind with all of them in it but the one outside.
async function room(kind) {
  if (kind === "direct message") {
    const users = [people.member, people.moderator, people.owner, victim].map((client) => client.me.id);
    return { id: (await people.owner.ok("dm:open", { users })).room.id, kind };
  }
  const { id } = (await people.owner.ok("room:create", { name: unique("room"), announcement: kind === "announcement room" })).room;
  for (const client of [people.member, people.moderator, victim]) await client.ok("room:join", { room: id });
  await people.owner.ok("room:role", { room: id, user: people.moderator.me.id, role: "moderator" });
  return { id, kind };
}

// Something that a member said there, by somebody who may.
const speaker = (place, client) => (place.kind === "announcement room" && client !== people.moderator ? people.owner : client);
const say = (place, client) => speaker(place, client).send(place.id, "said");

// How each right is tried: what has to be there first, and the call. Nothing of it stays for the next one.
const ways = {
  "see the room": () => ["room:list", { limit: 1 }],
  "join it": ({ id }) => ["room:join", { room: id }],
  "read history and members, search": ({ id }) => ["message:history", { room: id }],
  "keep a read mark, level and favourite": ({ id }) => ["room:prefs", { room: id, favorite: true }],
  "write, reply, type": ({ id }) => ["message:send", { room: id, body: "x", nonce: nonce() }],
  "name, topic, announcement, slow mode": ({ id }) => ["room:update", { room: id, topic: unique("topic") }],
  invite: ({ id }) => ["room:invite", { room: id, user: stranger.me.id }],
  kick: ({ id }) => ["room:kick", { room: id, user: victim.me.id }],
  "ban, lift a ban, list the banned": ({ id }) => ["room:bans", { room: id }],
  mute: ({ id }) => ["room:mute", { room: id, user: victim.me.id, on: false }],
  "give roles": ({ id }) => ["room:role", { room: id, user: victim.me.id, role: "member" }],
  "take a lower role oneself": ({ id }, own, client) => ["room:role", { room: id, user: client.me.id, role: "member" }],
  "archive, and bring back": ({ id, kind }) => ["room:archive", { room: id, on: kind === "archived room" }],
  "see reports and the room's audit log": ({ id }) => ["audit:list", { room: id }],
  "see invitations into it, and revoke them": ({ id }) => ["invite:list", { room: id }],
  react: (place) => ["message:react", { message: place.message, emoji: "👍", on: true }],
  "edit one's own message": (place, own) => ["message:edit", { message: own, body: unique("x") }],
  "delete one's own message": (place, own) => ["message:delete", { message: own }],
  "delete somebody else's message": (place) => ["message:delete", { message: place.others }],
  "pin and unpin": (place) => ["message:pin", { message: place.message, on: true }],
  leave: ({ id }) => ["room:leave", { room: id }],
};

// What the table says about that person there.
function allowed(cell, who) {
  if (cell === "everybody") return true;
  if (who === "outside" || cell === "nobody") return false;
  return { members: true, "moderators, owner": who !== "member", owner: who === "owner" }[cell];
}

for (const kind of kinds) {
  test(`${kind}: everybody may what the table says, and nothing else`, async () => {
    for (const [act, ...cells] of rows) {
      assert.ok(ways[act], `a new right: how is it tried? ${act}`);
      for (const [who, client] of Object.entries(people)) {
        const place = await room(kind);
        place.message = (await say(place, victim)).id;
        place.others = (await say(place, victim)).id;
        const writer = who === "outside" ? victim : client;
        const own = (await say(place, writer)).id;
        if (kind === "archived room") await people.owner.ok("room:archive", { room: place.id, on: true });
        const isOwn = act.includes("one's own") && speaker(place, writer) !== client && who !== "outside";
        if (isOwn) continue; // he cannot have said anything there
        if (act === "delete somebody else's message" && speaker(place, victim) === client) continue;
        const [command, payload] = ways[act](place, own, client);
        const answer = await client.call(command, payload);
        const isIn = act === "join it" && who !== "outside"; // nothing new
        const may = act === "see the room" || isIn || allowed(cells[kinds.indexOf(kind)], who);
        const lastOwner = ["leave", "take a lower role oneself"].includes(act) && who === "owner" && may; // a rule of its own
        const got = answer.ok ? "ok" : answer.error.code;
        const wanted = lastOwner ? "conflict" : may ? "ok" : who === "outside" && kind === "direct message" ? "not_found" : "forbidden";
        assert.equal(got, wanted, `${act} by ${who}: ${JSON.stringify(answer.error ?? {})}`);
      }
    }
  });
}

test("while muted: what the table's last column says", async () => {
  for (const [act, ...cells] of rows) {
    const place = await room("room");
    place.message = (await say(place, victim)).id;
    const own = (await say(place, people.moderator)).id;
    place.others = place.message;
    await people.owner.ok("room:mute", { room: place.id, user: people.moderator.me.id, on: true });
    const answer = await people.moderator.call(...ways[act](place, own, people.moderator));
    const may = cells[4] === "yes" && allowed(cells[0], "moderator");
    assert.equal(answer.ok ? "ok" : answer.error.code, may ? "ok" : "forbidden", act);
  }
});

// HTTP has the commands that are for reading, and one for writing: the same rows decide.
const routes = [
  ["read history and members, search", "GET", (id) => `/api/rooms/${id}/messages`],
  ["read history and members, search", "GET", (id) => `/api/rooms/${id}/members`],
  ["write, reply, type", "POST", (id) => `/api/rooms/${id}/messages`],
];

for (const kind of kinds) {
  test(`${kind}: the same over HTTP`, async () => {
    const place = await room(kind);
    if (kind === "archived room") await people.owner.ok("room:archive", { room: place.id, on: true });
    for (const [act, method, path] of routes) {
      const cell = rows.find((row) => row[0] === act)[1 + kinds.indexOf(kind)];
      for (const [who, client] of Object.entries(people)) {
        const answer = await server.http(method, path(place.id), { token: tokens.get(client), json: method === "POST" ? { body: "x" } : undefined });
        const wanted = allowed(cell, who) ? [200, 201] : [who === "outside" && kind === "direct message" ? 404 : 403];
        assert.ok(wanted.includes(answer.status), `${method} ${path(place.id)} by ${who}: ${answer.status}`);
      }
    }
  });
}

test("threat 65: nobody acts on one of equal or higher rank, and the server's admins are above a room's owner", async () => {
  const { id } = await room("room");
  const kick = (who, whom) => who.call("room:kick", { room: id, user: whom.me.id }).then((answer) => (answer.ok ? "ok" : answer.error.code));
  const second = await person();
  await second.ok("room:join", { room: id });
  await people.owner.ok("room:role", { room: id, user: second.me.id, role: "moderator" });
  assert.equal(await kick(second, people.moderator), "forbidden");
  assert.equal(await kick(people.moderator, people.owner), "forbidden");
  assert.equal(await kick(people.owner, second), "ok");
});

test("whoever has a role may give it up, and nobody raises himself", async () => {
  const { id } = await room("room");
  const { member, moderator, owner } = people;
  const role = (who, wanted) => ["room:role", { room: id, user: who.me.id, role: wanted }];
  await moderator.fails(...role(moderator, "owner"), "forbidden");
  await member.fails(...role(member, "moderator"), "forbidden");
  assert.equal((await moderator.ok(...role(moderator, "member"))).member.role, "member");
  await moderator.fails(...role(moderator, "moderator"), "forbidden");
  await owner.fails(...role(owner, "moderator"), "conflict");
  await owner.ok(...role(member, "owner"));
  assert.equal((await owner.ok(...role(owner, "moderator"))).member.role, "moderator");
  await owner.fails(...role(owner, "owner"), "forbidden");
  assert.equal((await owner.ok(...role(owner, "member"))).member.role, "member");
  await member.fails(...role(member, "member"), "conflict");
});

test("a ban in an archived room deletes nothing there", async () => {
  const place = await room("room");
  const said = await say(place, victim);
  const ban = (purge) => ["room:ban", { room: place.id, user: victim.me.id, on: true, purge }];
  await people.owner.ok("room:archive", { room: place.id, on: true });
  await people.owner.fails(...ban(true), "forbidden");
  assert.deepEqual((await people.owner.ok("room:bans", { room: place.id })).bans, [], "what fails changes nothing");
  await people.owner.ok(...ban(undefined));
  assert.equal((await people.owner.ok("message:get", { message: said.id })).message.deleted, undefined);
  await people.owner.ok("room:archive", { room: place.id, on: false });
  await people.owner.ok(...ban(true));
  await people.owner.wait("message:changed", (event) => event.message.id === said.id && event.message.deleted);
});

test("the server's admins have the owner's rights in a room once they are in it, but not in a direct message", async () => {
  const place = await room("room");
  const admin = await person();
  await boss.ok("server:role", { user: admin.me.id, role: "admin" });
  const acts = [["room:update", { room: place.id, topic: "tidy" }], ["room:role", { room: place.id, user: victim.me.id, role: "moderator" }], ["room:archive", { room: place.id, on: false }]];
  for (const [command, payload] of acts) await admin.fails(command, payload, "forbidden");
  await admin.ok("room:join", { room: place.id });
  for (const [command, payload] of acts) await admin.ok(command, payload);
  await people.owner.fails("room:kick", { room: place.id, user: admin.me.id }, "forbidden");
  await admin.fails("room:kick", { room: place.id, user: people.owner.me.id }, "conflict"); // the last owner stays
  await admin.ok("room:role", { room: place.id, user: admin.me.id, role: "owner" });
  await admin.ok("room:kick", { room: place.id, user: people.owner.me.id, reason: "away" });
  const dm = (await admin.ok("dm:open", { users: [victim.me.id] })).room.id;
  const said = await victim.send(dm, "between us");
  await admin.fails("message:delete", { message: said.id }, "forbidden");
  await admin.fails("room:update", { room: dm, topic: "x" }, "forbidden");
});

test("the server's audit log is for its admins, and leaves out the private rooms that they are not in", async () => {
  const owner = people.owner;
  const secret = (await owner.ok("room:create", { name: unique("secret"), private: true })).room.id;
  const open = (await owner.ok("room:create", { name: unique("open") })).room.id;
  for (const id of [secret, open]) {
    await owner.ok("room:invite", { room: id, user: victim.me.id });
    await owner.ok("room:kick", { room: id, user: victim.me.id, reason: `out of ${id}` });
  }
  const texts = (await boss.ok("audit:list", {})).entries.map((entry) => entry.text);
  assert.ok(texts.includes(`out of ${open}`) && !texts.includes(`out of ${secret}`), JSON.stringify(texts));
  await owner.ok("room:invite", { room: secret, user: boss.me.id });
  assert.ok((await boss.ok("audit:list", {})).entries.some((entry) => entry.text === `out of ${secret}`));
  await owner.fails("audit:list", {}, "forbidden");
});
