// search.test.mjs: finding what was said, in the panel beside the room: as one types, narrowed down, with the keyboard.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { phone, Stage } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const stage = await Stage.open({ after });
const wide = { ms: 30_000 };
const panel = (person) => person.page.getByRole("complementary", { name: "Search" });
const field = (person) => panel(person).getByRole("searchbox", { name: "Search messages" });
const hits = (person) => panel(person).getByRole("article");
const texts = async (person) => (await hits(person).locator("p").allInnerTexts()).map((text) => text.trim());

const [ana, bo] = [await stage.server.connect({ name: "ana" }), await stage.server.connect({ name: "bo" })];
await ana.ok("room:create", { name: "Kitchen" });
await bo.ok("room:join", { room: "kitchen" });
await ana.send("kitchen", "the kettle is new");
await bo.send("kitchen", "who took the kettle?");
const { id } = await ana.send("kitchen", "Kettle rules: fill it again");
await ana.ok("message:pin", { message: id, on: true });
for (let i = 1; i <= 120; i++) await bo.send("kitchen", `filler ${i}`);

// The index follows within a second.
await until(async () => (await ana.call("message:search", { query: "kettle" })).data?.hits.length === 3, { ...wide, what: () => "an index that is up to date" });

// What is shown for a query: the texts of the hits, or what is said in their place.
async function finds(person, query, expected) {
  await field(person).fill(query);
  await until(async () => {
    const said = await panel(person).getByRole("status").allInnerTexts();
    return (await texts(person)).join("|") === expected || said.some((text) => text.includes(expected));
  }, { ...wide, what: () => `${query} to find ${expected}` });
}

test("one finds as one types, narrows down, and jumps to the hit", async () => {
  const cy = await stage.person("cy");
  await cy.page.goto(`${stage.server.url}/r/kitchen`);
  await cy.button("Join room").click();
  await cy.sees("filler 120");
  await cy.button("Search messages").click();
  await finds(cy, "kett", "Kettle rules: fill it again|who took the kettle?|the kettle is new");
  await cy.isAccessible("found messages");
  await finds(cy, "kettle from:bo", "who took the kettle?");
  await finds(cy, "kettle is:pinned", "Kettle rules: fill it again");
  await finds(cy, "kettle in:general", "No messages match");
  await finds(cy, "kettle before:2020", "No messages match");
  await finds(cy, "kettle from:zaphod", "There is nobody called");
  await finds(cy, "new kettle", "the kettle is new");
  await hits(cy).getByRole("button").first().click();
  const line = cy.message("the kettle is new").last();
  await until(() => line.evaluate((element) => element === document.activeElement), { ...wide, what: () => "the focus on the hit" });
  await cy.screenshot("search-desktop");
});

test("with the keyboard alone: open, type, down to the hit, there, and away", async () => {
  const dora = await stage.person("dora");
  await dora.page.goto(`${stage.server.url}/r/kitchen`);
  await dora.button("Join room").click();
  await dora.sees("filler 120");
  const { keyboard } = dora.page;
  await keyboard.press("Control+Shift+F");
  await field(dora).waitFor();
  await keyboard.type("took kettle");
  await hits(dora).filter({ hasText: "who took" }).waitFor({ timeout: 30_000 });
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  const line = dora.message("who took the kettle?").last();
  await until(() => line.evaluate((element) => element === document.activeElement), { ...wide, what: () => "the focus on the hit" });
  await keyboard.press("/");
  await field(dora).waitFor();
  await until(async () => /in:kitchen/.test(await field(dora).inputValue()), { ...wide, what: () => "the room in the field" });
  await keyboard.press("Escape");
  await panel(dora).waitFor({ state: "detached" });
});

test("on a phone the search lies over the room, and gives way to the hit", async () => {
  const eve = await stage.person(undefined, phone);
  await eve.enter("eve");
  await eve.page.goto(`${stage.server.url}/r/kitchen`);
  await eve.button("Join room").tap();
  await eve.button("Search messages").tap();
  await field(eve).fill("kettle rules");
  await hits(eve).filter({ hasText: "Kettle rules" }).waitFor({ timeout: 30_000 });
  await eve.isAccessible("found messages on a phone");
  await eve.screenshot("search-phone");
  const { page, inner } = await eve.page.evaluate(() => ({ page: document.documentElement.scrollWidth, inner: innerWidth }));
  assert.ok(page <= inner, `${page} px wide in ${inner}`);
  await hits(eve).getByRole("button").first().tap();
  await eve.sees("Kettle rules");
  await panel(eve).waitFor({ state: "detached" });
});
