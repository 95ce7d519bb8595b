// limits.test.mjs: how much one address, one session and one person may take, and whose address it is.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { serve, unique } from "../support/server.mjs";

// A new guest by HTTP through a proxy that says so: the status.
async function guestThrough(server, forwarded) {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  return (await server.http("POST", "/api/session", { json: { name: unique("guest") }, headers })).status;
}

async function statuses(count, make) {
  const found = [];
  for (let i = 0; i < count; i++) found.push(await make(i));
  return found;
}

const many = (status, count) => Array(count).fill(status);

test("threat 71: X-Forwarded-For counts from a trusted proxy alone, and there from the right", async (t) => {
  const proxied = await serve(t, { rateScale: 1, args: ["--trusted-proxies", "127.0.0.1,10.0.0.0/8"] });
  assert.deepEqual(await statuses(12, () => guestThrough(proxied, "203.0.113.9")), [...many(200, 10), 429, 429], "ten an hour");
  assert.deepEqual(await statuses(3, (i) => guestThrough(proxied, `198.51.100.${i}, 203.0.113.9`)), many(429, 3), "what the client wrote in front");
  assert.deepEqual(await statuses(3, (i) => guestThrough(proxied, `127.0.0.1, 203.0.113.9, 10.0.0.${i}`)), many(429, 3), "proxies of ours behind him");
  assert.equal(await guestThrough(proxied, "203.0.113.10"), 200, "his neighbour");
  const ada = await proxied.connect({ name: unique("ada") }, { extraHeaders: { "x-forwarded-for": "192.0.2.1, 203.0.113.77" } });
  assert.equal((await ada.ok("session:list", {})).sessions[0].address, "203.0.113.77");

  const direct = await serve(t, { rateScale: 1 });
  assert.deepEqual(await statuses(12, () => guestThrough(direct, "203.0.113.9")), many(200, 12), "loopback, whatever it says");
  const ben = await direct.connect({ name: unique("ben") }, { extraHeaders: { "x-forwarded-for": "203.0.113.77" } });
  assert.equal((await ben.ok("session:list", {})).sessions[0].address, "127.0.0.1");
});

test("threat 59: one /64 of IPv6 is one address, and guests are counted over sockets and HTTP together", async (t) => {
  const server = await serve(t, { rateScale: 1, args: ["--trusted-proxies", "127.0.0.1"] });
  assert.deepEqual(await statuses(8, (i) => guestThrough(server, `2001:db8:1:2::${i + 1}`)), many(200, 8));
  for (const i of [1, 2]) await server.connect({ name: unique("ada") }, { extraHeaders: { "x-forwarded-for": `2001:db8:1:2:ffff::${i}` } });
  const refused = await server.client({ name: unique("ada") }, { extraHeaders: { "x-forwarded-for": "2001:db8:1:2:3:4:5:6" } }).refused();
  assert.equal(refused.code, "rate_limited");
  assert.ok(refused.retry_after_ms > 0);
  assert.equal(await guestThrough(server, "2001:db8:1:2::9"), 429);
  assert.equal(await guestThrough(server, "2001:db8:1:3::9"), 200, "the next customer");
});
