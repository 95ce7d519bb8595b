// offline.test.mjs: without the network and without the server: nothing is lost, nothing comes twice.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const stage = await Stage.open({ after });

test("offline is said, what is written waits, and goes out once when the network is back", async () => {
  const [ada, bob] = [await stage.person("ada"), await stage.person("bob")];
  await ada.say("before");
  await bob.sees("before");
  await ada.context.setOffline(true);
  await ada.page.getByText(/offline/i).first().waitFor();
  await ada.say("written offline, one");
  await ada.say("written offline, two");
  await bob.say("meanwhile");
  await bob.sees("meanwhile");
  await ada.screenshot("offline-desktop");
  await ada.context.setOffline(false);
  await bob.sees("written offline, two");
  await ada.sees("meanwhile");
  for (const person of [ada, bob]) {
    for (const text of ["written offline, one", "written offline, two", "meanwhile"]) {
      await until(async () => (await person.message(text).count()) === 1, { what: () => `${text} once` });
    }
  }
  const texts = (await bob.texts()).join("\n");
  assert.ok(texts.indexOf("written offline, one") < texts.indexOf("written offline, two"), "in the order of writing");
});

test("a restart of the server under two people who write loses nothing", async () => {
  const [cy, dora] = [await stage.person("cy"), await stage.person("dora")];
  await cy.say("line 1");
  await dora.sees("line 1");
  await stage.server.stop();
  await cy.say("line 2");
  await dora.say("line 3");
  await stage.server.start();
  for (const person of [cy, dora]) {
    for (const text of ["line 1", "line 2", "line 3"]) {
      await person.message(text).first().waitFor();
      await until(async () => (await person.message(text).count()) === 1, { what: () => `${text} once` });
    }
  }
  await cy.say("line 4");
  await dora.sees("line 4");
});

test("kill -9 of the server is no more than that", async () => {
  const [eve, fay] = [await stage.person("eve"), await stage.person("fay")];
  await eve.say("on disk");
  await fay.sees("on disk");
  await stage.server.kill();
  await stage.server.start();
  await eve.say("after the crash");
  await fay.message("after the crash").waitFor();
  await fay.page.reload();
  await fay.sees("on disk");
  await fay.sees("after the crash");
});

test("what was written offline in two tabs that were closed goes out in order with the next one, once", async () => {
  const [gus, hal] = [await stage.person("gus"), await stage.person("hal")];
  const beside = await gus.tab();
  await gus.context.setOffline(true);
  for (const tab of [gus, beside]) await tab.page.getByText(/offline/i).first().waitFor({ timeout: 30_000 });
  await gus.say("tab one, first");
  await beside.sees("tab one, first");
  await beside.say("tab two, second");
  await gus.sees("tab two, second");
  await gus.say("tab one, third");
  await beside.sees("tab one, third");
  await gus.composer.fill("half a thought");
  await beside.page.close();
  await gus.page.close();
  await gus.context.setOffline(false);
  const again = await gus.tab();
  await hal.sees("tab one, third");
  await again.sees("tab one, third");
  const own = (texts) => texts.map((text) => /tab \w+, \w+/.exec(text)?.[0]).filter(Boolean);
  const order = ["tab one, first", "tab two, second", "tab one, third"];
  assert.deepEqual(own(await hal.texts()), order);
  await until(async () => own(await again.texts()).join() === order.join(), { what: () => "the log of the new tab" });
  assert.equal(await again.composer.inputValue(), "half a thought");
});

test("while two tabs are open each message goes once, whichever tab it was written in", async () => {
  const [ian, joy] = [await stage.person("ian"), await stage.person("joy")];
  const beside = await ian.tab();
  await stage.server.stop();
  for (const tab of [ian, beside]) await tab.page.getByText(/reconnecting|offline/i).first().waitFor({ timeout: 30_000 });
  for (let i = 1; i <= 3; i++) for (const tab of [ian, beside]) await tab.say(`line ${i} of ${tab === ian ? "one" : "two"}.`);
  await stage.server.start();
  await joy.message("line 3 of two.").waitFor({ timeout: 30_000 });
  const lines = (await joy.texts()).map((text) => /line \d of \w+\./.exec(text)?.[0]).filter(Boolean);
  assert.deepEqual(lines.toSorted(), [1, 2, 3].flatMap((i) => [`line ${i} of one.`, `line ${i} of two.`]));
  for (const tab of ["one", "two"]) assert.deepEqual(lines.filter((line) => line.includes(tab)), [1, 2, 3].map((i) => `line ${i} of ${tab}.`));
});
