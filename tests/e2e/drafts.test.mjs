// drafts.test.mjs: what is begun and not sent stays, with a closed tab and on another device.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const stage = await Stage.open({ after });

// The same person in front of another browser.
async function elsewhere(person) {
  const other = await stage.person(undefined, person.options);
  await other.context.addCookies(await person.context.cookies());
  await other.page.goto(stage.server.url);
  await other.composer.waitFor();
  return other;
}

const reads = (person, text) => until(async () => (await person.composer.inputValue()) === text, { what: () => `the composer with “${text}”`, ms: 30_000 });

test("a draft is there again after the tab was closed, in its room, with a pencil at the others", async () => {
  const ada = await stage.person("ada");
  await ada.button("Create a room").click();
  await ada.page.getByLabel("Name", { exact: true }).fill("Study");
  await ada.dialog.getByRole("button", { name: "Create room" }).click();
  await ada.heading.getByText("Study").waitFor();
  await ada.composer.fill("to be thought over");
  await ada.room("general").click();
  await ada.heading.getByText("general").waitFor();
  assert.equal(await ada.composer.inputValue(), "");
  await ada.room("Study").getByLabel("Draft").waitFor();
  await ada.page.close();
  const again = await ada.tab();
  await again.room("Study").click();
  await reads(again, "to be thought over");
  await again.isAccessible("a draft");
});

test("a draft follows the person to another device, and goes there when it is sent", async () => {
  const desk = await stage.person("bob");
  await desk.composer.fill("begun at the desk");
  const phone = await elsewhere(desk);
  await reads(phone, "begun at the desk");
  await desk.say("begun at the desk, and sent");
  await phone.sees("begun at the desk, and sent");
  await reads(phone, "");
});

test("what stands under one's hands stays there: the other version is offered", async () => {
  const desk = await stage.person("cy");
  await desk.composer.fill("first thought");
  const phone = await elsewhere(desk);
  await reads(phone, "first thought");
  await desk.page.bringToFront();
  await phone.page.bringToFront();
  await phone.composer.fill("second thought");
  await desk.page.getByText("Draft from another device").waitFor({ timeout: 30_000 });
  assert.equal(await desk.composer.inputValue(), "first thought");
  await desk.isAccessible("an offered draft");
  await desk.button("Use").click();
  await reads(desk, "second thought");
  await desk.page.getByText("What stood here before").waitFor();
  await desk.button("Use").click();
  await reads(desk, "first thought");
  await desk.button("Dismiss").click();
  await desk.page.getByText("What stood here before").waitFor({ state: "detached" });
});
