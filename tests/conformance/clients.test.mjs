// clients.test.mjs: what people use: the stock socket.io-client and engine.io-client, over both transports and the upgrade.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, describe, test } from "node:test";
import { Socket as Engine } from "engine.io-client";
import { io } from "socket.io-client";
import { fastHeartbeat, serve } from "./support/server.mjs";
import { until } from "../support/wait.mjs";

const server = await serve(after);

const transports = { polling: ["polling"], websocket: ["websocket"], upgrade: ["polling", "websocket"] };

function open(target, options) {
  const socket = io(target.url, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50, ...options });
  after(() => socket.disconnect());
  return socket;
}

for (const [name, list] of Object.entries(transports)) {
  describe(`socket.io-client by ${name}`, () => {
    test("connects, is told its auth, speaks and is answered", async () => {
      const socket = open(server, { transports: list, auth: { token: "abc" } });
      const [auth] = await once(socket, "auth");
      assert.deepEqual(auth, { token: "abc" });
      const back = once(socket, "message-back");
      socket.emit("message", 1, "2", { 3: [true, null] }, "Ana 🔥");
      assert.deepEqual(await back, [1, "2", { 3: [true, null] }, "Ana 🔥"]);
      assert.equal(await socket.emitWithAck("message-with-ack", "x"), "x");
      if (name === "upgrade") await until(() => socket.io.engine.transport.name === "websocket");
      else assert.equal(socket.io.engine.transport.name, name);
      assert.equal(await socket.emitWithAck("message-with-ack", "y"), "y");
      socket.disconnect();
    });

    test("sends and receives bytes", async () => {
      const socket = open(server, { transports: list });
      const bytes = Buffer.from([...Array(256).keys()]);
      const back = once(socket, "message-back");
      socket.emit("message", bytes, { deep: [bytes] }, Buffer.alloc(0));
      assert.deepEqual(await back, [bytes, { deep: [bytes] }, Buffer.alloc(0)]);
      assert.deepEqual(await socket.emitWithAck("message-with-ack", bytes), bytes);
      socket.disconnect();
    });

    test("a thousand events come back in order", async () => {
      const socket = open(server, { transports: list });
      const seen = [];
      socket.on("message-back", (number) => seen.push(number));
      for (let i = 0; i < 1000; i++) socket.emit("message", i);
      await until(() => seen.length === 1000);
      assert.deepEqual(seen, [...Array(1000).keys()]);
      socket.disconnect();
    });

    test("has its namespaces on one connection; others are refused", async () => {
      const root = open(server, { transports: list });
      const custom = root.io.socket("/custom", { auth: { a: 1 } });
      const wrong = root.io.socket("/random");
      assert.deepEqual(await once(custom, "auth"), [{ a: 1 }]);
      wrong.connect();
      const [error] = await once(wrong, "connect_error");
      assert.equal(error.message, "Invalid namespace");
      wrong.disconnect();
      custom.disconnect();
      assert.equal(await root.emitWithAck("message-with-ack", 1), 1);
      root.disconnect();
    });

    test("leaves and comes back with another id", async () => {
      const socket = open(server, { transports: list });
      await once(socket, "auth");
      const { id } = socket;
      socket.disconnect();
      socket.connect();
      await once(socket, "auth");
      assert.notEqual(socket.id, id);
      socket.disconnect();
    });

    test("a transport that dies is noticed and opened again", async () => {
      const socket = open(server, { transports: list });
      await once(socket, "auth");
      const gone = once(socket, "disconnect");
      socket.io.engine.close();
      assert.equal((await gone)[0], "forced close");
      const again = once(socket, "auth");
      socket.connect();
      await again;
      assert.equal(await socket.emitWithAck("message-with-ack", 1), 1);
      socket.disconnect();
    });
  });

  test(`engine.io-client by ${name} echoes`, async () => {
    const engine = new Engine(server.url, { transports: list, path: "/engine.io/" });
    await once(engine, "open");
    for (const data of ["text", "€ 🔥", Buffer.from([1, 2, 3])]) {
      const back = once(engine, "message");
      engine.send(data);
      assert.deepEqual((await back)[0], data);
    }
    if (name === "upgrade") await until(() => engine.transport.name === "websocket");
    const back = once(engine, "message");
    engine.send("last");
    assert.deepEqual(await back, ["last"]);
    const closed = once(engine, "close");
    engine.close();
    await closed;
  });
}

test("clients live through many heartbeats", async () => {
  const quick = await serve(after, fastHeartbeat);
  const sockets = Object.values(transports).map((list) => open(quick, { transports: list }));
  await Promise.all(sockets.map((socket) => once(socket, "auth")));
  let lost = 0;
  let pings = 0;
  for (const socket of sockets) {
    socket.on("disconnect", () => lost++);
    socket.io.on("ping", () => pings++);
  }
  await until(() => pings >= 9);
  assert.equal(lost, 0);
  for (const socket of sockets) socket.disconnect();
});

test("a server that stops lets its clients know: they come back by themselves", async () => {
  const first = await serve(after);
  const sockets = [["websocket"], ["polling"]].map((list) => open(first, { transports: list }));
  await Promise.all(sockets.map((socket) => once(socket, "auth")));
  const reasons = Promise.all(sockets.map(async (socket) => (await once(socket, "disconnect"))[0]));
  await first.stop();
  for (const reason of await reasons) assert.ok(["transport close", "transport error"].includes(reason), reason);
  for (const socket of sockets) {
    assert.ok(socket.active, "it tries again");
    socket.disconnect();
  }
});
