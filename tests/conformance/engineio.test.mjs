// engineio.test.mjs: handshakes, polling, WebSocket, upgrade, heartbeat, as engine.io clients and suites see them.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fastHeartbeat, pingIntervalMs, pingTimeoutMs, serve, workers } from "./support/server.mjs";
import { arrival, frame, Polling, request, separator, Socket, Tcp, upgradeHead } from "./support/wire.mjs";
import { PROMPT_MS, until } from "../support/wait.mjs";

const server = await serve(after);

const code = (number, message) => `{"code":${number},"message":"${message}"}`;
const unknownTransport = code(0, "Transport unknown");
const unknownSid = code(1, "Session ID unknown");
const badMethod = code(2, "Bad handshake method");
const badRequest = code(3, "Bad request");
const badVersion = code(5, "Unsupported protocol version");

describe("handshake", () => {
  test("by polling has exactly five keys in their order", async () => {
    const answer = await request(server, "GET", "/engine.io/?EIO=4&transport=polling");
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["content-type"], "text/plain; charset=UTF-8");
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(answer.headers["content-length"], String(Buffer.byteLength(answer.text)));
    assert.match(answer.text, /^0\{"sid":"[\w-]{24}","upgrades":\["websocket"\],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000\}$/);
  });

  test("by WebSocket offers no upgrade", async () => {
    const socket = await Socket.open(server);
    assert.match(await socket.next(), /^0\{"sid":"[\w-]{24}","upgrades":\[\],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000\}$/);
    socket.close();
  });

  test("gives a sid of its own to each", async () => {
    const sids = new Set();
    for (let i = 0; i < 50; i++) sids.add((await Polling.open(server)).sid);
    assert.equal(sids.size, 50);
  });

  test("decodes the query, ignores what it does not know, takes the last of a name", async () => {
    const answer = await request(server, "GET", "/engine.io/?t=abc&transport=x&%45IO=%34&j=0&b64=1&transport=poll%69ng&app=%zz");
    assert.equal(answer.status, 200);
  });

  test("an empty sid is no sid", async () => {
    assert.equal((await request(server, "GET", "/engine.io/?EIO=4&transport=polling&sid=")).status, 200);
  });

  test("tells old Internet Explorers to switch off their filter", async () => {
    const path = "/engine.io/?EIO=4&transport=polling";
    const old = await request(server, "GET", path, { headers: { "user-agent": "Mozilla/5.0 (Trident/7.0; rv:11.0)" } });
    assert.equal(old.headers["x-xss-protection"], "0");
    assert.equal((await request(server, "GET", path)).headers["x-xss-protection"], undefined);
  });

  test("paths beside the endpoint are not found", async () => {
    for (const path of ["/engine.io", "/", "/engine.iox/?EIO=4&transport=polling", "/nothing"]) {
      assert.equal((await request(server, "GET", path)).status, 404, path);
    }
  });
});

describe("checks of a polling request", () => {
  const start = "/engine.io/?";
  const rows = [
    ["GET", "EIO=4", unknownTransport],
    ["GET", "EIO=4&transport=", unknownTransport],
    ["GET", "EIO=4&transport=abc&sid=x", unknownTransport],
    ["POST", "EIO=3&transport=Polling", unknownTransport],
    ["GET", "EIO=4&transport=webtransport", unknownTransport],
    ["GET", "EIO=4&transport=__proto__", unknownTransport],
    ["GET", "EIO=4&transport=constructor", unknownTransport],
    ["GET", "EIO=4&transport=polling&sid=abc", unknownSid],
    ["GET", `EIO=4&transport=polling&sid=${"A".repeat(24)}`, unknownSid],
    ["GET", "EIO=4&transport=polling&sid=__proto__", unknownSid],
    ["POST", "EIO=4&transport=polling&sid=zzz", unknownSid],
    ["GET", "EIO=4&transport=websocket&sid=zzz", unknownSid],
    ["POST", "EIO=4&transport=polling", badMethod],
    ["PUT", "EIO=3&transport=websocket", badMethod],
    ["OPTIONS", "EIO=4&transport=polling", badMethod],
    ["DELETE", "EIO=4&transport=polling", badMethod],
    ["GET", "EIO=4&transport=websocket", badRequest],
    ["GET", "EIO=3&transport=websocket", badRequest],
    ["GET", "EIO=3&transport=polling", badVersion],
    ["GET", "EIO=5&transport=polling", badVersion],
    ["GET", "EIO=&transport=polling", badVersion],
    ["GET", "transport=polling", badVersion],
  ];
  for (const [method, query, body] of rows) {
    test(`${method} ${query} gives ${body}`, async () => {
      const answer = await request(server, method, start + query);
      assert.deepEqual([answer.status, answer.text], [400, body]);
      assert.equal(answer.headers["content-type"], "application/json");
    });
  }

  test("a session is not reached by another transport or version", async () => {
    const polling = await Polling.open(server);
    const other = await request(server, "GET", polling.target.replace("polling", "websocket"));
    assert.deepEqual([other.status, other.text], [400, badRequest]);
    const version = await request(server, "GET", polling.target.replace("EIO=4", "EIO=3"));
    assert.deepEqual([version.status, version.text], [400, badRequest]);
    assert.equal((await polling.post("4still there")).text, "ok");

    const socket = await Socket.open(server);
    polling.sid = JSON.parse((await socket.next()).slice(1)).sid;
    const poll = await polling.get();
    assert.deepEqual([poll.status, poll.text], [400, badRequest]);
    socket.close();
  });

  test("other methods on a session are refused and harm nothing", async () => {
    const polling = await Polling.open(server);
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const { status } = await request(server, method, polling.target);
      assert.ok(status >= 400 && status < 500, `${method}: ${status}`);
    }
    assert.equal((await polling.post("4x")).text, "ok");
    assert.equal((await polling.get()).text, "4x");
  });
});

describe("checks of an upgrade", () => {
  const rows = [
    ["EIO=4&transport=abc", "Transport unknown"],
    ["EIO=4", "Transport unknown"],
    ["EIO=4&transport=__proto__", "Transport unknown"],
    ["EIO=4&transport=constructor", "Transport unknown"],
    ["EIO=4&transport=websocket&sid=abc", "Session ID unknown"],
    ["EIO=4&transport=polling", "Bad request"],
    ["EIO=3&transport=websocket", "Unsupported protocol version"],
    ["transport=websocket", "Unsupported protocol version"],
  ];
  for (const [query, message] of rows) {
    test(`${query} is refused in plain text: ${message}`, async () => {
      const tcp = await new Tcp(server).send(upgradeHead(`/engine.io/?${query}`));
      await tcp.ends();
      assert.match(tcp.text, /^HTTP\/1\.1 400 Bad Request\r\n/);
      assert.match(tcp.text, /\r\nConnection: close\r\n/i);
      assert.match(tcp.text, /\r\nContent-type: text\/html/i);
      assert.ok(tcp.text.endsWith(`\r\n\r\n${message}`), tcp.text);
    });
  }

  test("what is no WebSocket handshake gets the status of RFC 6455", async () => {
    const target = "/engine.io/?EIO=4&transport=websocket";
    for (const [headers, status] of [[{ "Sec-WebSocket-Version": 12 }, "426"], [{ "Sec-WebSocket-Key": undefined }, "400"], [{ "Sec-WebSocket-Key": "short" }, "400"]]) {
      const tcp = await new Tcp(server).send(upgradeHead(target, headers));
      await tcp.ends();
      assert.equal(tcp.text.slice(9, 12), status);
      if (status === "426") assert.match(tcp.text, /\r\nSec-WebSocket-Version: 13\r\n/i);
    }
  });

  test("headers in any case and order of Connection's words are accepted", async () => {
    const tcp = await new Tcp(server).send(upgradeHead("/engine.io/?EIO=4&transport=websocket", { Connection: "keep-alive, Upgrade", Upgrade: "WebSocket" }));
    await tcp.sees(/^HTTP\/1\.1 101 .*0\{"sid"/s);
    tcp.reset();
  });

  test("the first subprotocol offered is chosen, and none without an offer", async () => {
    const offered = await Socket.open(server, undefined, { protocols: ["one", "two"] });
    assert.equal(offered.socket.protocol, "one");
    offered.close();
    const plain = await Socket.open(server);
    assert.equal(plain.socket.protocol, "");
    plain.close();
  });
});

describe("polling", () => {
  test("sends a message back", async () => {
    const polling = await Polling.open(server);
    const posted = await polling.post("4hello");
    assert.deepEqual([posted.status, posted.text], [200, "ok"]);
    assert.equal(posted.headers["content-type"], "text/html");
    assert.equal(posted.headers["content-length"], "2");
    const got = await polling.get();
    assert.deepEqual([got.status, got.text], [200, "4hello"]);
    assert.equal(got.headers["content-type"], "text/plain; charset=UTF-8");
    assert.equal(got.headers["cache-control"], "no-store");
  });

  test("takes several packets of a payload in order, text beyond ASCII and bytes", async () => {
    const polling = await Polling.open(server);
    const payload = ["4utf 8 string", "4", "4ΑΔΨ €99 🔥", "bAQIDBA==", "b"].join(separator);
    await polling.post(payload);
    const got = await polling.get();
    assert.equal(got.text, payload);
    assert.equal(got.headers["content-length"], String(Buffer.byteLength(payload)));
  });

  test("holds a poll until there is something", async () => {
    const polling = await Polling.open(server);
    const poll = polling.get();
    assert.equal(await Promise.race([poll, pause(150, "held")]), "held");
    await polling.post("4now");
    assert.equal((await poll).text, "4now");
  });

  test("ignores packets that only a server sends, and pongs that nobody asked for", async () => {
    const polling = await Polling.open(server);
    assert.equal((await polling.post(["0{}", "3", "5", "6", "3probe", "4x"].join(separator))).text, "ok");
    assert.equal((await polling.get()).text, "4x");
  });

  test("two polls at a time end the session: the first is told", async () => {
    const polling = await Polling.open(server);
    const first = await polling.hang();
    await arrival();
    const second = await polling.get();
    assert.equal(second.status, 400);
    await first.sees(/^HTTP\/1\.1 200 OK.*\r\n\r\n1$/s);
    assert.ok(await polling.isGone());
  });

  test("two posts at a time end the session: the first is cut", async () => {
    const polling = await Polling.open(server);
    const first = await new Tcp(server).send(`POST ${polling.target} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n4ab`);
    await arrival();
    assert.equal((await polling.post("4x")).status, 400);
    await first.ends();
    assert.equal(first.text, "");
    assert.ok(await polling.isGone());
  });

  test("an aborted poll ends the session before the next request", async () => {
    const answers = [];
    for (let i = 0; i < 20; i++) {
      const polling = await Polling.open(server);
      const poll = await polling.hang();
      await pause(20);
      if (i % 2) poll.reset();
      else poll.socket.destroy();
      await poll.ends();
      if (workers > 1) await pause(20); // the next request may arrive at another thread, before this one's end
      const next = await polling.post("4x");
      answers.push(`${next.status} ${next.text}`);
    }
    // On a busy machine a reset may take a poll with it that nobody has read.
    assert.ok(answers.filter((text) => text === `400 ${unknownSid}`).length >= 10, answers.join("\n"));
    assert.ok(answers.every((text) => text === `400 ${unknownSid}` || text === "200 ok"), answers.join("\n"));
  });

  test("a post that is cut in the middle ends the session", async () => {
    const polling = await Polling.open(server);
    const post = await new Tcp(server).send(`POST ${polling.target} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n4abc`);
    await arrival();
    post.socket.destroy();
    await until(() => polling.isGone());
  });

  test("raw bytes are refused and end the session", async () => {
    const polling = await Polling.open(server);
    assert.equal((await polling.post("4x", { "content-type": "application/octet-stream" })).status, 400);
    assert.ok(await polling.isGone());
  });

  test("any other content type is taken", async () => {
    const polling = await Polling.open(server);
    for (const headers of [{}, { "content-type": "application/x-www-form-urlencoded" }, { "content-type": "text/plain" }]) {
      assert.equal((await polling.post("4x", headers)).text, "ok");
      assert.equal((await polling.get()).text, "4x");
    }
  });

  test("a body above maxPayload gets 413 and the session lives", async () => {
    const polling = await Polling.open(server);
    const announced = await polling.post("4".repeat(1_000_001)).catch((error) => ({ status: error.code }));
    assert.ok([413, "EPIPE", "ECONNRESET"].includes(announced.status), String(announced.status));
    const tcp = await new Tcp(server).send(`POST ${polling.target} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n`);
    await tcp.sees(/^HTTP\/1\.1 413 /);
    const chunked = await new Tcp(server).send(`POST ${polling.target} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (let i = 0; i < 11 && !chunked.isEnded; i++) await chunked.send(`186a0\r\n${"4".repeat(100_000)}\r\n`);
    await chunked.sees(/^HTTP\/1\.1 413 /);
    assert.equal((await polling.post("4x")).text, "ok");
    assert.equal((await polling.get()).text, "4x");
  });

  test("a body of exactly maxPayload is taken", async () => {
    const polling = await Polling.open(server);
    const body = `4${"x".repeat(999_999)}`;
    assert.equal((await polling.post(body)).text, "ok");
    assert.equal((await polling.get()).text, body);
  });

  test("a chunked body is taken", async () => {
    const polling = await Polling.open(server);
    const tcp = await new Tcp(server).send(`POST ${polling.target} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n4ab\r\n2\r\ncd\r\n0\r\n\r\n`);
    await tcp.sees(/\r\n\r\nok$/);
    assert.equal((await polling.get()).text, "4abcd");
  });

  test("Expect: 100-continue is answered", async () => {
    const polling = await Polling.open(server);
    const tcp = await new Tcp(server).send(`POST ${polling.target} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n`);
    await tcp.sees(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    await tcp.send("4hi");
    await tcp.sees(/200 OK.*ok$/s);
  });

  test("pipelined requests are answered in order on one connection", async () => {
    const polling = await Polling.open(server);
    const post = (body) => `POST ${polling.target} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const tcp = await new Tcp(server).send(`${post("4a")}${post("4b")}GET ${polling.target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await tcp.ends();
    assert.match(tcp.text, /ok.*ok.*4a\x1e4b$/s);
  });

  for (const [name, body] of Object.entries({
    "an unknown type": "9x", "an empty payload": "", "a trailing separator": `4a${separator}`, "an empty packet": `4a${separator}${separator}4b`,
    "base64 that is none": "b!!!", "60,000 separators": separator.repeat(60_000), "a NUL": "\0", "text in front": "abc",
  })) {
    test(`${name} ends the session`, async () => {
      const polling = await Polling.open(server);
      const answer = await polling.post(body);
      assert.equal(answer.status, 400);
      assert.ok(await polling.isGone());
    });
  }

  test("bytes that are no UTF-8 are refused and end the session", async () => {
    const polling = await Polling.open(server);
    assert.equal((await polling.post(Buffer.from([0x34, 0xff, 0xfe]))).status, 400);
    assert.ok(await polling.isGone());
  });

  test("packets in front of a wrong one are taken, those behind are not", async () => {
    const polling = await Polling.open(server);
    const poll = polling.get();
    await arrival();
    await polling.post(["4first", "x", "4last"].join(separator));
    assert.equal((await poll).text, "4first");
    assert.ok(await polling.isGone());
  });

  test("a close packet ends the session: the waiting poll is let go", async () => {
    const polling = await Polling.open(server);
    const poll = polling.get();
    await arrival();
    assert.equal((await polling.post("1")).text, "ok");
    assert.equal((await poll).text, "6");
    assert.ok(await polling.isGone());
  });

  test("a ping from the client ends the session", async () => {
    const polling = await Polling.open(server);
    const poll = polling.get();
    await arrival();
    await polling.post("2");
    assert.equal((await poll).text, "1");
    assert.ok(await polling.isGone());
  });
});

describe("WebSocket", () => {
  const open = async () => {
    const socket = await Socket.open(server);
    socket.sid = JSON.parse((await socket.next()).slice(1)).sid;
    return socket;
  };

  test("sends text and bytes back, whole or in fragments", async () => {
    const socket = await open();
    socket.send("4ΑΔΨ 🔥");
    assert.equal(await socket.next(), "4ΑΔΨ 🔥");
    socket.send(Buffer.from([1, 2, 3]));
    assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3]));
    socket.send("4frag", { fin: false });
    socket.socket.ping();
    socket.send("mented", { fin: true });
    assert.equal(await socket.next(), "4fragmented");
    socket.send("4");
    assert.equal(await socket.next(), "4");
    socket.send("bAQI=");
    assert.deepEqual(await socket.next(), Buffer.from([1, 2]));
    socket.close();
  });

  test("frames in the same segment as the handshake are answered behind the OPEN packet", async () => {
    const tcp = await new Tcp(server).send(Buffer.concat([Buffer.from(upgradeHead("/engine.io/?EIO=4&transport=websocket")), frame("4early"), frame("4bird")]));
    await tcp.sees(/\r\n\r\n..?.?.?0\{"sid".*\}\x81\x064early\x81\x054bird/s);
    tcp.reset();
  });

  for (const [name, data] of Object.entries({ "an unknown type": "abc", "an empty message": "", "a ping": "2", "a close packet": "1", "base64 that is none": "b*" })) {
    test(`${name} closes it without a code`, async () => {
      const socket = await open();
      socket.send(data);
      assert.equal(await socket.closed(), 1005);
      assert.deepEqual(socket.frames, []);
    });
  }

  test("an oversized message closes it with 1009, bad UTF-8 with 1007, a bad frame with 1002", async () => {
    const large = await open();
    large.send(Buffer.alloc(1_000_001));
    assert.equal(await large.closed(), 1009);
    for (const [bytes, wanted] of [[frame(Buffer.from([0x34, 0xff])), 1007], [frame("4x", { rsv: 4 }), 1002], [frame("x", { opcode: 3 }), 1002]]) {
      const socket = await open();
      socket.socket._socket.write(bytes);
      assert.equal(await socket.closed(), wanted);
    }
  });

  test("when it goes the sid is forgotten", async () => {
    const socket = await open();
    const polling = new Polling(server, "/engine.io/");
    polling.sid = socket.sid;
    socket.socket.close();
    await socket.closed();
    await until(() => polling.isGone());
  });
});

describe("upgrade", () => {
  // Opens a session by polling and a WebSocket whose probe was answered.
  const probe = async () => {
    const polling = await Polling.open(server);
    const socket = polling.websocket();
    await socket.opened;
    socket.send("2probe");
    assert.equal(await socket.next(), "3probe");
    return { polling, socket };
  };

  test("moves the session: nothing is lost, doubled or out of order", async () => {
    const polling = await Polling.open(server);
    const waiting = polling.get();
    const socket = polling.websocket();
    await socket.opened;
    socket.send("2probe");
    assert.equal(await socket.next(), "3probe");
    assert.equal((await waiting).text, "6");
    await polling.post(["4one", "4two"].join(separator));
    socket.send("5");
    socket.send("4three");
    assert.deepEqual([await socket.next(), await socket.next(), await socket.next()], ["4one", "4two", "4three"]);
    const poll = await polling.get();
    assert.deepEqual([poll.status, poll.text], [400, badRequest]);
    const post = await polling.post("4x");
    assert.deepEqual([post.status, post.text], [400, badRequest]);
    socket.send("4four");
    assert.equal(await socket.next(), "4four");
    socket.close();
  });

  test("a poll that begins during the probe is let go too", async () => {
    const { polling, socket } = await probe();
    assert.equal((await polling.get()).text, "6");
    assert.equal((await polling.get()).text, "6");
    socket.close();
  });

  test("a poll that still waits at the move is let go", async () => {
    const { polling, socket } = await probe();
    const poll = polling.get();
    await arrival();
    socket.send("5");
    assert.equal((await poll).text, "6");
    socket.send("4x");
    assert.equal(await socket.next(), "4x");
    socket.close();
  });

  test("posts during the probe are processed", async () => {
    const { polling, socket } = await probe();
    assert.equal((await polling.post("4x")).text, "ok");
    assert.equal((await polling.get()).text, "4x");
    socket.send("5");
    socket.send("4y");
    assert.equal(await socket.next(), "4y");
    socket.close();
  });

  test("a post whose body comes across the move is processed", async () => {
    const { polling, socket } = await probe();
    const post = await new Tcp(server).send(`POST ${polling.target} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n4ab`);
    await arrival();
    socket.send("5");
    socket.send("4moved");
    assert.equal(await socket.next(), "4moved");
    await post.send("cde");
    await post.sees(/ok$/);
    assert.equal(await socket.next(), "4abcde");
    socket.close();
  });

  test("a 5 without a probe is accepted", async () => {
    const polling = await Polling.open(server);
    const socket = polling.websocket();
    await socket.opened;
    socket.send("5");
    socket.send("4x");
    assert.equal(await socket.next(), "4x");
    socket.close();
  });

  test("anything else closes the probe alone; it may be tried again", async () => {
    const polling = await Polling.open(server);
    for (const data of ["4x", "2", "abc", "", Buffer.from([1])]) {
      const socket = polling.websocket();
      await socket.opened;
      socket.send(data);
      assert.equal(await socket.closed(), 1005);
      assert.deepEqual(socket.frames, []);
    }
    const died = polling.websocket();
    await died.opened;
    died.send("2probe");
    await died.next();
    died.close();
    assert.equal((await polling.post("4y")).text, "ok");
    assert.equal((await polling.get()).text, "4y");
    await until(async () => {
      const socket = polling.websocket();
      await socket.opened;
      socket.send("5");
      socket.send("4z");
      return (await socket.next().catch(() => "")) === "4z";
    });
  });

  test("a second WebSocket is closed without a packet; the first is untouched", async () => {
    const { polling, socket } = await probe();
    const during = polling.websocket();
    await during.opened;
    during.send("2probe");
    assert.equal(await during.closed(), 1005);
    socket.send("5");
    socket.send("4x");
    assert.equal(await socket.next(), "4x");
    const later = polling.websocket();
    await later.opened;
    assert.equal(await later.closed(), 1005);
    assert.deepEqual([...during.frames, ...later.frames], []);
    socket.send("4y");
    assert.equal(await socket.next(), "4y");
    socket.close();
  });

  test("the end of the session closes the probe", async () => {
    const { polling, socket } = await probe();
    await polling.post("1");
    assert.equal(await socket.closed(), 1005);
  });
});

describe("upgrade time-out", async () => {
  const quick = await serve(after, ["--upgrade-timeout-ms", 250]);
  for (const first of [null, "2probe"]) {
    test(`an unfinished probe ${first ? "that was answered " : ""}is closed and polling goes on`, async () => {
      const polling = await Polling.open(quick);
      const began = performance.now();
      const socket = polling.websocket();
      await socket.opened;
      if (first) socket.send(first);
      assert.equal(await socket.closed(), 1005);
      assert.ok(performance.now() - began >= 245, "too early");
      assert.equal((await polling.post("4x")).text, "ok");
      assert.equal((await polling.get()).text, "4x");
    });
  }
});

describe("heartbeat", async () => {
  const quick = await serve(after, fastHeartbeat);
  const whole = pingIntervalMs + pingTimeoutMs;
  const EARLY_MS = 5; // clocks and loops tick in ms

  test("a poll is answered by a ping after the interval, and again after each pong", async () => {
    let began = performance.now();
    const polling = await Polling.open(quick);
    for (let i = 0; i < 3; i++) {
      assert.equal((await polling.get()).text, "2");
      const took = performance.now() - began;
      assert.ok(took > pingIntervalMs - EARLY_MS && took < pingIntervalMs + PROMPT_MS, `${took} ms`);
      began = performance.now();
      assert.equal((await polling.post("3")).text, "ok");
    }
  });

  test("a WebSocket is pinged, and lives while it answers", async () => {
    const socket = await Socket.open(quick);
    await socket.next();
    for (let i = 0; i < 3; i++) {
      assert.equal(await socket.next(), "2");
      socket.send("3");
    }
    socket.send("4x");
    assert.equal(await socket.next(), "4x");
    socket.close();
  });

  test("without a pong a polling session is gone on time, polled or not", async () => {
    await Promise.all([...Array(20).keys()].map(async (i) => {
      await pause(i * 7);
      const silent = await Polling.open(quick);
      await pause(whole);
      await until(() => silent.isGone(), { ms: PROMPT_MS, what: () => "its end" });
    }));
    const polled = await Polling.open(quick);
    assert.equal((await polled.get()).text, "2");
    const waiting = polled.get();
    assert.equal((await waiting).text, "1");
    assert.ok(await polled.isGone());
  });

  test("it is not gone before its time", async () => {
    for (let tookMs = Infinity; tookMs > whole; ) { // on a busy machine its time may have come before our question
      const began = performance.now();
      const polling = await Polling.open(quick);
      await pause(whole - 300);
      const { status } = await polling.post("4x");
      tookMs = performance.now() - began;
      assert.ok(status === 200 || tookMs > whole, `${status} after ${tookMs} ms`);
    }
  });

  test("without a pong a WebSocket is closed on time", async () => {
    const began = performance.now();
    const socket = await Socket.open(quick);
    await socket.closed();
    const took = performance.now() - began;
    assert.ok(took > whole - EARLY_MS && took < whole + PROMPT_MS, `${took} ms`);
  });

  test("another packet extends a pong's time once", async () => {
    const socket = await Socket.open(quick);
    await socket.next();
    assert.equal(await socket.next(), "2");
    const began = performance.now();
    const timer = setInterval(() => socket.send("4x"), 50);
    await socket.closed();
    clearInterval(timer);
    const took = performance.now() - began;
    assert.ok(took > pingTimeoutMs && took < pingTimeoutMs * 2 + PROMPT_MS, `${took} ms`);
  });

  test("a ping by polling may be answered over the WebSocket", async () => {
    const polling = await Polling.open(quick);
    assert.equal((await polling.get()).text, "2");
    const socket = polling.websocket();
    await socket.opened;
    socket.send("5");
    socket.send("3");
    assert.equal(await socket.next(), "2");
    socket.close();
  });
});

describe("two workers", async () => {
  const pair = await serve(after, ["--workers", 2]);

  test("a session is reached by every connection, wherever it arrives", async () => {
    const homes = new Set();
    for (let i = 0; i < 40; i++) {
      const polling = await Polling.open(pair);
      homes.add(polling.sid[0]);
      assert.equal((await polling.post("4x")).text, "ok");
      assert.equal((await polling.get()).text, "4x");
      const socket = polling.websocket();
      await socket.opened;
      socket.send("5");
      socket.send("4y");
      assert.equal(await socket.next(), "4y");
      socket.close();
    }
    assert.deepEqual([...homes].sort(), ["A", "B"]);
  });

  test("one connection serves sessions of both", async () => {
    const sessions = [];
    while (new Set(sessions.map(({ sid }) => sid[0])).size < 2) sessions.push(await Polling.open(pair));
    const [first, second] = [sessions.at(0), sessions.at(-1)];
    const post = ({ target }) => `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n4x`;
    const tcp = await new Tcp(pair).send(post(first) + post(second) + post(first));
    await tcp.sees(/ok.*ok.*ok$/s);
    assert.equal((await first.get()).text, `4x${separator}4x`);
    assert.equal((await second.get()).text, "4x");
    tcp.reset();
  });

  test("a sid of a worker that does not exist is unknown", async () => {
    const answer = await request(pair, "GET", `/engine.io/?EIO=4&transport=polling&sid=C${"x".repeat(23)}`);
    assert.deepEqual([answer.status, answer.text], [400, unknownSid]);
  });
});

describe("CORS", async () => {
  const any = await serve(after, ["--cors-origin", "*"]);
  const listed = await serve(after, ["--cors-origin", "https://a.example,https://b.example"]);
  const path = "/engine.io/?EIO=4&transport=polling";
  const from = (origin) => ({ headers: { origin } });

  test("is off by default", async () => {
    const answer = await request(server, "GET", path, from("https://a.example"));
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
    assert.equal(answer.headers.vary, undefined);
  });

  test("a preflight is answered whatever the query says", async () => {
    const headers = { origin: "https://b.example", "access-control-request-method": "POST", "access-control-request-headers": "x-one,x-two" };
    for (const target of [path, "/engine.io/", "/engine.io/?sid=unknown"]) {
      const answer = await request(listed, "OPTIONS", target, { headers });
      assert.deepEqual([answer.status, answer.text, answer.headers["content-length"]], [204, "", "0"]);
      assert.equal(answer.headers["access-control-allow-origin"], "https://b.example");
      assert.equal(answer.headers["access-control-allow-methods"], "GET,HEAD,PUT,PATCH,POST,DELETE");
      assert.equal(answer.headers["access-control-allow-headers"], "x-one,x-two");
      assert.match(answer.headers.vary, /Origin/);
      assert.match(answer.headers.vary, /Access-Control-Request-Headers/);
    }
  });

  test("an admitted origin is named on answers, errors and held polls", async () => {
    const good = await request(listed, "GET", path, from("https://a.example"));
    assert.equal(good.headers["access-control-allow-origin"], "https://a.example");
    assert.equal(good.headers.vary, "Origin");
    const bad = await request(listed, "GET", "/engine.io/?EIO=4", from("https://a.example"));
    assert.equal(bad.headers["access-control-allow-origin"], "https://a.example");
    const polling = await Polling.open(listed);
    const poll = request(listed, "GET", polling.target, from("https://b.example"));
    await arrival();
    const post = await request(listed, "POST", polling.target, { ...from("https://a.example"), body: "4x" });
    assert.equal(post.headers["access-control-allow-origin"], "https://a.example");
    assert.equal((await poll).headers["access-control-allow-origin"], "https://b.example");
  });

  test("another origin is told nothing", async () => {
    const answer = await request(listed, "GET", path, from("https://evil.example"));
    assert.deepEqual([answer.status, answer.headers["access-control-allow-origin"], answer.headers.vary], [200, undefined, "Origin"]);
  });

  test("a star admits all and varies by nothing", async () => {
    const answer = await request(any, "GET", path, from("https://evil.example"));
    assert.deepEqual([answer.headers["access-control-allow-origin"], answer.headers.vary, answer.headers["access-control-allow-credentials"]], ["*", undefined, undefined]);
  });
});
