// presence.test.mjs: who is there, who was, and who is typing.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serve, unique } from "../support/server.mjs";
import { PROMPT_MS } from "../support/wait.mjs";

const server = await serve({ after });
const person = (stem = "ada") => server.connect({ name: unique(stem) });
const change = (user, status) => (payload) => payload.changes.some((one) => one.user === user && one.status === status);
const changesOf = (client, user) => client.all("presence").flatMap((payload) => payload.changes).filter((one) => one.user === user);

// Resolves when presence that happened before this call must have arrived at the client.
async function settled(client) {
  const other = await person("marker");
  await client.wait("presence", change(other.me.id, "online"));
}

test("coming is told to those who share a room", async () => {
  const ada = await person();
  const bob = await person("bob");
  await ada.wait("presence", change(bob.me.id, "online"));
});

test("going is told after the grace, with the time of going", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { id } = bob.me;
  const began = Date.now();
  bob.close();
  await ada.wait("presence", change(id, "offline"));
  assert.ok(Date.now() - began > 4000, "not before the grace of 5 s");
  const [gone] = changesOf(ada, id).filter((one) => one.status === "offline");
  assert.ok(Math.abs(gone.last_seen - began) < 4000, `${gone.last_seen - began} ms after the connection ended`);
});

test("a page reload shows nobody leaving", async () => {
  const [ada, bob, cy] = [await person(), await person("bob"), await person("cy")];
  const { token, me } = await bob.ready();
  bob.close();
  await server.connect({ token });
  const leaver = cy.me.id;
  cy.close();
  await ada.wait("presence", change(leaver, "offline"));
  assert.deepEqual(changesOf(ada, me.id).filter((one) => one.status === "offline"), [], "bob went before cy, and came back");
});

test("a person is online until the last connection goes", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const phone = await server.connect({ token: (await bob.ready()).token });
  const cy = await person("cy");
  bob.close();
  const [stays, goes] = [phone.me.id, cy.me.id];
  cy.close();
  await ada.wait("presence", change(goes, "offline"));
  assert.deepEqual(changesOf(ada, stays).filter((one) => one.status === "offline"), []);
});

test("a status and its text reach the others, and stay", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { user } = await bob.ok("user:status", { status: "dnd", text: "in a meeting" });
  assert.deepEqual([user.status, user.status_text], ["dnd", "in a meeting"]);
  const told = await ada.wait("presence", change(bob.me.id, "dnd"));
  assert.equal(told.changes.find((one) => one.user === bob.me.id).text, "in a meeting");
  const { members } = await ada.ok("room:join", { room: "general" });
  assert.equal(members.find((member) => member.user.id === bob.me.id).user.status, "dnd");
  await bob.ok("user:status", { status: "away" });
  await ada.wait("presence", change(bob.me.id, "away"));
  await bob.fails("user:status", { status: "offline" }, "bad_request", "status");
});

test("watching answers how people are now", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { users } = await ada.ok("presence:watch", { users: [bob.me.id, 99_999_999] });
  assert.deepEqual(users.map((user) => [user.id, user.status]), [[bob.me.id, "online"]]);
  assert.deepEqual((await ada.ok("presence:watch", { users: [] })).users, []);
});

test("presence comes at most twice a second, gathered", async () => {
  const ada = await person();
  const from = ada.events.length;
  const began = performance.now();
  const crowd = await Promise.all(Array.from({ length: 20 }, () => person("crowd")));
  for (const one of crowd) await ada.wait("presence", change(one.me.id, "online"), { from });
  const seconds = (performance.now() - began) / 1000;
  const told = ada.events.slice(from).filter((entry) => entry.event === "presence").length;
  assert.ok(told <= 2 * (seconds + 1) + 1, `${told} events in ${seconds} s`);
});

test("typing is told to the room's other members, not to oneself", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("typing") });
  await bob.ok("room:join", { room: room.id });
  await ada.ok("typing", { room: room.id, on: true });
  assert.deepEqual(await bob.wait("typing", (payload) => payload.on), { room: room.id, user: ada.me.id, on: true });
  await ada.ok("typing", { room: room.id, on: false });
  await bob.wait("typing", (payload) => payload.room === room.id && !payload.on);
  await settled(ada);
  assert.deepEqual(ada.all("typing", (payload) => payload.room === room.id), []);
});

test("a typing mark ends by itself after 6 s", async () => {
  const [ada, bob] = [await person(), await person("bob")];
  const began = performance.now();
  await ada.ok("typing", { room: "general", on: true });
  await bob.wait("typing", (payload) => payload.user === ada.me.id && payload.on);
  await bob.wait("typing", (payload) => payload.user === ada.me.id && !payload.on);
  const took = performance.now() - began;
  assert.ok(took > 5900 && took < 6000 + PROMPT_MS, `${took} ms`);
});

test("sending and leaving end a typing mark", async () => {
  const [ada, bob, cy] = [await person(), await person("bob"), await person("cy")];
  const { room } = await cy.ok("room:create", { name: unique("typing") });
  for (const one of [ada, bob]) await one.ok("room:join", { room: room.id });
  const ended = (user) => (payload) => payload.room === room.id && payload.user === user && !payload.on;
  const began = performance.now();
  await ada.ok("typing", { room: room.id, on: true });
  await ada.send(room.id, "done");
  await bob.wait("typing", ended(ada.me.id));
  await bob.ok("typing", { room: room.id, on: true });
  await bob.ok("room:leave", { room: room.id });
  await ada.wait("typing", ended(bob.me.id));
  assert.ok(performance.now() - began < 5000, "sooner than they end by themselves");
});
