// wait.mjs: waiting for a condition, never for a time.
//
// SPDX-License-Identifier: MIT
import { setTimeout as pause } from "node:timers/promises";

// "At once" and "within a second", where a busy machine may have other things to do first. What is late by nature (a time-out, the next
// look of a clock) takes longer.
export const PROMPT_MS = 10_000;

// How long `work` takes in ms, at best: tried again until it is below `limit`. A busy machine makes one of them slow, a slow server all.
export async function atBest(limit, work, tries = 20) {
  let least = Infinity;
  for (let i = 0; i < tries && least >= limit; i++) {
    const began = performance.now();
    await work(i);
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

// The first truthy value of `condition()`, asked every few milliseconds; throws when `ms` pass without one: far more than the slowest
// machine takes, since only a test that fails waits for so long.
export async function until(condition, { ms = 60_000, what = () => "a condition" } = {}) {
  const end = performance.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain for ${what()}`);
    await pause(10);
  }
}
