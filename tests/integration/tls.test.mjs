// tls.test.mjs: the server with a certificate: https and wss by stock clients, broken handshakes, renewal under load.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { makeCertificate } from "../support/certificate.mjs";
import { get, runToEnd, serve, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const scratch = mkdtempSync(join(tmpdir(), "parley-tls-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
const first = makeCertificate(scratch, "first");
const second = makeCertificate(scratch, "second");
const cert = join(scratch, "live.crt");
const key = join(scratch, "live.key");

function install(certificate) {
  copyFileSync(certificate.cert, cert);
  copyFileSync(certificate.key, key);
}

install(first);
const server = await serve({ after }, { ca: [first.pem, second.pem], args: ["--tls-cert", cert, "--tls-key", key] });
const { ca } = server.options;

// The name in the certificate that a new connection is shown.
const shown = () => new Promise((done, fail) => {
  const socket = connectTls({ port: server.port, host: "127.0.0.1", ca }, () => {
    done(socket.getPeerCertificate().subject.CN);
    socket.destroy();
  });
  socket.on("error", fail);
});

// Everything that comes back for these bytes, until the server closes.
const rawAnswer = (bytes) => new Promise((done) => {
  let text = "";
  const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
  socket.on("data", (data) => (text += data.toString("latin1")));
  socket.on("error", () => {});
  socket.on("close", () => done(text));
});

test("the page and the API come by https, by TLS 1.3", async () => {
  const page = await get(`${server.url}/`, { ca });
  assert.equal(page.status, 200);
  assert.equal((await get(`${server.url}/api/session`, { ca })).status, 401);
  const socket = await new Promise((done) => { const s = connectTls({ port: server.port, host: "127.0.0.1", ca, ALPNProtocols: ["h2", "http/1.1"] }, () => done(s)); });
  assert.deepEqual([socket.getProtocol(), socket.alpnProtocol, socket.authorized], ["TLSv1.3", "http/1.1", true]);
  socket.destroy();
});

for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
  test(`a stock client talks by ${transports.join(", then ")}`, async () => {
    const ada = await server.connect({ name: unique("ada") }, { transports });
    const ben = await server.connect({ name: unique("ben") }, { transports });
    const long = "x".repeat(16_000);
    for (const body of ["short", long, "after"]) {
      const sent = await ada.send("general", body);
      assert.equal((await ben.wait("message:new", ({ message }) => message.id === sent.id)).message.body, body);
    }
    ben.away();
    const missed = await ada.send("general", "missed");
    assert.equal((await ben.back()).resumed, true);
    await ben.wait("message:new", ({ message }) => message.id === missed.id);
    for (const client of [ada, ben]) client.close();
  });
}

test("the cookie is __Host- and Secure; without a public URL there is no HSTS", async () => {
  const response = await new Promise((done, fail) => import("node:https").then(({ request }) => {
    const post = request(`${server.url}/api/session`, { method: "POST", ca, headers: { "content-type": "application/json" } }, done);
    post.on("error", fail);
    post.end(JSON.stringify({ name: unique("cora") }));
  }));
  response.resume();
  const [cookie] = response.headers["set-cookie"];
  assert.match(cookie, /^__Host-parley_session=ply_s_[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=1209600$/);
  assert.equal(response.headers["strict-transport-security"], undefined);
  const headers = { cookie: cookie.split(";")[0] };
  assert.equal((await get(`${server.url}/api/session`, { ca, headers })).status, 200);
  assert.equal((await get(`${server.url}/api/session`, { ca, headers: { cookie: headers.cookie.replace("__Host-", "") } })).status, 401);
});

test("threat 23: handshakes that are none are closed, and nobody else notices", async () => {
  const ada = await server.connect({ name: unique("ada") });
  const hello = Buffer.from("16030102000100", "hex");
  const bad = [Buffer.alloc(300, 0xff), Buffer.from("\r\n\r\n\r\n"), Buffer.from("1603010005ffffffffff", "hex"), Buffer.concat([hello, Buffer.alloc(600, 7)]), Buffer.from([0x80, 0x2e, 1, 0, 2])];
  const answers = await Promise.all(bad.map((bytes) => rawAnswer(Buffer.concat([bytes, Buffer.alloc(700)]))));
  for (const answer of answers) assert.doesNotMatch(answer, /HTTP/);
  const half = connect(server.port, "127.0.0.1", () => half.write(hello));
  half.on("error", () => {});
  await ada.send("general", "still here");
  half.destroy();
});

test("who speaks plain http to the port is told so", async () => {
  assert.match(await rawAnswer("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), /^HTTP\/1\.1 400 [^]*https:\/\//);
});

test("threat 83: SIGHUP takes a renewed certificate while people talk, and keeps the old one when the new is none", async () => {
  const ada = await server.connect({ name: unique("ada") });
  const ben = await server.connect({ name: unique("ben") }, { transports: ["polling"] });
  const sent = [];
  let talking = true;
  const talk = (async () => { while (talking) sent.push((await ada.send("general", `number ${sent.length}`)).id); })();
  for (const [number, certificate] of [second, first, second].entries()) {
    install(certificate);
    server.child.kill("SIGHUP");
    const wanted = certificate === first ? "first" : "second";
    await until(async () => (await shown()) === wanted, { what: () => `certificate ${wanted} (renewal ${number})` });
  }
  writeFileSync(cert, "no certificate");
  server.child.kill("SIGHUP");
  await until(() => /reload\.failed .*live\.crt/.test(server.log), { what: () => "a word about the bad certificate" });
  assert.equal(await shown(), "second");
  install(first);
  talking = false;
  await talk;
  await ben.wait("message:new", ({ message }) => message.id === sent.at(-1));
  assert.deepEqual(ben.all("message:new").map(({ message }) => message.id), sent, "nothing was lost, nothing came twice");
  assert.deepEqual([ada.disconnects, ben.disconnects], [[], []]);
});

test("a certificate without a key, or files that are none, end the start with one sentence", async () => {
  const cases = [
    [["--tls-cert", first.cert], 2, /belong together/],
    [["--tls-cert", first.cert, "--tls-key", second.key], 1, /second\.key cannot be used: key values mismatch/],
    [["--tls-cert", "/nowhere.crt", "--tls-key", first.key], 1, /nowhere\.crt cannot be used: No such file/],
    [["--tls-cert", first.key, "--tls-key", first.key], 1, /first\.key cannot be used/],
  ];
  for (const [args, wanted, sentence] of cases) {
    const { code, stderr } = await runToEnd([...args, "--port", "0", "--data", join(scratch, "none"), "--log-level", "error"]);
    assert.equal(code, wanted, stderr);
    assert.match(stderr, sentence);
    assert.match(stderr.trim(), /^[^\n]+$/);
  }
});
