// frames.test.mjs: RFC 6455 frame by frame, on the bare echo and beneath Socket.IO alike.
//
// Goal: each broken frame is failed with the code of the RFC, as early as it can be known, and each odd but good one is understood.
// Method: a connection of its own per case, whose bytes the test writes and reads itself; each case is sent whole and then
// byte by byte, and must end the same way.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { after, describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { PROMPT_MS, until } from "../support/wait.mjs";
import { serve } from "./support/server.mjs";
import { upgradeHead } from "./support/wire.mjs";

const limit = 1_000_000;
const server = await serve(after, ["--max-payload-bytes", limit]);

// ---- Frames as a client writes them, also wrong ones ----

// form: how the length is written, 7, 16 or 64 bits (the shortest unless told). announced: a length that is not the payload's.
function frame(payload, { opcode = 1, fin = true, rsv = 0, masked = true, mask = randomBytes(4), form, announced } = {}) {
  const data = Buffer.from(payload);
  const length = BigInt(announced ?? data.length);
  const bits = form ?? (length < 126n ? 7 : length < 65536n ? 16 : 64);
  const head = Buffer.alloc(2 + (bits === 7 ? 0 : bits / 8));
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (bits === 7 ? Number(length) : bits === 16 ? 126 : 127);
  if (bits === 16) head.writeUInt16BE(Number(length), 2);
  if (bits === 64) head.writeBigUInt64BE(length, 2);
  return Buffer.concat([head, masked ? mask : Buffer.alloc(0), masked ? data.map((byte, i) => byte ^ mask[i % 4]) : data]);
}

const closePayload = (code, reason = "") => Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
const close = (code, reason) => frame(code === undefined ? "" : closePayload(code, reason), { opcode: 8 });
const ping = (payload = "") => frame(payload, { opcode: 9 });
const start = (payload, options) => frame(payload, { fin: false, ...options });
const more = (payload, options) => frame(payload, { opcode: 0, fin: false, ...options });
const last = (payload, options) => frame(payload, { opcode: 0, ...options });

// ---- A client that hides nothing ----

class Tap {
  constructor(endpoint) {
    this.endpoint = endpoint;
    this.frames = []; // {opcode, payload}, in the order they came
    this.ended = false;
    this.rest = Buffer.alloc(0);
    this.head = "";
    this.socket = connect(server.port, "127.0.0.1");
    this.socket.setNoDelay(true);
    this.socket.on("data", (part) => this.#take(part));
    this.socket.on("error", () => {});
    this.socket.on("close", () => (this.ended = true));
  }

  static async open(endpoint) {
    const tap = new Tap(endpoint);
    await tap.write(Buffer.from(upgradeHead(endpoint.target)));
    await tap.until(() => tap.head.startsWith("HTTP/1.1 101 "), "the 101");
    await endpoint.begin(tap);
    return tap;
  }

  // What a server sends is never masked, never compressed, never longer than it must be.
  #take(part) {
    this.rest = Buffer.concat([this.rest, part]);
    if (!this.head.includes("\r\n\r\n")) {
      const end = this.rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.head = this.rest.subarray(0, end + 4).toString("latin1");
      this.rest = this.rest.subarray(end + 4);
    }
    for (;;) {
      if (this.rest.length < 2) return;
      const [first, second] = this.rest;
      const bytes = second === 126 ? 4 : second === 127 ? 10 : 2;
      if (this.rest.length < bytes) return;
      const length = second === 126 ? this.rest.readUInt16BE(2) : second === 127 ? Number(this.rest.readBigUInt64BE(2)) : second;
      if (this.rest.length < bytes + length) return;
      assert.ok((first & 0x70) === 0 && second < 128, "a frame of the server with reserved bits or a mask");
      assert.ok(second < 126 || length > (second === 126 ? 125 : 65535), "a length of the server that is longer than it must be");
      this.frames.push({ opcode: first & 15, payload: Buffer.from(this.rest.subarray(bytes, bytes + length)) });
      this.rest = this.rest.subarray(bytes + length);
    }
  }

  write(bytes) {
    return new Promise((done) => this.socket.write(bytes, done));
  }

  async writeChopped(bytes) {
    for (let i = 0; i < bytes.length && !this.ended; i++) {
      this.socket.write(bytes.subarray(i, i + 1));
      if (i < 400) await turn();
    }
  }

  until(condition, what, ms) {
    return until(condition, { ms, what: () => `${what}; got ${this.frames.map(({ opcode, payload }) => `${opcode}:${payload.subarray(0, 40).toString("latin1")}`)}` });
  }

  next(opcode) {
    return this.until(() => this.frames.find((one) => one.opcode === opcode), `a frame of opcode ${opcode}`);
  }

  // The code of the close frame (1005: none in it), once TCP has ended too.
  async closed() {
    const began = performance.now();
    await this.until(() => this.ended, "the end of TCP");
    assert.ok(performance.now() - began < PROMPT_MS, "TCP must end within two seconds");
    const found = this.frames.filter(({ opcode }) => opcode === 8);
    assert.ok(found.length <= 1, "two close frames");
    return found.length === 0 ? 1006 : found[0].payload.length === 0 ? 1005 : found[0].payload.readUInt16BE(0);
  }

  // The connection still works.
  async lives() {
    await this.write(frame(this.endpoint.message("still here?")));
    await this.until(() => this.frames.some(({ opcode, payload }) => opcode === 1 && payload.equals(this.endpoint.echo("still here?"))), "an echo");
  }

  destroy() {
    this.socket.destroy();
  }
}

const endpoints = [
  {
    name: "/ws-echo", target: "/ws-echo", limit: 16 * 1024 * 1024,
    begin: async () => {},
    message: (text) => Buffer.from(text),
    echo: (text) => Buffer.from(text),
  },
  {
    name: "/socket.io/", target: "/socket.io/?EIO=4&transport=websocket", limit,
    begin: async (tap) => {
      await tap.next(1);
      await tap.write(frame("40"));
      await tap.until(() => tap.frames.length >= 3, "the CONNECT reply and auth");
      tap.frames.length = 0;
    },
    message: (text) => Buffer.from(`42["message",${JSON.stringify(text)}]`),
    echo: (text) => Buffer.from(`42["message-back",${JSON.stringify(text)}]`),
  },
];

// Every case in both ways, some at a time.
async function each(cases, run) {
  const jobs = cases.flatMap((one) => ["write", "writeChopped"].map((way) => () => run(one, way)));
  await Promise.all(Array.from({ length: 16 }, async () => { while (jobs.length > 0) await jobs.shift()(); }));
}

// Each of [what, bytes] closes the connection with the code, whole and chopped.
const failsWith = (endpoint, code, cases) => each(cases, async ([what, bytes], way) => {
  const tap = await Tap.open(endpoint);
  await tap[way](bytes);
  assert.equal(await tap.closed(), code, `${what} (${way})`);
  assert.equal(tap.frames.filter(({ opcode }) => opcode < 3).length, 0, `${what}: nothing of it was heard`);
});

// Each of [what, text, bytes] is the message `text`.
const isHeardAs = (endpoint, cases) => each(cases, async ([what, text, bytes], way) => {
  const tap = await Tap.open(endpoint);
  await tap[way](bytes);
  const { payload } = await tap.next(1);
  assert.ok(payload.equals(endpoint.echo(text)), `${what} (${way})`);
  await tap.lives();
  tap.destroy();
});

// A message cut into frames at these places.
function cut(bytes, places, { between = () => Buffer.alloc(0), opcode = 1 } = {}) {
  const ends = [...places, bytes.length];
  const parts = ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
  return Buffer.concat(parts.map((part, i) => Buffer.concat([frame(part, { opcode: i === 0 ? opcode : 0, fin: i === parts.length - 1 }), i < parts.length - 1 ? between(i) : Buffer.alloc(0)])));
}

const badUtf8 = {
  "a lone continuation": "80", "an overlong slash": "c0af", "an overlong NUL": "c080", "three bytes too long": "e080af", "four bytes too long": "f08080af",
  "a high surrogate": "eda080", "a low surrogate": "edb080", "a pair of surrogates": "eda080edb080", "above U+10FFFF": "f4908080", "five bytes": "f888808080", "FE": "fe", "FF": "ff",
  "a cut sequence": "e282", "a sequence broken off": "e28241", "F5": "f5808080",
};
const goodUtf8 = { "two bytes": "c3a9", "three bytes": "e282ac", "four bytes": "f09f94a5", "the last code point": "f48fbfbf", "a noncharacter": "efbfbf", "a BOM": "efbbbf", "next to the surrogates": "ed9fbfee8080" };

for (const endpoint of endpoints) {
  describe(endpoint.name, { timeout: 120_000 }, () => {
    const hello = endpoint.message("hello");
    // The text of a message whose payload has these bytes where text may stand.
    const around = (hex) => {
      const [before, behind] = endpoint.message("@").toString().split("@");
      return Buffer.concat([Buffer.from(before), Buffer.from(hex, "hex"), Buffer.from(behind)]);
    };

    test("threat 1: reserved bits and opcodes are 1002", () => failsWith(endpoint, 1002, [
      ...[1, 2, 3, 4, 5, 6, 7].map((rsv) => [`text with reserved bits ${rsv}`, frame(hello, { rsv })]),
      ["a ping with a reserved bit", frame("", { opcode: 9, rsv: 4 })], ["a close with a reserved bit", frame("", { opcode: 8, rsv: 2 })],
      ["a continuation with a reserved bit", Buffer.concat([start("4"), last("x", { rsv: 1 })])],
      ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [[`opcode ${opcode}`, frame("", { opcode })], [`opcode ${opcode} with payload`, frame("x", { opcode })], [`opcode ${opcode}, not the last`, frame("x", { opcode, fin: false })]]),
    ]));

    test("threat 1: continuations without a start and starts within a message are 1002", () => failsWith(endpoint, 1002, [
      ["a continuation alone", last("x")], ["a continuation that goes on", more("x")],
      ["text within text", Buffer.concat([start("4"), frame("x")])], ["bytes within text", Buffer.concat([start("4"), frame("x", { opcode: 2 })])],
      ["a start within a message", Buffer.concat([start("4"), more("2"), start("x")])],
    ]));

    test("threat 2: unmasked frames are 1002, whatever they hold", () => failsWith(endpoint, 1002, [
      ["text", frame(hello, { masked: false })], ["nothing", frame("", { masked: false })], ["a ping", frame("", { opcode: 9, masked: false })],
      ["a close", frame(closePayload(1000), { opcode: 8, masked: false })], ["a continuation", Buffer.concat([start("4"), last("x", { masked: false })])],
    ]));

    test("every mask is a mask", () => isHeardAs(endpoint, [
      ...["00000000", "ffffffff", "80000001", "12345678"].map((mask) => [`mask ${mask}`, "hello", frame(hello, { mask: Buffer.from(mask, "hex") })]),
      ["masks that differ in one message", "hello", Buffer.concat([start(hello.subarray(0, 3)), last(hello.subarray(3))])],
    ]));

    test("threat 3: too much is known from the header: 1009, impossible lengths 1002", async () => {
      const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, "latin1"))[1]);
      const before = resident();
      await failsWith(endpoint, 1002, [["2^63", frame("", { form: 64, announced: 2n ** 63n })], ["2^64-1", frame("", { form: 64, announced: 2n ** 64n - 1n })]]);
      await failsWith(endpoint, 1009, [
        ["2^40", frame("", { form: 64, announced: 2n ** 40n })], ["2^63-1", frame("", { form: 64, announced: 2n ** 63n - 1n })],
        ["one more than may be", frame("", { form: 64, announced: endpoint.limit + 1 })], ["one more than may be, of bytes", frame("", { opcode: 2, form: 64, announced: endpoint.limit + 1 })],
        ["one more in sum", Buffer.concat([start("x".repeat(100)), last("", { form: 64, announced: endpoint.limit - 99 })])],
      ]);
      assert.ok(resident() - before < 20_000, "memory was taken by announced numbers");
    });

    test("threat 4: lengths longer than they must be are 1002", () => failsWith(endpoint, 1002, [
      ...[0, 1, 125].map((length) => [`${length} in 16 bits`, frame("x".repeat(length), { form: 16 })]),
      ...[0, 125, 126, 65535].map((length) => [`${length} in 64 bits`, frame("x".repeat(length > 125 ? 0 : length), { form: 64, announced: length })]),
    ]));

    test("lengths at the borders of their forms are understood", () => {
      const fill = (bytes) => "y".repeat(bytes - endpoint.message("").length);
      return isHeardAs(endpoint, [125, 126, 127, 65535, 65536].map((bytes) => [`${bytes} bytes`, fill(bytes), frame(endpoint.message(fill(bytes)))]));
    });

    test("threat 5: fragments are one message, however many, empty or tiny, until there are too many", async () => {
      const long = "z".repeat(5000);
      await isHeardAs(endpoint, [
        ["two", "hello", cut(hello, [2])], ["one byte each", "hello", cut(hello, [...hello.keys()].slice(1))],
        ["an empty start", "hello", Buffer.concat([start(""), last(hello)])], ["an empty end", "hello", Buffer.concat([start(hello), last("")])],
        ["empty ones between", "hello", Buffer.concat([start(hello.subarray(0, 1)), ...Array(50).fill(more("")), last(hello.subarray(1))])],
        ["control frames between", "hello", cut(hello, [1, 2, 3], { between: (i) => ping(`${i}`) })],
      ]);
      const tap = await Tap.open(endpoint);
      await tap.write(cut(endpoint.message(long), [...Array(5000).keys()].slice(1)));
      assert.ok((await tap.next(1)).payload.equals(endpoint.echo(long)));
      const flood = Buffer.concat(Array(5000).fill(more("")));
      tap.socket.write(start(""));
      for (let i = 0; i < 21 && !tap.ended; i++) tap.socket.write(flood);
      assert.ok([1009, 1006].includes(await tap.closed()), "the fragments never ended");
    });

    test("threat 6: what is no UTF-8 is 1007 at once, wherever it is cut", async () => {
      await failsWith(endpoint, 1007, Object.entries(badUtf8).flatMap(([what, hex]) => [
        [what, frame(around(hex))], [`${what}, in fragments`, cut(around(hex), [...around(hex).keys()].slice(1))],
        [`${what}, in the reason of a close`, frame(Buffer.concat([closePayload(1000), Buffer.from(hex, "hex")]), { opcode: 8 })],
      ]));
      for (const [what, hex] of Object.entries(badUtf8)) {
        if (what === "a cut sequence") continue; // that it is cut shows only at the end
        const tap = await Tap.open(endpoint);
        const whole = frame(Buffer.concat([around(hex), Buffer.alloc(60_000, "x")]));
        await tap.write(whole.subarray(0, 200)); // the rest is never sent
        assert.equal(await tap.closed(), 1007, `${what}, at once`);
        const fragmented = await Tap.open(endpoint);
        await fragmented.write(start(around(hex))); // nor is the last fragment
        assert.equal(await fragmented.closed(), 1007, `${what}, in an unfinished message`);
      }
    });

    test("good UTF-8 is understood, wherever it is cut", () => isHeardAs(endpoint, Object.entries(goodUtf8).flatMap(([what, hex]) => {
      const text = Buffer.from(hex, "hex").toString();
      const payload = around(hex);
      return [[what, text, frame(payload)], [`${what}, in fragments`, text, cut(payload, [...payload.keys()].slice(1))]];
    })));

    test("threat 7: control frames that are too long or in fragments are 1002", () => failsWith(endpoint, 1002, [
      ["a ping of 126", frame("x".repeat(126), { opcode: 9 })], ["a pong of 126", frame("x".repeat(126), { opcode: 10 })], ["a close of 126", frame(Buffer.concat([closePayload(1000), Buffer.alloc(124, "x")]), { opcode: 8 })],
      ["a ping of 70,000", frame("", { opcode: 9, form: 64, announced: 70_000 })],
      ["a ping in fragments", frame("x", { opcode: 9, fin: false })], ["a pong in fragments", frame("", { opcode: 10, fin: false })], ["a close in fragments", frame("", { opcode: 8, fin: false })],
    ]));

    test("pings come back with what they carry, also within a message; pongs that nobody wanted are ignored", async () => {
      for (const payload of ["", "x", "\0\xff", "y".repeat(125)]) {
        const tap = await Tap.open(endpoint);
        const bytes = Buffer.from(payload, "latin1");
        await tap.write(Buffer.concat([frame("unasked", { opcode: 10 }), ping(bytes)]));
        assert.ok((await tap.next(10)).payload.equals(bytes));
        await tap.write(start(hello.subarray(0, 2)));
        await tap.write(ping("within"));
        await tap.until(() => tap.frames.some((one) => one.opcode === 10 && one.payload.toString() === "within"), "a pong within the message");
        await tap.write(last(hello.subarray(2)));
        assert.ok((await tap.next(1)).payload.equals(endpoint.echo("hello")));
        tap.destroy();
      }
    });

    test("threat 7: a flood of 10,000 pings gets few pongs, the newest among them, and others are served meanwhile", async () => {
      const bystander = await Tap.open(endpoint);
      const tap = await Tap.open(endpoint);
      await tap.write(Buffer.concat([...Array(10_000).keys()].map((i) => ping(`${i}`))));
      const began = performance.now();
      await bystander.lives();
      assert.ok(performance.now() - began < PROMPT_MS, "others waited");
      await tap.until(() => tap.frames.some(({ opcode, payload }) => opcode === 10 && payload.toString() === "9999"), "the newest pong");
      assert.ok(tap.frames.length < 5000, `${tap.frames.length} pongs`);
      await tap.lives();
      for (const one of [tap, bystander]) one.destroy();
    });

    test("threat 8: a close is answered with its code, a bad one with 1002, and TCP ends", async () => {
      const good = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
      for (const code of good) {
        const tap = await Tap.open(endpoint);
        await tap.write(close(code, "bye"));
        assert.equal(await tap.closed(), code);
      }
      const none = await Tap.open(endpoint);
      await none.write(close());
      assert.ok([1000, 1005].includes(await none.closed()), "without a code");
      const longest = await Tap.open(endpoint);
      await longest.write(close(1000, "r".repeat(123)));
      assert.equal(await longest.closed(), 1000);
      await failsWith(endpoint, 1002, [
        ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map((code) => [`code ${code}`, close(code)]), ["one byte", frame("\x03", { opcode: 8 })],
      ]);
    });

    test("threat 8: what comes behind a close is ignored, a second close too", async () => {
      for (const behind of [frame(hello), ping("x"), close(1001), frame("x", { opcode: 3 }), frame(Buffer.from([0xff])), Buffer.from("rubbish rubbish rubbish")]) {
        const tap = await Tap.open(endpoint);
        await tap.write(Buffer.concat([close(1000), behind]));
        assert.equal(await tap.closed(), 1000);
        assert.deepEqual(tap.frames.map(({ opcode }) => opcode), [8], "nothing but the close");
      }
      const within = await Tap.open(endpoint); // a close within a message is a close
      await within.write(Buffer.concat([start(hello.subarray(0, 2)), close(1000), last(hello.subarray(2))]));
      assert.equal(await within.closed(), 1000);
    });

    test("threat 9: half closes, cuts and resets in every state of the parser leave no descriptor behind", async () => {
      const descriptors = () => readdirSync(`/proc/${server.child.pid}/fd`).length;
      await until(() => descriptors() < 60, { what: () => "earlier connections to go" });
      const before = descriptors();
      const whole = Buffer.concat([start(hello.subarray(0, 3)), ping("p"), frame("", { opcode: 0, fin: false, form: 16, announced: 300 }), Buffer.alloc(200)]);
      for (const way of ["end", "destroy", "resetAndDestroy"]) {
        for (let length = 0; length <= whole.length; length += length < 20 ? 1 : 37) {
          const tap = await Tap.open(endpoint);
          await tap.write(whole.subarray(0, length));
          tap.socket[way]();
        }
      }
      await until(() => descriptors() <= before, { what: () => `${before} descriptors; there are ${descriptors()}` });
    });

    test("threat 11: compression is never agreed on, so its bit stays reserved", async () => {
      for (const offer of ["permessage-deflate", "permessage-deflate; client_max_window_bits", "permessage-deflate; server_no_context_takeover; client_no_context_takeover", "x-webkit-deflate-frame", "constructor"]) {
        const tap = new Tap(endpoint);
        await tap.write(Buffer.from(upgradeHead(endpoint.target, { "Sec-WebSocket-Extensions": offer })));
        await tap.until(() => tap.head !== "", "an answer");
        assert.match(tap.head, /^HTTP\/1\.1 101 /);
        assert.doesNotMatch(tap.head, /Sec-WebSocket-Extensions/i);
        await tap.write(frame(hello, { rsv: 4 }));
        assert.equal(await tap.closed(), 1002, offer);
      }
    });

    test("threat 10: what is no opening handshake gets its status", async () => {
      const cases = [
        [{ "Sec-WebSocket-Key": undefined }, 400], [{ "Sec-WebSocket-Key": "short" }, 400], [{ "Sec-WebSocket-Key": "!".repeat(22) + "==" }, 400], [{ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ" }, 400],
        [{ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==" }, 400], [{ "Sec-WebSocket-Version": 8 }, 426], [{ "Sec-WebSocket-Version": undefined }, 400],
        [{ "Sec-WebSocket-Version": "13\r\nSec-WebSocket-Version: 13" }, 400], [{ "Content-Length": 5 }, 400], [{ Host: undefined }, 400], [{ Host: "x\r\nHost: y" }, 400],
      ];
      for (const [headers, status] of cases) {
        const tap = new Tap(endpoint);
        await tap.write(Buffer.from(upgradeHead(endpoint.target, headers)));
        await tap.until(() => tap.head !== "", `an answer to ${JSON.stringify(headers)}`);
        assert.equal(Number(tap.head.slice(9, 12)), status, JSON.stringify(headers));
        if (status === 426) assert.match(tap.head, /\r\nSec-WebSocket-Version: 13\r\n/);
        tap.destroy();
      }
      for (const [from, to, statuses] of [["GET ", "POST ", [400, 405]], ["HTTP/1.1", "HTTP/1.0", [400, 426]]]) {
        const tap = new Tap(endpoint);
        await tap.write(Buffer.from(upgradeHead(endpoint.target).replace(from, to)));
        await tap.until(() => tap.head !== "", `an answer to ${to}`);
        assert.ok(statuses.includes(Number(tap.head.slice(9, 12))), `${to}: ${tap.head.slice(0, 30)}`);
        tap.destroy();
      }
    });
  });
}
