// visitor.mjs: three kinds of clients for tests that need thousands of them: WebSocket and polling written by hand, which
// keep nothing of what they hear, and the stock client.
//
//   connect(auth) -> ready    call(command, payload) -> data of the ack    again() -> ready, after a cut
//   leave(): with a goodbye   cut(): without
//
// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { Agent, request } from "node:http";
import { io } from "socket.io-client";
import WebSocket from "ws";

const CALL_MS = 60_000;
const SEPARATOR = "\x1e"; // between the packets of one poll

const within = (promise, what) => {
  let timer;
  const late = new Promise((_, refuse) => (timer = setTimeout(() => refuse(new Error(`waited ${CALL_MS} ms in vain for ${what}`)), CALL_MS)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

function dataOf(command, ack) {
  if (!ack.ok) throw new Error(`${command}: ${JSON.stringify(ack.error)}`);
  return ack.data;
}

// ---- How packets travel: opened, send(packet), end() with a goodbye, cut() without ---------------------------------

class WebSocketWire {
  constructor(server, on) {
    this.socket = new WebSocket(`${server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    this.socket.on("message", (data) => on.packet(data.toString()));
    this.socket.on("error", on.failed);
    this.socket.on("close", () => on.failed(new Error("closed")));
    this.opened = once(this.socket, "open");
  }

  send(packet) {
    this.socket.send(packet);
  }

  end() {
    this.socket.close();
  }

  cut() {
    this.socket.terminate();
  }
}

class PollingWire {
  constructor(server, on) {
    this.server = server;
    this.on = on;
    this.agent = new Agent({ keepAlive: true });
    this.path = "/socket.io/?EIO=4&transport=polling";
    this.posted = Promise.resolve();
    this.opened = this.#poll();
    this.opened.then(() => this.#polls()).catch(on.failed);
  }

  #ask(method, body) {
    return new Promise((done, refuse) => {
      const asked = request(this.server.url + this.path, { method, agent: this.agent }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (data) => (text += data)).on("error", refuse);
        response.on("end", () => (response.statusCode === 200 ? done(text) : refuse(new Error(`${method} ${response.statusCode} ${text}`))));
      });
      asked.on("error", refuse).end(body);
    });
  }

  async #poll() {
    for (const packet of (await this.#ask("GET")).split(SEPARATOR)) {
      if (packet[0] === "0") this.path += `&sid=${JSON.parse(packet.slice(1)).sid}`;
      this.on.packet(packet);
    }
  }

  async #polls() {
    while (!this.over) await this.#poll();
  }

  send(packet) {
    this.posted = this.posted.then(() => this.#ask("POST", packet)).catch(this.on.failed);
  }

  async end() {
    this.over = true;
    this.send("1");
    await this.posted;
    this.agent.destroy();
  }

  cut() {
    this.over = true;
    this.agent.destroy();
  }
}

// ---- What is said over them -----------------------------------------------------------------------------------------

class LightVisitor {
  constructor(server, Wire) {
    Object.assign(this, { server, Wire, calls: new Map(), number: 0 });
  }

  async connect(auth) {
    this.auth = auth;
    const ready = new Promise((done, refuse) => Object.assign(this, { onReady: done, onFailed: refuse }));
    ready.catch(() => {});
    // What the wire before says about its end is of no interest.
    const wire = new this.Wire(this.server, { packet: (packet) => this.#take(packet), failed: (error) => wire === this.wire && this.#fail(error) });
    this.wire = wire;
    this.wire.opened.catch(() => {}); // `failed` says so too
    await within(Promise.race([this.wire.opened, ready]), "a connection");
    this.wire.send(`40${JSON.stringify(auth)}`);
    return within(ready, "ready");
  }

  #take(packet) {
    if (packet === "2") this.wire.send("3");
    else if (packet.startsWith("40")) this.pid = JSON.parse(packet.slice(2)).pid;
    else if (packet.startsWith("44")) this.#fail(new Error(packet));
    else if (packet.startsWith("42")) this.#hear(JSON.parse(packet.slice(2)));
    else if (packet.startsWith("43")) this.#settle(/^43(\d+)(.*)$/s.exec(packet));
  }

  #hear([event, payload, offset]) {
    if (offset !== undefined) this.offset = offset;
    if (event === "ready") this.onReady(payload);
  }

  #settle([, id, json]) {
    this.calls.get(Number(id)).done(JSON.parse(json)[0]);
    this.calls.delete(Number(id));
  }

  #fail(error) {
    this.onFailed(error);
    for (const { refuse } of this.calls.values()) refuse(error);
    this.calls.clear();
  }

  async call(command, payload) {
    const id = this.number++;
    const answered = new Promise((done, refuse) => this.calls.set(id, { done, refuse }));
    this.wire.send(`42${id}${JSON.stringify([command, payload])}`);
    return dataOf(command, await within(answered, command));
  }

  again() {
    this.cut();
    return this.connect({ ...this.auth, pid: this.pid, offset: this.offset });
  }

  async leave() {
    this.wire.send("41");
    await this.wire.end();
  }

  cut() {
    this.wire.cut();
  }
}

class StockVisitor {
  constructor(server) {
    this.server = server;
  }

  connect(auth) {
    this.socket = io(this.server.url, { auth, forceNew: true, reconnection: false });
    return this.#ready();
  }

  #ready() {
    const ready = new Promise((done, refuse) => this.socket.once("ready", done).once("connect_error", refuse));
    return within(ready, "ready");
  }

  async call(command, payload) {
    return dataOf(command, await this.socket.timeout(CALL_MS).emitWithAck(command, payload));
  }

  again() {
    this.socket.io.engine.close();
    this.socket.connect();
    return this.#ready();
  }

  leave() {
    this.socket.disconnect();
  }

  cut() {
    this.socket.io.engine.close();
  }
}

export const visitors = {
  websocket: (server) => new LightVisitor(server, WebSocketWire),
  polling: (server) => new LightVisitor(server, PollingWire),
  stock: (server) => new StockVisitor(server),
};
