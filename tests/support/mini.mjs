// mini.mjs: a client of a few hundred bytes, for tests that need thousands: TCP, one upgrade, text frames.
//
// It reads nothing but what it is asked to look for; who wants to know what came uses client.mjs.
//
// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { connect } from "node:net";

const head = (host) => `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

// A masked text frame; the mask is zero.
export function textFrame(text) {
  const data = Buffer.from(text);
  const size = data.length < 126 ? [0x80 | data.length] : [0x80 | 126, data.length >> 8, data.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), data]);
}

export class Mini {
  constructor(server) {
    this.text = "";
    this.ended = false;
    this.resumption = null;
    this.isResumed = false;
    this.socket = connect({ port: server.port, host: "127.0.0.1" });
    this.socket.setEncoding("latin1");
    this.socket.on("data", (part) => this.#take(part));
    this.socket.on("error", () => {});
    this.socket.on("close", () => (this.ended = true));
    this.port = server.port;
  }

  // The upgrade and CONNECT in one segment; the answers come when they come.
  async join(auth) {
    await once(this.socket, "connect");
    this.socket.write(Buffer.concat([Buffer.from(head(`127.0.0.1:${this.port}`)), textFrame(`40${JSON.stringify(auth)}`)]));
  }

  send(packet) {
    this.socket.write(textFrame(packet));
  }

  // Only the end of what came is kept; what to come back with is taken out of it when `ready` is here.
  #take(part) {
    this.text = (this.text + part).slice(-20_000);
    if (this.resumption) return;
    const pid = /"pid":"([^"]+)"/.exec(this.text);
    const ready = /"resumed":(true|false)\},"(\d+)"\]/.exec(this.text);
    if (!pid || !ready) return;
    this.resumption = { pid: pid[1], offset: ready[2] };
    this.isResumed = ready[1] === "true";
  }

  close() {
    this.socket.destroy();
  }
}

// Makes `count` of them, at most `width` at a time; `make(i)` resolves when one is there.
export async function crowd(count, width, make) {
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => { while (next < count) await make(next++); }));
}
