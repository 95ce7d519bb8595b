// readme.test.mjs: what the README tells a newcomer to type works as printed.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const server = await serve({ after });
const tests = join(dirname(fileURLToPath(import.meta.url)), "..");
const readme = readFileSync(join(tests, "../README.md"), "utf8");

// The one code block of that language that has the word, with the address of this test's server.
function block(language, word) {
  const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```/gms)].filter(([, name, code]) => name === language && code.includes(word));
  assert.equal(blocks.length, 1, `one block of ${language} with ${word}`);
  return blocks[0][2].replaceAll("localhost:8080", new URL(server.url).host);
}

test("the lines for a Socket.IO client say hello and hear it", async () => {
  const client = spawn("node", ["--input-type=module", "-e", block("js", "socket.io-client")], { cwd: tests, stdio: ["ignore", "pipe", "inherit"] });
  after(() => client.kill());
  let said = "";
  client.stdout.on("data", (data) => (said += data));
  await until(() => said.includes("Ada hello") && said.includes("ok: true"), { what: () => `a greeting and its ack, not: ${said}` });
});

test("the lines for curl leave a message in the room", async () => {
  const { stdout } = await promisify(execFile)("sh", ["-ec", block("sh", "curl")]);
  const { message } = JSON.parse(stdout);
  assert.deepEqual([message.author.name, message.body], ["Curl", "hello"]);
});
