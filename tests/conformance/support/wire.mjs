// wire.mjs: requests, polls and WebSockets on which a test writes the bytes itself.
//
// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";
import { until } from "../../support/wait.mjs";

// What was sent is read by the server, which nothing shows: so long that it is on a busy machine too.
export const arrival = () => pause(150);

export const separator = "\x1e";

// One HTTP request on a connection of its own: {status, headers, text}.
export function request(server, method, path, { headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const call = httpRequest(server.url + path, { method, headers, agent: new Agent() }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

// A TCP connection: what arrives gathers in `text`.
export class Tcp {
  constructor(server) {
    this.text = "";
    this.isEnded = false;
    this.socket = connect(server.port, "127.0.0.1");
    this.socket.setNoDelay(true);
    this.socket.setEncoding("latin1");
    this.socket.on("data", (part) => (this.text += part));
    this.socket.on("close", () => (this.isEnded = true));
    this.socket.on("error", () => {});
    this.opened = once(this.socket, "connect");
  }

  async send(bytes) {
    await this.opened;
    await new Promise((resolve) => this.socket.write(bytes, resolve));
    return this;
  }

  sees(pattern, ms) {
    return until(() => this.text.match(pattern), { ms, what: () => `${pattern} in ${JSON.stringify(this.text.slice(0, 500))}` });
  }

  ends(ms) {
    return until(() => this.isEnded, { ms, what: () => `the end of TCP after ${JSON.stringify(this.text.slice(0, 500))}` });
  }

  // A reset instead of an orderly end.
  reset() {
    this.socket.resetAndDestroy();
  }
}

// A session by long polling.
export class Polling {
  static async open(server, path = "/engine.io/", query = "") {
    const session = new Polling(server, path);
    const answer = await request(server, "GET", `${path}?EIO=4&transport=polling${query}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    session.handshake = JSON.parse(answer.text.slice(1));
    session.sid = session.handshake.sid;
    return session;
  }

  constructor(server, path) {
    this.server = server;
    this.path = path;
  }

  get target() {
    return `${this.path}?EIO=4&transport=polling&sid=${this.sid}`;
  }

  get() {
    return request(this.server, "GET", this.target);
  }

  post(body, headers = { "content-type": "text/plain;charset=UTF-8" }) {
    return request(this.server, "POST", this.target, { headers, body });
  }

  // A poll whose connection the test holds; sent, not answered.
  async hang() {
    const tcp = new Tcp(this.server);
    await tcp.send(`GET ${this.target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return tcp;
  }

  websocket() {
    return new Socket(this.server, `${this.path}?EIO=4&transport=websocket&sid=${this.sid}`);
  }

  // True when the sid is not known any more.
  async isGone() {
    const answer = await request(this.server, "POST", this.target, { body: "6" });
    return answer.status === 400 && answer.text === '{"code":1,"message":"Session ID unknown"}';
  }

  // Polls until the packets fit: all of them, in order.
  async packets(count) {
    const seen = [];
    while (seen.length < count) seen.push(...(await this.get()).text.split(separator));
    return seen;
  }
}

// A WebSocket: what arrives gathers in `frames`, text as strings.
export class Socket {
  constructor(server, target = "/engine.io/?EIO=4&transport=websocket", options = {}) {
    this.frames = [];
    this.code = null; // of the close, when it is closed
    this.socket = new WebSocket(server.url.replace("http", "ws") + target, options.protocols ?? [], options);
    this.socket.on("message", (data, binary) => this.frames.push(binary ? data : data.toString()));
    this.socket.on("close", (code) => (this.code = code));
    this.socket.on("error", (error) => (this.error = error));
    this.opened = once(this.socket, "open");
    this.opened.catch(() => {});
  }

  static async open(server, target, options) {
    const socket = new Socket(server, target, options);
    await socket.opened;
    return socket;
  }

  send(data, options) {
    this.socket.send(data, options);
  }

  // The next frame that was not taken yet.
  async next(ms) {
    await until(() => this.frames.length > 0 || this.code !== null, { ms, what: () => "a frame" });
    if (this.frames.length === 0) throw new Error(`closed with ${this.code} instead of a frame`);
    return this.frames.shift();
  }

  closed(ms) {
    return until(() => this.code, { ms, what: () => `a close; got ${this.frames}` });
  }

  close() {
    this.socket.terminate();
  }
}

// An opening handshake as bytes.
export function upgradeHead(target, headers = {}) {
  const all = { Host: "x", Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": 13, "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", ...headers };
  const lines = Object.entries(all).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

// A masked client frame (the mask is zero, so the payload stands as it is).
export function frame(payload, { opcode = 1, fin = true, rsv = 0 } = {}) {
  const data = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  if (data.length < 126) head.push(0x80 | data.length);
  else if (data.length < 65536) head.push(0x80 | 126, data.length >> 8, data.length & 255);
  else head.push(0x80 | 127, 0, 0, 0, 0, (data.length >>> 24) & 255, (data.length >>> 16) & 255, (data.length >>> 8) & 255, data.length & 255);
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), data]);
}
