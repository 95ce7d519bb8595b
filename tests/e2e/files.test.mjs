// files.test.mjs: files are chosen, dropped and pasted, go up, are seen and heard; pictures large, by mouse and keyboard.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { deflateSync } from "node:zlib";
import { phone, Stage } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const stage = await Stage.open({ after }, { args: ["--upload-mib", 1] });
const wide = { ms: 30_000 };
const [ada, bob] = [await stage.person("ada"), await stage.person("bob")];

// A grey picture of that size, as a whole PNG file.
function png(width, height) {
  const table = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
  const crc = (bytes) => { let c = 0xffffffff; for (const byte of bytes) c = table[(c ^ byte) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0; };
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const lines = Buffer.alloc((width + 1) * height, 128);
  for (let y = 0; y < height; y++) lines[y * (width + 1)] = 0;
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))]);
}
const file = (name, buffer, mimeType = "application/octet-stream") => ({ name, mimeType, buffer: Buffer.from(buffer) });
const choose = (person, ...files) => person.page.locator("[data-attach]").first().setInputFiles(files);
const tray = (person) => person.page.getByRole("list", { name: "Files that go with the message" });
const ready = (person, count) => until(async () => (await tray(person).locator('[data-state="done"]').count()) === count, { ...wide, what: () => "files to be uploaded" });
const picture = (person, name) => person.log.getByRole("button", { name: `Show ${name} large` });
const focused = (locator) => locator.evaluate((element) => element === document.activeElement);
// Gives files to the element as the browser does when they are dropped or pasted.
const give = (locator, type, files) => locator.evaluate((element, [type, files]) => {
  const data = new DataTransfer();
  for (const { name, text } of files) data.items.add(new File([text], name, { type: "text/plain" }));
  const event = type === "paste" ? new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true }) : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
  element.dispatchEvent(event);
}, [type, files]);

test("a picture goes with its text, is seen in its proportions by both, and moves nothing", async () => {
  await choose(ada, file("sea.png", png(1200, 600), "image/png"));
  await ready(ada, 1);
  await ada.isAccessible("a file above the composer");
  await ada.say("the sea");
  for (const person of [ada, bob]) {
    const image = picture(person, "sea.png").locator("img");
    await image.waitFor();
    assert.deepEqual([await image.getAttribute("width"), await image.getAttribute("height")], ["400", "200"]);
    await until(() => image.evaluate((element) => element.complete && element.naturalWidth === 1200), { ...wide, what: () => "the picture" });
    const box = await image.boundingBox();
    assert.ok(Math.abs(box.width / box.height - 2) < 0.05, `${box.width} by ${box.height}`);
  }
  assert.equal(await tray(ada).count(), 0);
  await bob.isAccessible("a picture in the log");
});

test("a picture is shown large; arrows lead on, Escape back to where one was", async () => {
  await choose(ada, file("one.png", png(30, 20), "image/png"), file("two.png", png(20, 30), "image/png"));
  await ready(ada, 2);
  await ada.page.getByRole("button", { name: "Send" }).first().click();
  const first = picture(bob, "one.png");
  await first.click();
  const large = bob.page.getByRole("dialog", { name: "one.png" });
  await large.waitFor();
  await bob.isAccessible("a large picture");
  await bob.page.keyboard.press("ArrowRight");
  await bob.page.getByRole("dialog", { name: "two.png" }).getByText("2 of 2").waitFor();
  await bob.page.keyboard.press("ArrowRight");
  await large.waitFor();
  await bob.page.keyboard.press("Escape");
  await until(async () => (await bob.dialog.count()) === 0, wide);
  await until(() => focused(first), { ...wide, what: () => "the focus on the picture" });
});

test("files are dropped and pasted; text that is pasted stays text", async () => {
  await give(ada.composer, "drop", [{ name: "dropped.txt", text: "x" }]);
  await give(ada.composer, "paste", [{ name: "pasted.txt", text: "y" }]);
  await ready(ada, 2);
  await ada.page.getByRole("button", { name: "Send" }).first().click();
  for (const name of ["dropped.txt", "pasted.txt"]) {
    const link = bob.log.getByRole("link", { name: new RegExp(name) });
    await link.waitFor();
    assert.equal(await link.getAttribute("download"), name);
  }
  const [download] = await Promise.all([bob.page.waitForEvent("download"), bob.log.getByRole("link", { name: /pasted.txt/ }).click()]);
  assert.equal(download.suggestedFilename(), "pasted.txt");
});

test("what is too large is said at once; what was interrupted is tried again; what is taken out does not go", async () => {
  await choose(ada, file("large.bin", Buffer.alloc(1_100_000)));
  await tray(ada).getByText("This file is too large: at most 1 MB.").waitFor();
  await ada.button("Take out large.bin").click();
  await ada.context.setOffline(true);
  await choose(ada, file("later.txt", "later"));
  await tray(ada).getByRole("button", { name: "Try later.txt again" }).waitFor();
  await ada.context.setOffline(false);
  await tray(ada).getByRole("button", { name: "Try later.txt again" }).click();
  await ready(ada, 1);
  await ada.button("Take out later.txt").click();
  await ada.say("only words");
  await bob.sees("only words");
  assert.equal(await bob.log.getByText("later.txt").count(), 0);
});

test("a film and a sound have controls", async () => {
  await choose(ada, file("film.webm", Buffer.concat([Buffer.from("1a45dfa3010000000000001f4282847765626d", "hex"), Buffer.alloc(100)]), "video/webm"),
    file("sound.wav", Buffer.concat([Buffer.from("RIFF$\0\0\0WAVEfmt "), Buffer.alloc(100)]), "audio/wav"));
  await ready(ada, 2);
  await ada.page.getByRole("button", { name: "Send" }).first().click();
  assert.equal(await bob.log.locator("video[controls]").getAttribute("aria-label"), "film.webm");
  await bob.log.locator("audio[controls]").waitFor();
});

test("on a phone a picture fits, and a swipe leads to the next", async () => {
  const eve = await stage.person("eve", phone);
  const image = picture(eve, "sea.png").locator("img");
  await image.scrollIntoViewIfNeeded();
  const box = await image.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 390, `${box.x} to ${box.x + box.width}`);
  await picture(eve, "one.png").tap();
  const large = eve.page.getByRole("dialog", { name: "one.png" });
  await large.waitFor();
  await large.evaluate((dialog) => {
    const at = (type, x) => dialog.dispatchEvent(new PointerEvent(type, { pointerType: "touch", clientX: x, clientY: 300, bubbles: true }));
    at("pointerdown", 300);
    at("pointerup", 100);
  });
  await eve.page.getByRole("dialog", { name: "two.png" }).waitFor();
});
