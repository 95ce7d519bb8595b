// audit.mjs: the whole log against what every client received, and against every ack.
//
// When all is quiet, each person fetches what happened since the last audit by `sync`. Together these are the log:
//
//   log        pos -> event, the same for everybody who has it; messages of a room numbered without a hole
//   members    who was in which room at which position, from member:joined and member:left
//   expected   for a person: what concerned him at each position
//
// and then  sync of each person     = expected, but only of rooms that he is in at the end
//           chapters of each device = expected, from the chapter's beginning to its end
//           acks                    = exactly one message of the log and of the history
//           history                 = the messages of the log
//           read marks              = joining, own messages and room:me, the greatest
//
// The one licence: whoever comes back after he has left a room is not told what was said there before he left.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";

const PAGE = 500;

// user:changed goes to those who share a room at that moment, and is caught up with by those who share one now.
const isExact = ({ event }) => event !== "user:changed";

// The room whose members get an event; null: everybody, or one person.
function roomOf({ event, payload }) {
  if (event === "message:new") return payload.message.room;
  if (event.startsWith("member:")) return payload.room;
  return event === "room:changed" && payload.room.kind !== "public" ? payload.room.id : null;
}

const isForOne = ({ event, payload }) => event === "room:me" || event === "room:gone" || (event === "room:new" && payload.room.kind !== "public");

// Everybody gets the same bytes; but an author's name is as it is when the message is read.
const canon = ({ event, payload }) => JSON.stringify([event, event === "message:new" ? { ...payload, message: { ...payload.message, author: payload.message.author.id } } : payload]);

export class Audit {
  constructor(world) {
    this.world = world;
    this.at = 0; // everything up to this position was audited
    this.members = new Map(); // room -> Set of user ids, at `at`
    this.seqs = new Map(); // room -> last_seq at `at`
    this.reads = new Map(); // "room user" -> read_seq at `at`
  }

  // All devices are connected, have what they wanted to say acked, and have received everything up to `to`.
  async run(to) {
    this.to = to;
    this.log = new Map();
    this.own = new Map(); // user -> Set of the positions of events for him alone
    const synced = new Map();
    for (const person of this.world.people) synced.set(person, await this.#sync(person));
    this.sorted = [...this.log.values()].sort((a, b) => a.pos - b.pos);
    this.#walk();
    for (const person of this.world.people) this.#checkSync(person, synced.get(person));
    for (const device of this.world.devices) for (const chapter of device.chapters) this.#checkChapter(device, chapter);
    await this.#checkHistory();
    this.#checkLedger();
    await this.#checkReads();
    this.#forget();
    return this.sorted.length;
  }

  wrong(what, trace) {
    this.world.wrong(`audit up to ${this.to}: ${what}`, trace);
  }

  // ---- The log

  async #sync(person) {
    const events = [];
    this.own.set(person.id, new Set());
    for (let at = this.at, more = true; more;) {
      const page = await this.world.ask(person, "sync", { pos: at, limit: PAGE });
      assert.ok(!page.reset, `sync from ${at} of ${person.name} was answered by reset`);
      for (const one of page.events) {
        if (one.payload.pos <= at) this.wrong(`sync of ${person.name}: ${one.event} at ${one.payload.pos} after ${at}`);
        at = one.payload.pos;
        if (at <= this.to) events.push(this.#file(person, one));
      }
      if (page.pos < at) this.wrong(`sync of ${person.name} ends at ${page.pos}, before its last event`);
      ({ more } = page);
      at = page.pos;
    }
    return events.filter(isExact);
  }

  #file(person, { event, payload }) {
    const entry = { pos: payload.pos, event, payload };
    const known = this.log.get(entry.pos);
    if (known && canon(known) !== canon(entry)) this.wrong(`position ${entry.pos} is ${canon(known)} and ${canon(entry)}`);
    if (isForOne(entry)) this.own.get(person.id).add(entry.pos);
    this.log.set(entry.pos, known ?? entry);
    return entry;
  }

  // Along the log: members, numbers of messages, read marks.
  #walk() {
    this.concerned = new Map(this.world.people.map((person) => [person.id, []]));
    for (const entry of this.sorted) {
      if (entry.event === "member:joined") this.#joined(entry.payload);
      if (entry.event === "member:left") this.members.get(entry.payload.room).delete(entry.payload.user);
      if (entry.event === "message:new") this.#said(entry.payload.message);
      if (isExact(entry)) for (const [user, list] of this.concerned) if (this.#concerns(entry, user)) list.push(entry);
    }
  }

  #joined({ room, member }) {
    if (!this.members.has(room)) this.members.set(room, new Set());
    this.members.get(room).add(member.user.id);
    this.reads.set(`${room} ${member.user.id}`, this.seqs.get(room) ?? 0);
  }

  #said({ room, seq, author }) {
    if (seq !== (this.seqs.get(room) ?? 0) + 1) this.wrong(`room ${room}: seq ${seq} after ${this.seqs.get(room) ?? 0} in the log`);
    if (!this.members.get(room)?.has(author.id)) this.wrong(`room ${room}: seq ${seq} is by somebody who is not in it`);
    this.seqs.set(room, seq);
    this.reads.set(`${room} ${author.id}`, seq);
  }

  #concerns(entry, user) {
    if (isForOne(entry)) return this.#isFor(entry, user);
    const room = roomOf(entry);
    return room === null || this.members.get(room)?.has(user);
  }

  #isFor(entry, user) {
    const is = this.own.get(user).has(entry.pos);
    if (is && entry.event === "room:me") this.reads.set(`${entry.payload.room} ${user}`, entry.payload.me.read_seq);
    return is;
  }

  // ---- What was received

  // `may` is asked about what is missing.
  #compare(who, expected, got, trace, may = () => false) {
    const had = new Set(got.map((entry) => entry.pos)), wanted = new Set(expected.map((entry) => entry.pos));
    if (had.size !== got.length) this.wrong(`${who} got something twice`, trace);
    const missing = expected.filter((entry) => !had.has(entry.pos) && !may(entry));
    const strange = got.filter((entry) => !wanted.has(entry.pos));
    const tell = (list) => `${list.length}: ${list.slice(0, 5).map((entry) => `${entry.event} at ${entry.pos} of room ${roomOf(entry)}`).join(", ")}`;
    if (missing.length > 0) this.wrong(`${who} did not get ${tell(missing)}`, trace);
    if (strange.length > 0) this.wrong(`${who} got what is not his, ${tell(strange)}`, trace);
    for (const entry of got) {
      const known = this.log.get(entry.pos);
      if (known && canon(known) !== canon(entry)) this.wrong(`${who} got at ${entry.pos} ${canon(entry)}, the log has ${canon(known)}`, trace);
    }
  }

  #checkSync(person, got) {
    const expected = this.concerned.get(person.id).filter((entry) => {
      const room = roomOf(entry);
      return room === null || this.members.get(room)?.has(person.id);
    });
    this.#compare(`sync of ${person.name}`, expected, got);
  }

  #checkChapter(device, chapter) {
    const isLast = chapter === device.chapters.at(-1);
    const end = isLast ? this.to : chapter.events.at(-1)?.pos ?? chapter.from;
    const inside = ({ pos }) => pos > chapter.from && pos > this.at && pos <= end;
    const all = this.concerned.get(device.person.id);
    if (chapter.lost !== null && chapter.lost >= this.at) this.#checkLost(device, chapter, all);
    this.#compare(`${device.name} (${device.transports}), chapter from ${chapter.from},`, all.filter(inside),
      chapter.events.filter(isExact).filter(inside), device.trace, (entry) => this.#wasLeft(device, chapter, entry));
  }

  // A fresh start instead of a resumption: only when more than 1,000 events were missed.
  #checkLost(device, chapter, all) {
    const missed = all.filter(({ pos }) => pos > chapter.lost && pos <= chapter.from).length;
    if (missed < 900) this.wrong(`${device.name} asked to go on from ${chapter.lost} and started afresh at ${chapter.from}, having missed ${missed} events`, chapter.trace);
  }

  // Is it from a room that the person had left when he came back, and before he joined it again?
  #wasLeft(device, chapter, { pos, event, payload }) {
    const room = roomOf({ event, payload });
    return room !== null && chapter.resumptions.some(({ since, rooms }) => {
      const again = chapter.events.find((entry) => entry.pos > since && entry.event === "member:joined" && entry.payload.room === room && entry.payload.member.user.id === device.person.id);
      return !rooms.has(room) && pos > since && pos < (again?.pos ?? Infinity);
    });
  }

  // ---- Promises

  async #checkHistory() {
    this.history = new Map(); // body -> message
    const said = this.sorted.filter((entry) => entry.event === "message:new").map((entry) => entry.payload.message);
    for (const room of new Set(said.map((message) => message.room))) {
      const wanted = said.filter((message) => message.room === room);
      const found = await this.#readHistory(room, wanted[0].seq - 1, wanted.at(-1).seq);
      const brief = (list) => list.map(({ id, seq, body, author }) => `${seq} ${id} ${author.id} ${body}`).join("\n");
      if (brief(found) !== brief(wanted)) this.wrong(`the history of room ${room} is not what was told:\n${found.length} messages, ${wanted.length} told`);
    }
  }

  async #readHistory(room, after, last) {
    const found = [];
    const reader = this.world.people.find((person) => this.members.get(room).has(person.id));
    while (after < last) {
      const { messages, has_before: before } = await this.world.ask(reader, "message:history", { room, after, limit: 200 });
      if (messages.length === 0 || before !== after > 0) this.wrong(`the history of room ${room} after ${after} has ${messages.length} messages, has_before ${before}`);
      if (messages.length === 0) break;
      found.push(...messages.filter((message) => message.seq <= last));
      after = messages.at(-1).seq;
    }
    for (const message of found) {
      if (this.history.has(message.body)) this.wrong(`posted twice: ${message.body.slice(0, 80)}`);
      this.history.set(message.body, message);
    }
    return found;
  }

  #checkLedger() {
    const newest = new Map(); // "device room" -> the last ordered message
    for (const entry of this.world.ledger.take()) {
      const found = this.history.get(entry.body);
      const tell = `${entry.nonce} of ${entry.device} in room ${entry.room}`;
      if (entry.acked && found?.id !== entry.acked.id) this.wrong(`${tell} was acked as ${JSON.stringify(entry.acked)}, the history has ${JSON.stringify(found)}`);
      if (entry.refused && entry.attempts === 1 && found) this.wrong(`${tell} was refused, and is in the history`);
      this.world.count[entry.acked ? "acked" : found ? "postedWithoutAck" : "notPosted"]++;
      const place = `${entry.device} ${entry.room}`;
      if (!found || entry.unordered || entry.refused) continue;
      if (found.seq <= (newest.get(place) ?? 0)) this.wrong(`${tell} is number ${found.seq}, before something that was said earlier`);
      newest.set(place, found.seq);
    }
  }

  async #checkReads() {
    for (const person of this.world.people) {
      for (const { id, me } of (await this.world.ask(person, "room:list", { limit: 200 })).rooms.filter((room) => room.me)) {
        const wanted = this.reads.get(`${id} ${person.id}`);
        if (me.read_seq !== wanted) this.wrong(`${person.name} has read room ${id} up to ${me.read_seq}, expected ${wanted}`);
        const last = this.seqs.get(id) ?? 0;
        if (me.unread !== last - me.read_seq) this.wrong(`${person.name} in room ${id}: unread ${me.unread}, last_seq ${last}, read_seq ${me.read_seq}`);
      }
    }
  }

  // What was audited is not kept; a run of hours must fit into memory.
  #forget() {
    this.at = this.to;
    for (const device of this.world.devices) {
      const chapter = device.chapters.at(-1);
      chapter.events = chapter.events.filter((entry) => entry.pos > this.at);
      chapter.resumptions = chapter.resumptions.slice(-1);
      device.chapters = [chapter];
    }
  }
}
