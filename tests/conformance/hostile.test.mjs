// hostile.test.mjs: inputs that crashed or stalled servers of this kind before. One test per hole.
//
// Goal: the offender is answered or closed, the process lives, and others do not notice. Method: a bystander, a client that
// speaks before and after each input; its round trip must stay short, and the server's memory within a bound.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { serve } from "./support/server.mjs";
import { frame, Polling, request, separator, Socket, Tcp, upgradeHead } from "./support/wire.mjs";
import { PROMPT_MS, until } from "../support/wait.mjs";

const server = await serve(after);
const sioTarget = "/socket.io/?EIO=4&transport=websocket";
const eioTarget = "/engine.io/?EIO=4&transport=websocket";

async function client() {
  const socket = await Socket.open(server, sioTarget);
  await socket.next();
  socket.send("40");
  await socket.next(), await socket.next();
  return socket;
}

const descriptors = () => readdirSync(`/proc/${server.child.pid}/fd`).length;
const descriptorsAtFirst = descriptors();

let bystander;
before(async () => (bystander = await client()));

// What comes next but for pings, which are answered: a slow server is still at it after 25 s.
async function nextBut(socket) {
  for (;;) {
    const packet = await socket.next();
    if (packet !== "2") return packet;
    socket.send("3");
  }
}

// The process lives, and whoever else is connected is served meanwhile.
async function othersDoNotNotice() {
  const began = performance.now();
  bystander.send('42["message","here"]');
  assert.equal(await nextBut(bystander), '42["message-back","here"]');
  const took = performance.now() - began;
  assert.ok(took < PROMPT_MS, `a bystander waited ${took} ms`);
  assert.ok(server.isAlive, server.log);
}

const residentBytes = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.child.pid}/status`, "latin1"))[1]) * 1024;

const hole = (name, run) => test(name, { timeout: 240_000 }, async () => {
  await run();
  await othersDoNotNotice();
});

describe("Engine.IO", () => {
  hole("CVE-2020-36048: endless polling bodies cost no memory", async () => {
    const before_ = residentBytes();
    const chunk = "x".repeat(65_536);
    await Promise.all([...Array(8)].map(async () => {
      const polling = await Polling.open(server);
      const tcp = await new Tcp(server).send(`POST ${polling.target} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
      for (let i = 0; i < 100 && !tcp.isEnded; i++) await Promise.race([tcp.send(`10000\r\n${chunk}\r\n`), pause(100)]);
      await tcp.ends();
      const large = await new Tcp(server).send(`POST ${polling.target} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n`);
      await large.sees(/^HTTP\/1\.1 413 /);
    }));
    const grown = residentBytes() - before_;
    assert.ok(grown < 64 * 1024 * 1024, `${grown} bytes more`);
  });

  for (const [what, bytes] of Object.entries({ "reserved bits": frame("x", { rsv: 7 }), "plain text": Buffer.from("hello, this is no frame at all\r\n\r\n"), "an unmasked frame": Buffer.from([0x81, 1, 0x34]) })) {
    hole(`CVE-2022-21676: ${what} right behind the upgrade`, async () => {
      const polling = await Polling.open(server);
      for (const target of [eioTarget, polling.target.replace("polling", "websocket"), eioTarget + "&sid=unknown", sioTarget]) {
        const tcp = await new Tcp(server).send(Buffer.concat([Buffer.from(upgradeHead(target)), bytes]));
        await tcp.ends();
      }
      assert.equal((await polling.post("4x")).text, "ok");
    });
  }

  hole("CVE-2022-41940: a reset right behind the upgrade", async () => {
    const polling = await Polling.open(server);
    for (let i = 0; i < 40; i++) {
      const target = [eioTarget, sioTarget, polling.target.replace("polling", "websocket"), "/ws-echo"][i % 4];
      const tcp = await new Tcp(server).send(upgradeHead(target));
      tcp.reset();
    }
    assert.equal((await polling.post("4x")).text, "ok");
  });

  hole("CVE-2023-31125: transports named like properties", async () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "%00", ""]) {
      const tcp = await new Tcp(server).send(upgradeHead(`/engine.io/?EIO=4&transport=${name}`));
      await tcp.ends();
      assert.match(tcp.text, /^HTTP\/1\.1 400 /);
      assert.equal((await request(server, "GET", `/engine.io/?EIO=4&transport=${name}`)).status, 400);
      assert.equal((await request(server, "GET", `/engine.io/?EIO=4&transport=polling&sid=${name}x`)).status, 400);
    }
  });

  hole("sids of every shape are unknown", async () => {
    for (const sid of ["A".repeat(8000), "..%2f..%2f", "%ff%fe", "_".repeat(24), "!".repeat(24), "B".repeat(24), "%00".repeat(24)]) {
      const answer = await request(server, "GET", `/engine.io/?EIO=4&transport=polling&sid=${sid}`);
      assert.ok([400, 414].includes(answer.status), `${sid}: ${answer.status}`);
    }
  });

  hole("60,000 separators, and a payload of 60,000 packets", async () => {
    const polling = await Polling.open(server);
    await polling.post(separator.repeat(60_000));
    assert.ok(await polling.isGone());
    const many = await Polling.open(server);
    assert.equal((await many.post(Array(5000).fill("6").join(separator))).text, "ok");
    assert.equal((await many.post("4x")).text, "ok");
  });

  hole("a thousand probes of one session", async () => {
    const polling = await Polling.open(server);
    for (let i = 0; i < 100; i++) {
      const tcps = await Promise.all([...Array(10)].map(() => new Tcp(server).send(Buffer.concat([Buffer.from(upgradeHead(polling.target.replace("polling", "websocket"))), frame("2probe")]))));
      for (const tcp of tcps) tcp.reset();
    }
    assert.equal((await polling.post("4x")).text, "ok");
  });

  hole("GHSA-r7qp, GHSA-273r: resets in every state", async () => {
    const states = [
      "", "GET /engine.io/", "GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
      (sid) => `GET /engine.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: x\r\n\r\n`,
      (sid) => `POST /engine.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n4ab`,
      (sid) => `POST /engine.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n`,
      (sid) => upgradeHead(`/engine.io/?EIO=4&transport=websocket&sid=${sid}`) + frame("2probe").toString("latin1"),
      (sid) => upgradeHead(`/engine.io/?EIO=4&transport=websocket&sid=${sid}`) + frame("5").toString("latin1") + frame("4x").toString("latin1"),
      upgradeHead(eioTarget), upgradeHead(sioTarget) + frame("40").toString("latin1"),
      upgradeHead(sioTarget) + frame("40").toString("latin1") + frame('451-["message",{"_placeholder":true,"num":0}]').toString("latin1"),
    ];
    for (const state of [...states, ...states]) {
      const { sid } = await Polling.open(server);
      const tcp = await new Tcp(server).send(Buffer.from(typeof state === "function" ? state(sid) : state, "latin1"));
      await pause(5);
      tcp.reset();
    }
  });
});

describe("WebSocket", () => {
  hole("CVE-2021-32640: a long run of spaces in Sec-WebSocket-Protocol", async () => {
    const tcp = await new Tcp(server).send(upgradeHead(eioTarget, { "Sec-WebSocket-Protocol": `a${" ".repeat(12_000)}b` }));
    await tcp.sees(/^HTTP\/1\.1 (101|400) /);
    tcp.reset();
  });

  hole("extensions named like properties", async () => {
    for (const name of ["constructor", "__proto__", "permessage-deflate; client_max_window_bits", "permessage-deflate; constructor"]) {
      const tcp = await new Tcp(server).send(upgradeHead(eioTarget, { "Sec-WebSocket-Extensions": name }));
      await tcp.sees(/^HTTP\/1\.1 101 /);
      assert.doesNotMatch(tcp.text, /Sec-WebSocket-Extensions/i);
      tcp.reset();
    }
  });

  hole("CVE-2024-37890: an upgrade with thousands of headers", async () => {
    const headers = Object.fromEntries([...Array(3000).keys()].map((i) => [`x${i}`, i]));
    const tcp = await new Tcp(server).send(upgradeHead(eioTarget, headers));
    await tcp.ends();
    assert.match(tcp.text, /^HTTP\/1\.1 4(00|31) /);
  });

  hole("CVE-2026-48779: messages of countless tiny or empty fragments", async () => {
    const before_ = residentBytes();
    for (const [payload, target] of [["", "/ws-echo"], ["x", "/ws-echo"], ["", sioTarget]]) {
      const tcp = await new Tcp(server).send(Buffer.concat([Buffer.from(upgradeHead(target)), frame("x", { fin: false })]));
      const flood = Buffer.concat(Array(2000).fill(frame(payload, { opcode: 0, fin: false })));
      for (let i = 0; i < 60 && !tcp.isEnded; i++) await Promise.race([tcp.send(flood), pause(200)]);
      await tcp.ends();
    }
    const grown = residentBytes() - before_;
    assert.ok(grown < 64 * 1024 * 1024, `${grown} bytes more`);
  });
});

describe("Socket.IO", () => {
  // Sends it on a fresh connection; the connection may live or be closed.
  const survives = async (...packets) => {
    const socket = await client();
    for (const packet of packets) socket.send(packet);
    socket.send('42["message","end"]');
    await until(() => socket.code !== null || socket.frames.some((data) => data.includes?.("end")));
    socket.close();
    return socket;
  };

  for (const digits of [300, 20_000, 900_000]) {
    hole(`CVE-2020-36049: ${digits} digits where an id or a count stands`, async () => {
      const run = "9".repeat(digits);
      for (const packet of [`42${run}["message"]`, `45${run}-["message"]`, `43${run}[]`, `45${run}`, `42["message",${run}]`]) await survives(packet);
    });
  }

  hole("CVE-2022-2421: placeholders that are no numbers of attachments", async () => {
    for (const number of ['"splice"', '"0"', "{}", "[]", "null", "-1", "1", "1e9", "0.5", "true", "99999999999999999999"]) {
      const socket = await survives(`451-["message",{"_placeholder":true,"num":${number}}]`, Buffer.from([1]));
      assert.equal(socket.code, 1005, number);
    }
  });

  hole("CVE-2023-32695: event names that are no names", async () => {
    for (const name of ['{"toString":"x"}', "null", "[]", "true", '"connect"', '"disconnect"', '"newListener"']) {
      const socket = await survives(`42[${name},1]`);
      assert.equal(socket.code, 1005, name);
    }
  });

  hole("CVE-2024-38355: an event named error", async () => {
    const socket = await survives('42["error","boom"]', '42["error"]', '421["error",{}]');
    assert.equal(socket.code, null);
  });

  hole("CVE-2026-33151: attachments that are too many, never come, or never end", async () => {
    const before_ = residentBytes();
    for (const count of ["11", "1000000000", "4294967296", "-1", "0"]) assert.equal((await survives(`45${count}-["message"]`)).code, 1005);
    const silent = await Promise.all([...Array(20)].map(() => client()));
    for (const socket of silent) socket.send('4510-["message"]');
    const large = await client();
    large.send('4510-["message"]');
    for (let i = 0; i < 10; i++) large.send(Buffer.alloc(900_000));
    assert.equal(await large.closed(), 1005);
    const endless = await client();
    for (let i = 0; i < 50; i++) endless.send(Buffer.alloc(1000));
    assert.equal(await endless.closed(), 1005);
    const began = performance.now();
    await Promise.all(silent.map((socket) => socket.closed()));
    assert.ok(performance.now() - began < 10_000 + PROMPT_MS);
    assert.ok(residentBytes() - before_ < 64 * 1024 * 1024);
  });

  hole("an event with 300,000 elements comes back", async () => {
    const socket = await client();
    const text = `["message",${Array(300_000).fill("1").join()}]`;
    socket.send(`42${text}`);
    assert.equal(await nextBut(socket), `42${text.replace("message", "message-back")}`);
    socket.close();
  });

  hole("JSON that nests 100,000 deep, in events, auth and acks, by either transport", async () => {
    const nested = "[".repeat(100_000) + "]".repeat(100_000);
    const objects = '{"a":'.repeat(100_000) + "1" + "}".repeat(100_000);
    for (const packet of [`42["message",${nested}]`, `40/custom,${objects}`, `431[${nested}]`, `42["message",${objects}]`, `42${"[".repeat(900_000)}`]) {
      assert.equal((await survives(packet)).code, 1005);
    }
    const polling = await Polling.open(server, "/socket.io/");
    await polling.post(["40", `42["message",${nested}]`].join(separator));
    assert.match((await polling.get()).text, /^40/);
    assert.equal((await polling.get()).text, `6${separator}1`);
    assert.ok(await polling.isGone());
  });

  hole("objects with many, long or strange keys", async () => {
    const keys = [...Array(20_000).keys()].map((i) => `"k${i}":1`).join();
    assert.equal((await survives(`42["message",{${keys}}]`)).code, null);
    await survives(`42["message",{"${"k".repeat(500_000)}":1}]`, '42["message",{"__proto__":{"a":1},"constructor":1}]');
    await survives('42["message",{"a":1,"a":2}]');
    await survives('42["message",{"\\u0000":1}]');
  });
});

test("no descriptor is left behind", async () => {
  bystander.close();
  await until(() => descriptors() <= descriptorsAtFirst, { what: () => `${descriptors()} descriptors to become ${descriptorsAtFirst}` });
});
