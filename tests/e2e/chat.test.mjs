// chat.test.mjs: two people, two browsers: names, talk, history, text that stays text.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";
import { atBest, until } from "../support/wait.mjs";

const stage = await Stage.open({ after });

test("two people pick names and see each other's messages within a second", async () => {
  const [ada, bob] = [await stage.person("ada"), await stage.person("bob")];
  const took = await atBest(1000, async (i) => {
    const text = i === 0 ? "hello bob" : `hello again, ${i}`;
    await ada.say(text);
    await bob.sees(text);
  });
  assert.ok(took < 1000, `${took} ms`);
  await bob.say("hello ada");
  await ada.sees("hello ada");
  await bob.screenshot("chat-desktop");
  await ada.screenshot("chat-desktop-own");
});

test("a name that is taken is said so, with one that is free", async () => {
  await stage.person("taken");
  const late = await stage.person();
  await late.name.fill("taken");
  await late.button("Start talking").click();
  await late.page.getByText("taken is taken.").waitFor();
  await late.button(/^Use taken/).click();
  await late.composer.waitFor();
});

test("a name that cannot be is said so, and nothing happens", async () => {
  const person = await stage.person();
  await person.name.fill("no spaces please");
  await person.button("Start talking").click();
  await person.complaint.waitFor();
  assert.equal(await person.name.getAttribute("aria-invalid"), "true");
  assert.equal(await person.composer.count(), 0);
});

test("after a reload one is the same person, and the history is there", async () => {
  const cy = await stage.person("cy");
  for (const text of ["first line", "second line"]) await cy.say(text);
  await cy.sees("second line");
  await cy.page.reload();
  await cy.sees("second line");
  await cy.sees("first line");
  assert.equal(await cy.name.count(), 0, "not asked for a name again");
  await cy.say("third line");
  await cy.sees("third line");
});

test("who comes later sees what was said before", async () => {
  const early = await stage.person("early");
  await early.say("before you came");
  await early.sees("before you came");
  const late = await stage.person("later");
  await late.sees("before you came");
});

test("Shift+Enter makes a line, Enter sends, an empty message is not sent", async () => {
  const dora = await stage.person("dora");
  await dora.composer.press("Enter");
  await dora.composer.pressSequentially("one");
  await dora.composer.press("Shift+Enter");
  await dora.composer.pressSequentially("two");
  await dora.composer.press("Enter");
  await dora.sees("one\ntwo");
  assert.equal(await dora.composer.inputValue(), "");
  assert.equal(await dora.message("one").count(), 1);
});

test("threat 35: text is text: markup is shown, links are safe", async () => {
  const [eve, fay] = [await stage.person("eve"), await stage.person("fay")];
  const nasty = "<img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b>";
  let alerts = 0;
  fay.page.on("dialog", (dialog) => (alerts++, dialog.dismiss()));
  await eve.say(nasty);
  await fay.sees(nasty);
  await eve.say("see https://example.org/path?q=1. and javascript:alert(3)");
  const link = fay.log.getByRole("link");
  await link.first().waitFor();
  const hrefs = await link.evaluateAll((links) => links.map((one) => [one.getAttribute("href"), one.rel]));
  assert.deepEqual(hrefs.map(([href]) => href), ["https://example.org/path?q=1"]);
  for (const [, rel] of hrefs) assert.match(rel, /noopener/);
  assert.equal(alerts, 0);
});

test("older messages load when one scrolls up, and the rows stay bounded", async () => {
  const [gil, hal] = [await stage.person("gil"), await stage.person("hal")];
  const writer = await stage.server.connect({ name: "writer" });
  for (let i = 1; i <= 500; i++) await writer.send("general", `row ${i}.`);
  await gil.sees("row 500.");
  const rows = () => gil.log.getByRole("article").count();
  await gil.log.hover();
  await until(async () => {
    await gil.page.mouse.wheel(0, -5000);
    return (await gil.message("row 150.").count()) > 0;
  }, { what: () => "row 150" });
  assert.ok((await rows()) <= 300, `${await rows()} rows`);
  await writer.send("general", "while gil reads old things");
  await hal.sees("while gil reads old things");
  await gil.button(/^Jump to/).click();
  await gil.sees("while gil reads old things");
});

test("a message that comes in another room does not disturb, and marks that room", async () => {
  const [ida, jon] = [await stage.person("ida"), await stage.person("jon")];
  await ida.button("Create a room").click();
  await ida.page.getByLabel("Name", { exact: true }).fill("Tea corner");
  await ida.page.getByRole("dialog").getByRole("button", { name: "Create room" }).click();
  await ida.page.getByRole("heading", { level: 1, name: "Tea corner" }).waitFor();
  await jon.say("meanwhile in general");
  await ida.rooms.getByRole("link", { name: /General.*1 unread message/i }).waitFor();
  await ida.room("general").click();
  await ida.sees("meanwhile in general");
  await ida.rooms.getByRole("link", { name: /unread/ }).waitFor({ state: "detached" });
});
