// browser.mjs: people in front of the web app, each in a browser context of their own.
//
// Nothing is selected by class or test id: what a test cannot find by role and name, a screen reader cannot either. At the
// end of a test file nobody's console may hold an error: a script that the policy refused would be one.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { Server } from "./server.mjs";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const output = join(dirname(fileURLToPath(import.meta.url)), "../e2e/output");

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const tablet = { viewport: { width: 820, height: 1180 } };

export class Person {
  constructor(context, page, options, errors = []) {
    const { hasTouch: touch = false, isMobile: phone = false } = options;
    Object.assign(this, { context, options, touch, phone, errors });
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => {
      // What the network says while it is cut on purpose is no fault of the app.
      if (message.type() === "error" && !/net::ERR_|WebSocket connection to|Failed to load resource/.test(message.text())) this.errors.push(message.text());
    });
  }

  // ---- Where things are, by what they are called

  get name() { return this.page.getByLabel("Your name"); }
  get complaint() { return this.page.getByRole("alert"); }
  get composer() { return this.page.getByRole("textbox", { name: /^Message to/ }); }
  get log() { return this.page.getByRole("log", { name: /^Messages in/ }); }
  get rooms() { return this.page.getByRole("navigation", { name: "Rooms" }); }
  get members() { return this.page.getByRole("complementary", { name: "Members" }); }
  get dialog() { return this.page.getByRole("dialog"); }
  get heading() { return this.page.getByRole("heading", { level: 1 }); }
  room(name) { return this.rooms.getByRole("link", { name: new RegExp(`^(Private room )?${name}`, "i") }); }
  message(text) { return this.log.getByRole("article").filter({ hasText: text }); }
  button(name) { return this.page.getByRole("button", { name }); }

  // ---- What a person does

  // On a phone one comes into the list of rooms, elsewhere into the room.
  async enter(name) {
    await this.name.fill(name);
    await this.button("Start talking").click();
    await this.composer.or(this.room("general")).first().waitFor();
    if (this.phone) await this.room("general").tap();
    await this.composer.waitFor();
  }

  // Another tab of the same person, in the room that the app opens.
  async tab() {
    const tab = new Person(this.context, await this.context.newPage(), this.options, this.errors);
    tab.url = this.url;
    await tab.page.goto(this.url);
    await tab.composer.waitFor();
    return tab;
  }

  // Where one types with a thumb, Enter is a new line and the button sends.
  async say(text) {
    await this.composer.fill(text);
    if (this.touch) await this.button("Send").tap();
    else await this.composer.press("Enter");
  }

  async sees(text) {
    await this.message(text).first().waitFor();
  }

  // The texts of the log, top to bottom.
  async texts() {
    return this.log.getByRole("article").allInnerTexts();
  }

  async screenshot(name) {
    mkdirSync(output, { recursive: true });
    await this.page.screenshot({ path: join(output, `${name}.png`) });
  }

  // Nothing that axe calls serious or critical, in the state that the page is in.
  async isAccessible(state) {
    const found = await this.page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
      return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.map((node) => node.html.slice(0, 200)) }));
    });
    assert.deepEqual(found.filter(({ impact }) => impact === "serious" || impact === "critical"), [], state);
  }
}

// A server and a browser for a test file; both go at its end.
export class Stage {
  static async open({ after }, options) {
    const stage = new Stage();
    after(() => stage.close());
    stage.people = [];
    stage.server = await new Server(options).start();
    stage.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
    return stage;
  }

  // Somebody who has opened the web app; with a name, who has come in. Returns a Person.
  async person(name, options = {}) {
    const context = await this.browser.newContext({ locale: "en-GB", timezoneId: "Europe/Vienna", reducedMotion: "reduce", serviceWorkers: "block", ...options });
    context.setDefaultTimeout(60_000);
    await context.addInitScript({ path: axeFile });
    const person = new Person(context, await context.newPage(), options);
    this.people.push(person);
    person.url = this.server.url;
    await person.page.goto(this.server.url);
    if (name !== undefined) await person.enter(name);
    return person;
  }

  async close() {
    const errors = this.people.flatMap((person) => person.errors);
    await this.browser?.close();
    await this.server.close();
    assert.deepEqual(errors, [], "errors in the browsers' consoles");
  }
}
