// raw.mjs: a WebSocket on which a test reads and writes Engine.IO packets itself.
//
// SPDX-License-Identifier: MIT
import { once } from "node:events";
import WebSocket from "ws";
import { until } from "./wait.mjs";

export class RawSocket {
  constructor(server, { query = "EIO=4&transport=websocket", headers = {} } = {}) {
    this.frames = []; // text frames, in the order they came
    this.closed = null; // the close code, when it is closed
    this.socket = new WebSocket(`${server.url.replace("http", "ws")}/socket.io/?${query}`, { headers });
    this.socket.on("message", (data, binary) => this.frames.push(binary ? data : data.toString()));
    this.socket.on("close", (code) => (this.closed = code));
    this.socket.on("error", (error) => (this.error = error));
    this.opened = once(this.socket, "open");
    this.opened.catch(() => {});
  }

  send(packet) {
    this.socket.send(packet);
  }

  // The first frame that begins so, or that a pattern finds.
  next(start, options = {}) {
    const fits = (frame) => (start instanceof RegExp ? start.test(frame) : frame.toString().startsWith(start));
    return until(() => this.frames.find(fits), { what: () => `a frame ${start}; got ${this.frames}`, ...options });
  }

  // CONNECT to the default namespace; the payload of `ready`.
  async join(auth) {
    this.send(`40${JSON.stringify(auth)}`);
    return JSON.parse((await this.next('42["ready"')).slice(2))[1];
  }

  async ended() {
    await until(() => this.closed !== null, { what: () => "the connection to be closed" });
    return this.closed;
  }

  close() {
    this.socket.terminate();
  }
}
