// order.test.mjs: many writers at once, and one order for everybody.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serve } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const WRITERS = 50;
const EACH = 20;

const server = await serve({ after }, { workers: 2 });

test(`${WRITERS} writers at once: everybody sees the same ${WRITERS * EACH} messages in the same order`, async () => {
  const transports = [["websocket"], ["polling"], ["polling", "websocket"]];
  const writers = await Promise.all(Array.from({ length: WRITERS }, (_, i) => server.connect({ name: `writer${i}` }, { transports: transports[i % 3] })));
  await Promise.all(writers.map(async (writer, w) => {
    for (let i = 0; i < EACH; i++) await writer.send("general", `${w}:${i}`);
  }));
  const got = (client) => client.all("message:new").map((payload) => payload.message);
  await until(() => writers.every((client) => got(client).length >= WRITERS * EACH), { ms: 60_000, what: () => `all messages at all; ${writers.map((client) => got(client).length)}` });
  const first = got(writers[0]).map((message) => message.body);
  assert.deepEqual(got(writers[0]).map((message) => message.seq), Array.from({ length: WRITERS * EACH }, (_, i) => i + 1));
  for (const writer of writers) assert.deepEqual(got(writer).map((message) => message.body), first);
  for (let w = 0; w < WRITERS; w++) {
    const own = first.filter((body) => body.startsWith(`${w}:`));
    assert.deepEqual(own, Array.from({ length: EACH }, (_, i) => `${w}:${i}`), "each one's own in the order of sending");
  }
  const history = await writers[0].ok("message:history", { room: "general", limit: 200 });
  assert.deepEqual(history.messages.map((message) => message.body), first.slice(-200));
});
