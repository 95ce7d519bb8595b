// access.test.mjs: keyboard alone, a phone's width, light and dark, and axe in every state.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { phone, Stage, tablet } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const stage = await Stage.open({ after });
const talker = await stage.server.connect({ name: "talker" });
for (let i = 1; i <= 30; i++) await talker.send("general", `something to read, ${i}`);

const sizes = [["desktop", {}], ["tablet", tablet], ["phone", phone]];
for (const [size, options] of sizes) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing serious: ${size}, ${colorScheme}`, async () => {
      const person = await stage.person(undefined, { ...options, colorScheme });
      await person.name.waitFor();
      await person.isAccessible("name screen");
      await person.screenshot(`name-${size}-${colorScheme}`);
      await person.name.fill("not a name");
      await person.button("Start talking").click();
      await person.complaint.waitFor();
      await person.isAccessible("name screen with an error");
      await person.enter(`${size}-${colorScheme}`);
      await person.say("and something said");
      await person.sees("and something said");
      await person.isAccessible("a room");
      await person.screenshot(`room-${size}-${colorScheme}`);
      await person.button(/Show members/).or(person.button(/Hide members/)).first().click();
      await person.isAccessible("members switched");
    });
  }
}

test("axe finds nothing serious in the dialogs and menus", async () => {
  const person = await stage.person("dialogs");
  const dialog = person.page.getByRole("dialog");
  for (const [state, open] of [
    ["create a room", () => person.button("Create a room").click()],
    ["browse rooms", () => person.button("Browse rooms").click()],
    ["go to room", () => person.page.keyboard.press("Control+k")],
    ["shortcuts", () => person.log.press("?")],
  ]) {
    await open();
    await dialog.waitFor();
    await person.isAccessible(state);
    await person.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }
  await person.button(/Your status and settings/).click();
  await person.page.getByRole("menu").waitFor();
  await person.isAccessible("own menu");
  await person.page.getByRole("menuitem", { name: "Settings" }).click();
  await dialog.waitFor();
  await person.isAccessible("settings");
});

test("axe finds nothing serious while offline", async () => {
  const person = await stage.person("lonely");
  await person.context.setOffline(true);
  await person.page.getByText(/offline/i).first().waitFor();
  await person.say("not sent yet");
  await person.isAccessible("offline");
  await person.context.setOffline(false);
});

test("with the keyboard alone: come in, talk, make a room, switch, leave", async () => {
  const person = await stage.person();
  const { keyboard } = person.page;
  await person.name.waitFor();
  await until(() => person.name.evaluate((field) => field === document.activeElement), { what: () => "focus in the field for the name" });
  await keyboard.type("keys");
  await keyboard.press("Enter");
  await person.composer.waitFor();
  await until(() => person.composer.evaluate((field) => field === document.activeElement), { what: () => "focus in the composer" });
  await keyboard.type("typed, not clicked");
  await keyboard.press("Enter");
  await person.sees("typed, not clicked");
  await tabTo(person, person.button("Create a room"));
  await keyboard.press("Enter");
  await person.page.getByRole("dialog").waitFor();
  await keyboard.type("Keyboard room");
  await keyboard.press("Enter");
  await person.page.getByRole("heading", { level: 1, name: "Keyboard room" }).waitFor();
  await keyboard.press("Alt+ArrowUp");
  await person.page.getByRole("heading", { level: 1, name: /general/i }).waitFor();
  await keyboard.press("Control+k");
  await person.page.getByRole("dialog").waitFor();
  await keyboard.type("Keyboard");
  await keyboard.press("Enter");
  await person.page.getByRole("heading", { level: 1, name: "Keyboard room" }).waitFor();
});

// Tab until the element has the focus, as a person would.
async function tabTo(person, target) {
  for (let i = 0; i < 60; i++) {
    await person.page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail("not reachable with Tab");
}

test("the messages are walked with arrows, with one tab stop", async () => {
  const person = await stage.person("walker");
  await person.sees("something to read, 30");
  const last = person.log.getByRole("article").last();
  await last.focus();
  await person.page.keyboard.press("ArrowUp");
  const focused = () => person.page.evaluate(() => document.activeElement?.textContent ?? "");
  const above = await focused();
  await person.page.keyboard.press("ArrowUp");
  assert.notEqual(await focused(), above);
  await person.page.keyboard.press("End");
  assert.equal(await last.evaluate((element) => element === document.activeElement), true);
  assert.equal(await person.log.locator('[tabindex="0"]').count(), 1);
});

test("a new message in the open room is said by the live region", async () => {
  const person = await stage.person("listener");
  await person.sees("something to read, 30");
  await talker.send("general", "listen to this");
  await person.page.locator('[aria-live="polite"]').filter({ hasText: "talker: listen to this" }).waitFor({ state: "attached" });
});

test("on a phone one goes from the list into a room and back", async () => {
  const person = await stage.person(undefined, phone);
  await person.enter("pocket");
  await person.button("Back to rooms").tap();
  await person.room("general").waitFor();
  await person.isAccessible("list of rooms on a phone");
  await person.screenshot("list-phone");
  await person.room("general").tap();
  await person.say("from the phone");
  await person.sees("from the phone");
  const { width, inner } = await person.page.evaluate(() => ({ width: document.documentElement.scrollWidth, inner: innerWidth }));
  assert.ok(width <= inner, `${width} px wide in ${inner}`);
  for (const target of await person.page.getByRole("button").all()) {
    const box = await target.boundingBox();
    if (box && box.width > 1) assert.ok(box.width >= 24 && box.height >= 24, `${await target.getAttribute("aria-label")}: ${box.width} x ${box.height}`);
  }
});
