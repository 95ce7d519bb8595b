// accounts.mjs: people with accounts on a server of a test.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { unique } from "./server.mjs";

export const PASSWORD = "kafka auf dem rasen";

// Registers, as the first account from the server's own machine: {user, token, cookie}.
export async function register(server, fields = {}, options = {}) {
  const answer = await server.http("POST", "/api/users", { json: { name: unique("user"), password: PASSWORD, ...fields }, ...options });
  assert.equal(answer.status, 201, answer.text);
  return { ...answer.body, cookie: answer.headers.get("set-cookie").split(";")[0], password: fields.password ?? PASSWORD };
}

// Signs in by name and password: the answer as it is.
export function login(server, name, password = PASSWORD, options = {}) {
  return server.http("POST", "/api/session", { json: { name, password }, ...options });
}

// A server's owner, an administrator, a member and a guest, each {user, token, client}. The server is fresh.
export async function people(server) {
  const found = { owner: await register(server), admin: await register(server), member: await register(server) };
  found.guest = (await server.http("POST", "/api/session", { json: { name: unique("guest") } })).body;
  for (const who of Object.values(found)) who.client = await server.connect({ token: who.token });
  await found.owner.client.ok("server:role", { user: found.admin.user.id, role: "admin" });
  return found;
}
