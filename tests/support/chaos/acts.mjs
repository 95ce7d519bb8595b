// acts.mjs: what a device does next.
//
// SPDX-License-Identifier: MIT
import { setTimeout as pause } from "node:timers/promises";
import { Visitor } from "./visitor.mjs";

const ROOMS_MAX = 24;
const VISITORS_MAX = 5; // at a time

const weights = { say: 60, sayLong: 4, twin: 3, history: 5, sync: 3, read: 8, typing: 10, join: 8, leave: 5, rename: 1, status: 2, prefs: 1, update: 1, open: 0.5, visit: 0.5, comeBack: 2, list: 2 };

const anyRoom = (device) => device.random.pick([...device.joined.keys()]);
const filler = (random, least, most) => [..."ÄäΩ€😀 text ".repeat(most / 10)].slice(0, random.between(least, most)).join("");

// Membership is one person's: two of his devices at once would make it anybody's guess what is refused.
async function alone(device, work) {
  if (device.person.busy) return;
  device.person.busy = true;
  await work();
  device.person.busy = false;
}

// An answer that may be an error of these codes.
function allow(device, command, ack, ...codes) {
  if (ack && !ack.ok && ![...codes, "unavailable", "rate_limited"].includes(ack.error.code)) device.wrong(`${command}: ${JSON.stringify(ack.error)}`);
  return ack?.ok ? ack.data : null;
}

const dense = (messages) => messages.every((message, i) => i === 0 || message.seq === messages[i - 1].seq + 1);

export const acts = {
  // Most acts do not wait for their answers: a device has many commands under way.
  async next(world, device) {
    const act = acts[device.random.weighted(weights)];
    const done = act(world, device);
    if (device.random.chance(0.3)) await done;
  },

  async say(world, device) {
    const many = device.random.chance(0.1) ? device.random.between(5, 30) : 1;
    await Promise.all(Array.from({ length: many }, () => device.say(anyRoom(device), filler(device.random, 0, 100))));
  },

  sayLong: (world, device) => device.say(anyRoom(device), filler(device.random, 1000, 7000)),

  // The same attempt from two devices of a person, or twice from one, at the same time.
  async twin(world, device) {
    const other = world.devices.find((one) => one !== device && one.person === device.person && one.live) ?? device;
    const first = device.say(anyRoom(device), "twin");
    const entry = [...device.pending.values()].at(-1);
    entry.unordered = true;
    entry.attempts++;
    const ack = await other.call("message:send", { room: entry.room, body: entry.body, nonce: entry.nonce });
    const complaint = ack?.ok && world.ledger.acked(entry, ack.data.message);
    if (complaint) device.wrong(complaint);
    await first;
  },

  async history(world, device) {
    const room = anyRoom(device), last = device.joined.get(room) ?? 1, { random } = device;
    const place = random.pick([{}, { before: random.between(0, last + 2) }, { after: random.between(0, last + 2) }, { around: random.between(0, last + 2) }]);
    const data = allow(device, "message:history", await device.call("message:history", { room, limit: random.between(1, 60), ...place }), "forbidden", "not_found");
    if (data && !dense(data.messages)) device.wrong(`history ${JSON.stringify(place)} of room ${room} has holes: ${data.messages.map((message) => message.seq)}`);
    if (data && data.messages.length > 0 && data.has_before !== data.messages[0].seq > 1) device.wrong(`history ${JSON.stringify(place)} of room ${room}: has_before ${data.has_before}, first ${data.messages[0].seq}`);
  },

  async sync(world, device) {
    const from = Math.max(0, device.pos - device.random.between(0, 300)), limit = device.random.between(1, 600);
    const data = allow(device, "sync", await device.call("sync", { pos: from, limit }));
    if (!data) return;
    const positions = data.events?.map(({ payload }) => payload.pos) ?? [];
    if (data.reset || positions.length > Math.min(limit, 500)) device.wrong(`sync from ${from}, ${limit}: ${positions.length} events, reset ${data.reset}`);
    if (positions.some((pos, i) => pos <= (positions[i - 1] ?? from)) || data.pos < (positions.at(-1) ?? from)) device.wrong(`sync from ${from}: ${positions}, pos ${data.pos}`);
  },

  async read(world, device) {
    const room = anyRoom(device), seq = device.random.between(0, device.joined.get(room) ?? 0);
    const data = allow(device, "room:read", await device.call("room:read", { room, seq }), "forbidden", "not_found");
    if (data && data.me.read_seq < seq) device.wrong(`room:read ${seq} of room ${room}: ${JSON.stringify(data.me)}`);
  },

  async typing(world, device) {
    const room = anyRoom(device);
    allow(device, "typing", await device.call("typing", { room, on: device.random.chance(0.7) }), "forbidden", "not_found");
  },

  join: (world, device) => alone(device, async () => {
    if (world.rooms.length === 0) return;
    const room = device.random.pick(world.rooms);
    const data = allow(device, "room:join", await device.call("room:join", { room }));
    if (!data) return;
    const { messages } = data;
    if (!dense(messages) || (messages.at(-1)?.seq ?? 0) < data.room.last_seq) device.wrong(`room:join ${room}: last_seq ${data.room.last_seq}, messages ${messages.map((message) => message.seq)}`);
    if (data.room.me.unread !== data.room.last_seq - data.room.me.read_seq) device.wrong(`room:join ${room}: ${JSON.stringify(data.room)}`);
  }),

  // Never general, where the last message of a riot must reach everybody; the owner cannot (conflict).
  leave: (world, device) => alone(device, async () => {
    const rooms = [...device.joined.keys()].filter((room) => world.rooms.includes(room));
    if (rooms.length === 0) return;
    const room = device.random.pick(rooms);
    allow(device, "room:leave", await device.call("room:leave", { room }), "conflict", "forbidden", "not_found");
  }),

  async rename(world, device) {
    allow(device, "user:rename", await device.call("user:rename", { display_name: `Person ${device.random.between(1, 1e6)}` }));
  },

  async status(world, device) {
    allow(device, "user:status", await device.call("user:status", { status: device.random.pick(["online", "away", "dnd"]), text: device.random.pick(["", "busy"]) }));
  },

  async prefs(world, device) {
    const room = anyRoom(device);
    allow(device, "room:prefs", await device.call("room:prefs", { room, favorite: device.random.chance(0.5), level: device.random.pick(["all", "mentions", "none"]) }), "forbidden", "not_found");
  },

  async update(world, device) {
    const room = anyRoom(device);
    allow(device, "room:update", await device.call("room:update", { room, topic: `topic ${device.random.between(1, 1e6)}` }), "forbidden", "not_found");
  },

  async open(world, device) {
    if (world.rooms.length < ROOMS_MAX) await world.openRoom(device, false);
  },

  // From the same place as the device: its network.
  visit(world, device) {
    if (world.rooms.length === 0 || world.visiting >= VISITORS_MAX) return;
    const visitor = new Visitor(world, device.network, device.random, `visitor${++world.count.visits}`);
    world.visiting++;
    void visitor.visit(device.random.pick(world.rooms)).finally(() => world.visiting--);
  },

  async list(world, device) {
    const command = device.random.pick(["room:list", "user:list", "session:list"]);
    allow(device, command, await device.call(command, command === "session:list" ? {} : { limit: device.random.between(1, 50) }));
  },

  async comeBack(world, device) {
    if (!device.person.token) return;
    await pause(device.random.pick([0, 0, 5, 200]));
    device.comeBack(device.random.weighted({ recovery: 5, since: 3, fresh: 1 }));
  },
};
