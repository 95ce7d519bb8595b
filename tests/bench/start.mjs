// start.mjs: how soon the server serves, what it takes when idle, and how fast rooms and pages of history open and words are found, on an
// empty and on a full database.
//
//   node tests/bench/start.mjs [MESSAGES [FILE]]      1,000,000 unless given; FILE gets the figures as JSON
//
// Prints figures; judging them is for the reader, since they depend on the machine. The history is made by
// tests/bench/make_history.c, straight into the store.
//
// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFolder, Server } from "../support/server.mjs";
import { searches } from "./search.mjs";

const MESSAGES = Number(process.argv[2] ?? 1_000_000);
const ROOMS = 100;
const SEARCHED_ROOMS = 20; // of the person who searches
const JOINS = 2000;
const PAGES = 2000;

const percentile = (values, part) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)];
const ms = (value) => `${value.toFixed(1)} ms`;

// Milliseconds from the start of the program to the first byte of an answer.
async function coldStart(server) {
  await server.stop();
  const began = performance.now();
  const started = server.start();
  for (;;) {
    const socket = connect(server.port, "127.0.0.1");
    const first = await Promise.race([once(socket, "connect").then(() => {
      socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
      return once(socket, "data");
    }), once(socket, "close")]).catch(() => null);
    socket.destroy();
    if (Buffer.isBuffer(first?.[0])) break;
  }
  const took = performance.now() - began;
  await started;
  return took;
}

const residentMiB = (server) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, "utf8"))[1]) / 1024;

// Bytes of the program as it would be shipped.
function strippedBytes() {
  const copy = join(scratch, "stripped");
  copyFileSync(join(buildFolder, "parley"), copy);
  execFileSync("strip", [copy]);
  return statSync(copy).size;
}

async function report(server, what) {
  const starts = [];
  for (let i = 0; i < 5; i++) starts.push(await coldStart(server));
  const resident = residentMiB(server);
  console.log(`${what}: cold start to first byte ${starts.map(ms).join(", ")}; idle RSS ${resident.toFixed(1)} MiB`);
  figures.push({ what, starts_ms: starts, idle_mib: resident });
}

const spread = (name, took) => {
  const cost = { name, times: took.length, p50_ms: percentile(took, 0.5), p95_ms: percentile(took, 0.95), p99_ms: percentile(took, 0.99) };
  console.log(`${name}, ${took.length} times: p50 ${ms(cost.p50_ms)}, p95 ${ms(cost.p95_ms)}, p99 ${ms(cost.p99_ms)}`);
  return cost;
};

// Opens rooms in turn, as people do who switch between them.
async function joins(server) {
  const client = await server.connect({ name: "joiner" });
  const { rooms } = await client.ok("room:list", { limit: ROOMS });
  for (const room of rooms) await client.ok("room:join", { room: room.id });
  const took = [];
  for (let i = 0; i < JOINS; i++) {
    const began = performance.now();
    await client.ok("room:join", { room: rooms[i % rooms.length].id });
    took.push(performance.now() - began);
  }
  figures.at(-1).pages = [spread("room:join", took), ...(await pages(client, rooms))];
  client.close();
}

// Pages of 50 at different places, room after room; each kind once to get warm, then for the figures.
async function pages(client, rooms) {
  const full = rooms.filter((room) => room.last_seq > 1000);
  const kinds = {
    "newest 50": () => ({}),
    "50 before a place in the middle": (room, i) => ({ before: Math.floor(room.last_seq / 2) + (i % 400) }),
    "around a place": (room, i) => ({ around: 1 + ((i * 7919) % (room.last_seq - 1)) }),
  };
  const costs = [];
  for (const [name, place] of Object.entries(kinds)) {
    const took = [];
    for (let i = -full.length; i < PAGES; i++) {
      const room = full[(i + full.length) % full.length];
      const began = performance.now();
      const { messages } = await client.ok("message:history", { room: room.id, limit: 50, ...place(room, i + full.length) });
      if (i >= 0) took.push(performance.now() - began);
      if (messages.length < 25) throw new Error(`${name}: only ${messages.length} messages`);
    }
    costs.push(spread(name, took));
  }
  return costs;
}

// As somebody who is in some of the rooms, small and large ones.
async function find(server) {
  const client = await server.connect({ name: "searcher" });
  const { rooms } = await client.ok("room:list", { limit: ROOMS });
  for (const room of rooms.filter((_, i) => i % (ROOMS / SEARCHED_ROOMS) === 0)) await client.ok("room:join", { room: room.id });
  figures.at(-1).searches = Object.entries(await searches(client)).map(([name, took]) => spread(name, took));
  client.close();
}

async function visit(server) {
  await joins(server);
  await find(server);
}

async function measure(data, what, more = () => {}) {
  const server = await new Server({ data, rateScale: 0, args: ["--log-level", "warn"] }).start();
  try {
    await report(server, what);
    await more(server);
  } finally {
    await server.close();
  }
}

const scratch = mkdtempSync(join(tmpdir(), "parley-bench-"));
const figures = [];
try {
  await measure(join(scratch, "empty"), "empty");
  execFileSync("ninja", ["-C", buildFolder, "--quiet", "tests/bench/make_history"]);
  execFileSync(join(buildFolder, "tests/bench/make_history"), [join(scratch, "full"), String(ROOMS), String(MESSAGES)], { stdio: "inherit" });
  await measure(join(scratch, "full"), `${MESSAGES} messages`, visit);
  const stripped = strippedBytes();
  console.log(`the program, stripped, web app included: ${(stripped / 1e6).toFixed(2)} MB`);
  if (process.argv[3]) writeFileSync(process.argv[3], JSON.stringify({ stripped_bytes: stripped, figures }, null, 1));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
