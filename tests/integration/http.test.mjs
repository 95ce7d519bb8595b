// http.test.mjs: the HTTP side: the API's routes and refusals, the web app's files, the headers of every answer.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { serve, unique } from "../support/server.mjs";

const server = await serve({ after });
const client = await server.connect({ name: unique("ada") });
const { token } = await client.ready();

// A request below fetch, which would decode the body and hide what was sent: {status, headers, body}.
function plain(method, path, headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(server.url + path, { method, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

const page = await plain("GET", "/");
const script = /src="(\/assets\/[^"]+\.js)"/.exec(page.body.toString())?.[1];

function assertSecurityHeaders(headers, what) {
  assert.equal(headers["x-content-type-options"], "nosniff", what);
  assert.equal(headers["referrer-policy"], "no-referrer", what);
  assert.equal(headers["cross-origin-opener-policy"], "same-origin", what);
  assert.equal(headers["cross-origin-resource-policy"], "same-origin", what);
  assert.match(headers["permissions-policy"], /camera=\(\)/, what);
  assert.equal(headers["strict-transport-security"], undefined, `${what}: only behind https`);
  assert.equal(headers.server, undefined, what);
}

test("every answer has the security headers", async () => {
  for (const [method, path] of [["GET", "/"], ["GET", script], ["GET", "/nothing.png"], ["GET", "/api/rooms"], ["GET", "/api/nothing"], ["POST", "/"], ["GET", "/healthz"]]) {
    assertSecurityHeaders((await plain(method, path)).headers, `${method} ${path}`);
  }
});

test("threat 51: the page has a strict policy and is not kept", async () => {
  const policy = page.headers["content-security-policy"];
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) {
    assert.ok(policy.includes(part), part);
  }
  assert.ok(!policy.includes("unsafe"), policy);
  assert.match(page.headers["cache-control"], /no-cache|no-store/);
  assert.match(page.headers["content-type"], /^text\/html; charset=utf-8$/i);
  assert.ok(!/<script(?![^>]*\bsrc=)[^>]*>/.test(page.body.toString()), "no inline script");
  assert.ok(!/<style|\sstyle=/.test(page.body.toString()), "no inline style");
});

test("threat 72: hashed assets may be kept for ever", async () => {
  const answer = await plain("GET", script);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.match(answer.headers["content-type"], /^text\/javascript/);
});

test("threat 42: nobody gets parts of a file, however he asks: it comes whole, and once", async () => {
  const { body } = await plain("GET", script);
  const many = Array.from({ length: 1000 }, (_, i) => `${i}-${i + 100000}`).join(",");
  for (const range of ["bytes=0-9", "bytes=-1", "bytes=9-0", "bytes=0-0,2-2", "bytes=18446744073709551615-", "bytes=-99999999999999999999", "bytes=,", "lines=1-2", `bytes=${many}`]) {
    const answer = await plain("GET", script, { range });
    assert.deepEqual([answer.status, answer.headers["content-range"], answer.body.equals(body)], [200, undefined, true], range.slice(0, 40));
  }
});

test("files come as brotli, gzip or as they are, and are the same file", async () => {
  const identity = await plain("GET", script);
  assert.equal(identity.headers["content-encoding"], undefined);
  const gzip = await plain("GET", script, { "accept-encoding": "gzip, deflate" });
  const brotli = await plain("GET", script, { "accept-encoding": "gzip, deflate, br" });
  assert.deepEqual([gzip.headers["content-encoding"], brotli.headers["content-encoding"]], ["gzip", "br"]);
  assert.ok(gunzipSync(gzip.body).equals(identity.body));
  assert.ok(brotliDecompressSync(brotli.body).equals(identity.body));
  for (const answer of [identity, gzip, brotli]) assert.match(answer.headers.vary ?? "", /accept-encoding/i);
  const refused = await plain("GET", script, { "accept-encoding": "br;q=0, gzip;q=0" });
  assert.equal(refused.headers["content-encoding"], undefined);
});

test("HEAD is GET without the body", async () => {
  const [head, get] = [await plain("HEAD", script), await plain("GET", script)];
  assert.deepEqual([head.status, head.body.length, head.headers["content-length"]], [200, 0, get.headers["content-length"]]);
});

test("a file that the browser has is not sent again", async () => {
  const tags = new Set();
  for (const coding of ["identity", "gzip", "br"]) {
    const { etag } = (await plain("GET", "/", { "accept-encoding": coding })).headers;
    const answer = await plain("GET", "/", { "accept-encoding": coding, "if-none-match": etag });
    assert.deepEqual([answer.status, answer.body.length, answer.headers.etag], [304, 0, etag]);
    tags.add(etag);
  }
  assert.equal(tags.size, 3, "each form has its own");
  assert.equal((await plain("GET", "/", { "if-none-match": '"other"' })).status, 200);
});

test("a path of the web app is the page, an unknown file is not found", async () => {
  for (const path of ["/r/general", "/some/deep/path", "/index.html"]) {
    const answer = await plain("GET", path);
    assert.deepEqual([answer.status, answer.body.equals(page.body)], [200, true], path);
  }
  for (const path of ["/nothing.png", "/assets/index-AAAAAAAA.js", "/favicon.ico.bak"]) assert.equal((await plain("GET", path)).status, 404, path);
  for (const path of ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fetc/passwd"]) {
    assert.ok(!(await plain("GET", path)).body.includes("root:"), path);
  }
});

test("the web app takes GET and HEAD only", async () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    const answer = await plain(method, "/");
    assert.equal(answer.status, 405, method);
    assert.match(answer.headers.allow, /GET/);
  }
});

test("a wrong method on a route of the API is 405 and says what is allowed", async () => {
  for (const [method, path, allow] of [["PATCH", "/api/session", "POST"], ["POST", "/api/rooms", "GET"], ["DELETE", "/api/rooms/general/messages", "GET"], ["POST", "/healthz", "GET"]]) {
    const answer = await server.http(method, path, { token });
    assert.equal(answer.status, 405, `${method} ${path}`);
    assert.ok(answer.headers.get("allow").includes(allow));
  }
});

test("an unknown path of the API is not found, in JSON", async () => {
  const answer = await server.http("GET", "/api/nothing", { token });
  assert.deepEqual([answer.status, answer.body.error.code], [404, "not_found"]);
});

test("the API needs an identity", async () => {
  for (const path of ["/api/rooms", "/api/rooms/general/messages", "/api/rooms/general/members"]) {
    const answer = await server.http("GET", path);
    assert.deepEqual([answer.status, answer.body.error.code], [401, "unauthorized"], path);
  }
  assert.equal((await server.http("POST", "/api/rooms/general/messages", { json: { body: "x" } })).status, 401);
});

test("answers of the API are not kept", async () => {
  for (const path of ["/api/rooms", "/api/session", "/api/nothing"]) assert.equal((await server.http("GET", path, { token })).headers.get("cache-control"), "no-store", path);
});

const post = (options) => server.http("POST", "/api/rooms/general/messages", { token, ...options });

test("a body must be JSON of the right type, and an object", async () => {
  assert.equal((await post({ body: '{"body":"x"}', headers: { "content-type": "text/plain" } })).status, 415);
  assert.equal((await post({ body: '{"body":"x"}', headers: { "content-type": "application/json; charset=utf-8" } })).status, 201);
  for (const body of ["", "{", "[]", "1", "null", '{"body":"x"} y', '{"body":"\\ud800"}', '{"body":"x","body":"y"}']) {
    const answer = await post({ body, headers: { "content-type": "application/json" } });
    assert.deepEqual([answer.status, answer.body.error.code], [400, "bad_request"], body);
  }
});

test("the fields are checked as the commands' are", async () => {
  const cases = [[{}, 400, "body"], [{ body: 1 }, 400, "body"], [{ body: " " }, 400, "body"], [{ body: "x", nonce: "short" }, 400, "nonce"], [{ body: "x".repeat(16_385) }, 413, "body"],
    [{ body: "x", reply_to: "1" }, 400, "reply_to"]];
  for (const [json, status, field] of cases) {
    const answer = await post({ json });
    assert.deepEqual([answer.status, answer.body.error.field], [status, field], JSON.stringify(json).slice(0, 60));
  }
});

test("a body above 128 KiB is too large", async () => {
  const large = JSON.stringify({ body: "x".repeat(140_000) });
  const chunked = new ReadableStream({ start: (out) => (out.enqueue(Buffer.from(large)), out.close()) });
  for (const body of [large, chunked]) {
    const answer = await post({ body, headers: { "content-type": "application/json" } });
    assert.deepEqual([answer.status, answer.body.error.code], [413, "too_large"]);
  }
  assert.equal((await post({ json: { body: "as before" } })).status, 201);
});

test("the query of a page is checked as the command's payload is", async () => {
  const get = (query) => server.http("GET", `/api/rooms/general/messages?${query}`, { token });
  for (const [query, field] of [["limit=0", "limit"], ["limit=x", "limit"], ["before=-1", "before"], ["before=1.5", "before"], ["after=1e3", "after"]]) {
    const answer = await get(query);
    assert.deepEqual([answer.status, answer.body.error.field], [400, field], query);
  }
  assert.equal((await get("before=3&after=1")).status, 400);
  assert.equal((await get("limit=100000&later=1")).status, 200);
});

test("rooms, members and messages answer as the commands do", async () => {
  assert.deepEqual((await server.http("GET", "/api/rooms", { token })).body, await client.ok("room:list", {}));
  const timeless = (answer) => JSON.stringify(answer).replace(/"last_seen":\d+/g, '"last_seen":0'); // of who is online: now
  assert.equal(timeless((await server.http("GET", "/api/rooms/general/members", { token })).body), timeless(await client.ok("room:members", { room: "general" })));
  assert.deepEqual((await server.http("GET", "/api/rooms/general/messages?limit=2", { token })).body, await client.ok("message:history", { room: "general", limit: 2 }));
  const { room } = await client.ok("room:create", { name: "Ünïcode" });
  assert.equal((await server.http("GET", `/api/rooms/${encodeURIComponent(room.slug)}/messages`, { token })).status, 200);
  assert.equal((await server.http("GET", "/api/rooms/99999999/messages", { token })).status, 404);
  assert.equal((await server.http("GET", "/api/rooms/%ff/messages", { token })).status, 404);
});

test("health and readiness answer", async () => {
  for (const path of ["/healthz", "/readyz"]) assert.equal((await plain("GET", path)).status, 200, path);
});
