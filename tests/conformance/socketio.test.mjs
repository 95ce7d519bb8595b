// socketio.test.mjs: namespaces, events, acks, binary and their violations, packet by packet.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { serve } from "./support/server.mjs";
import { arrival, Polling, separator, Socket } from "./support/wire.mjs";
import { PROMPT_MS, until } from "../support/wait.mjs";

const server = await serve(after, ["--connect-timeout-ms", 1000]);
const endpoint = "/socket.io/?EIO=4&transport=websocket";

// An Engine.IO session on a WebSocket, without any namespace.
async function engine(target = server) {
  const socket = await Socket.open(target, endpoint);
  assert.match(await socket.next(), /^0/);
  return socket;
}

// The same, connected to "/"; its `auth` taken.
async function client(target = server, auth = "") {
  const socket = await engine(target);
  socket.send(`40${auth}`);
  socket.id = JSON.parse((await socket.next()).slice(2)).sid;
  await socket.next();
  return socket;
}

// The connection goes on as if nothing had been sent.
async function isUntouched(socket) {
  socket.send('42["message","still here"]');
  assert.equal(await socket.next(), '42["message-back","still here"]');
}

describe("connecting", () => {
  test("without a payload: a sid and nothing else, then auth", async () => {
    const socket = await engine();
    socket.send("40");
    assert.match(await socket.next(), /^40\{"sid":"[\w-]{20}"\}$/);
    assert.equal(await socket.next(), '42["auth",{}]');
    socket.close();
  });

  test("with a payload: it comes back as it was", async () => {
    const socket = await engine();
    socket.send('40{"token":"123","n":[1,2.5,null]}');
    await socket.next();
    assert.equal(await socket.next(), '42["auth",{"token":"123","n":[1,2.5,null]}]');
    socket.close();
  });

  test("the sid is another than Engine.IO's and another each time", async () => {
    const socket = await Socket.open(server, endpoint);
    const engineSid = JSON.parse((await socket.next()).slice(1)).sid;
    const ids = new Set([engineSid]);
    for (let i = 0; i < 3; i++) {
      socket.send("40");
      ids.add(JSON.parse((await socket.next()).slice(2)).sid);
      await socket.next();
      socket.send("41");
    }
    assert.equal(ids.size, 4);
    socket.close();
  });

  test("to another namespace, and to both at once", async () => {
    const socket = await client();
    socket.send('40/custom,{"a":1}');
    assert.match(await socket.next(), /^40\/custom,\{"sid":"[\w-]{20}"\}$/);
    assert.equal(await socket.next(), '42/custom,["auth",{"a":1}]');
    await isUntouched(socket);
    socket.close();
  });

  test("the default namespace may be named, and the comma left out at the end", async () => {
    const named = await engine();
    named.send("40/,");
    assert.match(await named.next(), /^40\{"sid"/);
    await named.next();
    named.send('42/,["message","x"]');
    assert.equal(await named.next(), '42["message-back","x"]');
    named.close();
    const bare = await engine();
    bare.send("40/custom");
    assert.match(await bare.next(), /^40\/custom,\{"sid"/);
    bare.close();
  });

  test("to an unknown namespace is refused; the connection stays", async () => {
    const socket = await engine();
    for (const name of ["/random", "/?a=b", "/custom/", "/__proto__"]) {
      socket.send(`40${name},`);
      assert.equal(await socket.next(), `44${name},{"message":"Invalid namespace"}`);
    }
    socket.send("40");
    assert.match(await socket.next(), /^40\{"sid"/);
    socket.close();
  });

  test("a thousand unknown namespaces are a thousand refusals", async () => {
    const socket = await client();
    for (let i = 0; i < 1000; i++) socket.send(`40/n${i},`);
    for (let i = 0; i < 1000; i++) assert.equal(await socket.next(), `44/n${i},{"message":"Invalid namespace"}`);
    await isUntouched(socket);
    socket.close();
  });

  test("who does not connect in time is closed, also after a refusal", async () => {
    const began = performance.now();
    const silent = await engine();
    const refused = await engine();
    refused.send("40/random,");
    await Promise.all([silent.closed(), refused.closed()]);
    const took = performance.now() - began;
    assert.ok(took > 950 && took < 1000 + PROMPT_MS, `${took} ms`);
    assert.deepEqual([silent.code, refused.code], [1005, 1005]);
  });

  test("who connected once may be without a namespace later", async () => {
    const socket = await client();
    socket.send("41");
    await pause(1200);
    socket.send("40");
    assert.match(await socket.next(), /^40\{"sid"/);
    socket.close();
  });
});

describe("events", () => {
  for (const [name, sent, wanted] of [
    ["several arguments", '42["message",1,"2",{"3":[true]}]', '42["message-back",1,"2",{"3":[true]}]'],
    ["no arguments", '42["message"]', '42["message-back"]'],
    ["white space", '42[ "message" , 1 ] ', '42["message-back",1]'],
    ["numbers as JavaScript prints them", '42["message",1.0,1e3,-0.5,1e21,0.1,-0]', '42["message-back",1,1000,-0.5,1e+21,0.1,0]'],
    ["text as JavaScript prints it", '42["message","\\u00e9\\/\\u0001\\n","🔥","\\ud83d\\udd25"]', '42["message-back","é/\\u0001\\n","🔥","🔥"]'],
    ["a NUL", '42["message","a\\u0000b"]', '42["message-back","a\\u0000b"]'],
    ["a lone surrogate", '42["message","\\ud83d",{"a":"x\\udc00"}]', '42["message-back","\\ud83d",{"a":"x\\udc00"}]'],
    ["integers beyond 64 bits", '42["message",100000000000000000000,-100000000000000000000]', '42["message-back",100000000000000000000,-100000000000000000000]'],
    ["the separator of payloads", '42["message","\\u001e"]', '42["message-back","\\u001e"]'],
    ["an object that looks like a placeholder", '42["message",{"_placeholder":true,"num":0}]', '42["message-back",{"_placeholder":true,"num":0}]'],
  ]) {
    test(`with ${name} come back`, async () => {
      const socket = await client();
      socket.send(sent);
      assert.equal(await socket.next(), wanted);
      socket.close();
    });
  }

  test("that nobody knows are ignored, never acknowledged", async () => {
    const socket = await client();
    for (const packet of ['42["error","x"]', '42["error"]', '42["nothing",1]', '427["nothing"]', "42[1]", "42[1.5,2]", '42["__proto__"]', '42["constructor",{}]',
      '42["toString"]', '42[""]', "42", '42["message-with-ack",1]', `42["${"n".repeat(100_000)}"]`]) socket.send(packet);
    await isUntouched(socket);
    socket.close();
  });

  test("of a namespace stay in it", async () => {
    const socket = await client();
    socket.send("40/custom,");
    await socket.next(), await socket.next();
    socket.send('42/custom,["message","x"]');
    await isUntouched(socket);
    socket.close();
  });

  test("by polling: several packets in one payload", async () => {
    const polling = await Polling.open(server, "/socket.io/");
    await polling.post("40");
    const [connected, auth] = await polling.packets(2);
    assert.match(connected, /^40\{"sid"/);
    assert.equal(auth, '42["auth",{}]');
    await polling.post(['42["message",1]', '421["message-with-ack",2]', "3"].join(separator));
    assert.deepEqual(await polling.packets(2), ['42["message-back",1]', "431[2]"]);
  });
});

describe("acks", () => {
  test("carry the id and the arguments", async () => {
    const socket = await client();
    socket.send('42456["message-with-ack",1,"2",{"3":[false]}]');
    assert.equal(await socket.next(), '43456[1,"2",{"3":[false]}]');
    socket.send('420["message-with-ack"]');
    assert.equal(await socket.next(), "430[]");
    socket.send('42/,18446744073709551615["message-with-ack",1]');
    assert.equal(await socket.next(), "4318446744073709551615[1]");
    socket.close();
  });

  test("from a client that nobody waits for are ignored", async () => {
    const socket = await client();
    for (const packet of ["430[]", "4399999[1,2]", "43[1]", "43", "433"]) socket.send(packet);
    await isUntouched(socket);
    socket.close();
  });
});

describe("binary", () => {
  const place = (number) => `{"_placeholder":true,"num":${number}}`;

  test("comes back behind its event", async () => {
    const socket = await client();
    socket.send(`452-["message",${place(0)},{"a":[${place(1)}]}]`);
    socket.send(Buffer.from([1, 2, 3]));
    socket.send("3");
    socket.send(Buffer.from([4]));
    assert.equal(await socket.next(), `452-["message-back",${place(0)},{"a":[${place(1)}]}]`);
    assert.deepEqual([await socket.next(), await socket.next()], [Buffer.from([1, 2, 3]), Buffer.from([4])]);
    socket.close();
  });

  test("comes back behind an ack", async () => {
    const socket = await client();
    socket.send(`452-789["message-with-ack",${place(0)},"x",${place(1)}]`);
    socket.send(Buffer.from([1, 2]));
    socket.send(Buffer.alloc(0));
    assert.equal(await socket.next(), `462-789[${place(0)},"x",${place(1)}]`);
    assert.deepEqual([await socket.next(), await socket.next()], [Buffer.from([1, 2]), Buffer.alloc(0)]);
    socket.close();
  });

  test("is numbered anew in the order of appearance; what is not referred to stays away", async () => {
    const socket = await client();
    socket.send(`453-["message",${place(2)},${place(0)},${place(2)}]`);
    for (const byte of [0, 1, 2]) socket.send(Buffer.from([byte]));
    assert.equal(await socket.next(), `452-["message-back",${place(0)},${place(1)},${place(0)}]`);
    assert.deepEqual([await socket.next(), await socket.next()], [Buffer.from([2]), Buffer.from([0])]);
    socket.send('451-["message",1]');
    socket.send(Buffer.from([9]));
    assert.equal(await socket.next(), '42["message-back",1]');
    socket.close();
  });

  test("by polling is base64", async () => {
    const polling = await Polling.open(server, "/socket.io/");
    await polling.post("40");
    await polling.packets(2);
    await polling.post([`451-["message",${place(0)}]`, "bAQIDBA=="].join(separator));
    assert.deepEqual(await polling.packets(2), [`451-["message-back",${place(0)}]`, "bAQIDBA=="]);
  });

  test("ten parts are taken", async () => {
    const socket = await client();
    socket.send(`4510-["message",${[...Array(10).keys()].map(place)}]`);
    for (let i = 0; i < 10; i++) socket.send(Buffer.from([i]));
    await socket.next();
    for (let i = 0; i < 10; i++) assert.deepEqual(await socket.next(), Buffer.from([i]));
    socket.close();
  });

  test("acks of clients with binary are taken", async () => {
    const socket = await client();
    socket.send(`461-5[${place(0)}]`);
    socket.send(Buffer.from([1]));
    await isUntouched(socket);
    socket.close();
  });
});

describe("leaving", () => {
  test("a namespace leaves the connection; the client may come back, also at once", async () => {
    const socket = await client();
    socket.send("41");
    socket.send("40");
    const again = JSON.parse((await socket.next()).slice(2)).sid;
    assert.notEqual(again, socket.id);
    assert.equal(await socket.next(), '42["auth",{}]');
    socket.send("40/custom,");
    await socket.next(), await socket.next();
    socket.send("41/custom,");
    await isUntouched(socket);
    socket.close();
  });
});

describe("violations close the connection:", () => {
  const cases = {
    "an unknown packet type": "4abc",
    "an unknown digit": "47",
    "an empty message": "4",
    "a CONNECT with an array": "40[]",
    "a CONNECT with text": '40"x"',
    "a second CONNECT": "40",
    "a packet for a namespace that is not joined": '42/custom,["message"]',
    "a DISCONNECT of a namespace that is not joined": "41/custom,",
    "a DISCONNECT with a payload": '41{"a":1}',
    "a CONNECT_ERROR": '44{"message":"x"}',
    "a CONNECT_ERROR without a payload": "44",
    "an object as event": "42{}",
    "text as event": '42"message"',
    "an empty array as event": "42[]",
    "JSON that is cut": '42["message"',
    "JSON with something behind": '42["message"]]',
    "no JSON": "42[message]",
    "an object as event name": '42[{"toString":"x"},1]',
    "null as event name": "42[null]",
    "an array as event name": '42[["message"]]',
    "an ACK with an object": "431{}",
    "an id beyond 64 bits": `42${"9".repeat(300)}["message"]`,
    "an announcement without a number": '45-["message"]',
    "an announcement of none": '450-["message"]',
    "an announcement of eleven": '4511-["message"]',
    "an announcement without a dash": '451["message"]',
    "a placeholder that is text": '451-["message",{"_placeholder":true,"num":"splice"}]',
    "a placeholder that is an object": '451-["message",{"_placeholder":true,"num":{}}]',
    "a negative placeholder": '451-["message",{"_placeholder":true,"num":-1}]',
    "a placeholder that is too large": '451-["message",{"_placeholder":true,"num":1}]',
    "bytes out of the blue": Buffer.from([1]),
    "a namespace of 100,000 characters": `40/${"n".repeat(100_000)},`,
  };
  for (const name of ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]) {
    cases[`the reserved event ${name}`] = `42["${name}"]`;
  }
  for (const [name, packet] of Object.entries(cases)) {
    test(name, async () => {
      const socket = await client();
      socket.send(packet);
      assert.equal(await socket.closed(), 1005);
      assert.deepEqual(socket.frames, []);
    });
  }

  test("an event before CONNECT", async () => {
    const socket = await engine();
    socket.send('42["message"]');
    assert.equal(await socket.closed(), 1005);
  });

  test("text where bytes are awaited", async () => {
    const socket = await client();
    socket.send('451-["message",{"_placeholder":true,"num":0}]');
    socket.send('42["message"]');
    assert.equal(await socket.closed(), 1005);
  });

  test("an event for a namespace that was left", async () => {
    const socket = await client();
    socket.send("40/custom,");
    socket.send("41/custom,");
    socket.send('42/custom,["message"]');
    assert.equal(await socket.closed(), 1005);
  });

  test("by polling: a waiting poll is told", async () => {
    const polling = await Polling.open(server, "/socket.io/");
    const poll = polling.get();
    await arrival();
    assert.equal((await polling.post("4abc")).text, "ok");
    assert.equal((await poll).text, "1");
    assert.ok(await polling.isGone());
  });

  test("by polling: without a poll the next one is told, then the sid is unknown", async () => {
    const polling = await Polling.open(server, "/socket.io/");
    assert.equal((await polling.post("4abc")).text, "ok");
    assert.equal((await polling.post("3")).text, "ok");
    const stray = polling.websocket();
    assert.equal(await stray.closed(), 1005);
    assert.equal((await polling.get()).text, `6${separator}1`);
    assert.ok(await polling.isGone());
  });

  // A JavaScript client loses its order otherwise: it hears of a close before the messages of the same answer.
  test("by polling: what was queued comes in an answer before that of the close", async () => {
    const polling = await Polling.open(server, "/socket.io/");
    await polling.post(["40", "4abc"].join(separator));
    const packets = (await polling.get()).text.split(separator);
    assert.match(packets[0], /^40\{"sid"/);
    assert.deepEqual(packets.slice(1), ['42["auth",{}]']);
    assert.equal((await polling.get()).text, `6${separator}1`);
    assert.ok(await polling.isGone());
  });

  test("a second CONNECT to another namespace", async () => {
    const socket = await client();
    socket.send("40/custom,");
    await socket.next(), await socket.next();
    socket.send("40/custom,");
    assert.equal(await socket.closed(), 1005);
  });
});

describe("a slow reader by polling", () => {
  test("is cut when its queue is full, and others do not notice", async () => {
    const other = await client();
    const polling = await Polling.open(server, "/socket.io/");
    await polling.post("40");
    const body = `42["message","${"x".repeat(900_000)}"]`;
    await polling.post(body);
    await polling.post(body);
    await until(() => polling.isGone());
    await isUntouched(other);
    other.close();
  });
});
