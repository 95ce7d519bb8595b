// disk.test.mjs: a disk that is full, read-only, failing or dead while the server runs, and healed again.
//
// Whatever it is: the server lives, reading goes on, sending is answered `unavailable`, nothing that was acked is lost, and
// sending returns by itself when the disk does.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { nonce } from "../support/client.mjs";
import { until } from "../support/wait.mjs";
import { BAD_PROGRAM, Crowd, Disk } from "./support/crowd.mjs";

const COMES_BACK_MS = 30_000; // it tries every second
const ROUNDS = process.env.SOAK_MINUTES ? 100 : 5;
const FAULTS = {
  F: { name: "full", said: "no space left on the device" },
  R: { name: "read-only", said: "failed" },
  E: { name: "failing on every write", said: "input or output error" },
  S: { name: "failing in fsync", said: "input or output error" },
  D: { name: "dead, also for reads", said: "input or output error" },
};

async function crowdOn(t, options) {
  const disk = new Disk();
  const crowd = new Crowd({ program: BAD_PROGRAM, env: disk.env, ...options });
  t.after(async () => {
    disk.set("-");
    await crowd.end();
    disk.close();
  });
  await crowd.found();
  await crowd.connect();
  return { crowd, disk };
}

const readyz = async (crowd) => (await crowd.server.http("GET", "/readyz")).status;

// Switches the writers on again and again: refused, they stop.
async function insist(crowd, condition, what) {
  await until(() => {
    crowd.on();
    return condition();
  }, { what: () => what, ms: COMES_BACK_MS });
}

describe("a disk that goes wrong", () => {
  for (const [mode, { name, said }] of Object.entries(FAULTS)) {
    test(`threat 73: ${name}: reading goes on, sending is refused and comes back by itself`, async (t) => {
      const { crowd, disk } = await crowdOn(t);
      const stock = await crowd.server.connect({ token: crowd.reader });
      const [room] = crowd.rooms;
      const first = await stock.send(room, "before");

      disk.set(mode);
      await insist(crowd, () => crowd.refused.length > 0, "a refusal");
      crowd.off();
      const error = await stock.fails("message:send", { room, body: "during", nonce: nonce() }, "unavailable");
      assert.ok(error.retry_after_ms > 0);
      await stock.wait("notice", ({ code }) => code === "read_only");
      assert.equal(await readyz(crowd), 503);
      assert.deepEqual(new Set(crowd.refused.map(({ code }) => code)), new Set(["unavailable"]));
      if (mode !== "D") {
        const page = await stock.ok("message:history", { room });
        assert.equal(page.messages[0].id, first.id);
        stock.cut(); // who comes back is let in, and reads
        await stock.ready(2);
        await stock.ok("message:history", { room });
      }
      assert.ok((await stock.ok("room:list", {})).rooms.length > 0);

      disk.set("-");
      const healed = performance.now();
      await until(async () => (await readyz(crowd)) === 200, { ms: COMES_BACK_MS, what: () => `readiness\n${crowd.server.log.slice(-2000)}` });
      const backMs = Math.round(performance.now() - healed);
      await stock.send(room, "after");
      crowd.on();
      await crowd.settle();
      t.diagnostic(`writing again after ${backMs} ms`);

      assert.match(crowd.server.log, new RegExp(said));
      assert.match(crowd.server.log, /store\.recovered/);
      await crowd.server.kill();
      crowd.close();
      await crowd.server.start();
      const page = await crowd.page(room, 0, 200);
      const bodies = page.messages.map(({ body }) => body);
      assert.deepEqual([bodies.includes("before"), bodies.includes("during")], [true, false]);
      assert.deepEqual(crowd.ledger.faults, []);
    });
  }

  test("threat 73, 77: anything, at any moment, under load: nothing acked is lost or doubled", async (t) => {
    const { crowd, disk } = await crowdOn(t);
    const modes = Object.keys(FAULTS);
    for (let i = 0; i < ROUNDS; i++) {
      crowd.on();
      await pause(Math.random() * 60);
      disk.set(modes[Math.floor(Math.random() * modes.length)]);
      await insist(crowd, () => crowd.refused.length > 0, "a refusal");
      crowd.refused.length = 0;
      disk.set("-");
      await until(async () => (await readyz(crowd)) === 200, { ms: COMES_BACK_MS, what: () => `readiness\n${crowd.server.log.slice(-3000)}` });
      if (i % 3 === 2) {
        await crowd.server.kill();
        crowd.close();
        await crowd.server.start();
        await crowd.connect();
      }
    }
    await crowd.settle();
    assert.deepEqual([await crowd.lostOfAll(), crowd.ledger.faults], [[], []]);
    t.diagnostic(`${crowd.ledger.acked.size} messages acked`);
  });
});
