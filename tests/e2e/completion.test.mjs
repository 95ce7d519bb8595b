// completion.test.mjs: what is completed while one writes: people, rooms, emoji, commands; by keys, by the mouse, by touch.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { phone, Stage } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const stage = await Stage.open({ after });
const options = (person) => person.page.getByRole("listbox", { name: "Suggestions" }).getByRole("option");
const value = (person, wanted) => until(async () => (await person.composer.inputValue()) === wanted, { ms: 30_000, what: () => `"${wanted}" in the composer` });

for (const name of ["anton", "antonia", "bert"]) await stage.server.connect({ name });

test("people by what they are called, with the keyboard alone; the message calls them", async () => {
  const [ada, anton] = [await stage.person("ada"), await stage.person("antje")];
  const { keyboard } = ada.page;
  await ada.composer.pressSequentially("hello @ant");
  await options(ada).filter({ hasText: "antje" }).waitFor();
  await ada.isAccessible("suggestions");
  const marked = () => ada.composer.getAttribute("aria-activedescendant");
  const first = await marked();
  assert.equal(await ada.page.locator(`[id="${first}"]`).getAttribute("aria-selected"), "true");
  await keyboard.press("ArrowDown");
  await until(async () => (await marked()) !== first, { what: () => "another one marked" });
  await keyboard.type("je");
  await until(async () => (await options(ada).count()) === 1, { what: () => "one left" });
  await keyboard.press("Enter");
  await value(ada, "hello @antje ");
  await keyboard.type("and @ber");
  await options(ada).filter({ hasText: "bert" }).waitFor();
  await keyboard.press("Escape");
  await options(ada).first().waitFor({ state: "detached" });
  await value(ada, "hello @antje and @ber");
  await keyboard.press("Enter");
  await anton.message("hello @antje and @ber").getByRole("button", { name: "@antje" }).waitFor();
});

test("rooms by the mouse, emoji by Tab, commands at the start", async () => {
  const bea = await stage.person("bea");
  await bea.composer.pressSequentially("see #gen");
  await options(bea).filter({ hasText: "general" }).click();
  await value(bea, "see #general ");
  await bea.composer.pressSequentially(":taco");
  await options(bea).filter({ hasText: ":taco:" }).waitFor({ timeout: 30_000 });
  await bea.page.keyboard.press("Tab");
  await value(bea, "see #general 🌮 ");
  await bea.composer.fill("");
  await bea.composer.pressSequentially("/hel");
  await options(bea).filter({ hasText: "help" }).waitFor();
  await bea.page.keyboard.press("Enter");
  await bea.page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await bea.page.keyboard.press("Escape");
  await value(bea, "");
});

test("what an input method is still making is left alone", async () => {
  const cy = await stage.person("cy");
  const input = await cy.context.newCDPSession(cy.page);
  await cy.composer.pressSequentially("@");
  await options(cy).first().waitFor();
  await input.send("Input.imeSetComposition", { text: "ber", selectionStart: 3, selectionEnd: 3 });
  await value(cy, "@ber");
  await cy.composer.evaluate((area) => area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true })));
  await input.send("Input.insertText", { text: "ber" });
  await value(cy, "@ber");
  await options(cy).filter({ hasText: "bert" }).waitFor();
  await cy.page.keyboard.press("Enter");
  await value(cy, "@bert ");
  assert.equal(await cy.log.getByRole("article").filter({ hasText: "@ber" }).filter({ hasText: "cy" }).count(), 0, "nothing was sent");
});

test("on a phone one taps on what is meant", async () => {
  const dan = await stage.person(undefined, phone);
  await dan.enter("dan");
  await dan.composer.pressSequentially("@ber");
  await options(dan).filter({ hasText: "bert" }).waitFor();
  await dan.isAccessible("suggestions on a phone");
  await dan.screenshot("suggestions-phone");
  await options(dan).filter({ hasText: "bert" }).tap();
  await value(dan, "@bert ");
});
