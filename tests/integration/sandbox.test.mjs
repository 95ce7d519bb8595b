// sandbox.test.mjs: the process that serves, seen from the system: what it gave up, whom it runs as, which calls it makes.
//
// What happens to forbidden acts is in tests/unit/app/test_sandbox.c; that nothing is missing, all other suites show, whose servers are
// confined as well.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { request } from "node:https";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { makeCertificate } from "../support/certificate.mjs";
import { nonce } from "../support/client.mjs";
import { get, runToEnd, serve, Server, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const scratch = mkdtempSync(join(tmpdir(), "parley-sandbox-"));
chmodSync(scratch, 0o755);
after(() => rmSync(scratch, { recursive: true, force: true }));

const server = await serve({ after });
await until(() => /sandbox\.(on|off)/.test(server.log), { what: () => "a word about the sandbox" });
// Builds with a sanitizer go without, and say so.
const isConfined = !/sandbox\.off reason="instrumented build"/.test(server.log);

// The lines of /proc/PID/task/*/status, thread by thread: {name: value}.
function threadsOf({ child: { pid } }) {
  return readdirSync(`/proc/${pid}/task`).map((thread) => Object.fromEntries(
    readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8").trim().split("\n").map((line) => line.split(/:\s*/, 2))));
}

test("every thread is confined, and the log says by what", () => {
  if (isConfined) assert.match(server.log, /sandbox\.on landlock=\d+ seccomp=on/);
  const threads = threadsOf(server);
  assert.ok(threads.length >= 5, "main, core, readers, workers");
  for (const { Name, NoNewPrivs, Seccomp } of threads) assert.deepEqual([Name, NoNewPrivs, Seccomp], [Name, ...(isConfined ? ["1", "2"] : ["0", "0"])]);
});

test("no core is dumped", () => {
  const limits = readFileSync(`/proc/${server.child.pid}/limits`, "utf8");
  if (isConfined) assert.match(limits, /^Max core file size +0 +0 /m);
});

test("--sandbox off leaves the process as it is, with a warning", async () => {
  const free = new Server({ args: ["--sandbox", "off"] });
  await free.start();
  for (const { NoNewPrivs, Seccomp } of threadsOf(free)) assert.deepEqual([NoNewPrivs, Seccomp], ["0", "0"]);
  await until(() => /warn app sandbox\.off reason="--sandbox off"/.test(free.log), { what: () => "the warning" });
  await free.close();
});

test("threat 75: --user makes somebody of root, and a directory that is not his is told", async () => {
  const data = join(scratch, "of-nobody");
  const args = ["--user", "nobody", "--port", "0", "--data"];
  if (process.getuid() !== 0) {
    const { code, stderr } = await runToEnd([...args, data]);
    assert.deepEqual([code, stderr], [1, "parley: Only root can run the server as nobody; leave --user out.\n"]);
    return;
  }
  const his = new Server({ args: ["--user", "nobody"], data });
  await his.start();
  const { uid } = statSync(data);
  assert.notEqual(uid, 0);
  for (const { Uid, CapPrm, CapEff, Groups } of threadsOf(his)) {
    assert.deepEqual(Uid.split("\t").map(Number), [uid, uid, uid, uid]);
    assert.deepEqual([CapPrm, CapEff], ["0000000000000000", "0000000000000000"]);
    assert.doesNotMatch(Groups ?? "", /\b0\b/);
  }
  for (const name of readdirSync(data)) assert.equal(statSync(join(data, name)).uid, uid, name);
  if (isConfined) assert.equal(statSync(`/proc/${his.child.pid}/environ`).uid, 0, "not to be traced by others of the same user");
  const ada = await his.connect({ name: unique("ada") });
  await ada.send("general", "as nobody");
  await his.close();

  mkdirSync(join(scratch, "of-root"));
  const { code, stderr } = await runToEnd([...args, join(scratch, "of-root")]);
  assert.equal(code, 1);
  assert.match(stderr, /^parley: The data directory .*of-root does not belong to nobody; run chown -R nobody .*of-root\n$/);
});

// As certbot keeps certificates: links in one directory, the files in another, new ones at each renewal.
test("threat 83: who is no longer root, and confined, takes a renewed certificate from behind links, and none that he may not read", async () => {
  const [live, archive] = [join(scratch, "live"), join(scratch, "archive")];
  const isRoot = process.getuid() === 0;
  for (const folder of [live, archive]) mkdirSync(folder, { mode: 0o755 });
  const made = ["first", "second", "third"].map((name) => makeCertificate(archive, name));
  const [cert, key] = [join(live, "fullchain.pem"), join(live, "privkey.pem")];
  const install = (certificate) => {
    for (const [link, file] of [[cert, certificate.cert], [key, certificate.key]]) {
      symlinkSync(join("../archive", basename(file)), `${link}.new`);
      renameSync(`${link}.new`, link);
    }
  };
  const nobody = ["-u", "-g"].map((which) => Number(execFileSync("id", [which, "nobody"])));
  for (const { key: file } of made.slice(0, 2)) if (isRoot) chownSync(file, ...nobody);
  install(made[0]);
  const secure = new Server({ ca: made.map(({ pem }) => pem), data: join(scratch, "secure"), args: [...(isRoot ? ["--user", "nobody"] : []), "--tls-cert", cert, "--tls-key", key] });
  await secure.start();
  const shown = () => new Promise((done, fail) => {
    const socket = connectTls({ port: secure.port, host: "127.0.0.1", ca: secure.options.ca }, () => { done(socket.getPeerCertificate().subject.CN); socket.destroy(); });
    socket.on("error", fail);
  });
  assert.equal(await shown(), "first");
  install(made[1]);
  secure.child.kill("SIGHUP");
  await until(async () => (await shown()) === "second", { what: () => `the renewed certificate\n${secure.log}` });
  chmodSync(made[2].key, 0);
  install(made[2]);
  secure.child.kill("SIGHUP");
  await until(() => /reload\.failed .*privkey\.pem cannot be used: Permission denied/.test(secure.log), { what: () => `a word about the key\n${secure.log}` });
  assert.equal(await shown(), "second");
  await secure.close();
});

// Uploads a file over TLS: the answer's data.
const upload = (server, ca, token) => new Promise((done, fail) => {
  const asking = request(`${server.url}/api/uploads?name=a.txt`, { method: "POST", ca, agent: false, headers: { authorization: `Bearer ${token}` } }, (response) => {
    let text = "";
    response.on("data", (data) => (text += data));
    response.on("end", () => done(JSON.parse(text)));
  });
  asking.on("error", fail);
  asking.end("a file");
});

// All that a server does, under strace: no call is refused but what the libraries have another way for, and no
// path is opened but the data directory's and the certificate's.
test("a working server makes no call that its sandbox refuses", async () => {
  if (!isConfined) return assert.match(server.log, /sandbox\.off/);
  const traces = join(scratch, "traces"); // one file a thread
  mkdirSync(traces);
  const { pem, cert, key } = makeCertificate(scratch, "traced");
  const traced = new Server({ ca: pem, args: ["--tls-cert", cert, "--tls-key", key, "--presence-grace-ms", "100"], launcher: ["strace", "-D", "-ff", "-qq", "-s", "200", "-o", join(traces, "of")] });
  await traced.start();
  const ada = await traced.connect({ name: unique("ada") }, { transports: ["polling", "websocket"] });
  const ben = await traced.connect({ name: unique("ben") }, { transports: ["polling"] });
  const sent = await ada.send("general", "x".repeat(16_000));
  await ben.wait("message:new", ({ message }) => message.id === sent.id);
  ben.away();
  await ada.send("general", "missed");
  await ben.back();
  assert.ok(await get(`${traced.url}/`, { ca: pem }), "the page");
  const { attachment } = await upload(traced, pem, (await ada.ready()).token);
  await ada.ok("message:send", { room: "general", body: "", nonce: nonce(), attachments: [attachment.id] });
  assert.equal((await get(traced.url + attachment.url, { ca: pem, headers: { authorization: `Bearer ${(await ada.ready()).token}` } })).text, "a file");
  traced.child.kill("SIGHUP");
  await until(() => /reload\.done/.test(traced.log), { what: () => "the certificate to be read again" });
  const clients = [];
  for (let i = 0; i < 20; i++) clients.push(await traced.connect({ name: unique("many") }));
  for (const client of clients) client.close();
  await traced.close();

  const confined = readdirSync(traces).flatMap((name) => {
    const lines = readFileSync(join(traces, name), "utf8").split("\n");
    return lines.slice(lines.findIndex((line) => line.includes("sandbox.on")) + 1); // all of a thread's
  });
  assert.ok(confined.length > 500, "the trace is whole");
  // libc asks once whether memory may be promised twice, and takes a refusal for yes
  const harmless = "/proc/sys/vm/overcommit_memory";
  assert.deepEqual(confined.filter((line) => /= -1 (EPERM|EACCES)|SIGSYS/.test(line) && !line.includes(harmless)), []);
  const absent = confined.filter((line) => /= -1 ENOSYS/.test(line)).map((line) => line.match(/(\w+)\(/)?.[1] ?? line);
  assert.deepEqual([...new Set(absent)], ["clone3"]);
  const opened = confined.map((line) => line.match(/\bopen(?:at)?\([^"]*"([^"]+)"/)?.[1]).filter(Boolean);
  const ofFiles = /^[0-9a-v]{32}(\.part|\.thumb)?$/; // within files/, by its own descriptor
  const foreign = opened.filter((path) => !path.startsWith(traced.data) && !ofFiles.test(path) && ![cert, key, harmless].includes(path));
  assert.deepEqual(foreign, []);
  assert.ok(opened.includes(cert) && opened.includes(key), "the renewed certificate was read");
});
