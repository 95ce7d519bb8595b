// rooms.test.mjs: making, finding, joining, switching and leaving rooms in the browser; drafts.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";

const stage = await Stage.open({ after });

async function createRoom(person, name) {
  await person.button("Create a room").click();
  await person.page.getByLabel("Name", { exact: true }).fill(name);
  await person.page.getByRole("dialog").getByRole("button", { name: "Create room" }).click();
  await person.page.getByRole("heading", { level: 1, name }).waitFor();
}

async function joinRoom(person, name) {
  await person.button("Browse rooms").click();
  await person.button(/^Open general/).waitFor();
  await person.page.getByLabel("Search rooms").fill(name);
  await person.button(`Join ${name}`).click();
  await person.page.getByRole("heading", { level: 1, name }).waitFor();
}

test("one makes a room, the other finds and joins it, both talk there", async () => {
  const [ada, bob] = [await stage.person("ada"), await stage.person("bob")];
  await createRoom(ada, "Design");
  await joinRoom(bob, "Design");
  await bob.say("here I am");
  await ada.sees("here I am");
  await ada.screenshot("room-desktop");
});

test("switching rooms shows each room's messages, and keeps each room's draft", async () => {
  const cy = await stage.person("cy");
  await cy.say("said in general");
  await cy.sees("said in general");
  await createRoom(cy, "Drafts");
  await cy.say("said in drafts");
  await cy.sees("said in drafts");
  await cy.composer.fill("half a thought");
  await cy.room("general").click();
  await cy.sees("said in general");
  assert.equal(await cy.composer.inputValue(), "");
  assert.equal(await cy.message("said in drafts").count(), 0);
  await cy.room("Drafts").click();
  await cy.sees("said in drafts");
  assert.equal(await cy.composer.inputValue(), "half a thought");
  await cy.page.reload();
  await cy.sees("said in drafts");
  assert.equal(await cy.composer.inputValue(), "half a thought", "after a reload too");
});

test("the address names the room, and Back goes back", async () => {
  const dora = await stage.person("dora");
  await createRoom(dora, "Address");
  assert.match(dora.page.url(), /address/);
  await dora.room("general").click();
  await dora.page.getByRole("heading", { level: 1, name: /general/i }).waitFor();
  await dora.page.goBack();
  await dora.page.getByRole("heading", { level: 1, name: "Address" }).waitFor();
});

test("leaving takes the room out of the list", async () => {
  const [eve, fay] = [await stage.person("eve"), await stage.person("fay")];
  await createRoom(eve, "Passing");
  await joinRoom(fay, "Passing");
  await fay.button("More about this room").click();
  await fay.page.getByRole("menuitem", { name: "Leave room" }).click();
  await fay.page.getByRole("dialog").getByRole("button", { name: "Leave room" }).click();
  await fay.room("Passing").waitFor({ state: "detached" });
});

test("a new topic is seen by the others at once", async () => {
  const [gil, hal] = [await stage.person("gil"), await stage.person("hal")];
  await createRoom(gil, "Topical");
  await joinRoom(hal, "Topical");
  await gil.button("Add a topic").first().click();
  await gil.page.getByLabel("Topic", { exact: true }).fill("What matters today");
  await gil.page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await hal.page.getByText("What matters today").first().waitFor();
});
