// ledger.mjs: what the server has promised, kept by its clients, and held against what it has.
//
// A message's body begins with its nonce, so a page of history says which attempts are there. `acked` knows the seq
// that each ack named; a room is read once from where the last reading ended, and at the end once more from its beginning.
//
// SPDX-License-Identifier: MIT

const PAGE = 200;

export class Ledger {
  constructor() {
    this.acked = new Map(); // nonce -> {room, seq}
    this.seen = new Map(); // nonce -> {room, seq}, of all that was read
    this.ends = new Map(); // room -> the last seq that was read
    this.open = new Set(); // nonces acked since the last reading
    this.faults = []; // what no server may do: sentences
  }

  ack(nonce, room, seq) {
    const known = this.acked.get(nonce);
    if (known && known.seq !== seq) this.faults.push(`${nonce} was acked as ${known.seq} and as ${seq}`);
    if (!known) this.open.add(nonce);
    this.acked.set(nonce, { room, seq });
  }

  #see(room, message, expected) {
    const nonce = message.body.split(" ")[0];
    if (message.seq !== expected) this.faults.push(`room ${room} has ${message.seq} where ${expected} should be`);
    if (this.seen.has(nonce)) this.faults.push(`${nonce} is there twice: ${this.seen.get(nonce).seq} and ${message.seq}`);
    this.seen.set(nonce, { room, seq: message.seq });
  }

  async #readRoom(fetchPage, room) {
    for (;;) {
      const after = this.ends.get(room) ?? 0;
      const { messages, has_after: more } = await fetchPage(room, after, PAGE);
      messages.forEach((message, index) => this.#see(room, message, after + index + 1));
      if (messages.length > 0) this.ends.set(room, messages.at(-1).seq);
      if (!more) return;
    }
  }

  // Reads what is new in the rooms; the nonces that were acked and are not there. fetchPage(room, after, limit) -> the page.
  async lost(fetchPage, rooms) {
    for (const room of rooms) await this.#readRoom(fetchPage, room);
    const lost = [...this.open].filter((nonce) => {
      const { room, seq } = this.acked.get(nonce);
      const found = this.seen.get(nonce);
      return !found || found.room !== room || found.seq !== seq;
    });
    this.open.clear();
    return lost;
  }

  // The same over everything that was ever acked.
  async lostOfAll(fetchPage, rooms) {
    this.seen.clear();
    this.ends.clear();
    this.open = new Set(this.acked.keys());
    return this.lost(fetchPage, rooms);
  }
}
