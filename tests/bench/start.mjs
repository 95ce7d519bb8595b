// start.mjs: how soon the server serves, what it takes when idle, and how fast a room opens, on an empty and on a full database.
//
//   node tests/bench/start.mjs [MESSAGES]      1,000,000 unless given
//
// Prints figures; judging them is for the reader, since they depend on the machine. The history is made by
// tests/bench/make_history.c, straight into the store.
//
// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFolder, Server } from "../support/server.mjs";

const MESSAGES = Number(process.argv[2] ?? 1_000_000);
const ROOMS = 100;
const JOINS = 2000;

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

async function report(server, what) {
  const starts = [];
  for (let i = 0; i < 5; i++) starts.push(await coldStart(server));
  console.log(`${what}: cold start to first byte ${starts.map(ms).join(", ")}; idle RSS ${residentMiB(server).toFixed(1)} MiB`);
}

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
  client.close();
  console.log(`room:join ${JOINS} times in ${rooms.length} rooms: p50 ${ms(percentile(took, 0.5))}, p99 ${ms(percentile(took, 0.99))}`);
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
try {
  await measure(join(scratch, "empty"), "empty");
  execFileSync("ninja", ["-C", buildFolder, "--quiet", "tests/bench/make_history"]);
  execFileSync(join(buildFolder, "tests/bench/make_history"), [join(scratch, "full"), String(ROOMS), String(MESSAGES)], { stdio: "inherit" });
  await measure(join(scratch, "full"), `${MESSAGES} messages`, joins);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
