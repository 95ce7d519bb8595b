// chaos.test.mjs: many stock clients, everything goes wrong at once, and every promise is held.
//
// A run is a number of riots on the same server and data, each followed by an audit of all that happened: what happens
// stands in support/chaos/acts.mjs and fates.mjs, what must hold in device.mjs (at any moment) and audit.mjs (in the end).
// In the second half the server is left alone, so that its memory can be compared.
//
// The suite runs the short form, a soak its SOAK_MINUTES, and PARLEY_CHAOS_SECONDS=600 so many. PARLEY_CHAOS_SEED chooses again as a
// run did that printed it, PARLEY_CHAOS_PEOPLE brings more of them, PARLEY_BUILD a build with sanitizers.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { World } from "../support/chaos/world.mjs";

const { SOAK_MINUTES, PARLEY_CHAOS_SECONDS } = process.env;
const seconds = Number(PARLEY_CHAOS_SECONDS ?? (SOAK_MINUTES ? SOAK_MINUTES * 60 : 9));
const seed = Number(process.env.PARLEY_CHAOS_SEED ?? randomInt(2 ** 31));
const people = Number(process.env.PARLEY_CHAOS_PEOPLE ?? 16);

const RIOT_S_MAX = 20;
const riots = 2 * Math.ceil(seconds / RIOT_S_MAX / 2);
const GROWTH_KIB_MAX = 8192; // in the last quarter; until then caches fill
const RIOTS_OF_WARMTH = 4;

const network = { nothing: 3, cut: 4, cutWithin: 4, cutAll: 0.3, hold: 3, ghost: 2, flood: 0.5, stranger: 3 };
const server = { ...network, stop: 0.5, kill: 0.5 };

test(`nothing is lost, doubled or leaked, whatever breaks (seed ${seed})`, { timeout: (seconds * 4 + 300) * 1000 }, async (t) => {
  const world = new World({ seed, people });
  const rss = [];
  t.diagnostic(`seed ${seed}, ${seconds} s, ${people} people`);
  try {
    await world.start();
    for (let number = 0; number < riots && !world.broken; number++) {
      const isFirstHalf = number < riots / 2;
      await world.riot(seconds / riots, isFirstHalf ? server : network, isFirstHalf ? ["kill", "stop", "kill", "kill"] : []);
      if (!world.broken) await world.settle();
      if (!world.broken) await world.checkPresence();
      if (!world.broken) rss.push(world.process.look());
      t.diagnostic(`riot ${number + 1} of ${riots}: ${world.report()}`);
    }
    if (riots >= 4 * RIOTS_OF_WARMTH) world.process.checkGrowth(rss.at(Math.ceil(-riots / 4)), rss.at(-1), GROWTH_KIB_MAX);
  } catch (error) {
    world.wrong(error.stack);
  }
  await world.close().catch((error) => world.wrong(error.stack));
  if (world.broken) assert.fail(`seed ${seed}\n${world.findings.join("\n")}\n${world.server.log.slice(-3000)}`);
});
