// syscalls.test.mjs: the server on a kernel that interrupts, finds nothing, takes half and loses connections (faults/net_faults.c).
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { get, serve, unique } from "../support/server.mjs";

const server = await serve({ after }, { program: "tests/integration/faults/parley-net-bad" });

for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
  test(`threat 82: by ${transports.join(", then ")} everything arrives once and in order, whatever the system calls say`, { timeout: 60_000 }, async () => {
    const people = [];
    for (let i = 0; i < 4; i++) people.push(await server.connect({ name: unique("p") }, { transports }));
    const sent = [];
    for (let i = 0; i < 40; i++) sent.push((await people[i % 4].send("general", `${i}-${"x".repeat(i * 300)}`)).id);
    for (const person of people) {
      await person.wait("message:new", ({ message }) => message.id === sent.at(-1));
      const got = person.all("message:new").map(({ message }) => message);
      assert.deepEqual(got.map(({ id }) => id), sent);
      for (const [i, { body }] of got.entries()) assert.equal(body.length, `${i}-`.length + i * 300);
      assert.deepEqual(person.disconnects, []);
    }
    for (const person of people) person.close();
  });
}

test("threat 82: files and answers over HTTP come whole", { timeout: 60_000 }, async () => {
  const page = await get(`${server.url}/`);
  const [script] = /\/assets\/app[^"]+\.js/.exec(page.text);
  const [first, second] = [await get(server.url + script), await get(server.url + script)];
  assert.equal(first.status, 200);
  assert.ok(first.text.length > 50_000 && first.text === second.text);
  assert.equal(Buffer.byteLength(first.text), Number(first.headers["content-length"]));
});
