// many.test.mjs: a server with 5,000 people and 1,000 rooms, all of which somebody is in: a key is answered at once.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";

const PEOPLE = 5000;
const ROOMS = 1000;
const KEY_MS = 50;

const stage = await Stage.open({ after });
const server = stage.server;

async function inParallel(count, width, act) {
  let next = 0;
  const worker = async () => { while (next < count) await act(next++); };
  await Promise.all(Array.from({ length: width }, worker));
}

await inParallel(PEOPLE, 32, (i) => server.http("POST", "/api/session", { json: { name: `person${i}` } }));
const builder = await server.connect({ name: "builder" });
await inParallel(ROOMS - 1, 32, (i) => builder.ok("room:create", { name: `Room number ${i}` }));
const token = (await builder.ready()).token;

const person = await stage.person();
await person.context.addCookies([{ name: "parley_session", value: token, url: server.url, httpOnly: true, sameSite: "Lax" }]);
await person.page.goto(server.url);
await person.composer.waitFor();

// What a key in `field` costs the page until its answer is painted, in milliseconds of the processor's time: how busy the
// machine is else is not the question.
const devtools = await person.context.newCDPSession(person.page);
await devtools.send("Performance.enable", { timeDomain: "threadTicks" });

async function taskMs() {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
}

// At best: on a busy machine even the processor's time for the same work differs.
async function msPerKey(field, words) {
  let least = Infinity;
  for (let i = 0; i < 10 && least >= KEY_MS; i++) least = Math.min(least, await msOfOnce(field, words));
  return least;
}

async function msOfOnce(field, words) {
  const begin = await taskMs();
  await field.evaluate(async (input, words) => {
    for (const word of words) {
      input.value = word;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
  }, words);
  return (await taskMs() - begin) / words.length;
}

test("what one gets at log-in grows with one's own rooms alone, not with the server", async (t) => {
  const fresh = await server.connect({ name: "newcomer" });
  const size = async (client) => Buffer.byteLength(JSON.stringify(await client.ready()));
  const again = await server.connect({ token });
  t.diagnostic(`ready: ${await size(fresh)} bytes of a newcomer, ${await size(again)} bytes of one who is in ${ROOMS} rooms`);
  again.close();
  assert.ok((await size(fresh)) < 100 * 1024);
  const app = await server.connect({ token, rooms: 200 }); // as the web app asks, which gets the rest in pages
  t.diagnostic(`and ${await size(app)} bytes of those that it needs first`);
  assert.ok((await size(app)) < 100_000);
  app.close();
});

test("the palette answers a key within 50 ms", async (t) => {
  await person.page.keyboard.press("Control+k");
  const field = person.page.getByRole("combobox");
  await field.waitFor();
  const ms = await msPerKey(field, ["r", "ro", "room", "room 9", "room 99", "pers", "person4", "numb 7", "", "general"]);
  t.diagnostic(`palette: ${ms.toFixed(1)} ms`);
  assert.ok(ms < KEY_MS, `${ms} ms`);
  await person.page.keyboard.press("Escape");
});

test("the members of a room of thousands are filtered within 50 ms", async (t) => {
  await person.room("general").click();
  if ((await person.members.count()) === 0) await person.button(/Show members/).click();
  await person.button("Show all members").click();
  await person.button(/^Show \d/).waitFor();
  await person.button("Show all members").waitFor({ state: "detached" });
  const ms = await msPerKey(person.page.getByLabel("Filter members"), ["p", "pe", "person", "person1", "person12", "n49", "x", ""]);
  t.diagnostic(`members: ${ms.toFixed(1)} ms`);
  assert.ok(ms < KEY_MS, `${ms} ms`);
});

test("writing and changing rooms beside a list of a thousand stays quick", async (t) => {
  const ms = await msPerKey(person.composer, ["a", "ab", "abc", "abcd", "abcde", ""]);
  t.diagnostic(`composer: ${ms.toFixed(1)} ms`);
  assert.ok(ms < KEY_MS, `${ms} ms`);
  await person.page.keyboard.press("Alt+ArrowDown");
  await person.page.getByRole("heading", { level: 1, name: "Room number" }).waitFor();
});
