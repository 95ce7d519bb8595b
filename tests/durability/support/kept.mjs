// kept.mjs: databases that earlier versions have left, and what must be in them for ever.
//
// Each folder of durability/kept holds what a killed server of that schema left behind, write-ahead log and all, and in
// content.json what its people could read. Run as a program it makes such a folder with the program in the build folder; do that
// once for each version that is released:
//
//     node durability/support/kept.mjs NAME
//
// SPDX-License-Identifier: MIT
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server } from "../../support/server.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../kept");
const FILES = ["parley.db", "parley.db-wal"];

// All of them: {name, content}.
export const kept = () => readdirSync(folder).map((name) => ({ name, content: JSON.parse(readFileSync(join(folder, name, "content.json"))) }));

// A data directory as that version left it.
export function unpack(name) {
  const data = mkdtempSync(join(tmpdir(), "parley-kept-"));
  for (const file of FILES) copyFileSync(join(folder, name, file), join(data, file));
  return data;
}

const essence = ({ id, seq, author, body, reply_to: answered, created_at: at }) => ({ id, seq, author: author.name, body, answered: answered?.id, at });

// What somebody who comes anew can read: the rooms and all that was said in them.
export async function readContent(server, name) {
  const client = await server.connect({ name }, { reconnection: false });
  const { rooms } = await client.ok("room:list", {});
  const content = [];
  for (const { id, slug, name, topic } of rooms) {
    await client.ok("room:join", { room: id });
    const { messages } = await client.ok("message:history", { room: id, limit: 100 });
    content.push({ slug, name, topic, messages: messages.map(essence) });
  }
  client.close();
  return content.sort((a, b) => a.slug.localeCompare(b.slug));
}

async function live(server) {
  const ada = await server.connect({ name: "ada" });
  const zoe = await server.connect({ name: "zoë" });
  const { room } = await ada.ok("room:create", { name: "Workshop", topic: "what is on the bench" });
  await zoe.ok("room:join", { room: room.id });
  const first = await ada.send("general", "Good morning, @zoë. Ça va?");
  await zoe.send("general", "日本語, العربية, 👩‍👩‍👧: all arrived", { reply_to: first.id });
  await ada.send(room.id, `${"a long one, ".repeat(1300)}end`);
  for (let i = 1; i <= 40; i++) await zoe.send(room.id, `line ${i}\n\tof a \`list\``);
  await ada.ok("room:update", { room: room.id, topic: "what was on the bench" });
  await zoe.ok("user:rename", { display_name: "Zoë of the workshop" });
  ada.close();
  zoe.close();
}

async function make(name) {
  const server = new Server({ rateScale: 0 });
  await server.start();
  await live(server);
  await readContent(server, "reader");
  await server.restart(); // what was said so far goes into the database, the rest is in the log
  const bo = await server.connect({ name: "bo" });
  await bo.send("general", "the last words before the lights went out");
  const content = await readContent(server, "reader2");
  await server.kill();
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  for (const file of FILES) cpSync(join(server.data, file), join(target, file));
  writeFileSync(join(target, "content.json"), `${JSON.stringify(content, null, 1)}\n`);
  rmSync(server.data, { recursive: true });
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await make(process.argv[2]);
