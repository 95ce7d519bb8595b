// churn.test.mjs: people come and go, and what that took is given back: descriptors, connections, memory.
//
// A bounded set of guests comes again and again by token, over WebSocket, polling and the stock client: joins a room, reads,
// writes, is cut in the middle and resumes, leaves the room, goes with a goodbye or without. Messages may grow the database,
// never the memory. Judged is the quiet before against the quiet after, when everybody is gone: the descriptors are
// the same ones, nobody is online, and resident memory is what it was after the warm-up. New people may cost memory: a trickle
// of them comes too, and is let off with what a person is measured to cost.
//
// Quiet is a server that has given memory back: it counts how often. Without that SQLite's pages lie all over the heap, more of
// it with each minute as it is cut up, and nothing can be said about what is left. In a soak all this runs for SOAK_MINUTES; else for
// some hundred lives: a leak of 4 KiB a life is found then, in a soak one of some bytes. That nothing at all stays in use is counted in
// tests/unit/app/test_core.c.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { descriptors, effort, memory, sampled, slopePerMinute } from "../support/gauge.mjs";
import { nonce } from "../support/client.mjs";
import { buildFolder, get, serve, unique } from "../support/server.mjs";
import { visitors } from "../support/visitor.mjs";
import { until } from "../support/wait.mjs";

const MINUTES = Number(process.env.SOAK_MINUTES ?? 0);
const FORM = MINUTES > 0
  ? { warm: { seconds: 60 }, churn: { seconds: MINUTES * 60 }, growthKiB: 1024, newcomers: 5000 }
  : { warm: { lives: 400 }, churn: { lives: 500 }, growthKiB: 2048, newcomers: 1000 };
const CACHE_BYTES = 8 << 20; // of the store's writer
const WORK_CPU_MS = 400; // of the server, for which it gives memory back: it does so for 200
const PEOPLE = 24, ROOMS = 8, WORKERS = 2;
const LIVES_PER_NEWCOMER = 400;
const PERSON_BYTES_MAX = 2048;
const isSanitized = /-[at]san$/.test(buildFolder); // they keep freed memory on purpose

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const KINDS = ["websocket", "websocket", "websocket", "websocket", "polling", "polling", "stock"];

class Crowd {
  lives = 0;
  newcomers = 0;

  constructor(server) {
    this.server = server;
  }

  async #person() {
    const visitor = visitors.websocket(this.server);
    const { token } = await visitor.connect({ name: unique("churn") });
    await visitor.leave();
    return { token };
  }

  async found() {
    this.people = [];
    for (let i = 0; i < PEOPLE; i++) this.people.push(await this.#person());
    await this.visit(this.people[0], async (founder) => {
      this.rooms = [];
      for (let i = 0; i < ROOMS; i++) this.rooms.push((await founder.call("room:create", { name: unique("churn") })).room.id);
    });
  }

  // More than the writer's cache holds.
  async fill() {
    const body = "a long story. ".repeat(1150); // 16,100 bytes
    await this.visit(this.people[0], async (founder) => {
      const { room } = await founder.call("room:create", { name: unique("attic") });
      for (let bytes = 0; bytes < 1.5 * CACHE_BYTES; bytes += 8 * body.length)
        await Promise.all(Array.from({ length: 8 }, () => founder.call("message:send", { room: room.id, body, nonce: nonce() })));
    });
  }

  async visit(person, stay) {
    const visitor = visitors.websocket(this.server);
    const ready = await visitor.connect({ token: person.token });
    await stay(visitor, ready);
    await visitor.leave();
  }

  async #life(person) {
    const visitor = visitors[pick(KINDS)](this.server), room = pick(this.rooms);
    await visitor.connect({ token: person.token });
    const { messages } = await visitor.call("room:join", { room });
    const around = Math.ceil(Math.random() * (messages.at(-1)?.seq ?? 1));
    await visitor.call("message:history", { room, around, limit: 50 });
    await visitor.call("typing", { room, on: true });
    await visitor.call("message:send", { room, body: `hello ${"again and ".repeat(Math.random() * 40)}again`, nonce: nonce() });
    if (Math.random() < 0.3) assert.equal((await visitor.again()).resumed, true);
    await visitor.call("message:send", { room, body: "bye", nonce: nonce() });
    if (person !== this.people[0]) await visitor.call("room:leave", { room }); // the owner of all rooms stays
    await (Math.random() < 0.7 ? visitor.leave() : visitor.cut());
    this.lives++;
  }

  // Everybody lives one life after the other.
  async churn({ lives = Infinity, seconds = Infinity }) {
    const endMs = performance.now() + seconds * 1000, endLives = this.lives + lives;
    const goesOn = () => performance.now() < endMs && this.lives < endLives;
    const livesOf = async (person) => {
      while (goesOn()) {
        await this.#life(person);
        if (this.lives % LIVES_PER_NEWCOMER === 0) await this.add(1);
        await pause(Math.random() * 100);
      }
    };
    await Promise.all(this.people.map(livesOf));
  }

  async add(count) {
    for (this.newcomers += count; count > 0; count -= 20)
      await Promise.all(Array.from({ length: Math.min(count, 20) }, () => this.#person()));
  }

  // When everybody is gone, for the server too: nobody is online, and the descriptors are those of `base`.
  async quiet(base) {
    await this.visit(this.people[0], (observer, { me }) => until(async () => {
      const { users } = await observer.call("user:list", { limit: PEOPLE + 1 });
      return users.every((user) => user.id === me.id || user.status === "offline");
    }, { what: () => "everybody to be offline" }));
    const now = () => descriptors(this.server.child.pid);
    await until(() => String(now()) === String(base), { what: () => `the descriptors to be ${base}; are ${now()}` });
    return this.#rest();
  }

  // A server that has worked gives memory back when it is quiet at two looks, and looks at each SIGHUP. It may have done so a moment
  // ago, so it works here for once more.
  async #rest() {
    const { child, url } = this.server, began = effort(child.pid).cpuMs;
    const trims = async () => Number(/^parley_memory_trims_total (\d+)$/m.exec((await get(`${url}/metrics`)).text)[1]);
    while (effort(child.pid).cpuMs - began < WORK_CPU_MS) await this.visit(this.people[0], () => {});
    const before = await trims(), rested = performance.now(), spent = effort(child.pid).cpuMs;
    let restMs = 300; // of which it is quiet, if asking it is cheap enough
    await until(async () => {
      child.kill("SIGHUP");
      await pause(restMs *= 1.3);
      return (await trims()) > before;
    }, { ms: 180_000, what: () => `memory to be given back: ${effort(child.pid).cpuMs - spent} ms of work in ${Math.round(performance.now() - rested)} ms` });
    return memory(child.pid);
  }
}

// The descriptors of a server that nobody is connected to, as soon as it is so: its sockets are those that
// listen, the operator's among them, and two that node gave it as stdout and stderr.
function onlyListening(pid) {
  const all = descriptors(pid);
  return all.filter((of) => of === "socket").length === WORKERS + 3 && all;
}

// A confined process shows its descriptors to root alone.
const ARGS = ["--sandbox", process.getuid() === 0 ? "on" : "off", "--log-level", "warn",
  "--ping-interval-ms", 2000, "--ping-timeout-ms", 10_000, "--presence-grace-ms", 500];

test("what people took is given back when they have gone", async (t) => {
  const server = await serve(t, { workers: WORKERS, rateScale: 0, args: ARGS }), crowd = new Crowd(server), { pid } = server.child;
  const say = (text) => t.diagnostic(text);
  const base = await until(() => onlyListening(pid), { what: () => `a server without connections: ${descriptors(pid)}` });
  await crowd.found();
  await crowd.quiet(base);
  await crowd.visit(crowd.people[1], () => assert.equal(descriptors(pid).length, base.length + 1, "the gauge sees a connection"));

  const empty = memory(pid);
  await crowd.fill();
  assert.ok((memory(pid).anon - empty.anon) * 1024 > CACHE_BYTES / 2, "the gauge sees memory");
  await crowd.churn(FORM.warm);
  const before = await crowd.quiet(base), people = crowd.newcomers, lives = crowd.lives;
  const samples = await sampled(pid, () => crowd.churn(FORM.churn));
  const after = await crowd.quiet(base), trickled = crowd.newcomers - people;
  await crowd.add(FORM.newcomers);
  // Few fit into holes of the heap: then they cost nothing that could be seen.
  const personBytes = Math.max(0, Math.round(((await crowd.quiet(base)).anon - after.anon) * 1024 / FORM.newcomers));

  const growthKiB = after.rss - before.rss - Math.ceil(trickled * personBytes / 1024);
  const slope = (name) => slopePerMinute(samples, name).toFixed(1);
  say(`${crowd.lives - lives} lives in ${Math.round(samples.at(-1).at)} s after ${lives} of warm-up; descriptors ${base.length}, at most ${Math.max(...samples.map(({ open: count }) => count))}`);
  say(`quiet before: ${JSON.stringify(before)} KiB; after: ${JSON.stringify(after)} KiB; ${trickled} newcomers of ${personBytes} bytes; growth ${growthKiB} KiB`);
  say(`KiB a minute during it: rss ${slope("rss")}, anon ${slope("anon")}, dirty ${slope("dirty")}`);
  assert.ok(crowd.lives > lives);
  if (isSanitized) return;
  assert.ok(personBytes <= PERSON_BYTES_MAX, `${personBytes} bytes a person`);
  assert.ok(growthKiB <= FORM.growthKiB, `resident memory grew by ${growthKiB} KiB`);
});
