// world.mjs: people with their devices, a server that stops and dies, and what each does next by chance.
//
//   start    a server; people, each with one or two devices, each device behind a network of its own
//   riot     for some seconds every device acts, and fate strikes: cuts, held connections, slow readers, SIGTERM, SIGKILL
//   settle   the server runs, every network passes, everybody is connected, all that was to be said is acked, and a last
//            message has reached everybody
//   audit    audit.mjs; then who is seen online, and what the process holds
//
// Whatever is wrong is gathered in `findings`, with the last things that its device saw; the first one ends a riot.
//
// SPDX-License-Identifier: MIT
import { setTimeout as pause } from "node:timers/promises";
import { Server } from "../server.mjs";
import { until } from "../wait.mjs";
import { Audit } from "./audit.mjs";
import { Device } from "./device.mjs";
import { Ledger } from "./ledger.mjs";
import { acts } from "./acts.mjs";
import { fates } from "./fates.mjs";
import { isSlow, Process } from "./process.mjs";
import { Random } from "./random.mjs";

// Short, so that a held connection is noticed within a test.
export const PING_MS = 1000;
export const GRACE_MS = 300;
const SETTLE_MS = 90_000 * (isSlow ? 4 : 1);
const FINDINGS_MAX = 20;

export class World {
  constructor({ seed, people }) {
    this.random = new Random(seed);
    this.findings = [];
    this.count = { requests: 0, acks: 0, gone: 0, events: 0, resumed: 0, fresh: 0, acked: 0, postedWithoutAck: 0, notPosted: 0, visits: 0, restarts: 0, kills: 0, cuts: 0 };
    this.visiting = 0;
    this.ledger = new Ledger();
    this.audit = new Audit(this);
    this.size = people;
    this.people = [];
    this.devices = [];
    this.rooms = [];
    this.server = new Server({ workers: 2, rateScale: 1000, args: ["--ping-interval-ms", PING_MS, "--ping-timeout-ms", PING_MS, "--presence-grace-ms", GRACE_MS] });
    this.process = new Process(this);
  }

  wrong(what, trace = []) {
    if (this.findings.length < FINDINGS_MAX) this.findings.push([what, ...(this.findings.length < 3 ? trace.map((line) => `    ${line}`) : [])].join("\n"));
  }

  get broken() {
    return this.findings.length > 0;
  }

  // ---- Start

  async start() {
    await this.server.start();
    await this.process.begin();
    for (let i = 0; i < this.size; i++) this.people.push({ name: `person${i}`, id: 0, token: null });
    await Promise.all(this.people.map((person) => this.#addDevice(person, person.name)));
    await this.#connected();
    await Promise.all(this.people.filter((_, i) => i % 3 === 0).map((person) => this.#addDevice(person, `${person.name}-second`)));
    await this.#connected();
    for (let i = 0; i < 4; i++) await this.openRoom(this.devices[i], i === 3);
  }

  async #addDevice(person, name) {
    const device = new Device(this, person, name);
    this.devices.push(device);
    await device.start();
  }

  // Rooms are few: the audit reads all of them.
  async openRoom(device, isPrivate) {
    const ack = await device.call("room:create", { name: `room ${this.rooms.length} of ${device.person.id}`, private: isPrivate });
    if (ack?.ok && !isPrivate) this.rooms.push(ack.data.room.id);
  }

  #connected() {
    return this.#settled("connected", (device) => !device.live);
  }

  // `stuck`: whether a device is what is waited for; their traces are told.
  async #settled(what, stuck) {
    const those = () => this.devices.filter(stuck);
    await until(() => this.broken || those().length === 0, { ms: SETTLE_MS }).catch(() => {
      for (const device of those()) device.wrong(`does not get to be ${what}`);
    });
  }

  // ---- Riot

  // `weights` of fates.mjs; each of `certain` strikes in any case, spread over the time.
  async riot(seconds, weights, certain = []) {
    this.rioting = true;
    const random = this.random.fork(`riot at ${this.audit.at}`);
    const lives = this.devices.map((device) => this.#live(device));
    const strikes = this.#strike(weights, random);
    for (const name of [...certain, "nothing"]) {
      await until(() => this.broken, { ms: (seconds * 1000) / (certain.length + 1) }).catch(() => {});
      if (!this.broken) await this.#fate(name, random);
    }
    this.rioting = false;
    await Promise.all([...lives, strikes]);
  }

  // One at a time: a server that is being started cannot be stopped.
  #fate(name, random) {
    this.striking = (this.striking ?? Promise.resolve()).then(() => fates[name](this, random));
    return this.striking;
  }

  async #live(device) {
    while (this.rioting) {
      await pause(device.random.between(2, 120));
      if (device.live && device.inflight < 50) await acts.next(this, device);
      else if (device.random.chance(0.01)) acts.comeBack(this, device);
    }
  }

  async #strike(weights, random) {
    while (this.rioting) {
      await pause(random.between(50, 400));
      await this.#fate(random.weighted(weights), random);
    }
  }

  // ---- Settling

  async settle() {
    for (const device of this.devices) device.network.calm();
    await this.#connected();
    await this.#settled("done: all acked", (device) => device.pending.size > 0 || device.inflight > 0);
    await until(() => this.visiting === 0, { ms: SETTLE_MS, what: () => "the visitors to go" });
    const { requests, acks, gone } = this.count;
    if (requests !== acks + gone) this.wrong(`${requests} requests, ${acks} answers, ${gone} disconnects before one`);
    if (this.broken) return;
    const { message } = await this.ask(this.people[0], "message:send", { room: "general", body: "all is quiet", nonce: `quiet-${this.count.events}-${this.audit.at}` });
    const isIt = ({ event, payload }) => event === "message:new" && payload.message.id === message.id;
    const { pos } = await until(() => this.devices.flatMap((device) => device.chapters.at(-1).events).find(isIt), { what: () => "anybody to hear the last message" });
    await this.#settled(`at ${pos}`, (device) => device.pos < pos);
    if (!this.broken) await this.audit.run(pos);
  }

  // The data of a good answer, asked as often as connections go on the way.
  async ask(person, command, payload) {
    for (let tries = 0; tries < 20; tries++) {
      const device = await until(() => this.devices.find((one) => one.person === person && one.live), { ms: SETTLE_MS, what: () => `${person.name} to be connected` });
      const ack = await device.call(command, payload);
      if (ack?.ok) return ack.data;
      if (ack && ack.error.code !== "unavailable") throw new Error(`${command} ${JSON.stringify(payload)}: ${JSON.stringify(ack.error)}`);
      await pause(100);
    }
    this.wrong(`${command} of ${person.name} was never answered`, this.devices.find((one) => one.person === person).trace);
    throw new Error("see above");
  }

  // ---- Presence

  // Some go; everybody who stays sees them go, sees them come back, and agrees with room:members.
  async checkPresence() {
    const going = new Set(this.people.filter((_, i) => i % 4 === 1));
    const stays = (device) => !going.has(device.person);
    await this.#look();
    for (const device of this.devices) if (!stays(device)) device.socket.disconnect();
    await this.#agreed(stays, going, "offline");
    for (const device of this.devices) if (!stays(device)) device.comeBack("fresh");
    await this.#connected();
    await this.#agreed(stays, going, "back");
  }

  // What a client does when it opens a room: from here on it is told of changes.
  async #look() {
    for (const device of this.devices) {
      const ack = await device.call("room:members", { room: "general", limit: 200 });
      for (const { user } of ack.data.members) device.presence.set(user.id, user.status);
    }
  }

  async #agreed(stays, going, status) {
    const seen = (device, person) => device.presence.get(person.id);
    const isWrong = (device) => stays(device) && [...going].some((person) => (seen(device, person) === "offline") !== (status === "offline"));
    await this.#settled(`told that ${[...going].map((person) => person.id)} are ${status}`, isWrong);
    for (const person of this.people.filter((one) => !going.has(one)).slice(0, 3)) {
      const { members } = await this.ask(person, "room:members", { room: "general", limit: 200 });
      const device = this.devices.find((one) => one.person === person);
      const other = members.filter(({ user }) => device.presence.has(user.id) && device.presence.get(user.id) !== user.status);
      if (other.length > 0) this.wrong(`${device.name} sees ${JSON.stringify(other.map(({ user }) => [user.name, device.presence.get(user.id), user.status]))}`, device.trace);
    }
  }

  // ---- The end

  async close() {
    for (const device of this.devices) device.close();
    if (!this.broken) await this.process.isEmpty();
    await this.server.close();
    this.process.checkLog();
  }

  report() {
    return JSON.stringify({ ...this.count, ...this.process.report() });
  }
}
