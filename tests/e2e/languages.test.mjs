// languages.test.mjs: the app in other languages than English: chosen by the browser or the person, from right to left too.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";

const stage = await Stage.open({ after });

const words = {
  de: { name: "Dein Name", start: "Los geht’s", composer: /^Nachricht an/, log: /^Nachrichten in/, rooms: "Räume", today: "Heute" },
  ar: { name: "اسمك", start: "بدء الحديث", composer: /^رسالة إلى/, log: /^رسائل/, rooms: "الغرف", today: "اليوم" },
};

// Somebody whose browser speaks `locale`, in the room.
async function reader(name, locale, options = {}) {
  const person = await stage.person(undefined, { locale, ...options });
  const { page } = person;
  const said = words[locale.slice(0, 2)];
  await page.getByLabel(said.name).fill(name);
  await page.getByRole("button", { name: said.start }).click();
  await page.getByRole("textbox", { name: said.composer }).waitFor();
  return { person, page, said, composer: page.getByRole("textbox", { name: said.composer }), log: page.getByRole("log", { name: said.log }) };
}

async function left(locator) {
  return (await locator.boundingBox()).x;
}

test("a German browser gets German", async () => {
  const { page, log, composer, said } = await reader("greta", "de-AT");
  assert.equal(await page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`), "de ltr");
  await composer.fill("Guten Tag");
  await composer.press("Enter");
  await log.getByRole("article").filter({ hasText: "Guten Tag" }).waitFor();
  await log.getByText(said.today, { exact: true }).waitFor();
});

test("an Arabic one runs from right to left, and names keep their direction", async () => {
  const bob = await stage.person("bob");
  const { person, page, log, composer, said } = await reader("amal", "ar-EG");
  assert.equal(await page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`), "ar rtl");
  await bob.say("left to right, (really).");
  await composer.fill("مرحبًا بالجميع");
  await composer.press("Enter");
  await bob.sees("مرحبًا بالجميع");
  const article = log.getByRole("article").filter({ hasText: "left to right" });
  await article.waitFor();
  const rooms = page.getByRole("navigation", { name: said.rooms });
  assert.ok(await left(rooms) > await left(log), "the rooms are to the right of the messages");
  assert.equal(await article.getByText("left to right").evaluate((text) => getComputedStyle(text).direction), "ltr");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out");
  await person.isAccessible("a room in Arabic");
  await person.screenshot("arabic-desktop");
});

test("who chooses another language has it from then on, and what was being written stays", async () => {
  const cy = await stage.person("cy");
  await cy.composer.fill("half a thought");
  await cy.button("Your status and settings").click();
  await cy.page.getByRole("menuitem", { name: "Settings" }).click();
  await cy.dialog.getByLabel("Language").selectOption({ label: "العربية" });
  const composer = cy.page.getByRole("textbox", { name: words.ar.composer });
  await composer.waitFor();
  assert.equal(await composer.inputValue(), "half a thought");
  await cy.page.reload();
  await composer.waitFor();
  assert.equal(await cy.page.evaluate(() => document.documentElement.dir), "rtl");
});
