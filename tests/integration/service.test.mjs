// service.test.mjs: the server as a service of systemd would run it: its words to the manager, and the unit's filter.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve, Server, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const unit = join(here, "../../packaging/parley.service");
const manager = join(here, "../support/manager.py");
const scratch = mkdtempSync(join(tmpdir(), "parley-service-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

// As StateDirectory= gives it.
function stateDirectory(name) {
  const data = join(scratch, name);
  chmodSync(scratch, 0o755);
  mkdirSync(data, { mode: 0o700 });
  if (process.getuid() === 0) chownSync(data, Number(execFileSync("id", ["-u", "nobody"])), Number(execFileSync("id", ["-g", "nobody"])));
  return data;
}

test("a worker that hangs is noticed: the watchdog ends the server, and what was acked is there when it is back", async () => {
  const data = stateDirectory("hung");
  const hung = new Server({ launcher: [manager, unit], program: "tests/integration/faults/parley-net-bad", data });
  await hung.start();
  const ada = await hung.connect({ name: unique("ada") }, { reconnection: false });
  const sent = await ada.send("general", "before it hung");
  await until(() => /^manager: WATCHDOG=1$/m.test(hung.log), { what: () => "the watchdog to be fed" });
  const telling = setInterval(() => connect(hung.port, "127.0.0.1").on("error", () => {}).end("/hang\r\n\r\n"), 100); // until a read was long enough
  const [code] = await hung.ended;
  clearInterval(telling);
  assert.match(hung.log, /^manager: WATCHDOG=1\n[^]*^manager: watchdog$/m);
  assert.equal(code, 128 + constants.signals.SIGABRT, "ended by the manager, not by itself");
  const back = await serve({ after }, { data });
  const ben = await back.connect({ name: unique("ben") });
  const { messages } = await ben.ok("room:join", { room: "general" });
  assert.equal(messages.at(-1).id, sent.id);
});

test("the server works under the unit, is ready, lives and stops in words that the manager knows", async () => {
  const server = new Server({ launcher: [manager, unit], data: stateDirectory("state") });
  const heard = () => server.log.match(/(?<=^manager: ).*/gm) ?? [];
  await server.start();
  await until(() => heard().includes("READY=1"), { what: () => "READY=1" });
  // confined by the unit, and by itself within that
  const [pid] = readFileSync(`/proc/${server.child.pid}/task/${server.child.pid}/children`, "utf8").trim().split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  if (!/reason="instrumented build"/.test(server.log)) {
    await until(() => /sandbox\.on landlock=\d+ seccomp=on/.test(server.log), { what: () => "the sandbox" });
    assert.match(status, /^Seccomp_filters:\s*2$/m);
  }
  assert.match(status, /^NoNewPrivs:\s*1$/m);
  assert.doesNotMatch(status, /^Uid:\s*0/m);

  const ada = await server.connect({ name: unique("ada") });
  const ben = await server.connect({ name: unique("ben") }, { transports: ["polling"] });
  const sent = await ada.send("general", "to a service");
  await ben.wait("message:new", ({ message }) => message.id === sent.id);
  server.child.kill("SIGHUP");
  await until(() => /reload\.done/.test(server.log), { what: () => "the reload" });
  await until(() => heard().filter((word) => word === "WATCHDOG=1").length >= 2, { what: () => "the watchdog to be fed" });
  await server.close();
  assert.equal(heard().at(-1), "STOPPING=1");
  assert.deepEqual([...new Set(heard())], ["READY=1", "WATCHDOG=1", "STOPPING=1"]);
});
