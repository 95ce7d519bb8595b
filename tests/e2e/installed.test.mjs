// installed.test.mjs: the app as one that is installed: it opens without the server, and says when there is another build.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Stage } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const stage = await Stage.open({ after });

const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker?.controller?.state === "activated", undefined, { timeout: 60_000 });

// Until a row of the browser's table holds `text` at `place`. Asked from here: a page's own waiting takes a promise for a yes.
const isKept = (page, table, place, text) => until(() => page.evaluate(([table, place, text]) => new Promise((told) => {
  const opening = indexedDB.open("parley");
  opening.onsuccess = () => {
    const all = opening.result.transaction(table).objectStore(table).getAll();
    all.onsuccess = () => (opening.result.close(), told(all.result.some((row) => JSON.stringify(row[place] ?? "").includes(text))));
  };
}), [table, place, text]), { what: () => `${text} in the table ${table}` });

test("the app opens while the server is away, with what was seen last, and goes on when it is back", async () => {
  const ada = await stage.person("ada", { serviceWorkers: "allow" });
  const bob = await stage.person("bob");
  await ada.say("before");
  await bob.sees("before");
  await bob.say("an answer");
  await ada.sees("an answer");
  await controlled(ada.page);
  for (const text of ["before", "an answer"]) await isKept(ada.page, "seen", "messages", text);
  await stage.server.stop();
  await ada.page.reload();
  for (const text of ["before", "an answer"]) await ada.sees(text);
  await ada.say("written without a server");
  await ada.sees("written without a server");
  await isKept(ada.page, "outbox", "body", "written without a server");
  await ada.isAccessible("offline, from what was seen");
  await ada.page.reload();
  await ada.sees("written without a server");
  await stage.server.start();
  await bob.sees("written without a server");
  await bob.say("welcome back");
  await ada.sees("welcome back");
  await until(async () => (await ada.message("written without a server").count()) === 1, { what: () => "the message once" });
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
