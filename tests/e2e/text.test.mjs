// text.test.mjs: what messages look like: Markdown, code, people and rooms in a text; and what never becomes more than text.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { phone, Stage } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";
import { payloads } from "../support/xss.mjs";

const stage = await Stage.open({ after });

// What the page's policy refuses, it is told; here by the page, as a report would be sent.
const watchPolicy = () => {
  globalThis.refused = [];
  addEventListener("securitypolicyviolation", (event) => globalThis.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
};

test("Markdown is shown as what it means, code with its colours", async () => {
  const [ada, bob] = [await stage.person("ada"), await stage.person("bob")];
  await ada.composer.fill("**strong** and *slanted* and ~~gone~~ and `code`\n\n> said\n\n1. one\n2. two\n\n```js\nconst answer = 42; // why\n```");
  await ada.composer.press("Enter");
  const message = bob.message("strong and slanted").last();
  for (const role of ["strong", "emphasis", "deletion", "blockquote", "list"]) await message.getByRole(role).first().waitFor();
  await message.getByText("const", { exact: true }).waitFor();
  const colour = (text) => message.getByText(text, { exact: true }).evaluate((element) => getComputedStyle(element).color);
  await until(async () => (await colour("const")) !== (await colour("42")), { what: () => "coloured code" });
  await bob.isAccessible("Markdown");
});

test("whatever grows in a message later, the end of the log stays in sight", async () => {
  const gus = await stage.person(undefined, phone);
  await gus.enter("gus");
  const hal = await stage.server.connect({ name: "hal" });
  for (let i = 0; i < 20; i++) await hal.send("general", `line ${i}`);
  await hal.send("general", "the end of it");
  await gus.sees("the end of it");
  const below = () => gus.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
  await until(async () => (await below()) < 2, { what: () => "the end of the log" });
  await gus.message("line 19").evaluate((row) => (row.style.paddingBlockEnd = "300px"));
  await until(async () => (await below()) < 2, { what: () => "the end of the log, again" });
});

test("a person and a room in a text lead there", async () => {
  const [cy, dora] = [await stage.person("cy"), await stage.person("dora")];
  await cy.say("@dora see #general, not #nowhere");
  const message = dora.message("see #general").last();
  await message.getByRole("button", { name: "@dora" }).click();
  await dora.page.getByRole("dialog", { name: "dora" }).waitFor();
  await dora.page.keyboard.press("Escape");
  assert.deepEqual(await message.getByRole("link").allInnerTexts(), ["#general"]);
  await message.getByRole("link").click();
  await dora.heading.filter({ hasText: "general" }).waitFor();
});

test(`threat 35: ${payloads.length} texts that want to be more than text stay text, and the policy has nothing to refuse`, async () => {
  assert.ok(payloads.length >= 200);
  const eve = await stage.server.connect({ name: "eve" });
  const fay = await stage.person();
  await fay.context.addInitScript(watchPolicy);
  let dialogs = 0;
  fay.page.on("dialog", (dialog) => (dialogs++, dialog.dismiss()));
  await eve.ok("room:create", { name: "Corpus" });
  for (const payload of payloads) await eve.send("corpus", payload);
  await eve.send("corpus", "**the last one**");
  await fay.page.goto(`${stage.server.url}/r/corpus`);
  await fay.name.fill("fay");
  await fay.button("Start talking").click();
  await fay.button("Join room").click();
  await fay.log.getByRole("strong").filter({ hasText: "the last one" }).waitFor();
  await fay.log.hover();
  await until(async () => {
    await fay.page.mouse.wheel(0, -5000);
    return (await fay.log.getByRole("article").count()) > payloads.length;
  }, { ms: 60_000, what: () => "the whole corpus" });

  const seen = await fay.log.evaluate((log) => {
    const all = [...log.querySelectorAll("article .text, article .text *")];
    return {
      texts: log.querySelectorAll("article .text").length,
      tags: [...new Set(all.map((element) => element.localName))],
      attributes: [...new Set(all.flatMap((element) => element.getAttributeNames()))],
      addresses: [...log.querySelectorAll("article .text [href]")].map((link) => new URL(link.href).protocol),
      elsewhere: log.querySelectorAll("script, style, iframe, object, embed, form, img, video, audio, svg script, base, meta, link").length,
    };
  });
  assert.ok(seen.texts > payloads.length, `${seen.texts} texts`);
  const tags = ["div", "p", "strong", "em", "del", "code", "pre", "span", "a", "button", "blockquote", "ul", "ol", "li"];
  assert.deepEqual(seen.tags.filter((tag) => !tags.includes(tag)), []);
  const attributes = ["class", "dir", "href", "target", "rel", "title", "type", "tabindex", "start"];
  assert.deepEqual(seen.attributes.filter((name) => !attributes.includes(name)), []);
  assert.deepEqual([...new Set(seen.addresses)].filter((scheme) => !["http:", "https:", "mailto:"].includes(scheme)), []);
  assert.equal(seen.elsewhere, 0);
  assert.deepEqual(await fay.page.evaluate(() => [globalThis.refused, globalThis.pwned]), [[], undefined]);
  assert.equal(dialogs, 0);
});
