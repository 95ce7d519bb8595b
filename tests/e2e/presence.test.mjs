// presence.test.mjs: who is there and who is typing, as the others see it.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";

const stage = await Stage.open({ after });

// The person's row in the list of members, with the status in words.
const member = (viewer, name, status) => viewer.members.getByRole("listitem").filter({ hasText: name }).filter({ hasText: status });

async function showMembers(person) {
  if ((await person.members.count()) === 0) await person.button(/Show members/).click();
  await person.members.waitFor();
}

test("coming, going and status are seen in the list of members", async () => {
  const ada = await stage.person("ada");
  await showMembers(ada);
  const bob = await stage.person("bob");
  await member(ada, "bob", "Online").waitFor();
  await bob.button(/Your status and settings/).click();
  await bob.page.getByRole("menuitemradio", { name: "Away" }).or(bob.page.getByRole("menuitemcheckbox", { name: "Away" })).first().click();
  await member(ada, "bob", "Away").waitFor();
  await ada.screenshot("members-desktop");
  await bob.page.close();
  await member(ada, "bob", "Offline").waitFor({ timeout: 60_000 });
});

test("a reload shows nobody leaving", async () => {
  const [cy, dora] = [await stage.person("cy"), await stage.person("dora")];
  await showMembers(cy);
  await member(cy, "dora", "Online").waitFor();
  await dora.page.reload();
  await dora.composer.waitFor();
  await dora.say("back already");
  await cy.sees("back already");
  assert.equal(await member(cy, "dora", "Offline").count(), 0);
});

test("typing is seen by the other, and ends with sending", async () => {
  const [eve, fay] = [await stage.person("eve"), await stage.person("fay")];
  await eve.composer.pressSequentially("I am thin");
  const line = fay.page.getByText("eve is typing");
  await line.waitFor();
  assert.equal(await eve.page.getByText("eve is typing").count(), 0, "not by oneself");
  await eve.composer.press("Enter");
  await fay.sees("I am thin");
  await line.waitFor({ state: "detached" });
});

test("typing ends by itself", async () => {
  const [gil, hal] = [await stage.person("gil"), await stage.person("hal")];
  await gil.composer.pressSequentially("hm");
  const line = hal.page.getByText("gil is typing");
  await line.waitFor();
  await line.waitFor({ state: "detached", timeout: 60_000 });
});
