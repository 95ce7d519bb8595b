// installed.test.mjs: the app as one that is installed: it can be installed, and says when there is another build.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";

const stage = await Stage.open({ after });

const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker?.controller?.state === "activated", undefined, { timeout: 60_000 });

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
