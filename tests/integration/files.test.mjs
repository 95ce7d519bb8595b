// files.test.mjs: files are uploaded, said, read and go; what does not belong into any of that is refused.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { nonce } from "../support/client.mjs";
import { checkObject, objects } from "../support/schema.mjs";
import { runToEnd, serve, unique } from "../support/server.mjs";
import { until } from "../support/wait.mjs";

const MIB = 1 << 20;
const server = await serve({ after });
const person = async (stem = "ada") => {
  const client = await server.connect({ name: unique(stem) });
  client.token = (await client.ready()).token;
  return client;
};
const png = (width, height) => {
  const head = Buffer.from("89504e470d0a1a0a0000000d4948445200000000000000000806000000", "hex");
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return Buffer.concat([head, Buffer.alloc(100)]);
};
const upload = (client, bytes, name = "cat.bin", options = {}) =>
  server.http("POST", `/api/uploads?name=${encodeURIComponent(name)}`, { token: client.token, body: bytes, ...options });
const add = async (client, bytes, name) => {
  const answer = await upload(client, bytes, name);
  assert.equal(answer.status, 201, answer.text);
  assert.deepEqual(checkObject(answer.body.attachment, objects.Attachment.fields, "attachment"), []);
  return answer.body.attachment;
};
const say = async (client, room, files, body = "") =>
  (await client.ok("message:send", { room, body, nonce: nonce(), attachments: files.map((file) => file.id) })).message;
// {status, headers, bytes}
const read = async (client, url, headers = {}, method = "GET") => {
  const response = await fetch(server.url + url, { method, headers: { authorization: `Bearer ${client.token}`, ...headers } });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
};
const onDisk = () => readdirSync(join(server.data, "files"));
const gone = (count) => until(() => onDisk().length <= count, { ms: 30_000, what: () => `files to go, of ${onDisk()}` });

// Two people in a new room of the first: [ada, bob, room].
async function pair() {
  const [ada, bob] = [await person(), await person("bob")];
  const { room } = await ada.ok("room:create", { name: unique("talk") });
  await bob.ok("room:join", { room: room.id });
  return [ada, bob, room];
}

test("a file goes from one to the other, byte for byte", async () => {
  const [ada, bob, room] = await pair();
  const bytes = randomBytes(3 * MIB + 17);
  const file = await add(ada, bytes, "holiday film.bin");
  assert.deepEqual([file.name, file.type, file.size], ["holiday film.bin", "application/octet-stream", bytes.length]);
  const message = await say(ada, room.id, [file], "look");
  assert.deepEqual(message.attachments, [file]);
  const event = await bob.wait("message:new", (payload) => payload.message.id === message.id);
  assert.deepEqual(event.message.attachments, [file]);
  assert.deepEqual((await bob.ok("message:history", { room: room.id })).messages.at(-1), message);
  const got = await read(bob, file.url);
  assert.equal(got.status, 200);
  assert.ok(got.bytes.equals(bytes));
});

test("a body may come in chunks, and be empty", async () => {
  const ada = await person();
  const chunks = [randomBytes(70_000), randomBytes(1), randomBytes(140_000)];
  const file = await add(ada, new ReadableStream({ start(sink) { chunks.forEach((chunk) => sink.enqueue(chunk)); sink.close(); } }));
  assert.ok((await read(ada, file.url)).bytes.equals(Buffer.concat(chunks)));
  const empty = await add(ada, Buffer.alloc(0), "nothing");
  assert.deepEqual([empty.size, (await read(ada, empty.url)).bytes.length], [0, 0]);
});

test("a message has up to ten files, in the order they were named", async () => {
  const [ada, bob, room] = await pair();
  const files = [];
  for (let i = 0; i < 10; i++) files.push(await add(ada, `text ${i}`, `${i}.txt`));
  files.reverse();
  const message = await say(ada, room.id, files);
  assert.deepEqual((await bob.ok("message:get", { message: message.id })).message.attachments, files);
  await ada.fails("message:send", { room: room.id, body: "", nonce: nonce(), attachments: [...Array(11).keys()].map((i) => i + 1) }, "bad_request", "attachments");
  await ada.fails("message:send", { room: room.id, body: "", nonce: nonce(), attachments: [files[0].id] }, "conflict", "attachments");
  await bob.fails("message:send", { room: room.id, body: "", nonce: nonce(), attachments: [(await add(ada, "x")).id] }, "not_found", "attachments");
});

test("pictures have their size, and the type of their content", async () => {
  const ada = await person();
  const picture = await add(ada, png(640, 480), "picture.txt");
  assert.deepEqual([picture.type, picture.width, picture.height], ["image/png", 640, 480]);
  const got = await read(ada, picture.url);
  assert.equal(got.headers.get("content-type"), "image/png");
  assert.match(got.headers.get("content-disposition"), /^inline; filename="picture.txt"/);
});

test("threat 37: what a browser would run is a download in a sandbox", async () => {
  const ada = await person();
  for (const [name, bytes] of [
    ["page.html", "<!DOCTYPE html><script>alert(1)</script>"],
    ["picture.svg", '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ["feed.xml", '<?xml version="1.0"?><a/>'],
    ["paper.pdf", "%PDF-1.7\n1 0 obj"],
    ["script.js", "alert(1)"],
  ]) {
    const file = await add(ada, bytes, name);
    const { headers } = await read(ada, file.url, { accept: "text/html" });
    assert.match(headers.get("content-disposition"), /^attachment; /, name);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("content-security-policy"), "default-src 'none'; sandbox");
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
    assert.equal(headers.get("cache-control"), "private, no-cache");
    assert.match(headers.get("content-type"), /^(text\/plain; charset=utf-8|application\/pdf)$/);
  }
});

test("threat 38: the type is that of the bytes, not of the name or the header", async () => {
  const ada = await person();
  const polyglot = await upload(ada, "GIF89a=\0/*\0\0\0*/1;alert(1)//;", "evil.js", { headers: { "content-type": "text/html" } });
  assert.equal(polyglot.body.attachment.type, "image/gif");
  const got = await read(ada, polyglot.body.attachment.url);
  assert.deepEqual([got.headers.get("content-type"), got.headers.get("x-content-type-options")], ["image/gif", "nosniff"]);
  const disguised = await upload(ada, "<html>", "cat.png", { headers: { "content-type": "image/png" } });
  assert.equal(disguised.body.attachment.type, "text/plain");
});

test("threat 39: a picture of too many pixels is a download without a size", async () => {
  const ada = await person();
  const bomb = await add(ada, png(30_000, 30_000), "bomb.png");
  assert.equal(bomb.width, undefined);
  assert.match((await read(ada, bomb.url)).headers.get("content-disposition"), /^attachment/);
});

test("threat 40: a name is shown, never a path, and never breaks a header", async () => {
  const ada = await person();
  const longName = `${"x".repeat(4000)}.txt`;
  for (const [name, shown] of [["../../etc/passwd", "passwd"], ["C:\\windows\\x.exe", "x.exe"], ["a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"],
    ["quo\"te.txt", "quo_te.txt"], ["photo_‮gnp.exe", "photo_gnp.exe"], ["", "file"], ["a\0b", "ab"], ["漢字.txt", "漢字.txt"]]) {
    const file = await add(ada, "x", name);
    assert.equal(file.name, shown);
    const { status, headers } = await read(ada, file.url);
    assert.equal(status, 200, shown);
    assert.equal(headers.get("set-cookie"), null);
  }
  assert.ok((await add(ada, "x", longName)).name.length <= 200);
  assert.ok(onDisk().every((name) => /^[0-9a-v]{32}(\.part)?$/.test(name)), `${onDisk()}`);
  const file = await add(ada, "x", "good.txt");
  for (const path of [`/files/${file.id}/other.txt`, `/files/${file.id}/..%2f..%2fparley.db`, `/files/${file.id}x/good.txt`, "/files/0/good.txt",
    "/files/99999999999999999999/good.txt", `/files/-${file.id}/good.txt`])
    assert.equal((await read(ada, path)).status, 404, path);
});

// Writes what it is told, and reads the answer: {status, text}.
function raw(lines, body = "", { end = false } = {}) {
  return new Promise((done, fail) => {
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.write(lines.join("\r\n") + "\r\n\r\n");
      socket.write(body);
      if (end) socket.destroy();
    });
    let text = "";
    socket.setTimeout(20_000, () => fail(new Error("no answer")));
    socket.on("data", (data) => { text += data; if (text.includes("\r\n\r\n")) { socket.destroy(); done({ status: Number(text.slice(9, 12)), text }); } });
    socket.on("error", () => {});
    socket.on("close", () => done({ status: Number(text.slice(9, 12)), text }));
  });
}
const head = (client, more) => ["POST /api/uploads?name=x HTTP/1.1", "Host: x", `Authorization: Bearer ${client.token}`, ...more];

test("threat 41: too large is refused by the head, and in chunks where it is too much", async () => {
  const ada = await person();
  const before = onDisk().length;
  const announced = await raw(head(ada, [`Content-Length: ${26214401}`]));
  assert.equal(announced.status, 413);
  assert.match(announced.text, /"code":"too_large"/);
  const many = Buffer.alloc(MIB);
  const answer = await upload(ada, new ReadableStream({ pull(sink) { sink.enqueue(many); } }), "endless").catch(() => ({ status: 413 }));
  assert.equal(answer.status, 413);
  await gone(before);
});

test("threat 41: an upload that is cut leaves nothing", async () => {
  const ada = await person();
  const before = onDisk().length;
  await raw(head(ada, ["Content-Length: 1000000"]), Buffer.alloc(300_000), { end: true });
  await raw(head(ada, ["Transfer-Encoding: chunked"]), "ffff\r\nabc", { end: true });
  await gone(before);
  const lying = await raw(head(ada, ["Content-Length: 10", "Transfer-Encoding: chunked"]), "0\r\n\r\n");
  assert.equal(lying.status, 400);
  assert.equal((await upload(ada, "good")).status, 201);
});

test("threat 41: who has not signed in, or comes from another page, is refused before a byte is wanted", async () => {
  const ada = await person();
  assert.equal((await server.http("POST", "/api/uploads?name=x", { body: "x" })).status, 401);
  assert.equal((await server.http("POST", "/api/uploads?name=x", { body: "x", token: "ply_s_nobody" })).status, 401);
  const foreign = await server.http("POST", "/api/uploads?name=x", { body: "x", headers: { cookie: `parley_session=${ada.token}`, origin: "https://evil.example" } });
  assert.equal(foreign.status, 403);
  const own = await server.http("POST", "/api/uploads?name=x", { body: "x", headers: { cookie: `parley_session=${ada.token}`, origin: server.url } });
  assert.equal(own.status, 201);
  assert.equal((await read({ token: "" }, own.body.attachment.url)).status, 401);
});

test("threat 43: an encoded body is refused", async () => {
  const ada = await person();
  assert.equal((await upload(ada, "x", "x", { headers: { "content-encoding": "gzip" } })).status, 415);
});

test("an upload that is asked for is continued", async () => {
  const ada = await person();
  const answer = await new Promise((done, fail) => {
    const asking = request(`${server.url}/api/uploads?name=x`, { method: "POST", headers: { authorization: `Bearer ${ada.token}`, expect: "100-continue", "content-length": 5 } }, done);
    asking.on("continue", () => asking.end("hello"));
    asking.on("error", fail);
    asking.flushHeaders();
  });
  assert.equal(answer.statusCode, 201);
  answer.resume();
});

test("threat 42: one range or the whole", async () => {
  const ada = await person();
  const bytes = randomBytes(200_000);
  const file = await add(ada, bytes);
  const part = async (range, headers) => read(ada, file.url, { range, ...headers });
  for (const [range, from, to] of [["bytes=0-0", 0, 1], ["bytes=65530-131080", 65530, 131081], ["bytes=199999-", 199999, 200000], ["bytes=-7", 199993, 200000],
    ["bytes=10-999999999999999999999999", 10, 200000]]) {
    const got = await part(range);
    assert.deepEqual([got.status, got.headers.get("content-range")], [206, `bytes ${from}-${to - 1}/200000`], range);
    assert.ok(got.bytes.equals(bytes.subarray(from, to)), range);
  }
  for (const range of ["bytes=5-1", "bytes=0-1,4-5", `bytes=${Array.from({ length: 1000 }, (_, i) => `${i}-${i}`).join()}`, "lines=1-2"]) {
    const got = await part(range);
    assert.deepEqual([got.status, got.bytes.length], [200, 200_000], range.slice(0, 30));
  }
  const behind = await part("bytes=200000-");
  assert.deepEqual([behind.status, behind.headers.get("content-range"), behind.bytes.length], [416, "bytes */200000", 0]);
  const { headers } = await read(ada, file.url, {}, "HEAD");
  assert.deepEqual([headers.get("content-length"), headers.get("accept-ranges")], ["200000", "bytes"]);
  const tag = headers.get("etag");
  assert.deepEqual((({ status, bytes: { length } }) => [status, length])(await read(ada, file.url, { "if-none-match": tag })), [304, 0]);
  assert.equal((await part("bytes=0-0", { "if-range": tag })).status, 206);
  assert.equal((await part("bytes=0-0", { "if-range": '"another"' })).status, 200);
});

test("threat 61: a file is for those who may read its message, and no longer than they may", async () => {
  const [ada, bob, room] = await pair();
  const eve = await person("eve");
  const { room: secret } = await ada.ok("room:create", { name: unique("secret"), private: true });
  const [loose, open, hidden] = [await add(ada, "1", "f"), await add(ada, "2", "f"), await add(ada, "3", "f")];
  await say(ada, room.id, [open]);
  await say(ada, secret.id, [hidden]);
  const status = async (client, file) => (await read(client, file.url)).status;
  assert.deepEqual([await status(bob, loose), await status(bob, open), await status(bob, hidden)], [404, 200, 404]);
  assert.deepEqual([await status(eve, loose), await status(eve, open), await status(eve, hidden)], [404, 403, 404]);
  const [unseen, unknown] = [await read(eve, hidden.url), await read(eve, "/files/123456789/f")];
  assert.equal(unseen.bytes.toString(), unknown.bytes.toString());
  await ada.ok("room:kick", { room: room.id, user: bob.me.id });
  assert.equal(await status(bob, open), 403);
});

test("a deleted message takes its files with it, from the disk too", async () => {
  const [ada, bob, room] = await pair();
  const before = onDisk().length;
  const file = await add(ada, "my canary file", "c.txt");
  const message = await say(ada, room.id, [file]);
  assert.equal(onDisk().length, before + 1);
  const { message: tombstone } = await ada.ok("message:delete", { message: message.id });
  assert.deepEqual(tombstone.attachments, []);
  assert.equal((await read(bob, file.url)).status, 404);
  await gone(before);
});

test("a reply that stands in the room too shows its files in both places", async () => {
  const [ada, bob, room] = await pair();
  const root = await ada.send(room.id, "root");
  const file = await add(ada, "x");
  const { message } = await ada.ok("message:send", { room: room.id, thread: root.id, also_room: true, body: "both", nonce: nonce(), attachments: [file.id] });
  const twin = (await bob.ok("message:get", { message: message.twin })).message;
  assert.deepEqual([message.attachments, twin.attachments], [[file], [file]]);
  await bob.wait("message:new", (payload) => payload.message.id === twin.id && payload.message.attachments.length === 1);
  await ada.ok("message:delete", { message: twin.id });
  assert.equal((await read(bob, file.url)).status, 404);
});

test("files are there after a restart, and what a crash has left is not", async () => {
  const own = await serve({ after });
  const ada = await own.connect({ name: "ada" });
  const { token } = await ada.ready();
  const bytes = randomBytes(MIB);
  const { body } = await own.http("POST", "/api/uploads?name=x", { token, body: bytes });
  const { message } = await ada.ok("message:send", { room: "general", body: "", nonce: nonce(), attachments: [body.attachment.id] });
  await own.kill();
  const folder = join(own.data, "files");
  writeFileSync(join(folder, "00000000000000000000000000000000"), "of nobody");
  writeFileSync(join(folder, "00000000000000000000000000000001.part"), "half");
  await own.start();
  const file = await fetch(own.url + message.attachments[0].url, { headers: { authorization: `Bearer ${token}` } });
  assert.ok(Buffer.from(await file.arrayBuffer()).equals(bytes));
  await until(() => readdirSync(folder).length === 1, { ms: 30_000, what: () => `the rest to go: ${readdirSync(folder)}` });
});

test("threat 76: a file whose bytes have changed is named in the log, and not served", async () => {
  const own = await serve({ after });
  const ada = await own.connect({ name: "ada" });
  const { token } = await ada.ready();
  const bytes = randomBytes(300_000);
  const { body } = await own.http("POST", "/api/uploads?name=x", { token, body: bytes });
  const path = join(own.data, "files", readdirSync(join(own.data, "files"))[0]);
  const there = readFileSync(path);
  const ask = (range) => fetch(own.url + body.attachment.url, { headers: { authorization: `Bearer ${token}`, ...(range ? { range } : {}) } });
  there[150_000] ^= 1;
  writeFileSync(path, there);
  const sum = createHash("sha256").update(bytes.subarray(0, 1000)).digest("hex");
  const sound = Buffer.from(await (await ask("bytes=0-999")).arrayBuffer());
  assert.equal(createHash("sha256").update(sound).digest("hex"), sum); /* a block that is whole */
  await assert.rejects(async () => (await ask("bytes=140000-160000")).arrayBuffer());
  await assert.rejects(async () => (await ask()).arrayBuffer());
  there[150_000] ^= 1;
  there[there.length - 1] ^= 1;
  writeFileSync(path, there);
  assert.equal((await ask()).status, 500);
  rmSync(path);
  assert.equal((await ask()).status, 500);
  assert.match(own.log, new RegExp(`store.damaged table=attachment id=${body.attachment.id}`));
});

test("room has bounds, and a deletion gives it back", async () => {
  const own = await serve({ after }, { args: ["--upload-mib", 1, "--files-user-mib", 2, "--files-mib", 3] });
  const [ada, bob] = [await own.connect({ name: "ada" }), await own.connect({ name: "bob" })];
  const put = async (client, size) => (await own.http("POST", "/api/uploads?name=x", { token: (await client.ready()).token, body: Buffer.alloc(size) }));
  assert.equal((await ada.ready()).server.limits.upload_bytes, MIB);
  assert.equal((await put(ada, MIB + 1)).status, 413);
  const first = await put(ada, MIB);
  assert.deepEqual([first.status, (await put(ada, MIB)).status], [201, 201]);
  assert.equal((await put(ada, 1)).status, 413);
  assert.equal((await put(bob, MIB)).status, 201);
  const full = await put(bob, 1);
  assert.deepEqual([full.status, full.body.error.code], [503, "unavailable"]);
  const { message } = await ada.ok("message:send", { room: "general", body: "", nonce: nonce(), attachments: [first.body.attachment.id] });
  await ada.ok("message:delete", { message: message.id });
  assert.equal((await put(bob, MIB)).status, 201);
});

test("a file that is read slowly holds a block, not itself", async () => {
  const ada = await person();
  const file = await add(ada, randomBytes(20 * MIB));
  const before = Number(readFileSync(`/proc/${server.child.pid}/statm`, "utf8").split(" ")[1]) * 4096;
  const sockets = await Promise.all(Array.from({ length: 8 }, () => new Promise((done) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(`GET ${file.url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ada.token}\r\n\r\n`));
    socket.once("data", () => { socket.pause(); done(socket); });
  })));
  const growth = Number(readFileSync(`/proc/${server.child.pid}/statm`, "utf8").split(" ")[1]) * 4096 - before;
  for (const socket of sockets) socket.destroy();
  assert.ok(growth < 40 * MIB, `${growth} bytes for eight readers of 20 MiB`);
  assert.equal((await read(ada, file.url)).bytes.length, 20 * MIB);
});

test("files are in a backup, come back with it, and are looked at by verify", async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), "parley-files-"));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  const own = await serve({ after });
  const ada = await own.connect({ name: "ada" });
  const { token } = await ada.ready();
  const bytes = randomBytes(200_000);
  const put = async (body) => (await own.http("POST", "/api/uploads?name=x", { token, body })).body.attachment;
  const [first, second] = [await put(bytes), await put("another")];
  const { message } = await ada.ok("message:send", { room: "general", body: "", nonce: nonce(), attachments: [first.id, second.id] });
  const backup = join(scratch, "backup.db");
  const parley = async (...args) => runToEnd([...args, "--data", own.data], {}, 60_000);
  const made = await parley("backup", backup);
  assert.deepEqual([made.code, /^2 files, 200007 bytes$/m.test(made.stdout)], [0, true], made.stdout + made.stderr);
  assert.equal(readdirSync(`${backup}.files`).length, 2);
  assert.equal((await parley("verify")).code, 0);
  assert.match((await runToEnd(["verify", backup])).stdout, /Nothing is wrong/);

  await ada.ok("message:delete", { message: message.id });
  await until(() => readdirSync(join(own.data, "files")).length === 0, { ms: 30_000, what: () => "the files to go" });
  await own.stop();
  const back = await parley("restore", backup);
  assert.equal(back.code, 0, back.stdout + back.stderr);
  await own.start();
  const got = await fetch(own.url + first.url, { headers: { authorization: `Bearer ${token}` } });
  assert.ok(Buffer.from(await got.arrayBuffer()).equals(bytes));
  await own.stop();

  const [name] = readdirSync(`${backup}.files`);
  const there = readFileSync(join(`${backup}.files`, name));
  there[3] ^= 1;
  writeFileSync(join(`${backup}.files`, name), there);
  const damaged = await runToEnd(["verify", backup]);
  assert.deepEqual([damaged.code, new RegExp(`attachment \\d+: its file ${name}: damaged data`).test(damaged.stdout)], [1, true], damaged.stdout);
  const elsewhere = join(scratch, "elsewhere");
  assert.equal((await runToEnd(["restore", backup, "--data", elsewhere])).code, 1);
  assert.ok(!existsSync(join(elsewhere, "parley.db")), "nothing was put in place");
  rmSync(join(own.data, "files", readdirSync(join(own.data, "files"))[0]));
  assert.match((await parley("verify")).stdout, /its file .*: not found/);
});
