// gauge.mjs: what a process takes, read from /proc once a second.
//
//   rss       resident memory (VmRSS), of which `anon` is the process's own: heap, stacks, SQLite's caches
//   dirty     pages that only this process has written (Private_Dirty of smaps_rollup)
//   open      descriptors, by number and what they are of
//
// and since it began
//
//   cpu              time of its own, on whatever core (ms)
//   read, written    what went through its system calls, disk or not (MiB)
//
// All memory is in KiB. How busy the machine is changes none of these.
//
// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const field = (text, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)[1]);

// What each descriptor is of, without the numbers that differ from one socket to the next; sorted.
export function descriptors(pid) {
  const of = (fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`).replace(/:\[\d+\]/, "")];
    } catch {
      return []; // closed since the listing
    }
  };
  return readdirSync(`/proc/${pid}/fd`).flatMap(of).sort();
}

export function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return { rss: field(status, "VmRSS"), anon: field(status, "RssAnon"), dirty: field(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"), "Private_Dirty") };
}

const TICK_MS = 10; // of USER_HZ, on every Linux

export function effort(pid) {
  const io = readFileSync(`/proc/${pid}/io`, "utf8");
  const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13).map(Number);
  return { cpuMs: (user + system) * TICK_MS, readMiB: field(io, "rchar") / 2 ** 20, writtenMiB: field(io, "wchar") / 2 ** 20 };
}

// Least squares through (at, value): how much a minute adds.
export function slopePerMinute(samples, name) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const at = mean(samples.map((sample) => sample.at)), level = mean(samples.map((sample) => sample[name]));
  const both = mean(samples.map((sample) => (sample.at - at) * (sample[name] - level)));
  return (60 * both) / mean(samples.map((sample) => (sample.at - at) ** 2));
}

// Samples while `work` runs: [{at (seconds), rss, anon, dirty, open}].
export async function sampled(pid, work) {
  const samples = [], began = performance.now();
  const take = () => samples.push({ at: (performance.now() - began) / 1000, ...memory(pid), open: descriptors(pid).length });
  const timer = setInterval(take, 1000);
  try {
    take();
    await work();
    take();
  } finally {
    clearInterval(timer);
  }
  return samples;
}
