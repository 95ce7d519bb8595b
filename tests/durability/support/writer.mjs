// writer.mjs: a client as light as can be, that sends messages as fast as they are acked.
//
// It speaks Engine.IO and Socket.IO by hand over a WebSocket, and looks at nothing but acks. What was not acked, because the
// connection went or because the server refused, is sent again with the same nonce when it is switched on again: as every
// client must. A refusal switches it off.
//
// SPDX-License-Identifier: MIT
import WebSocket from "ws";

const WINDOW = 8; // messages under way at a time, unless told otherwise

export class Writer {
  // onAck(nonce, room, seq); onRefused(error, nonce) for answers that are not ok; bytes: of each message, else up to 300.
  // everyMs: a message each so often, and not as soon as there is an ack.
  constructor({ url, token, room, name, bytes, window = WINDOW, everyMs = 0, onAck, onRefused = () => {} }) {
    Object.assign(this, { url, token, room, name, bytes, window, everyMs, onAck, onRefused });
    this.count = 0;
    this.pending = new Map(); // nonce -> body, not acked yet
    this.underWay = new Map(); // ack id -> nonce, on this connection
    this.lastId = 0;
    this.isOn = false;
    this.onTime = () => {}; // how long an ack took
    this.began = new Map(); // ack id -> when it was sent
  }

  // Connects; resolves when the server has said `ready`.
  connect() {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${this.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
      this.socket = socket;
      this.underWay.clear();
      this.began.clear();
      socket.on("open", () => socket.send(`40${JSON.stringify({ token: this.token })}`));
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("closed")));
      socket.on("message", (data) => {
        const text = data.toString("latin1", 0, 12);
        if (text.startsWith("43")) this.#answered(data.toString());
        else if (text.startsWith('42["ready"')) resolve();
        else if (text === "2") socket.send("3");
        else if (text.startsWith("44")) reject(new Error(data.toString()));
      });
    });
  }

  // Sends until `off`: first again what was not acked, then new ones.
  on() {
    this.finish();
    this.isOn = true;
    this.#fill();
    clearInterval(this.timer);
    if (this.everyMs > 0) this.timer = setInterval(() => this.#next(), this.everyMs);
  }

  off() {
    this.isOn = false;
    clearInterval(this.timer);
  }

  // Sends what was not acked, and nothing new.
  finish() {
    const sent = new Set(this.underWay.values());
    for (const nonce of this.pending.keys()) if (!sent.has(nonce)) this.#send(nonce);
  }

  // Everything that was sent has been answered.
  get isQuiet() {
    return this.underWay.size === 0;
  }

  close() {
    this.off();
    this.socket?.terminate();
  }

  #fill() {
    while (this.everyMs === 0 && this.isOn && this.underWay.size < this.window && this.socket.readyState === WebSocket.OPEN) this.#next();
  }

  #next() {
    const nonce = `${this.name}-${++this.count}`.padEnd(8, "_");
    this.pending.set(nonce, `${nonce} ${"x".repeat(this.bytes ?? this.count % 300)}`);
    this.#send(nonce);
  }

  #send(nonce) {
    const id = ++this.lastId;
    this.underWay.set(id, nonce);
    this.began.set(id, performance.now());
    this.socket.send(`42${id}${JSON.stringify(["message:send", { room: this.room, body: this.pending.get(nonce), nonce }])}`);
  }

  #answered(text) {
    const start = text.indexOf("[");
    const id = Number(text.slice(2, start));
    const [answer] = JSON.parse(text.slice(start));
    const nonce = this.underWay.get(id);
    this.underWay.delete(id);
    this.onTime(performance.now() - this.began.get(id));
    this.began.delete(id);
    if (nonce === undefined) return;
    if (answer.ok) {
      this.pending.delete(nonce);
      this.onAck(nonce, answer.data.message.room, answer.data.message.seq);
    } else {
      this.off();
      this.onRefused(answer.error, nonce);
    }
    this.#fill();
  }
}
