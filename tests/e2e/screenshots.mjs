// screenshots.mjs: the pictures of the README and a look at the main states, at three widths in both themes.
//
//     node tests/e2e/screenshots.mjs [DIR]      (default: docs/screenshots)
//
// The real server, the real app, people who talk. Looked at by eyes; nothing is compared.
//
// SPDX-License-Identifier: MIT
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { phone, Stage, tablet } from "../support/browser.mjs";

const folder = process.argv[2] ?? "docs/screenshots";
mkdirSync(folder, { recursive: true });

const talk = [
  ["Ana", "Morning! The new release is on the test server: https://test.example/parley"],
  ["Ana", "Could somebody try it on a phone?"],
  ["Ben", "On it. First impression: it opens faster than I can put the coffee down."],
  ["Chioma", "I pulled the plug while Ben was typing.\nEverything was there when it came back, each message once."],
  ["Ben", "That was you?!"],
  ["Chioma", "It is in the test plan, line 4."],
  ["Ben", "What it took, in the end:\n```js\nfor (const message of outbox) await send(message); // the same nonce as before\n```"],
  ["Ana", "**Lovely.** Then I take line 5: the train through the tunnel."],
];

const rooms = ["Release 0.1", "Kitchen", "Support"];
const afters = [];
const stage = await Stage.open({ after: (close) => afters.push(close) });
const people = {};
for (const name of ["Ana", "Ben", "Chioma"]) people[name] = await stage.server.connect({ name });
people.Dao = await stage.server.connect({ name: "Dao" });
for (const name of rooms) await people.Ben.ok("room:create", { name, topic: name === "Kitchen" ? "Who is out of milk?" : "" });
for (const name of ["Kitchen", "Release 0.1"]) await people.Ana.ok("room:join", { room: name.toLowerCase().replace(/[ .]+/g, "-") });
const said = [];
for (const [name, body] of talk) said.push(await people[name].send("general", body));
for (const name of ["Ben", "Chioma", "Dao"]) await people[name].ok("message:react", { message: said[0].id, emoji: "🎉", on: true });
await people.Ana.ok("message:react", { message: said[3].id, emoji: "😱", on: true });
for (const [name, body] of [["Chioma", "Which tunnel?"], ["Ana", "The long one, under the `pass`."], ["Ben", "I bring cake."]])
  await people[name].send("general", body, { thread: said.at(-1).id });
await people.Ben.send("kitchen", "@Ana the good tea is in the left cupboard.");
await people.Ben.send("release-0-1", "Notes are up.");
await people.Ana.ok("room:create", { name: "Party for Dao", private: true });
await people.Ana.ok("room:prefs", { room: "release-0-1", favorite: true });
const { room: direct } = await people.Chioma.ok("dm:open", { users: [people.Ana.me.id] });
await people.Chioma.send(direct.id, "Did you see the line?");
await people.Chioma.ok("user:status", { status: "away", text: "on the train" });

// What stands beside the room, and how one gets there.
const panels = {
  thread: (viewer) => viewer.message("tunnel").getByRole("button", { name: /3 replies/ }).click(),
  search: async ({ page }) => {
    await page.keyboard.press("Control+Shift+F");
    await page.getByRole("searchbox", { name: "Search messages" }).fill("line");
    await page.getByRole("complementary", { name: "Search" }).getByRole("article").first().waitFor();
  },
};

async function picture(name, options, theme) {
  const token = (await people.Ana.ready()).token;
  const viewer = await stage.person(undefined, { ...options, colorScheme: theme });
  await viewer.context.addCookies([{ name: "parley_session", value: token, url: stage.server.url, httpOnly: true, sameSite: "Lax" }]);
  await viewer.page.goto(stage.server.url);
  await viewer.composer.or(viewer.room("general")).first().waitFor();
  if (viewer.phone) {
    await viewer.page.screenshot({ path: join(folder, `${name}-list-${theme}.png`) });
    await viewer.room("general").tap();
  }
  await viewer.sees("tunnel");
  for (const on of [false, true]) await people.Ben.ok("typing", { room: "general", on }); // anew: who came late has not heard of it
  await viewer.page.getByText("Ben is typing").first().waitFor();
  await viewer.page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
  for (const [panel, open] of Object.entries(panels)) {
    await open(viewer);
    await viewer.page.screenshot({ path: join(folder, `${name}-${panel}-${theme}.png`) });
    await viewer.page.keyboard.press("Escape");
  }
  await viewer.context.close();
}

for (const theme of ["light", "dark"]) {
  await picture("desktop", { viewport: { width: 1280, height: 800 } }, theme);
  await picture("tablet", tablet, theme);
  await picture("phone", phone, theme);
}
for (const close of afters) await close();
