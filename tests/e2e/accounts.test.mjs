// accounts.test.mjs: setting up a server, invitations, accounts, devices and the administration, in the browser.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { PASSWORD, register } from "../support/accounts.mjs";
import { phone, Stage } from "../support/browser.mjs";
import { PROMPT_MS, until } from "../support/wait.mjs";

const stage = await Stage.open({ after });
const { url } = stage.server;
const owner = {};

const field = (person, label) => person.page.getByLabel(label, { exact: true });

async function ownMenu(person, item) {
  await person.button(/Your status and settings/).click();
  await person.page.getByRole("menuitem", { name: item }).click();
}

async function logIn(person, name, password = PASSWORD) {
  await person.button("Log in").click();
  await field(person, "Name").fill(name);
  await field(person, "Password").fill(password);
  await person.button("Log in").first().click();
}

// Somebody in a browser with the session of `account`.
async function signedIn(account, options) {
  const person = await stage.person(undefined, options);
  await person.context.addCookies([{ name: "parley_session", value: account.token, url, httpOnly: true, sameSite: "Lax" }]);
  await person.page.goto(url);
  await person.room("general").waitFor();
  return person;
}

test("a fresh server is set up from its link, and from its own machine without one", async () => {
  const link = /Open this link to set it up: \S*?(\/setup#\S+)/.exec(stage.server.log)?.[1];
  assert.ok(link, stage.server.log);
  const first = await stage.person();
  await first.button("Set up this server").waitFor();
  await first.isAccessible("welcome on a fresh server");
  await first.page.goto(`${url}${link}`);
  await first.page.getByRole("heading", { name: "Set up your server" }).waitFor();
  await first.isAccessible("set-up");
  await field(first, "Name").fill("olga");
  await field(first, "Password").fill("short");
  await field(first, "Password").fill(PASSWORD);
  await first.button("Create the owner’s account").click();
  await first.composer.waitFor();
  assert.equal(new URL(first.page.url()).hash, "", "the secret is gone from the address");
  Object.assign(owner, { person: first, name: "olga" });
  await first.page.goto(`${url}${link}`);
  await first.page.getByRole("heading", { name: "Set-up is done" }).waitFor();
  await first.isAccessible("set-up over");
  await first.page.goto(url);
  await first.composer.waitFor();
});

test("from an invitation to the first message within a minute", async () => {
  const { person } = owner;
  const began = Date.now();
  await person.button("Create a room").click();
  await field(person, "Name").fill("Welcome here");
  await person.page.getByLabel("Private").check();
  await person.dialog.getByRole("button", { name: "Create room" }).click();
  await person.page.getByRole("heading", { level: 1, name: "Welcome here" }).waitFor();
  await ownMenu(person, "Invite to the server");
  await person.page.getByLabel("Can be used").selectOption({ label: "5 times" });
  await person.dialog.getByLabel("Welcome here").check();
  await person.isAccessible("invitation");
  await person.dialog.getByRole("button", { name: "Create link" }).click();
  const link = await person.page.getByLabel("Invitation link").inputValue();
  await person.button("Show QR code").click();
  await person.page.getByRole("img", { name: "QR code of the invitation link" }).waitFor();
  await person.isAccessible("invitation link with QR code");
  await person.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await person.button("Copy link").click();
  assert.equal(await person.page.evaluate(() => navigator.clipboard.readText()), link);
  await person.dialog.getByRole("button", { name: "Done" }).click();

  const guest = await stage.person(undefined, phone);
  await guest.page.goto(link);
  await guest.page.getByText("It brings you into Welcome here.").waitFor();
  await guest.isAccessible("an invitation");
  await field(guest, "Name").fill("nina");
  await field(guest, "Password").fill(PASSWORD);
  await guest.button("Create account").tap();
  await guest.room("Welcome here").tap();
  await guest.say("thank you for having me");
  await person.sees("thank you for having me");
  assert.ok(Date.now() - began < 180_000); // a minute, and two for a busy machine

  const member = await signedIn(await register(stage.server, { name: "mika" }));
  await member.page.goto(link);
  await member.page.getByText("You are here as mika.").waitFor();
  await member.button("Accept the invitation").click();
  await member.page.getByRole("heading", { level: 1, name: "Welcome here" }).waitFor();

  await person.button("More about this room").click();
  await person.page.getByRole("menuitem", { name: "Room settings" }).click();
  const leading = person.dialog.getByRole("region", { name: "Invitations that lead here" });
  await leading.getByText(/Made by olga/).waitFor();
  await person.isAccessible("room settings with an invitation");
  await leading.getByRole("button", { name: "Take back" }).click();
  await leading.waitFor({ state: "detached" });
  const { body } = await stage.server.http("POST", "/api/invite", { json: { invite: new URL(link).hash.slice(1) } });
  assert.deepEqual(body.rooms, [], "the rest of it stays");
  await person.page.keyboard.press("Escape");
  const bad = await stage.person();
  await bad.page.goto(`${url}/invite#nothing-of-the-kind`);
  await bad.page.getByText("This invitation does not work").waitFor();
  await bad.isAccessible("a bad invitation");
});

test("a guest becomes a member and stays the same, then logs in elsewhere", async () => {
  const guest = await stage.person("gabe");
  await guest.say("said as a guest");
  await guest.sees("said as a guest");
  await ownMenu(guest, "Account and devices");
  await guest.page.getByRole("heading", { name: "Make this name yours" }).waitFor();
  await guest.isAccessible("account of a guest");
  await field(guest, "Password").fill(PASSWORD);
  await guest.dialog.getByRole("button", { name: "Create account" }).click();
  await guest.page.getByRole("heading", { name: "Change password" }).waitFor();
  await guest.page.keyboard.press("Escape");
  await guest.say("said as a member");
  await guest.sees("said as a member");

  const elsewhere = await stage.person();
  await logIn(elsewhere, "gabe", "not the password");
  await elsewhere.page.getByText("Name and password do not belong together.").waitFor();
  await elsewhere.isAccessible("log in with an error");
  await field(elsewhere, "Password").fill(PASSWORD);
  await elsewhere.button("Log in").first().click();
  await elsewhere.sees("said as a guest");
  await elsewhere.button(/Your status and settings/).filter({ hasText: "gabe" }).waitFor();
});

test("a device that is logged out from another one stands at the door within a second", async () => {
  const account = await register(stage.server, { name: "dev" });
  const here = await signedIn(account);
  const there = await stage.person();
  await logIn(there, "dev");
  await there.composer.waitFor();
  await ownMenu(here, "Account and devices");
  await here.page.getByText("This device").waitFor();
  await here.isAccessible("account and devices");
  await here.button(/^Log out on /).click();
  await there.name.or(there.button("Log in")).first().waitFor({ timeout: PROMPT_MS });
  await here.button(/^Log out on /).waitFor({ state: "detached" });
});

test("another password ends the other sessions and lets in from then on", async () => {
  const account = await register(stage.server, { name: "pia" });
  const here = await signedIn(account);
  await ownMenu(here, "Account and devices");
  await field(here, "Present password").fill("wrong, all wrong");
  await field(here, "New password").fill("a new one for pia");
  await here.dialog.getByRole("button", { name: "Change password" }).click();
  await here.page.getByText("That is not your present password.").waitFor();
  await field(here, "Present password").fill(PASSWORD);
  await here.dialog.getByRole("button", { name: "Change password" }).click();
  await here.page.getByText("Your password is changed.").waitFor();
  const token = (await here.context.cookies()).find(({ name }) => name === "parley_session").value;
  assert.notEqual(token, account.token, "with a token of its own");
  await here.page.keyboard.press("Escape");
  await here.say("it goes on");
  await here.sees("it goes on");
  await here.page.reload();
  await here.sees("it goes on");
  const again = await stage.person();
  await logIn(again, "pia", "a new one for pia");
  await again.composer.waitFor();
});

test("members bring people into a private room; nobody else learns of it", async () => {
  const [ann, ben] = [await signedIn(await register(stage.server, { name: "ann" })), await signedIn(await register(stage.server, { name: "ben" }))];
  await ann.button("Create a room").click();
  await field(ann, "Name").fill("Between us");
  await ann.page.getByLabel("Private").check();
  await ann.dialog.getByRole("button", { name: "Create room" }).click();
  await ann.page.getByRole("heading", { level: 1, name: "Between us" }).waitFor();
  await ann.button("More about this room").click();
  await ann.page.getByRole("menuitem", { name: "Add people" }).click();
  await ann.page.getByLabel("Search people").fill("ben");
  await ann.page.getByRole("option", { name: /@ben/ }).click();
  await ann.isAccessible("add people");
  await ann.dialog.getByRole("button", { name: "Add" }).click();
  await ben.room("Between us").click();
  await ben.say("I am in");
  await ann.sees("I am in");
});

test("the administration: people, rooms, invitations, devices, reports, log, settings", async () => {
  const { person } = owner;
  const victim = await register(stage.server, { name: "vera" });
  const away = await signedIn(victim);
  await ownMenu(person, "Administration");
  const section = (name) => person.page.getByRole("navigation", { name: "Administration" }).getByRole("link", { name });
  await person.page.getByLabel("Search people").fill("vera");
  await person.button("More about vera").waitFor();
  await person.isAccessible("administration: people");
  await person.screenshot("admin-people");

  for (const name of ["Rooms", "Invitations", "Devices", "Reports", "Log", "Settings"]) {
    await section(name).click();
    await person.page.getByRole("heading", { level: 2, name }).waitFor();
    await person.isAccessible(`administration: ${name}`);
  }
  await person.page.getByLabel("Name of the server").fill("Our place");
  await person.button("Save").click();
  await person.page.getByText("Settings are saved.").waitFor();
  await until(async () => /Our place/.test(await away.page.title()), { what: () => "the server's new name with the others" });

  await section("People").click();
  await person.page.getByLabel("Search people").fill("vera");
  await person.button("More about vera").click();
  await person.page.getByRole("menuitemradio", { name: "Administrator" }).click();
  await away.button(/Your status and settings/).click();
  await away.page.getByRole("menuitem", { name: "Administration" }).waitFor();
  await away.page.keyboard.press("Escape");
  await person.button("More about vera").click();
  await person.page.getByRole("menuitem", { name: "Shut account" }).click();
  await person.isAccessible("shut account");
  await person.dialog.getByRole("button", { name: "Shut account" }).click();
  await away.button("Log in").waitFor();
  await person.button("Open again: vera").click();
  await person.button("Open again: vera").waitFor({ state: "detached" });
  await section("Log").click();
  await person.page.getByText(/olga shut or opened the account of vera/).first().waitFor();
});

test("a stranger finds nothing at the administration's address", async () => {
  const guest = await stage.person("peeper");
  await guest.page.goto(`${url}/admin/users`);
  await guest.page.getByText("This page is for administrators.").waitFor();
  await guest.isAccessible("administration, not for guests");
});
