// client.mjs: a stock socket.io-client that remembers everything it got.
//
// Waiting looks at what has come already too, so a test cannot miss an event by asking late. "It did not come" is
// shown by order, not by waiting: let something come that was sent later, then look at `events`.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";
import { checkAck, checkEvent, checkObject, commands, note, objects } from "./schema.mjs";
import { until } from "./wait.mjs";

export const nonce = () => randomUUID();

// Whoever is shown out gets no answer: his timer must not keep the test's process.
const ANSWER_MS = 60_000;
function answered(answer, command) {
  let timer;
  const late = new Promise((_, refuse) => (timer = setTimeout(() => refuse(new Error(`waited ${ANSWER_MS} ms in vain for the answer to ${command}`)), ANSWER_MS).unref()));
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

export class Client {
  constructor(server, auth, options = {}) {
    this.server = server;
    this.events = []; // {event, payload, offset}, in the order they came
    this.refusals = [];
    this.disconnects = [];
    this.socket = io(server.url, {
      auth, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, transports: ["websocket"], ca: server.options.ca, ...options,
    });
    this.socket.onAny((event, ...args) => this.#record(event, args));
    this.socket.on("connect_error", (error) => this.refusals.push(error));
    this.socket.on("disconnect", (reason) => this.disconnects.push(reason));
  }

  #record(event, args) {
    this.server.violations.push(...checkEvent(event, args));
    note(`event ${event}`);
    this.events.push({ event, payload: args[0], offset: args[1] });
  }

  // The payload of the newest `ready`, as soon as there is one (of connection number `times`).
  async ready(times = 1) {
    await until(() => this.all("ready").length >= times, { what: () => `ready (${this.refusals.at(-1)?.message ?? "no refusal"})` });
    return this.all("ready").at(-1);
  }

  get me() {
    return this.all("ready").at(-1).me;
  }

  // Payloads of an event that came so far.
  all(event, match = () => true) {
    return this.events.filter((entry) => entry.event === event && match(entry.payload)).map((entry) => entry.payload);
  }

  // The first one that matches, past or future. `from`: only those behind that index of `events`.
  async wait(event, match = () => true, { from = 0, ms } = {}) {
    const find = () => this.events.slice(from).find((entry) => entry.event === event && match(entry.payload));
    return (await until(find, { ms, what: () => `${event}; got ${this.events.slice(from).map((entry) => entry.event)}` })).payload;
  }

  // The answer as it is: {ok, data} or {ok, error}.
  async call(command, payload) {
    const ack = await answered(this.socket.emitWithAck(command, payload), command);
    if (commands.has(command)) this.server.violations.push(...checkAck(command, ack));
    note(ack.ok ? `command ${command}` : `error ${ack.error?.code}`);
    return ack;
  }

  // The data of an answer that must be good.
  async ok(command, payload) {
    const ack = await this.call(command, payload);
    assert.ok(ack.ok, `${command} ${JSON.stringify(payload)}: ${JSON.stringify(ack.error)}`);
    return ack.data;
  }

  // The error of an answer that must be this one.
  async fails(command, payload, code, field) {
    const ack = await this.call(command, payload);
    const what = `${command} ${JSON.stringify(payload)}`.slice(0, 200);
    assert.equal(ack.ok, false, `${what} succeeded`);
    assert.equal(ack.error.code, code, what);
    if (field !== undefined) assert.equal(ack.error.field, field, what);
    return ack.error;
  }

  async send(room, body, more = {}) {
    return (await this.ok("message:send", { room, body, nonce: nonce(), ...more })).message;
  }

  // The refusal of a connection that must be refused: {code, …}.
  async refused(times = 1) {
    await until(() => this.refusals.length >= times, { what: () => "a refusal" });
    const error = this.refusals.at(-1);
    assert.equal(error.message, error.data?.code, "message and data.code of a CONNECT_ERROR are the same");
    this.server.violations.push(...checkObject(error.data, objects.ConnectRefusal, "refusal"));
    note(`error ${error.data.code}`);
    return error.data;
  }

  // Cuts the connection below Socket.IO, as a network does: the client comes back by itself.
  cut() {
    this.socket.io.engine.close();
  }

  // The same, but it stays away until `back`. What was missed then comes through connection state recovery.
  away() {
    this.socket.io.reconnection(false);
    this.cut();
  }

  // Resolves to the payload of the new `ready`.
  async back() {
    const times = this.all("ready").length + 1;
    this.socket.io.reconnection(true);
    this.socket.connect();
    return this.ready(times);
  }

  close() {
    this.socket.disconnect();
  }
}
