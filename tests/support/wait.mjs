// wait.mjs: waiting for a condition, never for a time.
//
// SPDX-License-Identifier: MIT
import { setTimeout as pause } from "node:timers/promises";

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
