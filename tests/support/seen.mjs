// seen.mjs: what protocol/*.json declares and calls implemented must have been seen by the integration tests.
//
// Prints TAP, one line for each command, event and error code. Reads the notes that schema.mjs left in $PARLEY_SEEN.
//
// SPDX-License-Identifier: MIT
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { commands, errorCodes, events } from "./schema.mjs";

// What no test can bring about from outside, or not yet: each with its reason. Gone when it was seen all the same.
const excused = new Map([
  ["error internal", "a fault of the server; a test that could cause one would be a bug report"],
]);

const folder = process.env.PARLEY_SEEN ?? "";
const notes = existsSync(folder) ? readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n")) : [];
const seen = new Set(notes);

// An event that only commands of later versions emit cannot come yet.
const emitters = (event) => [...commands.values()].filter((row) => row.emits?.includes(event));
const possible = (event) => emitters(event).length === 0 || emitters(event).some((row) => row.implemented);

const wanted = [
  ...[...commands.values()].filter((row) => row.implemented).map((row) => `command ${row.name}`),
  ...[...events.keys()].filter(possible).map((name) => `event ${name}`),
  ...errorCodes.map((code) => `error ${code}`),
].filter((what) => !excused.has(what));

const stale = [...excused.keys()].filter((what) => seen.has(what));
wanted.push(...stale.map((what) => `no excuse for ${what}, which`));

wanted.forEach((what, i) => console.log(`${seen.has(what) ? "ok" : "not ok"} ${i + 1} - ${what} was seen`));
console.log(`1..${wanted.length}`);
process.exitCode = wanted.every((what) => seen.has(what)) ? 0 : 1;
