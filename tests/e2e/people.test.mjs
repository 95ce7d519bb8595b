// people.test.mjs: private rooms, direct messages, who may do what to whom, and what each keeps for himself.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { phone, Stage, tablet } from "../support/browser.mjs";
import { PROMPT_MS, until } from "../support/wait.mjs";

const stage = await Stage.open({ after });

const header = (person) => person.button("More about this room");
const choose = (person, item) => person.page.getByRole("menuitem", { name: item }).or(person.page.getByRole("menuitemradio", { name: item })).first().click();

async function roomMenu(person, item) {
  await header(person).click();
  await choose(person, item);
}

// The menu beside somebody in the list of members.
async function memberMenu(person, name, item) {
  if ((await person.members.count()) === 0) await person.button(/Show members/).click();
  await person.members.getByRole("button", { name, exact: false }).first().hover();
  await person.members.getByRole("button", { name: `More about ${name}` }).click();
  await choose(person, item);
}

async function createRoom(person, name, { hidden = false } = {}) {
  await person.button("Create a room").click();
  await person.page.getByLabel("Name", { exact: true }).fill(name);
  if (hidden) await person.page.getByLabel("Private").check();
  await person.dialog.getByRole("button", { name: "Create room" }).click();
  await person.page.getByRole("heading", { level: 1, name }).waitFor();
}

async function joinRoom(person, name) {
  await person.button("Browse rooms").click();
  await person.page.getByLabel("Search rooms").fill(name);
  await person.button(`Join ${name}`).click();
  await person.page.getByRole("heading", { level: 1, name }).waitFor();
}

test("two talk alone: one opens it, the other sees it come, both see one another", async () => {
  const [ada, bob] = [await stage.person("ada"), await stage.person("bob")];
  await ada.button("Start a direct message").click();
  await ada.page.getByLabel("Search people").fill("bo");
  await ada.page.getByRole("option", { name: /bob/ }).click();
  await ada.isAccessible("start a direct message");
  await ada.dialog.getByRole("button", { name: "Start talking" }).click();
  await ada.page.getByRole("heading", { level: 1, name: "bob" }).waitFor();
  await ada.say("just between us");
  await bob.room("ada").waitFor();
  await bob.rooms.getByRole("link", { name: /ada.*Online.*1 unread/ }).waitFor();
  assert.match(await bob.page.title(), /^\(1\)/);
  await until(async () => /called/.test(await bob.page.locator('link[rel="icon"]').getAttribute("href")), { what: () => "the icon of one who is called" });
  await bob.room("ada").click();
  await bob.sees("just between us");
  await until(async () => !/^\(/.test(await bob.page.title()), { what: () => "the title without a count" });
  await bob.isAccessible("a direct message");
});

test("a private room is seen by those alone who were brought in", async () => {
  const [cy, dora] = [await stage.person("cy"), await stage.person("dora")];
  await createRoom(cy, "Hidden place", { hidden: true });
  await cy.rooms.getByRole("link", { name: /Hidden place/ }).getByRole("img", { name: "Private room" }).or(cy.rooms.getByLabel("Private room")).first().waitFor();
  await dora.button("Browse rooms").click();
  await dora.page.getByLabel("Search rooms").fill("Hidden");
  await dora.page.getByText("No rooms match").waitFor();
  await dora.page.keyboard.press("Escape");
  await dora.page.goto(`${stage.server.url}/r/hidden-place`);
  await dora.button("Join room").click();
  await dora.page.getByText("There is no such room, or it is not open to you.").waitFor();
});

test("a moderator mutes, removes and bans; the person is told why", async () => {
  const [eve, fay] = [await stage.person("eve"), await stage.person("fay")];
  await createRoom(eve, "Order");
  await joinRoom(fay, "Order");
  await fay.say("before");

  await memberMenu(eve, "fay", "Mute");
  await eve.isAccessible("mute");
  await eve.dialog.getByRole("button", { name: "Mute" }).click();
  await fay.page.getByText("A moderator muted you here").waitFor();
  await memberMenu(eve, "fay", "Let write again");
  await fay.composer.waitFor();

  await memberMenu(eve, "fay", "Remove from room");
  await eve.page.getByLabel("Reason").fill("cooling off");
  await eve.isAccessible("remove");
  await eve.dialog.getByRole("button", { name: "Remove" }).click();
  await fay.page.getByText("You were removed from Order: cooling off").waitFor();
  await fay.room("Order").waitFor({ state: "detached" });
  await joinRoom(fay, "Order");
  await fay.say("again");
  await eve.sees("again");

  await memberMenu(eve, "fay", "Ban from room");
  await eve.page.getByLabel("Delete their messages").check();
  await eve.isAccessible("ban");
  await eve.dialog.getByRole("button", { name: "Ban" }).click();
  await fay.page.getByText("You were banned from Order").waitFor();
  await eve.message("again").waitFor({ state: "detached" });

  await fay.button("Browse rooms").click();
  await fay.page.getByLabel("Search rooms").fill("Order");
  await fay.button("Join Order").click();
  await fay.page.getByRole("alert").first().waitFor();
  await fay.page.keyboard.press("Escape");

  await roomMenu(eve, "Room settings");
  await eve.button("Lift ban of fay").waitFor();
  await eve.isAccessible("room settings");
  await eve.button("Lift ban of fay").click();
  await eve.button("Lift ban of fay").waitFor({ state: "detached" });
  await eve.page.keyboard.press("Escape");
  await joinRoom(fay, "Order");
});

test("a message is reported, its moderators are told, and take it away", async () => {
  const [ray, sue] = [await stage.person("ray"), await stage.person("sue")];
  await createRoom(ray, "Watched");
  await joinRoom(sue, "Watched");
  const rude = await stage.server.connect({ name: "rude" });
  await rude.ok("room:join", { room: "watched" });
  await rude.send("watched", "something rude");
  await sue.message("something rude").hover();
  await sue.button("More about this message").click();
  await choose(sue, "Report message");
  await sue.page.getByLabel("What is wrong with it?").fill("not here");
  await sue.isAccessible("report");
  await sue.dialog.getByRole("button", { name: "Report" }).click();
  await sue.page.getByText("The moderators were told.").waitFor();
  await ray.page.getByText("A message was reported.").waitFor();
  await ray.button("See").click();
  await ray.dialog.getByText("not here").waitFor();
  await ray.isAccessible("reported messages");
  await ray.dialog.getByRole("button", { name: "Delete message" }).click();
  await ray.dialog.getByText("Nothing is waiting for you.").waitFor();
  await sue.message("Message deleted.").first().waitFor();
});

test("who is made moderator may moderate", async () => {
  const [gil, hal] = [await stage.person("gil"), await stage.person("hal")];
  await createRoom(gil, "Ranks");
  await joinRoom(hal, "Ranks");
  assert.equal(await hal.page.getByRole("menuitem", { name: "Room settings" }).count(), 0);
  await memberMenu(gil, "hal", "Moderator");
  await hal.button("Add a topic").first().waitFor();
  await memberMenu(hal, "hal", "Member"); // and gives it back by himself
  await hal.button("Add a topic").first().waitFor({ state: "detached" });
});

test("announcements, slow mode and archiving change who writes", async () => {
  const [ian, joy] = [await stage.person("ian"), await stage.person("joy")];
  await createRoom(ian, "News");
  await joinRoom(joy, "News");
  await roomMenu(ian, "Room settings");
  await ian.page.getByLabel("For announcements").check();
  await ian.page.getByLabel(/Slow mode/).selectOption({ label: "10 seconds" });
  await ian.dialog.getByRole("button", { name: "Save" }).click();
  await joy.page.getByText("Only moderators write in this room.").waitFor();
  await roomMenu(ian, "Archive room");
  await ian.isAccessible("archive");
  await ian.dialog.getByRole("button", { name: "Archive" }).click();
  await ian.page.getByText("This room is archived").waitFor();
  await joy.page.getByText("This room is archived").waitFor();
});

test("blocking hides what somebody writes, until one wants to see it", async () => {
  const [kim, lou] = [await stage.person("kim"), await stage.person("lou")];
  await lou.say("an unwelcome word");
  await kim.sees("an unwelcome word");
  await kim.message("an unwelcome word").getByRole("button", { name: "lou" }).click();
  await kim.isAccessible("profile");
  await kim.dialog.getByRole("button", { name: "Block" }).click();
  await kim.isAccessible("block");
  await kim.dialog.getByRole("button", { name: "Block" }).click();
  await kim.message("From somebody you blocked.").first().waitFor();
  assert.equal(await kim.message("an unwelcome word").count(), 0);
  await kim.page.reload();
  await kim.message("From somebody you blocked.").first().getByRole("button", { name: "Show" }).click();
  await kim.sees("an unwelcome word");
});

test("favourites and the order of the list are one's own, on every device", async () => {
  const max = await stage.person("max");
  for (const name of ["Apples", "Bears", "Cellos"]) await createRoom(max, name);
  const names = async (list) => (await max.rooms.getByRole("list", { name: list, exact: true }).getByRole("link").allInnerTexts()).map((text) => text.trim().split("\n")[0]);
  await roomMenu(max, "Move up in the list");
  await until(async () => (await names("Rooms")).join() === "Apples,Cellos,Bears,general", { what: () => "Cellos above Bears" });
  await roomMenu(max, "Add to favourites");
  await until(async () => (await names("Favourites").catch(() => [])).join() === "Cellos", { what: () => "a favourite" });
  await max.page.reload();
  await until(async () => (await names("Favourites").catch(() => [])).join() === "Cellos", { what: () => "the favourite after a reload" });
  await max.isAccessible("favourites");
});

test("rooms are put into order by dragging, by touch and with the keyboard", async () => {
  const made = ["Anchors", "Bridges", "Canals"];
  const amy = await stage.person("amy");
  for (const name of made) await createRoom(amy, name);
  const shown = async (person) => (await person.rooms.getByRole("list", { name: "Rooms", exact: true }).getByRole("link").allInnerTexts()).map((text) => text.trim().split("\n")[0]);
  const becomes = async (person, order) => {
    let last;
    await until(async () => (last = (await shown(person)).join()) === order, { what: () => `${order}, not ${last}` });
  };
  const middle = async (person, name) => {
    const { x, y, width, height } = await person.room(name).boundingBox();
    return { x: x + width / 2, y: y + height / 2 };
  };
  await becomes(amy, "Anchors,Bridges,Canals,general");
  const { mouse, keyboard } = amy.page;
  const address = amy.page.url();

  const [from, to] = [await middle(amy, "Canals"), await middle(amy, "Anchors")];
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(to.x, to.y - 4, { steps: 8 });
  await mouse.up();
  await becomes(amy, "Canals,Anchors,Bridges,general");
  assert.equal(amy.page.url(), address, "dropping opens nothing");

  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(to.x, to.y - 4, { steps: 8 });
  await keyboard.press("Escape");
  await mouse.up();
  await amy.room("Anchors").focus();
  await keyboard.press("Control+Shift+ArrowDown");
  await becomes(amy, "Canals,Bridges,Anchors,general");
  await amy.page.locator("a:focus", { hasText: "Anchors" }).waitFor();
  await keyboard.press("Control+Shift+ArrowUp");
  await becomes(amy, "Canals,Anchors,Bridges,general");

  const token = (await amy.context.cookies()).find(({ name }) => name === "parley_session").value;
  const thumb = await stage.person(undefined, phone);
  await thumb.context.addCookies([{ name: "parley_session", value: token, url: stage.server.url, httpOnly: true, sameSite: "Lax" }]);
  await thumb.page.goto(stage.server.url);
  await becomes(thumb, "Canals,Anchors,Bridges,general");
  const devtools = await thumb.context.newCDPSession(thumb.page);
  const touch = (type, points) => devtools.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  const [low, high] = [await middle(thumb, "Bridges"), await middle(thumb, "Canals")];
  await touch("touchStart", [low]);
  await thumb.rooms.locator("li[data-lifted]", { hasText: "Bridges" }).waitFor();
  await touch("touchMove", [{ x: high.x, y: high.y - 4 }]);
  await touch("touchEnd", []);
  await becomes(thumb, "Bridges,Canals,Anchors,general");
  await becomes(amy, "Bridges,Canals,Anchors,general");
  await amy.page.reload();
  await becomes(amy, "Bridges,Canals,Anchors,general");
});

test("what is typed before the palette is there goes into it", async () => {
  const ivy = await stage.person();
  let release;
  const held = new Promise((done) => (release = done));
  await ivy.page.route("**/assets/Palette*.js", async (route) => {
    await held;
    await route.continue();
  });
  await ivy.page.goto(stage.server.url);
  await ivy.enter("ivy");
  await ivy.composer.focus();
  await ivy.page.keyboard.press("Control+k");
  await ivy.page.keyboard.type("gene");
  assert.equal(await ivy.composer.inputValue(), "", "not into what had the focus");
  release();
  const field = ivy.dialog.getByRole("combobox");
  await until(async () => (await field.count()) > 0 && (await field.inputValue()) === "gene", { what: () => "the letters" });
  await ivy.page.keyboard.type("ral");
  await ivy.dialog.getByRole("option", { name: /general/ }).waitFor();
  assert.equal(await field.inputValue(), "general");
});

test("all rooms are marked read, and that can be taken back", async () => {
  const ned = await stage.person("ned");
  const talker = await stage.server.connect({ name: "talker" });
  await createRoom(ned, "Elsewhere");
  await talker.ok("room:join", { room: "elsewhere" });
  await ned.room("general").click();
  await talker.send("elsewhere", "something new");
  await ned.rooms.getByRole("link", { name: /Elsewhere.*1 unread/ }).waitFor();
  await ned.page.keyboard.press("Shift+Escape");
  await ned.page.getByText("All rooms are marked as read.").waitFor();
  await until(async () => (await ned.rooms.getByRole("link", { name: /unread/ }).count()) === 0, { what: () => "nothing unread" });
  await ned.button("Undo").click();
  await ned.rooms.getByRole("link", { name: /Elsewhere.*1 unread/ }).waitFor();
});

test("what is read on one device is read on the other within a second", async () => {
  const { token } = (await stage.server.http("POST", "/api/session", { json: { name: "yuri" } })).body;
  const devices = [];
  for (let i = 0; i < 2; i++) {
    const device = await stage.person();
    await device.context.addCookies([{ name: "parley_session", value: token, url: stage.server.url, httpOnly: true, sameSite: "Lax" }]);
    await device.page.goto(stage.server.url);
    await device.composer.waitFor();
    devices.push(device);
  }
  const [here, there] = devices;
  await createRoom(here, "Shared");
  await there.room("Shared").waitFor();
  await here.room("general").click();
  const talker = await stage.server.connect({ name: "teller" });
  await talker.ok("room:join", { room: "shared" });
  await talker.send("shared", "news for both");
  await Promise.all(devices.map((device) => device.rooms.getByRole("link", { name: /Shared.*1 unread/ }).waitFor()));
  await here.room("Shared").click();
  await here.sees("news for both");
  await there.rooms.getByRole("link", { name: /Shared.*unread/ }).waitFor({ state: "detached", timeout: PROMPT_MS });
  await roomMenu(here, "Add to favourites");
  await there.rooms.getByRole("list", { name: "Favourites" }).getByRole("link", { name: /Shared/ }).waitFor();
});

test("a muted room says nothing, one with mentions only what calls", async () => {
  const ola = await stage.person("ola");
  const talker = await stage.server.connect({ name: "caller" });
  await createRoom(ola, "Quiet");
  await talker.ok("room:join", { room: "quiet" });
  await roomMenu(ola, "Nothing");
  await ola.room("general").click();
  await talker.send("quiet", "@ola are you there?");
  await talker.send("general", "said later");
  await ola.sees("said later");
  assert.equal(await ola.rooms.getByRole("link", { name: /Quiet.*unread/ }).count(), 0);
});

// The browser's notes, as a page sees them; a test cannot look at the system's.
const recorder = () => {
  globalThis.notes = [];
  globalThis.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, options) { globalThis.notes.push({ title, ...options }); }
    close() {}
  };
};

test("notes of the browser follow level and do-not-disturb", async () => {
  const pam = await stage.person();
  await pam.context.addInitScript(recorder);
  await pam.page.reload();
  await pam.enter("pam");
  const talker = await stage.server.connect({ name: "noisy" });
  await createRoom(pam, "Loud");
  await talker.ok("room:join", { room: "loud" });
  await pam.room("general").click();
  await talker.send("loud", "first");
  const notes = () => pam.page.evaluate(() => globalThis.notes.map(({ title, body }) => `${title}: ${body}`));
  await until(async () => (await notes()).join() === "noisy in Loud: first", { what: () => "a note" });
  await pam.page.keyboard.press("Control+Shift+D");
  await pam.button(/Your status and settings/).filter({ hasText: "Do not disturb" }).waitFor();
  await talker.send("loud", "second");
  await talker.send("general", "after it");
  await pam.sees("after it");
  assert.deepEqual(await notes(), ["noisy in Loud: first"]);
});

test("a dialog gives the focus back to what opened it, or on to where it led", async () => {
  const quin = await stage.person("quin");
  const create = quin.button("Create a room");
  const focused = (locator) => locator.evaluate((element) => element === document.activeElement);
  await create.click();
  await quin.dialog.getByRole("button", { name: "Cancel" }).click();
  await quin.dialog.waitFor({ state: "detached" });
  assert.equal(await focused(create), true, "after a button");
  await create.press("Enter");
  await quin.dialog.waitFor();
  await quin.page.keyboard.press("Escape");
  await quin.dialog.waitFor({ state: "detached" });
  assert.equal(await focused(create), true, "after Esc");
  await create.press("Enter");
  await quin.dialog.waitFor();
  for (let i = 0; i < 12; i++) {
    await quin.page.keyboard.press("Tab");
    const where = await quin.page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null);
    assert.ok(where, `Tab number ${i + 1} left the dialog`);
  }
  await quin.page.keyboard.press("Escape");
  await quin.dialog.waitFor({ state: "detached" });
  await createRoom(quin, "Led here");
  await until(() => focused(quin.composer), { what: () => "the focus in the composer of the new room" });
  // A message that comes leaves the focus where it is.
  await quin.room("general").focus();
  const talker = await stage.server.connect({ name: "interrupter" });
  await talker.ok("room:join", { room: "led-here" });
  await talker.send("led-here", "excuse me");
  await quin.sees("excuse me");
  assert.equal(await focused(quin.room("general")), true, "after a message");
});

for (const [size, options] of [["phone", phone], ["tablet", { ...tablet, hasTouch: true }]]) {
  test(`by touch on a ${size}: from the members to a direct message, and a room's level`, async () => {
    const wes = await stage.person(undefined, options);
    await wes.enter(`wes-${size}`);
    const peer = await stage.person(`xi-${size}`);
    await wes.button(/Show members/).tap();
    await wes.members.getByRole("button", { name: new RegExp(`^xi-${size}`) }).first().tap();
    await wes.isAccessible(`profile on a ${size}`);
    await wes.dialog.getByRole("button", { name: "Message" }).tap();
    await wes.page.getByRole("heading", { level: 1, name: `xi-${size}` }).waitFor();
    await wes.say("from one hand");
    await peer.room(`wes-${size}`).click();
    await peer.sees("from one hand");
    await peer.say("and back to it");
    await wes.message("and back to it").tap();
    await wes.button("More about this message").last().tap();
    await wes.page.getByRole("menuitem", { name: "Report message" }).tap();
    await wes.dialog.getByRole("button", { name: "Cancel" }).tap();
    await header(wes).tap();
    await wes.page.getByRole("menuitemradio", { name: "Mentions only" }).tap();
    await header(wes).tap();
    await wes.page.getByRole("menuitemradio", { name: "Mentions only", checked: true }).waitFor();
    await wes.isAccessible(`a room's menu on a ${size}`);
    await wes.page.getByRole("menuitem", { name: "Profile" }).tap();
    await wes.dialog.getByRole("button", { name: "Block" }).waitFor();
    const { width, inner } = await wes.page.evaluate(() => ({ width: document.documentElement.scrollWidth, inner: innerWidth }));
    assert.ok(width <= inner, `${width} px wide in ${inner}`);
    for (const target of await wes.dialog.getByRole("button").all()) {
      const box = await target.boundingBox();
      assert.ok(box.width >= 44 && box.height >= 44, `${await target.innerText()}: ${box.width} x ${box.height}`);
    }
  });
}

test("the palette finds people and commands, with the keyboard alone", async () => {
  const rex = await stage.person("rex");
  await stage.server.connect({ name: "Zoltan" });
  const { keyboard } = rex.page;
  await keyboard.press("Control+k");
  await rex.dialog.waitFor();
  await keyboard.type("zolt");
  await rex.page.getByRole("option", { name: /Zoltan/ }).waitFor();
  await rex.isAccessible("palette with results");
  await keyboard.press("Enter");
  await rex.page.getByRole("dialog", { name: "Zoltan" }).waitFor();
  await keyboard.press("Escape");
  await rex.dialog.waitFor({ state: "detached" });
  await keyboard.press("Control+k");
  await keyboard.type(">status");
  await rex.page.getByRole("option", { name: /status/i }).first().waitFor();
  await keyboard.press("Enter");
  await rex.page.getByRole("dialog", { name: "Your status" }).waitFor();
});

test("one changes the name shown and its colour, and the others see it", async () => {
  const [sam, tia] = [await stage.person("sam"), await stage.person("tia")];
  await sam.say("hello from sam");
  await tia.sees("hello from sam");
  await sam.button(/Your status and settings/).click();
  await choose(sam, "Edit profile");
  await sam.page.getByLabel("Name shown").fill("Samira");
  await sam.page.getByTitle("Violet").click();
  await sam.isAccessible("own profile");
  await sam.dialog.getByRole("button", { name: "Save" }).click();
  await tia.message("hello from sam").getByRole("button", { name: "Samira" }).waitFor();
});

test("what can be done with a message is reached by keyboard, and the focus comes back to it", async () => {
  const uma = await stage.person("uma");
  await uma.say("mine to take back");
  await uma.sees("mine to take back");
  const message = uma.log.getByRole("article").last();
  await message.focus();
  await uma.page.keyboard.press("Enter");
  await uma.page.getByRole("menu").waitFor();
  await uma.isAccessible("a message's menu");
  await uma.page.keyboard.press("Escape");
  await until(() => message.evaluate((element) => element === document.activeElement), { what: () => "the focus on the message" });
  await uma.page.keyboard.press("Enter");
  await uma.page.getByRole("menu").waitFor();
  await uma.page.keyboard.press("End");
  await uma.page.keyboard.press("Enter");
  await uma.message("Message deleted.").last().waitFor();
});
