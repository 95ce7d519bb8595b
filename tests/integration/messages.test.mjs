// messages.test.mjs: what is said: texts, order, sending twice, history, unread and read marks.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { nonce } from "../support/client.mjs";
import { commands } from "../support/schema.mjs";
import { serve, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const server = await serve({ after });
const person = (stem = "ada") => server.connect({ name: unique(stem) });

// Two people in a new room: [ada, bob, room].
async function pair() {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("talk") });
  await bob.ok("room:join", { room: room.id });
  return [ada, bob, room];
}

test("a message reaches everybody in the room, the sender too, with its nonce", async () => {
  const [ada, bob, room] = await pair();
  const { message } = await ada.ok("message:send", { room: room.slug, body: "hello", nonce: "hello-nonce-1" });
  assert.deepEqual([message.room, message.seq, message.body, message.author.id], [room.id, 1, "hello", ada.me.id]);
  assert.deepEqual([message.attachments, message.reactions, message.mentions], [[], [], []]);
  assert.ok(Math.abs(message.created_at - Date.now()) < 60_000);
  for (const client of [ada, bob]) {
    const event = await client.wait("message:new", (payload) => payload.message.id === message.id);
    assert.deepEqual([event.message, event.nonce], [message, "hello-nonce-1"]);
  }
  assert.deepEqual((await bob.ok("message:get", { message: message.id })).message, message);
});

const texts = [
  ["keeps Markdown, quotes and backslashes", "**b** `c` \"q\" 'q' \\ \\n </script><b>&amp;", undefined],
  ["keeps every script and emoji", "Ελλάδα 日本語 العربية 👩‍👩‍👧‍👦 é e\u0301", undefined],
  ["makes LF of CRLF and CR", "a\r\nb\rc\nd", "a\nb\nc\nd"],
  ["removes control characters but tab", "a\u0000b\u0007c\td\u007fe", "abc\tde"],
  ["trims white space of any script", " \u00a0\u2003\n hello \u3000\t", "hello"],
  ["keeps white space inside", "a  b\n\n  c", undefined],
  ["keeps U+2028 and U+2029 inside", "a\u2028b\u2029c", undefined],
];
for (const [what, sent, kept = sent] of texts) {
  test(`a body ${what}`, async () => {
    const [ada, bob, room] = await pair();
    const message = await ada.send(room.id, sent);
    assert.equal(message.body, kept);
    assert.equal((await bob.wait("message:new")).message.body, kept);
    assert.equal((await bob.ok("message:history", { room: room.id })).messages[0].body, kept);
  });
}

test("threat 31: a body has 1 to 16,384 bytes", async () => {
  const [ada, , room] = await pair();
  assert.equal((await ada.send(room.id, "x".repeat(16_384))).body.length, 16_384);
  assert.equal((await ada.send(room.id, `  ${"é".repeat(8192)}  `)).body.length, 8192);
  await ada.fails("message:send", { room: room.id, body: "x".repeat(16_385), nonce: nonce() }, "too_large", "body");
  await ada.fails("message:send", { room: room.id, body: "é".repeat(8193), nonce: nonce() }, "too_large", "body");
  for (const empty of ["", "   ", "\r\n\t", "\u0000\u0007", "\u2003"]) {
    await ada.fails("message:send", { room: room.id, body: empty, nonce: nonce() }, "bad_request", "body");
  }
  assert.equal((await ada.ok("message:history", { room: room.id })).messages.length, 2, "what failed changed nothing");
});

test("threat 32: sending twice with the same nonce posts once", async () => {
  const [ada, bob, room] = await pair();
  const sent = { room: room.id, body: "once", nonce: nonce() };
  const answers = await Promise.all([ada.ok("message:send", sent), ada.ok("message:send", sent), ada.ok("message:send", { ...sent, room: room.slug })]);
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
  const later = await ada.send(room.id, "later");
  await bob.wait("message:new", (payload) => payload.message.id === later.id);
  assert.equal(bob.all("message:new").length, 2);
  assert.equal(later.seq, 2);
});

test("threat 32: a nonce that was used for another text or room is a conflict", async () => {
  const [ada, bob, room] = await pair();
  const sent = { room: room.id, body: "mine", nonce: nonce() };
  await ada.ok("message:send", sent);
  await ada.fails("message:send", { ...sent, body: "other" }, "conflict");
  await ada.fails("message:send", { ...sent, room: "general" }, "conflict");
  assert.equal((await bob.ok("message:send", sent)).message.seq, 2, "a nonce is the person's own");
});

test("a reply shows what it answers", async () => {
  const [ada, bob, room] = await pair();
  const first = await ada.send(room.id, "q".repeat(300));
  const reply = await bob.send(room.id, "an answer", { reply_to: first.id });
  assert.deepEqual([reply.reply_to.id, reply.reply_to.seq, reply.reply_to.author.id], [first.id, first.seq, ada.me.id]);
  assert.equal(reply.reply_to.excerpt.startsWith("qqq"), true);
  assert.ok([...reply.reply_to.excerpt].length <= 140);
  await bob.fails("message:send", { room: room.id, body: "x", nonce: nonce(), reply_to: 99_999_999 }, "not_found");
  await bob.fails("message:send", { room: "general", body: "x", nonce: nonce(), reply_to: first.id }, "not_found");
});

test("seq has no holes, whatever fails in between", async () => {
  const [ada, bob, room] = await pair();
  for (let i = 1; i <= 20; i++) {
    await bob.call("message:send", { room: room.id, body: "", nonce: nonce() });
    assert.equal((await (i % 2 ? ada : bob).send(room.id, `${i}`)).seq, i);
  }
});

test("one connection's messages come in the order it sent them", async () => {
  const [ada, bob, room] = await pair();
  const sent = Array.from({ length: 200 }, (_, i) => `line ${i}`);
  await Promise.all(sent.map((body) => ada.send(room.id, body)));
  await until(() => bob.all("message:new").length === 200, { what: () => "200 messages" });
  assert.deepEqual(bob.all("message:new").map((payload) => payload.message.body), sent);
});

test("history comes in pages: newest, before, after and around", async () => {
  const [ada, bob, room] = await pair();
  for (let i = 1; i <= 30; i++) await ada.send(room.id, `${i}`);
  const page = async (query) => {
    const { messages, has_before, has_after } = await bob.ok("message:history", { room: room.id, ...query });
    const seqs = messages.map((message) => message.seq);
    assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b), "oldest first");
    return [seqs[0], seqs.at(-1), seqs.length, has_before, has_after];
  };
  assert.deepEqual(await page({}), [1, 30, 30, false, false]);
  assert.deepEqual(await page({ limit: 10 }), [21, 30, 10, true, false]);
  assert.deepEqual(await page({ before: 21, limit: 10 }), [11, 20, 10, true, true]);
  assert.deepEqual(await page({ before: 6, limit: 10 }), [1, 5, 5, false, true]);
  assert.deepEqual(await page({ after: 5, limit: 10 }), [6, 15, 10, true, true]);
  assert.deepEqual(await page({ after: 25, limit: 10 }), [26, 30, 5, true, false]);
  assert.deepEqual(await page({ after: 0, limit: 5 }), [1, 5, 5, false, true]);
  const [first, last, count, before, after_] = await page({ around: 15, limit: 11 });
  assert.ok(first <= 15 && last >= 15 && count === 11 && before && after_, `${first}..${last}`);
  assert.deepEqual(await page({ limit: 100_000 }), [1, 30, 30, false, false]);
  assert.deepEqual((await bob.ok("message:history", { room: room.id, before: 1 })).messages, []);
  assert.deepEqual((await bob.ok("message:history", { room: room.id, after: 30 })).messages, []);
});

test("history takes one place and a good limit", async () => {
  const [ada, , room] = await pair();
  await ada.fails("message:history", { room: room.id, before: 3, after: 1 }, "bad_request");
  await ada.fails("message:history", {}, "bad_request");
  for (const limit of [0, -1, 1.5, "10"]) await ada.fails("message:history", { room: room.id, limit }, "bad_request", "limit");
});

test("unread counts what came since one read, and sending reads", async () => {
  const [ada, bob, room] = await pair();
  for (let i = 0; i < 5; i++) await ada.send(room.id, `${i}`);
  const mine = async (client) => (await (await server.connect({ token: (await client.all("ready")[0]).token })).ready()).rooms.find((found) => found.id === room.id);
  assert.deepEqual([(await mine(bob)).me.unread, (await mine(ada)).me.unread], [5, 0]);
  assert.equal((await mine(bob)).last_message.body, "4");
  const { me } = await bob.ok("room:read", { room: room.id, seq: 3 });
  assert.deepEqual([me.read_seq, me.unread], [3, 2]);
  assert.equal((await bob.wait("room:me", (payload) => payload.room === room.id && payload.me.read_seq === 3)).me.unread, 2);
  assert.equal((await bob.ok("room:read", { room: room.id, seq: 1 })).me.read_seq, 3, "a mark never moves back");
  await bob.send(room.id, "answer");
  assert.deepEqual([(await mine(bob)).me.read_seq, (await mine(bob)).me.unread], [6, 0]);
  assert.equal((await mine(ada)).me.unread, 1);
});

test("a read mark reaches the person's other connections", async () => {
  const [ada, bob, room] = await pair();
  const phone = await server.connect({ token: (await bob.ready()).token });
  await ada.send(room.id, "read me");
  await bob.ok("room:read", { room: room.id, seq: 1 });
  assert.equal((await phone.wait("room:me", (payload) => payload.room === room.id)).me.read_seq, 1);
});

test("a read mark does not go beyond the last message", async () => {
  const [ada, bob, room] = await pair();
  await ada.send(room.id, "one");
  const ack = await bob.call("room:read", { room: room.id, seq: 1000 });
  if (ack.ok) assert.equal(ack.data.me.read_seq, 1);
  else assert.deepEqual([ack.error.code, ack.error.field], ["bad_request", "seq"]);
});

test("@name mentions a member, and counts as unread mention", async () => {
  const [ada, bob, room] = await pair();
  const stranger = await person("cy");
  const message = await ada.send(room.id, `hi @${bob.me.name}. and @${stranger.me.name}, mail@${bob.me.name}`);
  assert.deepEqual(message.mentions, [bob.me.id]);
  const { me } = await bob.ok("room:read", { room: room.id, seq: 0 });
  assert.deepEqual([me.unread, me.mentions], [1, 1]);
  assert.equal((await bob.ok("room:read", { room: room.id, seq: 1 })).me.mentions, 0);
  assert.deepEqual((await ada.send(room.id, "no one @ all")).mentions, []);
  assert.equal((await ada.send(room.id, "@room listen")).mentions_all, "room");
});

test("a command of a later version answers unavailable", async () => {
  const later = [...commands.values()].filter((row) => !row.implemented); // none when all are built
  const ada = await person();
  for (const { name } of later) {
    const example = new URL(`../../protocol/examples/command.${name.replaceAll(":", "-")}.json`, import.meta.url);
    const ack = await ada.call(name, JSON.parse(readFileSync(example, "utf8")).payload);
    assert.ok(!ack.ok && ["unavailable", "forbidden"].includes(ack.error.code), `${name}: ${JSON.stringify(ack)}`);
  }
});

// No file may grow: to the server a disk that fails. The signal that the kernel sends with it is ignored from the start.
test("what cannot be written is answered unavailable, and can be sent again when it can", async (t) => {
  const other = await serve(t, { launcher: ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"] });
  const allow = (bytes) => execFileSync("prlimit", ["--pid", other.child.pid, `--fsize=${bytes}:unlimited`]);
  const ada = await other.connect({ name: unique("ada") });
  const { room } = await ada.ok("room:create", { name: unique("talk") });
  const said = { room: room.id, body: "once", nonce: nonce() };
  allow(0);
  const error = await ada.fails("message:send", said, "unavailable");
  assert.ok(error.retry_after_ms > 0);
  assert.equal((await ada.ok("message:history", { room: room.id })).messages.length, 0, "reading goes on");
  allow("unlimited");
  const ack = await until(async () => (await ada.call("message:send", said)).data, { ms: 30_000, what: () => "writing to come back" });
  assert.deepEqual((await ada.ok("message:history", { room: room.id })).messages.map(({ id }) => id), [ack.message.id]);
});

test("an unknown command with an ack id is a bad request", async () => {
  const ada = await person();
  for (const command of ["message:sent", "error", "ready", "toString", ""]) await ada.fails(command, {}, "bad_request");
});

test("a command without an ack id is carried out", async () => {
  const [ada, bob, room] = await pair();
  ada.socket.emit("message:send", { room: room.id, body: "no ack", nonce: nonce() });
  assert.equal((await bob.wait("message:new")).message.body, "no ack");
});

test("messages over HTTP are the same messages", async () => {
  const [ada, bob, room] = await pair();
  const { token } = await ada.ready();
  const path = `/api/rooms/${encodeURIComponent(room.slug)}/messages`;
  const posted = await server.http("POST", path, { token, json: { body: "from a script", nonce: "script-nonce-1" } });
  assert.equal(posted.status, 201);
  const event = await bob.wait("message:new");
  assert.deepEqual(event.message, posted.body.message);
  assert.deepEqual((await server.http("POST", path, { token, json: { body: "from a script", nonce: "script-nonce-1" } })).body, posted.body);
  const page = await server.http("GET", `${path}?limit=1`, { token });
  assert.deepEqual(page.body.messages, [event.message]);
});
