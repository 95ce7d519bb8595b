// talk.mjs: a conversation that is the same each time: so many readers in one room, so many messages, one after the other or in one go.
//
// SPDX-License-Identifier: MIT
import { randomUUID } from "node:crypto";
import { Server, unique } from "../../support/server.mjs";

const BODY = "x".repeat(100);
const ACK = /^43\d+\[\{"ok":true/;

// Counts what came to it, and keeps nothing else.
class Reader {
  #came = 0;
  #wanted = 0;
  #done = null;

  constructor(raw) {
    this.raw = raw;
    raw.socket.on("message", (data) => this.#take(data.toString()));
  }

  #take(packet) {
    if (packet === "2") this.raw.send("3");
    if (packet.startsWith('42["message:new"') || ACK.test(packet)) this.#came++;
    this.raw.frames.length = 0;
    if (this.#came >= this.#wanted) this.#done?.();
  }

  // Until so many messages and acks have come since the last time.
  async expect(count) {
    this.#wanted += count;
    if (this.#came < this.#wanted) await new Promise((done) => (this.#done = done));
  }
}

function say(writer, id) {
  writer.raw.send(`42${id}["message:send",${JSON.stringify({ room: "general", body: BODY, nonce: randomUUID() })}]`);
}

// `messages` in bursts of `burst`: the next burst when all have got the last one.
async function talk(readers, messages, burst) {
  const [writer, ...others] = readers;
  for (let sent = 0; sent < messages; sent += burst) {
    const all = Promise.all([writer.expect(2 * burst), ...others.map((reader) => reader.expect(burst))]);
    writer.raw.socket._socket.cork();
    for (let i = 0; i < burst; i++) say(writer, sent + i);
    writer.raw.socket._socket.uncork();
    await all;
  }
}

// A server's whole life; returns what `counter` has counted. Its sandbox is off: no counter gets through it.
export async function live(counter, { readers, messages, burst, program = "parley", env = {} }) {
  const server = new Server({ program, env, rateScale: 0, workers: 1, launcher: counter.launcher, args: ["--sandbox", "off", "--log-level", "error"] });
  try {
    await server.start();
    const people = [];
    for (let i = 0; i < readers; i++) {
      const raw = await server.raw();
      await raw.join({ name: unique("r") });
      people.push(new Reader(raw));
    }
    await talk(people, messages, burst);
  } finally {
    await server.close();
  }
  return counter.read();
}
