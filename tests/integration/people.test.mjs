// people.test.mjs: what people with rights do with others, direct messages, blocking, marks: over the wire, and after a
// restart.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serve, unique } from "../support/server.mjs";

const server = await serve({ after });
const person = async (stem = "ada") => {
  const client = await server.connect({ name: unique(stem) });
  await client.ready();
  return client;
};

// An owner, two members, and their public room.
async function crew(more = {}) {
  const [ada, ben, eve] = [await person("ada"), await person("ben"), await person("eve")];
  const { room } = await ada.ok("room:create", { name: unique("crew"), ...more });
  for (const one of [ben, eve]) await one.ok("room:join", { room: room.id });
  return { ada, ben, eve, room: room.id };
}

const inRoom = (room) => (payload) => payload.room === room;

test("threat 63: one who is kicked hears nothing more of the room, and why he went", async () => {
  const { ada, ben, eve, room } = await crew();
  await ada.ok("room:kick", { room, user: ben.me.id, reason: "loud" });
  assert.deepEqual((({ reason, text }) => ({ reason, text }))(await ben.wait("room:gone", inRoom(room))), { reason: "kicked", text: "loud" });
  assert.equal((await eve.wait("member:left", inRoom(room))).reason, "kicked");
  const said = await ada.send(room, "now that he is gone");
  await eve.wait("message:new", (payload) => payload.message.id === said.id);
  await ben.send("general", "a line behind it");
  await ben.wait("message:new", (payload) => payload.message.body === "a line behind it" && payload.message.author.id === ben.me.id);
  assert.equal(ben.all("message:new", (payload) => payload.message.room === room).length, 0);
  assert.equal(ben.all("member:left", inRoom(room)).length, 0);
  await ada.fails("room:kick", { room, user: ben.me.id }, "not_found", "user");
  await ben.ok("room:join", { room }); // a kick is no ban
});

test("a ban keeps out until it is lifted, and can be seen", async () => {
  const { ada, ben, room } = await crew();
  await ada.ok("room:ban", { room, user: ben.me.id, on: true, reason: "spam" });
  assert.equal((await ben.wait("room:gone", inRoom(room))).reason, "banned");
  await ben.fails("room:join", { room }, "forbidden");
  const { bans } = await ada.ok("room:bans", { room });
  assert.deepEqual(bans.map((ban) => [ban.user.id, ban.by.id, ban.reason]), [[ben.me.id, ada.me.id, "spam"]]);
  await ada.ok("room:ban", { room, user: ben.me.id, on: false });
  await ben.ok("room:join", { room });
});

test("a ban takes along what was said, when that is asked for", async () => {
  const { ada, ben, eve, room } = await crew();
  const said = [];
  for (let i = 0; i < 3; i++) said.push((await ben.send(room, `buy ${i}`)).id);
  await ada.send(room, "no");
  await ada.ok("room:ban", { room, user: ben.me.id, on: true, purge: true });
  for (const id of said) await eve.wait("message:changed", (payload) => payload.message.id === id && payload.change === "delete");
  const { messages } = await eve.ok("message:history", { room });
  assert.deepEqual(messages.map((message) => [message.body, message.deleted ?? false]), [["", true], ["", true], ["", true], ["no", false]]);
});

test("one who is muted reads and does not write", async () => {
  const { ada, ben, eve, room } = await crew();
  const { member } = await ada.ok("room:mute", { room, user: ben.me.id, on: true });
  assert.equal(member.muted, true);
  assert.equal((await eve.wait("member:changed", inRoom(room))).member.muted, true);
  assert.equal((await ben.wait("room:me", inRoom(room))).me.muted, true);
  await ben.fails("message:send", { room, body: "hm", nonce: unique("nonce") }, "forbidden");
  await ben.ok("message:history", { room });
  await ada.ok("room:mute", { room, user: ben.me.id, on: false });
  await ben.send(room, "ha");
});

test("roles are given by the owner, rank by rank, and the last owner stays", async () => {
  const { ada, ben, eve, room } = await crew();
  await ben.fails("room:role", { room, user: eve.me.id, role: "moderator" }, "forbidden");
  assert.equal((await ada.ok("room:role", { room, user: ben.me.id, role: "moderator" })).member.role, "moderator");
  assert.equal((await ben.wait("room:me", inRoom(room))).me.role, "moderator");
  await ben.fails("room:kick", { room, user: ada.me.id }, "forbidden");
  await ben.ok("room:kick", { room, user: eve.me.id });
  await ada.fails("room:role", { room, user: ada.me.id, role: "member" }, "conflict");
  await ada.fails("room:leave", { room }, "conflict");
  await ada.ok("room:role", { room, user: ben.me.id, role: "owner" });
  await ada.ok("room:leave", { room });
  assert.equal((await ben.wait("room:changed", (payload) => payload.room.id === room)).room.owner, ben.me.id);
});

test("in an announcement room moderators write, the others read", async () => {
  const { ada, ben, eve, room } = await crew({ announcement: true });
  await ben.fails("message:send", { room, body: "hm", nonce: unique("nonce") }, "forbidden");
  await ada.ok("room:role", { room, user: ben.me.id, role: "moderator" });
  const said = await ben.send(room, "hear, hear");
  await eve.wait("message:new", (payload) => payload.message.id === said.id);
});

test("an archived room is read-only and out of the list, until it is back", async () => {
  const { ada, ben, room } = await crew();
  assert.equal((await ada.ok("room:archive", { room, on: true })).room.archived, true);
  assert.equal((await ben.wait("room:changed", (payload) => payload.room.id === room)).room.archived, true);
  await ada.fails("message:send", { room, body: "hm", nonce: unique("nonce") }, "forbidden");
  const listed = async (archived) => (await ben.ok("room:list", { archived, limit: 200 })).rooms.some((one) => one.id === room);
  assert.deepEqual([await listed(false), await listed(true)], [false, true]);
  await ada.ok("room:archive", { room, on: false });
  await ada.send(room, "ha");
});

test("two who open a direct message at the same moment get the same", async () => {
  const [ada, ben, eve] = [await person(), await person("ben"), await person("eve")];
  const [one, other] = await Promise.all([ada.ok("dm:open", { users: [ben.me.id] }), ben.ok("dm:open", { users: [ada.me.id] })]);
  assert.equal(one.room.id, other.room.id);
  assert.deepEqual([one.room.kind, one.room.users.length, one.users.length], ["dm", 2, 2]);
  const shown = await ben.wait("room:new", (payload) => payload.room.id === one.room.id);
  assert.deepEqual(new Set(shown.users.map((user) => user.id)), new Set([ada.me.id, ben.me.id]));
  const said = await ben.send(one.room.id, "between us");
  await ada.wait("message:new", (payload) => payload.message.id === said.id);
  await eve.fails("room:join", { room: one.room.slug }, "not_found");
  await ada.fails("room:leave", { room: one.room.id }, "forbidden");
  await ada.ok("room:list", {}).then(({ rooms }) => assert.ok(rooms.every((room) => room.kind !== "dm")));
  const three = (await ada.ok("dm:open", { users: [ben.me.id, eve.me.id] })).room;
  assert.notEqual(three.id, one.room.id);
  assert.equal((await eve.ok("dm:open", { users: [ada.me.id, ben.me.id, eve.me.id] })).room.id, three.id);
});

test("one who is blocked opens no direct message and mentions nobody; it is known on all devices", async () => {
  const [ada, eve] = [await person(), await person("eve")];
  const phone = await server.connect({ token: (await ada.ready()).token });
  await phone.ready();
  await ada.ok("user:block", { user: eve.me.id, on: true });
  assert.deepEqual((({ user, on }) => [user, on])(await phone.wait("user:blocked")), [eve.me.id, true]);
  await eve.fails("dm:open", { users: [ada.me.id] }, "forbidden");
  const { room } = await ada.ok("room:create", { name: unique("both") });
  await eve.ok("room:join", { room: room.id });
  await eve.send(room.id, `@${ada.me.name} look`);
  assert.equal((await ada.ok("room:join", { room: room.id })).room.me.mentions, 0);
  assert.deepEqual((await phone.ok("user:blocks", {})).users.map((user) => user.id), [eve.me.id]);
  const bob = await person("bob");
  const dm = (await ada.ok("dm:open", { users: [eve.me.id, bob.me.id] })).room;
  await eve.fails("dm:open", { users: [ada.me.id, bob.me.id] }, "forbidden"); // as well when it is there
  assert.equal((await eve.ok("room:join", { room: dm.id })).room.id, dm.id, "who is in it reads on");
  assert.equal((await bob.ok("dm:open", { users: [ada.me.id, eve.me.id] })).room.id, dm.id);
  await phone.ok("user:block", { user: eve.me.id, on: false });
  await eve.ok("dm:open", { users: [ada.me.id] });
  assert.equal(eve.all("user:blocked").length, 0);
});

test("all rooms are read at once, on all devices, and that can be undone", async () => {
  const { ada, ben, room } = await crew();
  const phone = await server.connect({ token: (await ben.ready()).token });
  await phone.ready();
  await ada.send(room, `@${ben.me.name} one`);
  const { marks } = await ben.ok("room:read_all", {});
  const mark = marks.find((one) => one.room === room);
  assert.deepEqual([mark.read_seq, mark.mentions], [0, 1]);
  assert.equal((await phone.wait("room:me", inRoom(room))).me.unread, 0);
  await ben.ok("room:unread", { marks });
  const me = await phone.wait("room:me", (payload) => payload.room === room && payload.me.unread > 0);
  assert.deepEqual([me.me.unread, me.me.mentions], [1, 1]);
});

test("favourites and the order of rooms follow the person to his devices", async () => {
  const { ben, room } = await crew();
  const phone = await server.connect({ token: (await ben.ready()).token });
  await phone.ready();
  await ben.ok("room:prefs", { room, favorite: true, position: 2000 });
  const { me } = await phone.wait("room:me", inRoom(room));
  assert.deepEqual([me.favorite, me.position], [true, 2000]);
  await ben.fails("room:prefs", { room, position: 1_000_001 }, "bad_request", "position");
});

test("what was decided about people holds after a restart", async () => {
  const { ada, ben, eve, room } = await crew();
  const dm = (await ada.ok("dm:open", { users: [ben.me.id] })).room.id;
  await ada.ok("room:ban", { room, user: eve.me.id, on: true });
  await ada.ok("room:mute", { room, user: ben.me.id, on: true, until: Date.now() + 3_600_000 });
  await ada.ok("user:block", { user: eve.me.id, on: true });
  await ben.ok("room:prefs", { room, position: 7 });
  const token = (await ben.ready()).token, pair = (await ada.ready()).token, third = (await eve.ready()).token;
  await server.restart();
  const [ada2, ben2, eve2] = [await server.connect({ token: pair }), await server.connect({ token }), await server.connect({ token: third })];
  for (const one of [ada2, ben2, eve2]) await one.ready();
  await eve2.fails("room:join", { room }, "forbidden");
  await ben2.fails("message:send", { room, body: "hm", nonce: unique("nonce") }, "forbidden");
  assert.equal((await ben2.ready()).rooms.find((one) => one.id === room).me.position, 7);
  assert.equal((await ben2.ok("dm:open", { users: [ada2.me.id] })).room.id, dm);
  await eve2.fails("dm:open", { users: [ada2.me.id] }, "forbidden");
});

test("a message is brought before the moderators, who resolve it; the log knows what they did", async () => {
  const { ada, ben, eve, room } = await crew();
  const rude = await eve.send(room, "rude");
  await ben.ok("message:report", { message: rude.id, reason: "hurts" });
  const { report } = await ada.wait("report:changed", (payload) => payload.room === room && payload.open);
  const { reports } = await ada.ok("report:list", { room });
  assert.deepEqual(reports.map((one) => [one.id, one.message.id, one.by.id, one.reason]), [[report, rude.id, ben.me.id, "hurts"]]);
  await ben.fails("report:list", { room }, "forbidden");
  assert.deepEqual((await ben.ok("report:list", {})).reports, []);
  await ben.fails("report:resolve", { report }, "not_found");
  await ada.ok("message:delete", { message: rude.id });
  await ada.ok("report:resolve", { report, note: "warned" });
  await ada.wait("report:changed", (payload) => payload.report === report && !payload.open);
  await ada.ok("room:kick", { room, user: eve.me.id, reason: "again" });
  const { entries } = await ada.ok("audit:list", { room });
  assert.deepEqual(entries.map((one) => [one.act, one.by.id, one.user.id, one.text]), [
    ["room:kick", ada.me.id, eve.me.id, "again"],
    ["report:resolve", ada.me.id, eve.me.id, "warned"],
    ["message:delete", ada.me.id, eve.me.id, undefined],
  ]);
  const next = await ada.ok("audit:list", { room, before: entries[0].id, limit: 1 });
  assert.deepEqual([next.entries.map((one) => one.id), next.more], [[entries[1].id], true]);
  await ben.fails("audit:list", { room }, "forbidden");
  await ada.fails("audit:list", {}, "forbidden");
  assert.equal(ben.all("report:changed").length, 0);
});
