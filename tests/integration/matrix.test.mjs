// matrix.test.mjs: who is not in a room learns nothing of it: "may not see" and "does not exist" are the same answer, byte for byte.
//
// Generated from protocol/*.json. Each field of a command that can point at something hidden (a room, a message, a report, …)
// is tried by each kind of outsider, once with what is hidden and once with what does not exist; the two answers must be equal. What
// stands in no field of that kind needs a reason in `pointless`; so a new command fails here until it is thought of.
// Routes and events likewise: a route names a room or has a reason, an event was seen inside or has a reason.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { register } from "../support/accounts.mjs";
import { nonce } from "../support/client.mjs";
import { commands, events, routes } from "../support/schema.mjs";
import { serve, unique } from "../support/server.mjs";

const CANARY = "canary7f3a"; // in every text that is said or named inside
const server = await serve({ after });

// ---- The people, the hidden rooms, and what is not there

const owner = await register(server); // of the server: above everybody, and in none of the hidden rooms
const tokens = new Map(); // by client
const guest = async (stem) => {
  const client = await server.connect({ name: unique(stem) });
  tokens.set(client, (await client.ready()).token);
  return client;
};
const signIn = async ({ token }) => {
  const client = await server.connect({ token });
  tokens.set(client, token);
  return client;
};
const member = async () => signIn(await register(server));

const maker = await member();
const insider = await member();
const outsiders = {
  "a guest": await guest("guest"),
  "a member of the server": await member(),
  "the server's owner": await signIn(owner),
  "one who was kicked": await member(),
  "one who is banned": await member(),
  "one who left": await member(),
};
const secret = (await maker.ok("room:create", { name: `${CANARY} lab`, topic: `${CANARY} topic`, private: true })).room;
for (const one of [insider, outsiders["one who was kicked"], outsiders["one who is banned"], outsiders["one who left"]]) {
  await maker.ok("room:invite", { room: secret.id, user: one.me.id });
}
// Those who were in once took part: they wrote in a thread, which they follow therefore, and saved a message.
const root = await maker.send(secret.id, `${CANARY} root`);
for (const name of ["one who was kicked", "one who is banned", "one who left"]) {
  await outsiders[name].send(secret.id, `${name} was here`, { thread: root.id });
  await outsiders[name].call("message:save", { message: root.id, on: true });
}
await outsiders["one who left"].ok("room:leave", { room: secret.id });
await maker.ok("room:kick", { room: secret.id, user: outsiders["one who was kicked"].me.id });
await maker.ok("room:ban", { room: secret.id, user: outsiders["one who is banned"].me.id, on: true });
for (const name of ["one who was kicked", "one who is banned", "one who left"]) await outsiders[name].wait("room:gone");
const since = Object.fromEntries(Object.entries(outsiders).map(([name, client]) => [name, client.events.length]));
const beginning = await newestPos();
const said = await maker.send(secret.id, `${CANARY} said`);
await insider.ok("message:report", { message: said.id, reason: CANARY });
const report = (await maker.ok("report:list", { room: secret.id })).reports[0].id;
const dm = (await maker.ok("dm:open", { users: [insider.me.id] })).room;
const whispered = await maker.send(dm.id, `${CANARY} whispered`);
const insiders = { session: (await insider.ok("session:list", {})).sessions[0].id };

async function newestPos() {
  const { pos } = (await (await guest("pos")).ready());
  return pos;
}

const NOTHING = 8_888_888;
const missing = { room: NOTHING, slug: `nothing--${NOTHING}`, message: NOTHING, report: NOTHING, session: NOTHING, draft: NOTHING };
const hidden = {
  "a private room": { room: secret.id, slug: secret.slug, message: said.id, report, session: insiders.session },
  "a direct message": { room: dm.id, slug: dm.slug, message: whispered.id, report, session: insiders.session },
};

// ---- Commands

// Fields that point at something, and how. Each takes a place and gives the field's values to try.
const pointers = {
  room: (place) => [place.room, place.slug],
  rooms: (place) => [[place.room]],
  message: (place) => [place.message],
  thread: (place) => [place.message],
  reply_to: (place) => [place.message],
  report: (place) => [place.report],
  session: (place) => [place.session],
  marks: (place) => [[{ room: place.room, read_seq: 0, mentions: 0 }]],
};

// Commands without such a field, or fields of one that point at nothing hidden.
const pointless = new Map([
  ["user:rename", "about oneself"], ["user:status", "about oneself"], ["user:list", "everybody may know everybody"],
  ["user:block", "everybody may know everybody"], ["user:blocks", "about oneself"], ["presence:watch", "everybody may know everybody"],
  ["sync", "see the test of events"], ["session:list", "about oneself"], ["room:list", "see its test"], ["room:mine", "answers rooms that one is in"], ["room:create", "see the test of slugs"],
  ["room:read_all", "answers rooms that one is in"], ["dm:open", "names people"], ["message:saved", "answers what one may see: by its own tests"],
  ["thread:list", "answers threads of rooms that one is in"], ["draft:list", "about oneself"], ["server:update", "of the server"], ["server:role", "of the server"],
  ["server:ban", "of the server"], ["server:bans", "of the server"], ["invite:use", "by a secret"],
]);

const example = (name) => JSON.parse(readFileSync(new URL(`../../protocol/examples/command.${name.replaceAll(":", "-")}.json`, import.meta.url), "utf8")).payload;
const plain = (key) => key.replace("?", "");
const fieldsOf = (row) => Object.keys(row.payload);

// The payload of a command's example, pointing at the place by one field: other fields that point are left out where they may be, and
// else point at a room of everybody.
function aimed(row, field, value) {
  const payload = { ...example(row.name) };
  for (const key of fieldsOf(row)) {
    const name = plain(key);
    if (!(name in pointers) && name !== "before" && name !== "after" && name !== "attachments") continue;
    if (key.endsWith("?")) delete payload[name];
    else if (name === "room") payload[name] = "general";
  }
  payload[field] = value;
  if ("user" in payload) payload.user = insider.me.id;
  if ("nonce" in payload) payload.nonce = nonce();
  return payload;
}

for (const row of commands.values()) {
  const fields = fieldsOf(row).map(plain).filter((name) => name in pointers);
  test(`threat 61: ${row.name}: what may not be seen is as what is not there`, async () => {
    if (fields.length === 0) return assert.ok(pointless.has(row.name), "a new command: which of its fields points at something hidden? (`pointers`, or a reason in `pointless`)");
    assert.ok(!pointless.has(row.name), "has a reason for not being tried, but points at something");
    for (const [who, client] of Object.entries(outsiders)) {
      for (const field of fields) {
        for (const [what, place] of Object.entries(hidden)) {
          const tries = pointers[field](place), blanks = pointers[field](missing);
          for (let i = 0; i < tries.length; i++) {
            const there = await client.call(row.name, aimed(row, field, tries[i]));
            const nowhere = await client.call(row.name, aimed(row, field, blanks[i]));
            assert.deepEqual(there, nowhere, `${who}, ${field} of ${what}: ${JSON.stringify(tries[i])}`);
            assert.equal(JSON.stringify(there), JSON.stringify(nowhere));
          }
        }
      }
    }
  });
}

test("the same fields, tried by one who is in, do point at something", async () => {
  const wrong = [];
  for (const row of commands.values()) {
    if (!row.implemented || row.who === "admin") continue;
    for (const field of fieldsOf(row).map(plain).filter((name) => name in pointers && !["marks", "session", "thread"].includes(name))) {
      if (["room:leave", "room:kick", "room:ban", "room:archive", "room:role", "report:resolve", "message:delete", "invite:revoke"].includes(row.name)) continue;
      const payload = aimed(row, field, pointers[field](hidden["a private room"])[0]);
      if (field === "reply_to") payload.room = secret.id;
      const answer = await maker.call(row.name, payload);
      if (!answer.ok && answer.error.code === "not_found") wrong.push(`${row.name} ${field}: ${JSON.stringify(answer.error)}`);
    }
  }
  assert.deepEqual(wrong, []);
});

// ---- Lists, and what creating could show

test("no list names a room that one is not in", async () => {
  for (const [who, client] of Object.entries(outsiders)) {
    const found = await server.http("GET", `/api/search?query=${CANARY}`, { token: tokens.get(client) });
    assert.ok(!found.text.includes(CANARY), `${who}: GET /api/search`);
    for (const [command, payload] of [["room:list", { archived: true, limit: 200 }], ["room:list", { query: CANARY, archived: true }], ["report:list", {}], ["user:list", { query: CANARY }],
      ["message:search", { query: CANARY }], ["thread:list", {}], ["message:saved", {}], ["message:pins", { room: "general" }]]) {
      assert.ok(!JSON.stringify(await client.call(command, payload)).includes(CANARY), `${who}: ${command}`);
    }
  }
});

test("a slug tells nothing of rooms that one may not see", async () => {
  const stem = unique("plan");
  await maker.ok("room:create", { name: stem, private: true });
  const stranger = outsiders["a guest"];
  assert.equal((await stranger.ok("room:create", { name: stem })).room.slug, stem, "as if there were no other");
  const own = (await stranger.ok("room:create", { name: stem, private: true })).room;
  assert.equal(own.slug, `${stem}--${own.id}`);
});

// ---- Routes

// Paths with a room are tried; the others have a reason.
const pathless = new Map([
  ["POST /api/session", "signs in"], ["GET /api/session", "about oneself"], ["DELETE /api/session", "about oneself"], ["GET /healthz", "of the server"],
  ["GET /readyz", "of the server"], ["GET /metrics", "of the server"], ["GET /…", "the web app"], ["GET /api/rooms", "room:list"], ["POST /api/users", "registers"],
  ["PUT /api/password", "about oneself"], ["GET /api/search", "see below, by room"], ["POST /api/uploads", "makes something of one's own"],
  ["GET /files/{id}/{name}", "by the tests of files"], ["POST /hooks/{secret}", "by a secret"], ["GET /api/server", "for everybody"], ["POST /api/invite", "by a secret"],
]);

for (const route of routes) {
  const [path, query = ""] = route.path.split("?");
  const names = path.includes("{room}") || /(^|&)room=/.test(query);
  test(`threat 61: ${route.method} ${path}: what may not be seen is as what is not there`, async () => {
    if (!names) return assert.ok(pathless.has(`${route.method} ${path}`), "a new route: does it name a room? (else a reason in `pathless`)");
    const json = route.method === "POST" ? { body: "x" } : undefined;
    for (const [who, client] of Object.entries(outsiders)) {
      const token = tokens.get(client);
      for (const place of Object.values(hidden)) {
        for (const key of ["room", "slug"]) {
          const url = (room) => (path.includes("{room}") ? path.replace("{room}", encodeURIComponent(room)) : `${path}?query=x&room=${encodeURIComponent(room)}`);
          const there = await server.http(route.method, url(place[key]), { token, json });
          const nowhere = await server.http(route.method, url(missing[key]), { token, json });
          assert.deepEqual([there.status, there.text], [nowhere.status, nowhere.text], `${who}: ${url(place[key])}`);
          assert.equal(there.headers.get("content-length"), nowhere.headers.get("content-length"));
        }
      }
    }
  });
}

// ---- Events

// What is no event about a room, or cannot be brought about here.
const eventless = new Map([
  ["ready", "looked at below"], ["notice", "about the connection"], ["presence", "about people who share a room"], ["user:changed", "about people who share a room"],
  ["user:blocked", "about oneself"], ["room:gone", "to the one who goes: seen by those who went"], ["thread:me", "about oneself"], ["saved:changed", "about oneself"],
  ["draft:changed", "about oneself"], ["server:changed", "to everybody"],
]);

// Everything that can happen in a room, in the hidden one.
async function live() {
  const third = await guest("third");
  const room = secret.id, user = third.me.id;
  await maker.ok("room:update", { room, topic: `${CANARY} other topic`, slow_mode_s: 0 });
  await maker.ok("room:invite", { room, user });
  await maker.ok("room:role", { room, user, role: "moderator" });
  await maker.ok("room:mute", { room, user, on: true });
  await maker.ok("room:prefs", { room, favorite: true });
  await maker.ok("typing", { room, on: true });
  const message = await insider.send(room, `${CANARY} hello @${third.me.name} @room`);
  await insider.ok("message:edit", { message: message.id, body: `${CANARY} hello again` });
  await insider.send(room, `${CANARY} in the thread`, { thread: root.id });
  await maker.ok("message:react", { message: message.id, emoji: "👍", on: true });
  await maker.ok("message:pin", { message: message.id, on: true });
  await insider.ok("message:report", { message: said.id });
  await third.ok("message:report", { message: message.id, reason: CANARY });
  await maker.ok("room:kick", { room, user, reason: CANARY });
  await maker.ok("room:archive", { room, on: true });
  await maker.ok("room:archive", { room, on: false });
  await maker.send(dm.id, `${CANARY} so it is`);
}

// Does it name the room, or anything that was said there?
const tells = (entry) => {
  const text = JSON.stringify(entry), { payload } = entry;
  if (payload.me?.thread === root.id) return true;
  return text.includes(CANARY) || [secret.id, dm.id].some((id) => payload.room === id || payload.room?.id === id || payload.message?.room === id);
};

test("threat 63: who is not in hears nothing of what happens inside, live or afterwards", async () => {
  await live();
  const line = await maker.send("general", "a line behind it");
  for (const [who, client] of Object.entries(outsiders)) {
    await client.wait("message:new", (payload) => payload.message.id === line.id);
    const heard = client.events.slice(since[who]).filter(tells);
    assert.deepEqual(heard, [], who);
    let pos = beginning, more = true;
    while (more) {
      const page = await client.ok("sync", { pos });
      assert.ok(!page.reset);
      assert.deepEqual(page.events.filter(tells), [], `${who}: sync`);
      ({ pos, more } = page);
    }
    const times = client.all("ready").length;
    client.away();
    const ready = await client.back();
    assert.ok(!JSON.stringify(ready).includes(CANARY) && !ready.rooms.some((room) => [secret.id, dm.id].includes(room.id)), `${who}: ready ${times}`);
  }
});

test("one who is in hears of everything that can be heard", async () => {
  for (const event of events.values()) {
    if (eventless.has(event.name)) continue;
    const heard = [...maker.all(event.name), ...insider.all(event.name)];
    assert.ok(heard.length > 0, `a new event: let it happen in live(), or a reason in \`eventless\`: ${event.name}`);
  }
});

// In, out and in again.
async function inAndOut(client) {
  const room = secret.id;
  await maker.ok("room:invite", { room, user: client.me.id });
  await maker.send(room, `${CANARY} while he is in`);
  await maker.ok("room:kick", { room, user: client.me.id });
  await maker.send(room, `${CANARY} while he is out`);
  await maker.ok("room:invite", { room, user: client.me.id });
  return maker.send(room, `${CANARY} while he is in again`);
}
const bodiesOf = (entries) => entries.filter((entry) => entry.event === "message:new" && entry.payload.message.room === secret.id).map((entry) => entry.payload.message.body);
const movesOf = (entries) => entries.filter((entry) => ["room:new", "room:gone"].includes(entry.event)).map((entry) => entry.event);
const wantedBodies = [`${CANARY} while he is in`, `${CANARY} while he is in again`];
const wantedMoves = ["room:new", "room:gone", "room:new"];

test("one who comes back is told of the times he was in, and of no other: sync", async () => {
  const back = outsiders["one who was kicked"];
  const { pos } = await back.ok("sync", { pos: await newestPos() });
  await inAndOut(back);
  const { events: missed } = await back.ok("sync", { pos });
  assert.deepEqual([bodiesOf(missed), movesOf(missed)], [wantedBodies, wantedMoves]);
});

test("one who comes back is told of the times he was in, and of no other: recovery", async () => {
  const back = outsiders["one who left"];
  const from = back.events.length;
  back.away();
  const last = await inAndOut(back);
  assert.equal((await back.back()).resumed, true);
  await back.wait("message:new", (payload) => payload.message.id === last.id, { from });
  const missed = back.events.slice(from);
  assert.deepEqual([bodiesOf(missed), movesOf(missed)], [wantedBodies, wantedMoves]);
});
