// websocket.test.mjs: the bare echo: sizes, fragments, control frames, closing (RFC 6455).
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { serve } from "./support/server.mjs";
import { frame, Socket, Tcp, upgradeHead } from "./support/wire.mjs";

const server = await serve(after);
const open = () => Socket.open(server, "/ws-echo", { perMessageDeflate: false });

test("text and bytes come back as what they were", async () => {
  const socket = await open();
  for (const data of ["", "x", "é🔥", Buffer.alloc(0), Buffer.from([0, 255])]) {
    socket.send(data);
    assert.deepEqual(await socket.next(), data);
  }
  socket.close();
});

test("a message of 16 MiB comes back; one byte more is refused with 1009", async () => {
  const socket = await open();
  const data = Buffer.alloc(16 * 1024 * 1024, "x");
  socket.send(data);
  assert.ok(data.equals(await socket.next()));
  socket.send(data, { binary: false });
  assert.equal((await socket.next()).length, data.length);
  socket.send(Buffer.alloc(data.length + 1));
  assert.equal(await socket.closed(), 1009);
});

test("65,536 fragments are one message", async () => {
  const socket = await open();
  const count = 65_536;
  const fragments = [frame("x", { opcode: 1, fin: false })];
  for (let i = 1; i < count - 1; i++) fragments.push(frame("x", { opcode: 0, fin: false }));
  fragments.push(frame("x", { opcode: 0 }));
  socket.socket._socket.write(Buffer.concat(fragments));
  assert.equal(await socket.next(), "x".repeat(count));
  socket.close();
});

test("three messages of 10 MiB in a row come back", async () => {
  const socket = await open();
  const data = Buffer.alloc(10 * 1024 * 1024, "y");
  for (let i = 0; i < 3; i++) socket.send(data);
  for (let i = 0; i < 3; i++) assert.ok(data.equals(await socket.next()));
  socket.close();
});

test("32 MiB wait for a client that does not read", async () => {
  const socket = await open();
  socket.socket.pause();
  const data = Buffer.alloc(8 * 1024 * 1024, "z");
  for (let i = 0; i < 4; i++) await new Promise((resolve) => socket.socket.send(data, resolve));
  await pause(500);
  socket.socket.resume();
  for (let i = 0; i < 4; i++) assert.ok(data.equals(await socket.next()));
  socket.close();
});

test("a wrong handshake gets its status", async () => {
  for (const [headers, status] of [[{ "Sec-WebSocket-Version": 8 }, "426"], [{ "Sec-WebSocket-Key": undefined }, "400"], [{ Upgrade: undefined, Connection: undefined }, "4"]]) {
    const tcp = await new Tcp(server).send(upgradeHead("/ws-echo", headers));
    await tcp.sees(new RegExp(`^HTTP/1\\.1 ${status}`));
    tcp.reset();
  }
});

test("a close is answered with its code", async () => {
  for (const code of [1000, 1001, 3000, 4999]) {
    const socket = await open();
    socket.socket.close(code, "bye");
    assert.equal(await socket.closed(), code);
  }
});
