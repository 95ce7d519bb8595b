// recovery.test.mjs: connection state recovery, packet by packet and with the stock client.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";
import { io } from "socket.io-client";
import { serve } from "./support/server.mjs";
import { Socket } from "./support/wire.mjs";
import { until } from "../support/wait.mjs";

const server = await serve(after, ["--recovery"]);

async function engine() {
  const socket = await Socket.open(server, "/socket.io/?EIO=4&transport=websocket");
  await socket.next();
  return socket;
}

// Connected for the first time: {socket, sid, pid, offset}, the offset that of `auth`.
async function client(name = "") {
  const socket = await engine();
  const slash = name ? `${name},` : "";
  socket.send(`40${slash}`);
  const { sid, pid } = JSON.parse((await socket.next()).slice(2 + slash.length));
  const [, , offset] = JSON.parse((await socket.next()).slice(2 + slash.length));
  return { socket, sid, pid, offset };
}

// What a reconnecting client is sent up to its own `auth`: {missed, sid, pid}.
async function comeBack({ pid, offset }, name = "") {
  const socket = await engine();
  const slash = name ? `${name},` : "";
  socket.send(`40${slash}${JSON.stringify({ pid, offset })}`);
  const missed = [];
  let frame;
  while (!(frame = await socket.next()).toString().startsWith("40")) missed.push(frame);
  const accepted = JSON.parse(frame.slice(2 + slash.length));
  const auth = JSON.parse((await socket.next()).slice(2 + slash.length));
  assert.equal(auth[0], "auth");
  return { socket, missed, ...accepted, offset: auth.at(-1) };
}

// Sends events that come back, and leaves before reading them.
async function miss(socket, ...packets) {
  for (const packet of packets) socket.send(packet);
  socket.socket.close();
  await socket.closed();
}

test("CONNECT gains a pid, events an offset, acks none", async () => {
  const { socket, sid, pid } = await client();
  assert.match(sid, /^[\w-]{20}$/);
  assert.match(pid, /^[\w-]{24}$/);
  socket.send('42["message",1]');
  const [name, arg, offset] = JSON.parse((await socket.next()).slice(2));
  assert.deepEqual([name, arg, typeof offset], ["message-back", 1, "string"]);
  socket.send('421["message-with-ack",1]');
  assert.equal(await socket.next(), "431[1]");
  socket.close();
});

test("who comes back has the same ids and gets what was missed, in order, binary too", async () => {
  const first = await client();
  await miss(first.socket, '42["message","one"]', '451-["message",{"_placeholder":true,"num":0}]', Buffer.from([7, 8]), '42["message","three"]');
  const again = await comeBack(first);
  assert.deepEqual([again.sid, again.pid], [first.sid, first.pid]);
  assert.match(again.missed[0], /^42\["message-back","one","\d+"\]$/);
  assert.match(again.missed[1], /^451-\["message-back",\{"_placeholder":true,"num":0\},"\d+"\]$/);
  assert.deepEqual(again.missed[2], Buffer.from([7, 8]));
  assert.match(again.missed[3], /^42\["message-back","three","\d+"\]$/);
  assert.equal(again.missed.length, 4);
  const offset = JSON.parse(again.missed[0].slice(2)).at(-1);
  again.socket.socket.close();
  await again.socket.closed();
  const third = await comeBack({ pid: first.pid, offset });
  assert.match(third.missed[0], /^451-/);
  third.socket.close();
});

test("an old connection that is not known to be dead is taken over and cut", async () => {
  const first = await client();
  first.socket.send('42["message","x"]');
  await first.socket.next();
  const again = await comeBack(first);
  assert.equal(again.sid, first.sid);
  assert.match(again.missed[0], /"x"/);
  assert.equal(await first.socket.closed(), 1005);
  again.socket.send('42["message","y"]');
  assert.match(await again.socket.next(), /"y"/);
  again.socket.close();
});

test("a namespace of its own is recovered too, and only there", async () => {
  const first = await client("/custom");
  first.socket.socket.close();
  await first.socket.closed();
  const elsewhere = await comeBack(first);
  assert.notEqual(elsewhere.sid, first.sid);
  elsewhere.socket.close();
  const again = await comeBack(first, "/custom");
  assert.deepEqual([again.sid, again.pid, again.missed], [first.sid, first.pid, []]);
  again.socket.close();
});

test("whatever is wrong gives an ordinary new session", async () => {
  const first = await client();
  first.socket.socket.close();
  await first.socket.closed();
  for (const auth of [{ pid: "x", offset: first.offset }, { pid: first.pid, offset: "999999999" }, { pid: first.pid, offset: "abc" }, { pid: first.pid },
    { pid: first.pid, offset: 1 }, { pid: 1, offset: first.offset }, { pid: {}, offset: [] }, { pid: null, offset: null }, { offset: first.offset }]) {
    const again = await comeBack(auth);
    assert.notEqual(again.sid, first.sid);
    assert.deepEqual(again.missed, []);
    again.socket.close();
  }
});

test("who left by itself is not recovered", async () => {
  const first = await client();
  first.socket.send("41");
  const again = await comeBack(first);
  assert.notEqual(again.sid, first.sid);
  first.socket.close();
  again.socket.close();
});

test("what outgrows the store is forgotten, not kept", async () => {
  const first = await client();
  const large = "x".repeat(100_000);
  for (let i = 0; i < 4; i++) {
    first.socket.send(`42["message","${large}"]`);
    await first.socket.next();
  }
  first.socket.close();
  const again = await comeBack(first);
  assert.notEqual(again.sid, first.sid);
  again.socket.close();
});

test("the stock client recovers", async () => {
  const socket = io(server.url, { forceNew: true, transports: ["websocket"], reconnectionDelay: 20, reconnectionDelayMax: 40 });
  after(() => socket.disconnect());
  const heard = [];
  socket.on("message-back", (word) => heard.push(word));
  await once(socket, "auth");
  const { id } = socket;
  socket.emit("message", "before");
  await until(() => heard.length === 1);
  socket.io.engine.transport.ws.send('42["message","missed"]');
  socket.io.engine.close();
  await once(socket, "connect");
  assert.equal(socket.recovered, true);
  assert.equal(socket.id, id);
  await until(() => heard.length === 2);
  assert.deepEqual(heard, ["before", "missed"]);
});
