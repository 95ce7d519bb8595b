// device.mjs: one client of one person: a stock socket.io-client that sends, resends, comes back and writes down what it got.
//
// It comes back in three ways: by itself (connection state recovery), as another process that knows the last position
// (auth.since), and as another process that knows only its token. What it received is a list of `chapters`: a chapter begins
// with a `ready` that says resumed: false and goes on over every resumption; within one, nothing may be missing.
//
// What must hold at any moment is checked here, as it happens; what needs the whole log is checked in audit.mjs.
//
// SPDX-License-Identifier: MIT
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { io } from "socket.io-client";
import { checkAck, checkEvent, note } from "../schema.mjs";
import { Network } from "./network.mjs";

const ACK_MS = 60_000; // longer than it takes any end to notice that the other is gone
const TRACE_MAX = 80;

export class Device {
  constructor(world, person, name) {
    Object.assign(this, { world, person, name });
    this.random = world.random.fork(name);
    this.transports = this.random.pick([["websocket"], ["polling"], ["polling", "websocket"], ["polling", "websocket"]]);
    this.network = new Network(this.random.fork("network"), world.server.port);
    this.chapters = [];
    this.presence = new Map(); // user id -> status, as last told
    this.joined = new Map(); // room id -> seq of the newest message got there; null: unknown since the own joining
    this.pending = new Map(); // nonce -> what is to be said, in order
    this.trace = [];
    this.pos = 0;
    this.inflight = 0;
  }

  async start() {
    await this.network.open();
    this.#open({});
  }

  // ---- The connection

  // Another socket, as another process would make it.
  #open(resume) {
    this.socket?.offAny();
    this.socket?.off();
    this.socket?.disconnect();
    const { token, name } = this.person;
    this.awaits = { resumed: resume.since !== undefined, pos: resume.since, sid: null };
    this.ready = null;
    this.socket = io(this.network.url, {
      auth: token ? { token, ...resume } : { name }, forceNew: true, transports: this.transports,
      reconnectionDelay: 20, reconnectionDelayMax: 300, timeout: 5000,
    });
    const { socket } = this;
    this.#note(`open ${JSON.stringify(resume)}`);
    socket.onAny((event, ...args) => this.#received(event, args));
    socket.on("connect", () => this.#connected());
    socket.on("disconnect", (reason) => this.#disconnected(reason));
    socket.on("connect_error", (error) => this.#refused(error));
  }

  #connected() {
    this.#note(`connect ${this.socket.id} recovered=${this.socket.recovered}`);
    this.ready = null;
    const { sid } = this.awaits;
    if (this.socket.recovered && this.socket.id !== sid) this.wrong(`recovered as ${this.socket.id}, was ${sid}`);
  }

  #disconnected(reason) {
    this.#note(`disconnect ${reason}`);
    // a stock client has an offset from its first `ready` on, and offers it with its pid
    if (this.ready) this.awaits = { resumed: true, pos: this.pos, sid: this.socket.id ?? this.sid };
    else this.awaits.pos = this.awaits.sid ? this.pos : this.awaits.pos;
    this.ready = null;
    if (reason === "io server disconnect") this.wrong("the server sent DISCONNECT: a stock client stays away");
  }

  #refused(error) {
    this.#note(`connect_error ${error.message}`);
    if (!error.data) return; // the transport; it tries again
    const lost = error.data.code === "conflict" && !this.person.token && !this.person.known;
    if (!lost) return this.wrong(`CONNECT refused: ${JSON.stringify(error.data)}; a stock client stays away`);
    this.person.name += "x"; // the answer to the first CONNECT was lost, and with it the token
    this.#open({});
  }

  // In the ways of the top comment.
  comeBack(way) {
    if (way === "fresh") this.#open({});
    if (way === "since") this.#open(this.pos > 0 ? { since: this.pos } : {});
    if (way === "recovery") this.network.cut();
  }

  get live() {
    return this.socket.connected && this.ready !== null && this.ready !== undefined;
  }

  // ---- What comes in

  #received(event, args) {
    const complaints = checkEvent(event, args);
    if (complaints.length > 0) this.wrong(`${complaints}`);
    note(`event ${event}`);
    this.world.count.events++;
    const durable = args.length > 1 && event !== "ready";
    this.#note(`${event}${durable ? ` ${args[1]}` : ""}${event === "message:new" ? ` room ${args[0].message.room} seq ${args[0].message.seq}` : ""}`);
    if (event === "ready") return this.#isReady(args[0]);
    if (!this.ready) this.wrong(`${event} came before ready`);
    if (durable) this.#advance(event, args[0]);
    else this.#signal(event, args[0]);
  }

  #isReady(ready) {
    if (this.ready) this.wrong("a second ready on one connection");
    this.#note(`  resumed ${ready.resumed} from ${ready.pos}, awaits ${JSON.stringify(this.awaits)}, was at ${this.pos}`);
    this.ready = ready;
    this.sid = this.socket.id;
    if (ready.token) Object.assign(this.person, { token: ready.token });
    if (this.person.id && this.person.id !== ready.me.id) this.wrong(`became another person: ${ready.me.id}, was ${this.person.id}`);
    Object.assign(this.person, { id: ready.me.id, known: true });
    if (this.random.chance(0.5)) this.socket.auth = { token: this.person.token };
    const { sid } = this.awaits;
    if (this.socket.recovered !== (ready.resumed && sid !== null)) this.wrong(`recovered ${this.socket.recovered}, resumed ${ready.resumed}`);
    this.world.count[ready.resumed ? "resumed" : "fresh"]++;
    if (ready.resumed) this.#resumed(ready);
    else this.#started(ready);
    this.#checkRooms(ready.rooms);
    this.#resend();
  }

  #started(ready) {
    const lost = this.awaits.resumed ? this.awaits.pos : null; // what should not have been, unless too much was missed
    this.chapters.push({ from: ready.pos, events: [], resumptions: [], lost, trace: lost === null ? [] : [...this.trace] });
    this.pos = ready.pos;
    this.joined = new Map(ready.rooms.map((room) => [room.id, room.last_seq]));
  }

  #resumed(ready) {
    if (!this.awaits.resumed) return this.wrong("resumed: true without asking for it");
    if (ready.pos !== this.awaits.pos) this.wrong(`resumed from ${ready.pos}, not from ${this.awaits.pos}`);
    this.chapters.at(-1).resumptions.push({ since: ready.pos, rooms: new Set(ready.rooms.map((room) => room.id)) });
  }

  #checkRooms(rooms) {
    for (const { id, last_seq: last, me } of rooms)
      if (me.unread !== last - me.read_seq || me.mentions > me.unread) this.wrong(`room ${id}: last_seq ${last}, me ${JSON.stringify(me)}`);
  }

  #advance(event, payload) {
    const { pos } = payload;
    if (pos <= this.pos) this.wrong(`${event} at ${pos} came after ${this.pos}`);
    this.pos = pos;
    this.chapters.at(-1).events.push({ pos, event, payload });
    const mine = payload.member?.user.id === this.person.id || payload.user === this.person.id;
    if (event === "member:joined" && mine) this.joined.set(payload.room, null);
    else if (event === "room:gone") this.joined.delete(payload.room);
    else if (event === "message:new") this.#heard(payload);
    else if (event.startsWith("member:") && !this.joined.has(payload.room)) this.wrong(`${event} of room ${payload.room}, where he is not`);
  }

  #heard({ message }) {
    const { room, seq } = message;
    if (!this.joined.has(room)) return this.wrong(`a message of room ${room}, where he is not`);
    const last = this.joined.get(room);
    if (last !== null && seq !== last + 1) this.wrong(`room ${room}: seq ${seq} after ${last}`);
    this.joined.set(room, seq);
  }

  #signal(event, payload) {
    if (event === "typing" && (!this.joined.has(payload.room) || payload.user === this.person.id)) this.wrong(`typing ${JSON.stringify(payload)}`);
    if (event === "notice" && payload.code !== "server_restart") this.wrong(`notice ${JSON.stringify(payload)}`);
    if (event === "presence") for (const { user, status } of payload.changes) this.presence.set(user, status);
  }

  // ---- Commands

  // The answer, or null when the connection went before it came. Anything else is a request that vanished.
  async call(command, payload) {
    const { count } = this.world;
    count.requests++;
    this.inflight++;
    this.#note(`> ${command} ${JSON.stringify(payload).slice(0, 120)}`);
    const began = performance.now();
    try {
      const ack = await this.socket.timeout(ACK_MS).emitWithAck(command, payload);
      count.acks++;
      const complaints = checkAck(command, ack);
      if (complaints.length > 0) this.wrong(`${complaints}`);
      note(ack.ok ? `command ${command}` : `error ${ack.error.code}`);
      this.#note(`< ${command} ${ack.ok ? "ok" : ack.error.code}`);
      return ack;
    } catch {
      count.gone++;
      if (performance.now() - began >= ACK_MS) this.wrong(`${command} got no answer and no disconnect within ${ACK_MS} ms`);
      return null;
    } finally {
      this.inflight--;
    }
  }

  // ---- Saying something, until it is acked

  say(room, text) {
    const byHttp = this.random.chance(0.08);
    const entry = this.world.ledger.begin(this, room, text, byHttp);
    this.pending.set(entry.nonce, entry);
    return this.#attempt(entry, byHttp);
  }

  async #attempt(entry, byHttp) {
    entry.attempts++;
    const ack = byHttp ? await this.#post(entry) : await this.call("message:send", { room: entry.room, body: entry.body, nonce: entry.nonce });
    if (ack?.ok) this.#said(entry, ack.data.message);
    else if (ack !== null || byHttp) await this.#notSaid(entry, ack?.error ?? { code: "unavailable" });
  }

  #said(entry, message) {
    this.world.onAck?.();
    this.pending.delete(entry.nonce);
    const complaint = this.world.ledger.acked(entry, message);
    if (complaint) this.wrong(complaint);
  }

  async #notSaid(entry, error) {
    if (error.code === "unavailable" || error.code === "rate_limited") {
      entry.unordered = true;
      await pause(error.retry_after_ms ?? 50);
      if (this.live && this.pending.has(entry.nonce)) await this.#attempt(entry, false);
      return;
    }
    this.pending.delete(entry.nonce);
    entry.refused = true;
    if (error.code !== "forbidden" && error.code !== "not_found") this.wrong(`message:send: ${JSON.stringify(error)}`);
  }

  // The same nonces again, in the order in which they were named.
  #resend() {
    for (const entry of this.pending.values()) void this.#attempt(entry, false);
  }

  // POST /api/rooms/{room}/messages: an answer like an ack's, or null.
  #post({ room, body, nonce }) {
    const json = JSON.stringify({ body, nonce });
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(json), authorization: `Bearer ${this.person.token}` };
    return new Promise((resolve) => {
      const call = request(`${this.network.url}/api/rooms/${room}/messages`, { method: "POST", headers, agent: false, timeout: ACK_MS }, (response) => {
        let text = "";
        response.on("data", (data) => (text += data));
        response.on("end", () => resolve(response.complete ? this.#posted(response.statusCode, text) : null));
        response.on("error", () => resolve(null));
        response.on("close", () => resolve(null));
      });
      call.on("timeout", () => call.destroy());
      call.on("error", () => resolve(null));
      call.end(json);
    });
  }

  #posted(status, text) {
    const { error, message } = JSON.parse(text);
    if (status === 201 ? !message : status < 400 || status === 500 || !error) this.wrong(`POST answered ${status} ${text.slice(0, 200)}`);
    return status === 201 ? { ok: true, data: { message } } : { ok: false, error };
  }

  // ---- The end, and what went before it

  close() {
    this.socket.off();
    this.socket.offAny();
    this.socket.disconnect();
    this.network.close();
  }

  #note(what) {
    this.trace.push(`${(performance.now() / 1000).toFixed(3)} ${what}`);
    if (this.trace.length > TRACE_MAX) this.trace.shift();
  }

  wrong(what) {
    this.world.wrong(`${this.name} (${this.transports}): ${what}`, this.trace);
  }
}
