// ledger.mjs: what was said, and what the server promised about it.
//
// Every body holds its nonce, so that a message that was posted twice is found by looking at the room alone.
//
// SPDX-License-Identifier: MIT
import { nonce } from "../client.mjs";

export class Ledger {
  constructor() {
    this.entries = new Map(); // nonce -> entry
    this.number = 0;
  }

  // `unordered`: its place among the device's messages is nobody's promise (HTTP, or tried again after an error).
  begin(device, room, text, unordered) {
    const name = nonce();
    const entry = { nonce: name, device: device.name, person: device.person, room, body: `${name} ${text}.`, number: ++this.number, attempts: 0, unordered };
    this.entries.set(name, entry);
    return entry;
  }

  // What is wrong with an ack, or undefined.
  acked(entry, message) {
    const { id, seq, room, body, author } = message;
    if (room !== entry.room || body !== entry.body || author.id !== entry.person.id) return `${entry.nonce} was acked with another message: ${JSON.stringify(message).slice(0, 300)}`;
    if (entry.acked && (entry.acked.id !== id || entry.acked.seq !== seq)) return `${entry.nonce} was acked as ${JSON.stringify(entry.acked)} and as ${JSON.stringify({ id, seq })}`;
    entry.acked = { id, seq };
  }

  // What was said since the last audit; those that may still be on their way stay.
  take() {
    const all = [...this.entries.values()];
    this.entries.clear();
    return all;
  }
}
