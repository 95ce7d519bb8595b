// acts.test.mjs: what people do with messages: edit, delete and undo, react, answer, pin, save, forward, link, keep unread;
// threads beside the room; by mouse, by touch, and with the keyboard alone.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { phone, Stage, tablet } from "../support/browser.mjs";
import { until } from "../support/wait.mjs";

const stage = await Stage.open({ after });
const wide = { ms: 30_000 };

const choose = (person, item) => person.page.getByRole("menuitem", { name: item, exact: true }).click();
const panel = (person, name) => person.page.getByRole("complementary", { name });
const thread = (person) => person.page.getByRole("log", { name: "Replies in the thread" });
const focused = (locator) => locator.evaluate((element) => element === document.activeElement);

// The menu of a message, by the mouse.
async function menuOf(person, text, item) {
  const message = person.message(text).last();
  await message.hover();
  await message.getByRole("button", { name: "More about this message" }).click();
  await choose(person, item);
}

async function roomMenu(person, item) {
  await person.button("More about this room").click();
  await choose(person, item);
}

async function createRoom(person, name) {
  await person.button("Create a room").click();
  await person.page.getByLabel("Name", { exact: true }).fill(name);
  await person.dialog.getByRole("button", { name: "Create room" }).click();
  await person.heading.filter({ hasText: name }).waitFor();
}

const [ada, bob] = [await stage.person("ada"), await stage.person("bob")];

test("one edits with the arrow up, cancels with Escape, and everybody sees what it was before", async () => {
  await ada.say("the frist word");
  await bob.sees("the frist word");
  await ada.composer.fill("half a thought");
  await ada.composer.press("Control+a");
  await ada.composer.press("Delete");
  await ada.composer.press("ArrowUp");
  const box = ada.page.getByRole("textbox", { name: "Editing message" });
  await box.waitFor();
  assert.equal(await box.inputValue(), "the frist word");
  await ada.isAccessible("editing");
  await box.press("Escape");
  await until(() => focused(ada.composer), { ...wide, what: () => "the focus where one writes" });
  await ada.composer.press("ArrowUp");
  await box.fill("the first word");
  await box.press("Enter");
  await bob.message("the first word").getByText("(edited)").waitFor();
  assert.equal(await bob.message("the frist word").count(), 0);
  await bob.message("the first word").getByRole("button", { name: "(edited)" }).click();
  await bob.dialog.getByText("the frist word").waitFor();
  await bob.isAccessible("earlier versions");
  await bob.page.keyboard.press("Escape");
});

test("what is deleted can be taken back for a while, and then is gone for all", async () => {
  await ada.say("better not");
  await bob.sees("better not");
  await menuOf(ada, "better not", "Delete message");
  await ada.message("better not").waitFor({ state: "detached" });
  await ada.button("Undo").click();
  await ada.sees("better not");
  await menuOf(ada, "better not", "Delete message");
  await ada.message("better not").waitFor({ state: "detached" });
  await bob.message("better not").waitFor({ state: "detached", timeout: 30_000 });
  await ada.button("Undo").waitFor({ state: "detached" });
});

test("reactions are grouped, say whose they are, and are taken back", async () => {
  await ada.say("cake at four");
  await bob.message("cake at four").last().hover();
  await bob.message("cake at four").getByRole("button", { name: "Add reaction" }).first().click();
  await bob.page.getByRole("searchbox", { name: "Search emoji" }).fill("birthday cake");
  await bob.dialog.getByRole("button", { name: "birthday cake" }).waitFor();
  await bob.isAccessible("the emoji picker");
  await bob.page.keyboard.press("Enter");
  const cake = ada.message("cake at four").getByRole("button", { name: /^🎂 1 by bob/ });
  await cake.click();
  await bob.message("cake at four").getByRole("button", { name: /^🎂 2 by (you, ada|ada, you)/ }).waitFor();
  await bob.message("cake at four").getByRole("button", { name: /^🎂/, pressed: true }).click();
  await ada.message("cake at four").getByRole("button", { name: /^🎂 1 by you$/ }).waitFor();
  await menuOf(ada, "cake at four", "Who reacted");
  await ada.dialog.getByText("ada").first().waitFor();
  await ada.page.keyboard.press("Escape");
  await ada.isAccessible("reactions");
});

test("an answer shows what it answers and leads there", async () => {
  await ada.say("a question");
  await bob.message("a question").last().hover();
  await bob.message("a question").getByRole("button", { name: "Reply", exact: true }).click();
  await bob.page.getByText("Replying to ada:").waitFor();
  await bob.isAccessible("answering");
  await bob.say("an answer");
  await ada.message("an answer").getByRole("button", { name: /^In reply to ada a question/ }).click();
  await until(() => focused(ada.message("a question").first()), { ...wide, what: () => "the focus on the question" });
});

test("a link to a message opens its room with what stood around it", async () => {
  const writer = await stage.server.connect({ name: "writer" });
  await writer.ok("room:create", { name: "Long room" });
  for (let i = 1; i <= 200; i++) await writer.send("long-room", `line ${i}.`);
  const { messages } = await writer.ok("message:history", { room: "long-room", around: 20, limit: 1 });
  await ada.page.goto(`${stage.server.url}/r/long-room/m/${messages[0].id}`);
  await ada.button("Join room").click();
  const line = ada.message(messages[0].body).first();
  await line.waitFor();
  await until(() => focused(line), { ...wide, what: () => "the focus on the line" });
  await ada.sees("line 15.");
  assert.equal(await ada.message("line 200.").count(), 0);
  assert.match(ada.page.url(), /\/r\/long-room$/);
  await ada.button(/^Jump to/).click();
  await ada.sees("line 200.");
});

test("a message is pinned, found among the pinned ones, and unpinned; the other sees it", async () => {
  await createRoom(ada, "Board");
  await bob.page.goto(`${stage.server.url}/r/board`);
  await bob.button("Join room").click();
  await ada.say("the rules");
  await bob.sees("the rules");
  await menuOf(ada, "the rules", "Pin");
  await bob.message("the rules").getByText("Pinned").waitFor();
  await roomMenu(bob, "Pinned messages");
  await panel(bob, "Pinned messages").getByText("the rules").waitFor();
  await bob.isAccessible("pinned messages");
  assert.equal(await bob.button("Unpin").count(), 0, "not for a member");
  await menuOf(ada, "the rules", "Unpin");
  await panel(bob, "Pinned messages").getByText("Nothing is pinned here.").waitFor();
  await bob.page.keyboard.press("Escape");
  await panel(bob, "Members").waitFor();
});

test("what is saved is found in every room, and leads back", async () => {
  await bob.say("to keep");
  await menuOf(bob, "to keep", "Save");
  await bob.room("general").click();
  await roomMenu(bob, "Saved messages");
  await panel(bob, "Saved messages").getByText("to keep").waitFor();
  await bob.isAccessible("saved messages");
  await panel(bob, "Saved messages").getByRole("button", { name: /Go to message/ }).click();
  await bob.heading.filter({ hasText: "Board" }).waitFor();
  await until(() => focused(bob.message("to keep").first()), { ...wide, what: () => "the focus on what was kept" });
  await panel(bob, "Saved messages").getByRole("button", { name: "Take out of saved" }).click();
  await panel(bob, "Saved messages").getByText("You have saved no messages yet.").waitFor();
  await bob.button("Close panel").click();
});

test("a message is forwarded with whose it is and the way back", async () => {
  await ada.say("news to share");
  await menuOf(ada, "news to share", "Forward");
  await ada.page.getByLabel("To which room").fill("gener");
  await ada.isAccessible("forwarding");
  await ada.page.keyboard.press("Enter");
  await ada.room("general").click();
  const copy = ada.message("Forwarded from ada").last();
  await copy.getByRole("blockquote").getByText("news to share").waitFor();
  await copy.getByRole("link").click();
  await ada.heading.filter({ hasText: "Board" }).waitFor();
});

test("a room is kept unread from a message on, while one looks at it and after", async () => {
  for (const text of ["seen", "not quite seen", "nor this"]) await ada.say(text);
  await bob.sees("nor this");
  await menuOf(bob, "not quite seen", "Mark as unread from here");
  await bob.log.getByRole("separator", { name: "New" }).waitFor();
  await bob.rooms.getByRole("link", { name: /Board.*2 unread/ }).waitFor();
  await bob.room("general").click();
  await bob.heading.filter({ hasText: "general" }).waitFor();
  await bob.rooms.getByRole("link", { name: /Board.*2 unread/ }).waitFor();
  await bob.room("Board").click();
  await bob.rooms.getByRole("link", { name: /Board.*unread/ }).waitFor({ state: "detached" });
});

test("a thread stands beside the room: replies, unread, following, and to the room as well", async () => {
  await ada.say("what do you think?");
  await bob.message("what do you think?").last().hover();
  await bob.message("what do you think?").getByRole("button", { name: "Open thread" }).click();
  const reply = (person) => person.page.getByRole("textbox", { name: "Reply in the thread" });
  await reply(bob).waitFor();
  await reply(bob).fill("quite good");
  await reply(bob).press("Enter");
  await thread(bob).getByRole("article").filter({ hasText: "quite good" }).waitFor();
  await bob.isAccessible("a thread");
  assert.equal(await bob.log.getByRole("article").filter({ hasText: "quite good" }).count(), 0, "not in the room");
  await ada.message("what do you think?").getByRole("button", { name: /1 reply.*1 new/ }).waitFor();
  await ada.button("1 thread with new replies").click();
  await panel(ada, "Threads you follow").getByRole("button", { name: /Go to message/ }).click();
  await thread(ada).getByText("quite good").waitFor();
  await ada.button("1 thread with new replies").waitFor({ state: "detached" });
  await reply(ada).fill("tell the others");
  await ada.page.getByLabel("Send to the room as well").check();
  await reply(ada).press("Enter");
  await bob.sees("tell the others");
  await thread(bob).getByText("tell the others").waitFor();
  await reply(ada).press("ArrowUp");
  await ada.page.getByRole("textbox", { name: "Editing message" }).fill("tell everybody");
  await ada.page.getByRole("textbox", { name: "Editing message" }).press("Enter");
  await thread(bob).getByText("tell everybody").waitFor();
  await bob.message("tell everybody").waitFor();
  await bob.button("Unfollow thread").click();
  await bob.button("Follow thread").waitFor();
  await bob.button("Close panel").click();
  await reply(ada).fill("are you still there?");
  await reply(ada).press("Enter");
  await bob.message("what do you think?").getByRole("button", { name: /3 replies/ }).waitFor();
  assert.equal(await bob.button(/thread with new replies/).count(), 0);
  await ada.button("Close panel").click();
});

test("with the keyboard alone: every act on a message by its key, and back", async () => {
  await createRoom(ada, "Keys");
  await ada.say("by hand");
  await ada.sees("by hand");
  const { keyboard } = ada.page;
  const message = ada.log.getByRole("article").last();
  await message.focus();
  await keyboard.press("p");
  await message.getByText("Pinned").waitFor();
  await keyboard.press("e");
  await ada.page.getByRole("textbox", { name: "Editing message" }).waitFor();
  await keyboard.type(" alone");
  await keyboard.press("Enter");
  await ada.sees("by hand alone");
  await message.focus();
  await keyboard.press("r");
  await until(() => focused(ada.composer), { ...wide, what: () => "the focus where one writes" });
  await keyboard.press("Escape");
  await ada.page.getByText("Replying to").waitFor({ state: "detached" });
  await message.focus();
  await keyboard.press("+");
  await ada.dialog.waitFor();
  await keyboard.type("thumbs up");
  await ada.dialog.getByRole("button", { name: "thumbs up" }).waitFor();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await message.getByRole("button", { name: /^👍/, pressed: true }).waitFor();
  await message.focus();
  await keyboard.press("t");
  await ada.page.getByRole("textbox", { name: "Reply in the thread" }).waitFor();
  await keyboard.press("Escape");
  await thread(ada).waitFor({ state: "detached" });
  await message.focus();
  await keyboard.press("Delete");
  await ada.message("Message deleted.").waitFor();
  await ada.button("Undo").click();
  await ada.sees("by hand alone");
});

for (const [size, options] of [["phone", phone], ["tablet", { ...tablet, hasTouch: true }]]) {
  test(`by touch on a ${size}: a long press opens what can be done, a thread lies over the room`, async () => {
    const cy = await stage.person(undefined, options);
    await cy.enter(`cy-${size}`);
    await cy.say(`from a ${size}`);
    const message = cy.message(`from a ${size}`).last();
    await message.waitFor();
    const { x, y, width, height } = await message.boundingBox();
    const touch = await cy.context.newCDPSession(cy.page);
    const point = [{ x: x + width / 2, y: y + height / 2 }];
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: point });
    await until(() => message.evaluate((element) => element.dataset.pressed === ""), { ...wide, what: () => "a press that was long enough" });
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await cy.page.getByRole("menu").waitFor();
    await cy.isAccessible(`a message's menu on a ${size}`);
    await cy.page.getByRole("menuitem", { name: "Open thread" }).tap();
    await cy.page.getByRole("textbox", { name: "Reply in the thread" }).fill("below it");
    await panel(cy, "Thread").getByRole("button", { name: "Send", exact: true }).tap();
    await thread(cy).getByText("below it").waitFor();
    await cy.isAccessible(`a thread on a ${size}`);
    const { page, inner } = await cy.page.evaluate(() => ({ page: document.documentElement.scrollWidth, inner: innerWidth }));
    assert.ok(page <= inner, `${page} px wide in ${inner}`);
    await cy.screenshot(`thread-${size}`);
    await cy.page.goBack();
    await message.getByRole("button", { name: /1 reply/ }).waitFor();
  });
}
