// process.mjs: what the server's process holds and says.
//
// SPDX-License-Identifier: MIT
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { buildFolder } from "../server.mjs";
import { until } from "../wait.mjs";

const RSS_KIB_MAX = 96 * 1024; // people, rooms and sessions are few; messages are not kept in memory
const OTHERS_MORE = 8; // another worker's loop has seven

// Does a sanitizer run in it? Then it is slow, and keeps memory that was freed.
export const isSlow = /san/.test(basename(buildFolder));

export class Process {
  constructor(world) {
    this.world = world;
    this.peakKib = 0;
    this.isMeasured = !isSlow;
  }

  #descriptors() {
    const folder = `/proc/${this.world.server.child.pid}/fd`;
    const links = readdirSync(folder).map((name) => {
      try {
        return readlinkSync(`${folder}/${name}`);
      } catch {
        return ""; // closed meanwhile
      }
    });
    return { sockets: links.filter((link) => link.startsWith("socket:")).length, others: links.filter((link) => !link.startsWith("socket:")).length };
  }

  #kib(field) {
    const status = readFileSync(`/proc/${this.world.server.child.pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)[1]);
  }

  async begin() {
    this.base = this.#descriptors();
    this.base.sockets -= this.world.server.options.workers; // what is left are its standard streams
  }

  look() {
    this.peakKib = Math.max(this.peakKib, this.#kib("VmHWM"));
    this.rssKib = this.#kib("VmRSS");
    if (this.isMeasured && this.peakKib > RSS_KIB_MAX) this.world.wrong(`the server held ${this.peakKib} KiB`);
    return this.rssKib;
  }

  checkGrowth(beforeKib, afterKib, kibMax) {
    if (this.isMeasured && afterKib - beforeKib > kibMax) this.world.wrong(`the server grew from ${beforeKib} to ${afterKib} KiB`);
  }

  // Nobody is connected any more: only the listeners are left, one of each worker.
  async isEmpty() {
    this.look();
    const left = this.base.sockets + this.world.server.options.workers;
    await until(() => this.#descriptors().sockets <= left, { what: () => `${this.#descriptors().sockets} sockets to become ${left}` });
    const { others } = this.#descriptors();
    if (others > this.base.others + OTHERS_MORE) this.world.wrong(`${others} descriptors that are no sockets, ${this.base.others} at the start`);
  }

  checkLog() {
    const errors = this.world.server.log.split("\n").filter((line) => /^\S+Z error /.test(line) || /Sanitizer|assert/i.test(line));
    if (errors.length > 0) this.world.wrong(`the server's log:\n${errors.slice(0, 10).join("\n")}`);
  }

  report() {
    return { peakKib: this.peakKib, rssKib: this.rssKib };
  }
}
