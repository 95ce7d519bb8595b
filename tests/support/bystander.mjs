// bystander.mjs: how long somebody else waits meanwhile, measured in a process of his own.
//
// `const p99 = await bystander(server)` starts him: he asks again and again; `await p99()` ends him and is the 99th percentile of his
// answers' times in ms. In the test's own process he would measure how busy the test is.
//
// SPDX-License-Identifier: MIT
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";

const everyMs = 5;

async function watch(url) {
  const socket = io(url, { auth: { name: `bystander${process.pid}` }, transports: ["websocket"] });
  const times = [];
  let going = true;
  process.on("message", () => (going = false));
  await new Promise((done) => socket.once("ready", done));
  process.send("ready");
  while (going) {
    const began = performance.now();
    await socket.timeout(30_000).emitWithAck("session:list", {});
    times.push(performance.now() - began);
    await pause(everyMs);
  }
  socket.close();
  process.send(times.sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1]);
  process.disconnect();
}

export async function bystander(server) {
  const child = fork(fileURLToPath(import.meta.url), [server.url], { stdio: "inherit", execArgv: [] });
  await once(child, "message");
  return async () => {
    const answer = once(child, "message");
    child.send("enough");
    return (await answer)[0];
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await watch(process.argv[2]);
