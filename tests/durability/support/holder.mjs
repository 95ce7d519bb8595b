// holder.mjs: somebody who reads a snapshot of the database, and goes to lunch (holder.py).
//
// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const program = join(dirname(fileURLToPath(import.meta.url)), "holder.py");

// Resolves when it is held; `release` when that is over.
export async function hold(path) {
  const child = spawn("python3", [program, path], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  await once(child.stdout, "data");
  return { release: () => (child.stdin.end(), ended) };
}
