// budgets.mjs: what the web app costs, beside what it may cost. A table, not a test: clocks say little on a busy machine.
//
//     node tests/e2e/budgets.mjs [MESSAGES]      (default: 100,000 in the large room)
//
// The first visit is measured as on a slow phone: a processor four times slower, 1.6 Mbit/s, 150 ms there and back.
//
// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { phone, Stage } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const MESSAGES = Number(process.argv[2] ?? 100_000);
const SCROLLED = Math.min(5_000, Math.floor(MESSAGES / 2));
const BURST = { perSecond: 200, seconds: 5 };
const TOGETHER = 200;
const frontend = join(dirname(fileURLToPath(import.meta.url)), "../../frontend");

const rows = [];
function note(what, value, budget, unit) {
  const shown = (number) => (number === undefined ? "" : `${Number(number.toFixed(number < 10 ? 2 : 0))} ${unit}`);
  rows.push([what, shown(value), shown(budget), budget === undefined || value <= budget ? "" : "over"]);
}
const high = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.75)];

const afters = [];
const stage = await Stage.open({ after: (close) => afters.push(close) });
const writer = await stage.server.connect({ name: "writer" });

async function sendMany(room, count, text) {
  for (let sent = 0; sent < count; sent += TOGETHER) {
    await Promise.all(Array.from({ length: Math.min(TOGETHER, count - sent) }, (_, i) => writer.send(room, text(sent + i + 1))));
  }
}

// A browser of somebody who has been here before, at no page yet.
async function visitor(name, options = {}) {
  const client = await stage.server.connect({ name: name.replaceAll(" ", "-") });
  const { token } = await client.ready();
  client.close();
  const person = await stage.person(undefined, options);
  await person.context.addCookies([{ name: "parley_session", value: token, url: stage.server.url, httpOnly: true, sameSite: "Lax" }]);
  await person.page.goto("about:blank");
  person.devtools = await person.context.newCDPSession(person.page);
  return person;
}

async function firstVisit(name, options, slow, budget) {
  const person = await visitor(name, options);
  await person.devtools.send("Network.enable");
  await person.devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  if (slow) {
    await person.devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 100_000 });
    await person.devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  }
  const began = Date.now();
  await person.page.goto(new URL("/r/general", stage.server.url).href, { waitUntil: "commit" });
  await person.composer.waitFor({ timeout: 60_000 });
  note(`composer usable, ${name}`, Date.now() - began, budget.usable, "ms");
  const { paint, requests, shift } = await person.page.evaluate(async () => {
    const paint = performance.getEntriesByName("first-paint")[0]?.startTime ?? 0;
    const loaded = performance.getEntriesByType("resource").filter((entry) => entry.startTime < paint).length;
    const shift = await new Promise((told) => {
      let sum = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: "layout-shift", buffered: true });
      setTimeout(() => told(sum), 300);
    });
    return { paint, requests: loaded + 1, shift };
  });
  note(`first paint, ${name}`, paint, budget.paint, "ms");
  note(`requests before it, ${name}`, requests, 4, "");
  note(`layout shift, ${name}`, shift, 0.02, "");
  await person.context.close();
}

// How many tasks held the page for longer than 50 ms while `act` went on, and how long the longest did.
async function longTasks(page, act) {
  await page.evaluate(() => {
    globalThis.tasks = [];
    globalThis.observer = new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration)));
    globalThis.observer.observe({ type: "longtask" });
  });
  await act();
  return page.evaluate(() => (globalThis.observer.disconnect(), globalThis.tasks));
}

async function keys(person) {
  const times = await person.composer.evaluate(async (field) => {
    const times = [];
    for (let i = 1; i <= 40; i++) {
      await new Promise((frame) => requestAnimationFrame(frame));
      const began = performance.now();
      field.value = "x".repeat(i);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((painted) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = painted; port2.postMessage(0); });
      void field.offsetHeight;
      times.push(performance.now() - began);
    }
    return times;
  });
  note("key to its answer laid out (p75)", high(times), 16, "ms");
  await person.composer.fill("");
}

async function switches(person) {
  const times = [];
  for (let i = 0; i < 10; i++) {
    for (const name of ["Small", "general"]) {
      times.push(await person.page.evaluate(async (name) => {
        const link = [...document.querySelectorAll("nav a")].find((a) => a.textContent.includes(name));
        const began = performance.now();
        link.click();
        while (!document.querySelector("h1")?.textContent.includes(name) || !document.querySelector("[role=log] article")) await new Promise((frame) => requestAnimationFrame(frame));
        return performance.now() - began;
      }, name));
    }
  }
  note("switch to a room that is held (p75)", high(times.slice(2)), 60, "ms");
}

async function largeRoom(person) {
  let articles = 0;
  const tasks = await longTasks(person.page, async () => {
    await person.log.hover();
    const oldest = () => person.log.getByRole("article").first().getAttribute("data-seq").then(Number);
    const top = await oldest();
    await until(async () => {
      await person.page.mouse.wheel(0, -4_000);
      articles = Math.max(articles, await person.log.getByRole("article").count());
      return (await oldest()) <= Math.max(1, top - SCROLLED);
    }, { ms: 180_000, what: () => `${SCROLLED} rows up` });
  });
  note(`rows held while scrolling ${SCROLLED} up`, articles, 300, "");
  note("longest task while scrolling", Math.max(0, ...tasks), 50, "ms");
  await person.devtools.send("HeapProfiler.collectGarbage");
  note("heap after it", (await person.devtools.send("Runtime.getHeapUsage")).usedSize / 2 ** 20, 80, "MB");
  const began = Date.now();
  await person.button(/^Jump to/).click();
  await person.message(`row ${MESSAGES}.`).waitFor();
  note("back to the newest", Date.now() - began, 300, "ms");
}

async function burst(person) {
  const count = BURST.perSecond * BURST.seconds;
  let frames = 0;
  const tasks = await longTasks(person.page, async () => {
    await person.page.evaluate(() => { globalThis.frames = 0; const tick = () => { globalThis.frames++; globalThis.raf = requestAnimationFrame(tick); }; tick(); });
    const began = Date.now();
    for (let i = 0; i < count; i += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, k) => writer.send("general", `burst ${i + k + 1}.`)));
      const early = began + (i + 20) * 1000 / BURST.perSecond - Date.now();
      if (early > 0) await new Promise((done) => setTimeout(done, early));
    }
    await person.message(`burst ${count}.`).first().waitFor({ timeout: 60_000 });
    frames = (await person.page.evaluate(() => (cancelAnimationFrame(globalThis.raf), globalThis.frames))) * 1000 / (Date.now() - began);
  });
  rows.push([`frames a second under ${BURST.perSecond} messages a second`, frames.toFixed(0), "60", frames < 55 ? "under" : ""]);
  note("longest task in the burst", Math.max(0, ...tasks), 50, "ms");
  note("rows held in the burst", await person.log.getByRole("article").count(), 300, "");
}

try {
  await writer.ok("room:create", { name: "Small" });
  await sendMany("small", 20, (i) => `small ${i}.`);
  await sendMany("general", MESSAGES, (i) => `row ${i}.`);
  await firstVisit("slow phone", phone, true, { paint: 1000, usable: 2200 });
  await firstVisit("desktop", {}, false, { paint: 300, usable: 600 });
  const person = await visitor("reader");
  await person.page.goto(new URL("/r/small", stage.server.url).href);
  await person.button("Join room").click();
  await person.sees("small 20.");
  await person.room("general").click();
  await person.sees(`row ${MESSAGES}.`);
  await keys(person);
  await switches(person);
  await largeRoom(person);
  await burst(person);
} finally {
  for (const close of afters) await close();
}
const sizes = execFileSync(process.execPath, ["scripts/size.mjs"], { cwd: frontend, encoding: "utf8" });
for (const [, kind, size, budget] of sizes.matchAll(/(\w+)\s+([\d.]+) KB of ([\d.]+) KB/g)) note(`first visit, ${kind}`, Number(size), Number(budget), "KB");

const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)));
for (const row of [["what", "measured", "budget", ""], ...rows]) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
