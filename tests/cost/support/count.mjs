// count.mjs: what a server did, counted by the machine: system calls by strace, instructions and allocations by callgrind.
//
// Both count a whole life of the program. Two lives that differ only in how many messages were sent differ by what those messages cost:
// start, log-ins and end cancel out.
//
// SPDX-License-Identifier: MIT
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../support/wait.mjs";

const ALLOCATING = new Set(["malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign"]);

// The table of `strace -c`: {calls, by name}.
export function readStrace(text) {
  const byName = {};
  for (const [, calls, name] of text.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(\w+)$/gm)) if (name !== "total") byName[name] = Number(calls);
  return { calls: Object.values(byName).reduce((sum, calls) => sum + calls, 0), byName };
}

// A callgrind.out file: {instructions, allocations}. Names are given once, as "(12) malloc", and then by their number.
export function readCallgrind(text) {
  const names = new Map();
  const nameOf = (word) => {
    const [, number, name] = /^\((\d+)\)(?: (.*))?$/.exec(word);
    if (name !== undefined) names.set(number, name);
    return names.get(number);
  };
  let called = "";
  let allocations = 0;
  for (const line of text.split("\n")) {
    if (line.startsWith("fn=")) nameOf(line.slice(3));
    else if (line.startsWith("cfn=")) called = nameOf(line.slice(4));
    else if (line.startsWith("calls=") && ALLOCATING.has(called)) allocations += Number(line.slice(6).split(" ")[0]);
  }
  return { instructions: Number(/^(?:totals|summary): (\d+)/m.exec(text)[1]), allocations };
}

// Each: how to start the program so that it is counted, and how to read what was: {launcher, read}.
export function strace() {
  return counter((file) => ["strace", "-D", "-f", "-c", "-U", "time-percent,total-time,avg-time,calls,errors,name", "-o", file], readStrace);
}

export function callgrind() {
  return counter((file) => ["valgrind", "--tool=callgrind", `--callgrind-out-file=${file}`, "--quiet"], readCallgrind);
}

function counter(launcherOf, readText) {
  const folder = mkdtempSync(join(tmpdir(), "parley-cost-"));
  const file = join(folder, "counts");
  const read = async () => {
    await until(() => existsSync(file) && readFileSync(file, "utf8").trim() !== "", { what: () => "the counts" }); // strace ends behind the server
    const counts = readText(readFileSync(file, "utf8"));
    rmSync(folder, { recursive: true });
    return counts;
  };
  return { launcher: launcherOf(file), read };
}
