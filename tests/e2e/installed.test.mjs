// installed.test.mjs: the app as one that is installed: it opens without the server, and says when there is another build.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";

const stage = await Stage.open({ after });

const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker?.controller?.state === "activated", undefined, { timeout: 60_000 });

// Until the browser's database holds `text` among what was seen.
const isKept = (page, text) => page.waitForFunction((text) => new Promise((told) => {
  const opening = indexedDB.open("parley");
  opening.onsuccess = () => {
    const all = opening.result.transaction("seen").objectStore("seen").getAll();
    all.onsuccess = () => (opening.result.close(), told(JSON.stringify(all.result).includes(text)));
  };
}), text, { timeout: 30_000, polling: 200 });

test("the app opens while the server is away, with what was seen last, and goes on when it is back", async () => {
  const ada = await stage.person("ada", { serviceWorkers: "allow" });
  const bob = await stage.person("bob");
  await ada.say("before");
  await bob.sees("before");
  await bob.say("an answer");
  await ada.sees("an answer");
  await controlled(ada.page);
  await isKept(ada.page, "an answer");
  await stage.server.stop();
  await ada.page.reload();
  for (const text of ["before", "an answer"]) await ada.message(text).first().waitFor({ timeout: 30_000 });
  await ada.say("written without a server");
  await ada.sees("written without a server");
  await ada.isAccessible("offline, from what was seen");
  await ada.page.reload();
  await ada.message("written without a server").first().waitFor({ timeout: 30_000 });
  await stage.server.start();
  await bob.message("written without a server").first().waitFor({ timeout: 60_000 });
  await bob.say("welcome back");
  await ada.message("welcome back").first().waitFor({ timeout: 60_000 });
  assert.equal(await ada.message("written without a server").count(), 1);
});

test("it can be installed: a manifest with icons that are there", async () => {
  const bob = await stage.person();
  const found = await bob.page.evaluate(async () => {
    const manifest = await (await fetch(document.querySelector("link[rel=manifest]").href)).json();
    const icons = await Promise.all(manifest.icons.map(async ({ src, type }) => {
      const answer = await fetch(src);
      return answer.ok && answer.headers.get("content-type") === type;
    }));
    return { ...manifest, icons };
  });
  assert.equal(found.display, "standalone");
  assert.ok(found.icons.length >= 3 && found.icons.every(Boolean), JSON.stringify(found.icons));
});

test("that there is another build is said, and nothing is reloaded by itself", async () => {
  const cy = await stage.person("cy", { serviceWorkers: "allow" });
  await controlled(cy.page);
  await cy.composer.fill("half a thought");
  // The build that the worker keeps names another script than the one that runs.
  await cy.page.evaluate(async () => {
    const [name] = (await caches.keys()).slice(-1);
    const cache = await caches.open(name);
    await cache.put("/index.html", new Response("<script src='/assets/another.js'></script>"));
    navigator.serviceWorker.dispatchEvent(new Event("controllerchange"));
  });
  await cy.page.getByText("Parley was updated.").waitFor();
  assert.equal(await cy.composer.inputValue(), "half a thought");
  await cy.button("Reload").click();
  await cy.page.waitForFunction(() => performance.getEntriesByType("navigation")[0].type === "reload");
  await cy.composer.waitFor();
  assert.equal(await cy.composer.inputValue(), "half a thought");
});
