// fates.mjs: what happens to devices and to the server, whatever they are doing.
//
// SPDX-License-Identifier: MIT
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "node:net";
import { breakOff } from "./network.mjs";

const some = (world, random, share) => world.devices.filter(() => random.chance(share));

// Down by `end`, and up again after a while, with one worker or two.
async function serverGoes(world, random, end) {
  world.process.look();
  await end();
  await pause(random.pick([0, 0, 50, 500]));
  world.server.options.workers = random.between(1, 2);
  await world.server.start();
}

export const fates = {
  async nothing() {},

  async cut(world, random) {
    for (const { network } of some(world, random, 0.15)) {
      world.count.cuts++;
      network.cut();
    }
  },

  // Within the frames that come next.
  async cutWithin(world, random) {
    for (const { network } of some(world, random, 0.15)) {
      world.count.cuts++;
      network.cutAfter(random.between(1, 3000));
    }
  },

  async cutAll(world) {
    for (const { network } of world.devices) {
      world.count.cuts++;
      network.cut();
    }
  },

  // Slow readers: nothing passes for a while, then all of it, unless an end gave up.
  async hold(world, random) {
    const devices = some(world, random, 0.1);
    for (const { network } of devices) network.hold();
    void pause(random.between(100, 4000)).then(() => devices.forEach(({ network }) => network.release()));
  },

  // The client's connection is over, and it comes back while the server still believes in it.
  async ghost(world, random) {
    const ends = some(world, random, 0.1).map(({ network }) => network.abandon());
    void pause(random.between(10, 3000)).then(() => ends.forEach((end) => end()));
  },

  // Everybody talks at once while some do not read: more than their outboxes may hold.
  async flood(world, random) {
    for (const { network } of some(world, random, 0.2)) network.hold();
    const held = world.devices.map(({ network }) => network);
    const speakers = world.devices.filter((device) => device.live).slice(0, 4);
    for (const device of speakers) for (let i = 0; i < 25; i++) void device.say([...device.joined.keys()][0], "x".repeat(15_000));
    void pause(random.between(500, 2500)).then(() => held.forEach((network) => network.release()));
  },

  // Somebody who never meant to talk: half a request, then gone.
  async stranger(world, random) {
    const text = random.pick([
      "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x85abcdefghi",
      "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"name\":",
    ]);
    const socket = connect({ port: world.server.port, host: "127.0.0.1" }).on("error", () => {});
    socket.write(text.slice(0, random.between(1, text.length)), "latin1");
    void pause(random.between(0, 300)).then(() => breakOff(socket, random.chance(0.5)));
  },

  async stop(world, random) {
    world.count.restarts++;
    await serverGoes(world, random, () => world.server.stop());
  },

  // At the moment when somebody hears an ack: what was promised too early is not on disk yet.
  async kill(world, random) {
    world.count.kills++;
    await serverGoes(world, random, async () => {
      const heard = new Promise((resolve) => (world.onAck = () => resolve(world.server.child.kill("SIGKILL"))));
      await Promise.race([heard, pause(1000)]);
      world.onAck = null;
      await world.server.kill();
    });
  },
};
