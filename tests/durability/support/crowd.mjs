// crowd.mjs: a server with writers and their ledger: what every test of durability works with.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server } from "../../support/server.mjs";
import { until } from "../../support/wait.mjs";
import { Ledger } from "./ledger.mjs";
import { Writer } from "./writer.mjs";

export const ROOMS = 4;
export const WRITERS = 8;

// The program with a disk that goes wrong when told to (disk_faults.c), and with a journal that may ack too early.
export const BAD_PROGRAM = "tests/durability/parley-bad";

// The switch of that disk: `set("F")` and so on, while the server runs.
export class Disk {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "parley-disk-"));
    this.path = join(this.folder, "faults");
    this.set("-");
  }

  get env() {
    return { PARLEY_FAULTS: this.path };
  }

  set(mode) {
    writeFileSync(this.path, mode, { flag: existsSync(this.path) ? "r+" : "w" }); // the server has it mapped
  }

  close() {
    rmSync(this.folder, { recursive: true });
  }
}

export class Crowd {
  // options: of the server; writers: how many; bytes: of each of their messages; pace: {window, everyMs} of each writer.
  constructor({ writers = WRITERS, bytes, pace, ...options } = {}) {
    Object.assign(this, { bytes, pace });
    this.server = new Server({ rateScale: 0, ...options });
    this.ledger = new Ledger();
    this.writerCount = writers;
    this.writers = [];
    this.rooms = [];
    this.refused = [];
  }

  // Starts the server for the first time; makes people and rooms.
  async found() {
    await this.server.start();
    for (let i = 0; i < this.writerCount; i++) {
      const { body } = await this.server.http("POST", "/api/session", { json: { name: `writer${i}` } });
      if (i < ROOMS) this.rooms.push(await this.#makeRoom(body.token, i));
      const room = this.rooms[i % ROOMS];
      if (i >= ROOMS) await this.#call(body.token, "room:join", { room });
      this.writers.push(new Writer({
        url: this.server.url, token: body.token, room, name: `w${i}`, bytes: this.bytes, ...this.pace,
        onAck: (...ack) => this.ledger.ack(...ack), onRefused: (error) => this.refused.push(error),
      }));
    }
    this.reader = this.writers[0].token;
    for (const room of this.rooms.slice(1)) await this.#call(this.reader, "room:join", { room });
  }

  async #makeRoom(token, i) {
    const { room } = await this.#call(token, "room:create", { name: `load ${i}` });
    return room.id;
  }

  async #call(token, command, payload) {
    const client = await this.server.connect({ token }, { reconnection: false });
    const data = await client.ok(command, payload);
    client.close();
    return data;
  }

  async connect() {
    await Promise.all(this.writers.map((writer) => writer.connect()));
  }

  on() {
    for (const writer of this.writers) writer.on();
  }

  off() {
    for (const writer of this.writers) writer.off();
  }

  // How long acks took, in ms: of so many messages, or until a promise is kept.
  async latencies(count, promise) {
    const values = [];
    let isOver = false;
    for (const writer of this.writers) writer.onTime = (ms) => values.push(ms);
    if (promise) await promise.finally(() => (isOver = true));
    await until(() => isOver || values.length >= count, { what: () => `${count} acks` });
    for (const writer of this.writers) writer.onTime = () => {};
    return values;
  }

  // Sends on until everything that was ever begun is acked; what is refused meanwhile is sent again.
  async settle() {
    this.off();
    await until(() => {
      for (const writer of this.writers) writer.finish();
      return this.writers.every((writer) => writer.pending.size === 0);
    }, { what: () => "all acks" });
  }

  close() {
    for (const writer of this.writers) writer.close();
  }

  // The end of a test.
  async end() {
    this.close();
    await this.server.close();
  }

  page = async (room, after, limit) => {
    const { status, text, body } = await this.server.http("GET", `/api/rooms/${room}/messages?after=${after}&limit=${limit}`, { token: this.reader });
    assert.equal(status, 200, text);
    return body;
  };

  lost() {
    return this.ledger.lost(this.page, this.rooms);
  }

  lostOfAll() {
    return this.ledger.lostOfAll(this.page, this.rooms);
  }
}
