// weather.test.mjs: two people write while the network is cut and the server is restarted at random moments.
//
// What happens when follows from a seed: PARLEY_SEED and PARLEY_WEATHER_ROUNDS ask for others and more. In the end everything that was sent stands in both
// logs, once, each one's own in the order of writing, and what was only begun is still in the composer.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const ROUNDS = Number(process.env.PARLEY_WEATHER_ROUNDS ?? 12);
const seed = Number(process.env.PARLEY_SEED ?? 1);
const stage = await Stage.open({ after });

// mulberry32: small, and the same everywhere.
function randomOf(state) {
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) % below;
  };
}

test("nothing is lost, nothing comes twice, drafts are back", { timeout: 240_000 }, async (t) => {
  t.diagnostic(`PARLEY_SEED=${seed}`);
  const random = randomOf(seed);
  const people = [await stage.person("ada"), await stage.person("bob")];
  const written = people.map(() => []);
  const draft = people.map(() => "");

  const write = async (who) => {
    const text = `${"ab"[who]}${written[who].length + 1}.`;
    written[who].push(text);
    draft[who] = "";
    await people[who].say(text);
  };
  const begin = async (who) => {
    draft[who] = `begun ${"ab"[who]}${written[who].length}`;
    await people[who].composer.fill(draft[who]);
  };
  const reload = async (who) => {
    await people[who].page.reload();
    await people[who].composer.waitFor({ timeout: 60_000 });
  };
  let up = true;
  const acts = [
    write, write, write, write, begin,
    (who) => people[who].context.setOffline(true),
    (who) => people[who].context.setOffline(false),
    async () => { await (up ? stage.server.kill() : stage.server.start()); up = !up; },
    async (who) => { if (up) { await people[who].context.setOffline(false); await reload(who); } },
  ];
  for (let round = 0; round < ROUNDS; round++) for (const who of [0, 1]) await acts[random(acts.length)](who);

  if (!up) await stage.server.start();
  for (const [who, person] of people.entries()) {
    await person.context.setOffline(false);
    await write(who);
    await begin(who);
  }
  const lines = (texts) => texts.flatMap((text) => /\b[ab]\d+\.(?=\s|$)/g[Symbol.match](text) ?? []);
  for (const person of people) {
    const seen = async () => lines(await person.texts());
    const complete = async () => (await seen()).length === written.flat().length;
    await until(complete, { ms: 90_000, what: () => `every line of ${written.flat().length}` });
    const all = await seen();
    for (const [who, texts] of written.entries()) assert.deepEqual(all.filter((line) => line.startsWith("ab"[who])), texts);
  }
  assert.deepEqual(lines(await people[0].texts()), lines(await people[1].texts()), "both see one order");
  for (const [who, person] of people.entries()) {
    await reload(who);
    await until(async () => (await person.composer.inputValue()) === draft[who], { ms: 30_000, what: () => "the draft" });
  }
});
