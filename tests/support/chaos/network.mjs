// network.mjs: the network between one client and the server, with everything a network does wrong.
//
// A proxy on a port of its own. It passes bytes both ways, in pieces that end where it likes; it cuts its connections at
// once or in the middle of a frame; it holds them, so that the client reads nothing and the server hears nothing, while
// connections made later pass.
//
// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { connect, createServer } from "node:net";

// A socket that is ending cannot be reset: node (20, 22) would keep its handle, and wait for it for ever when the process ends.
export function breakOff(socket, isReset) {
  if (isReset && !socket.writableEnded) socket.resetAndDestroy();
  else socket.destroy();
}

// One connection of the client, and ours to the server for it.
class Link {
  constructor(network, near) {
    this.network = network;
    this.held = false;
    this.allowance = Infinity; // bytes that still pass
    this.near = near;
    this.far = connect({ port: network.target, host: "127.0.0.1", noDelay: true });
    this.#pass(this.near, this.far);
    this.#pass(this.far, this.near);
    near.setNoDelay(true);
  }

  #pass(from, to) {
    from.on("data", (data) => {
      for (const piece of this.network.pieces(data.subarray(0, this.allowance))) if (!to.destroyed && !to.write(piece)) from.pause();
      if ((this.allowance -= data.length) <= 0) this.cut();
    });
    to.on("drain", () => this.held || from.resume());
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => {
      if (!this.abandoned) to.end(); // when all is written
      if (to.destroyed) this.network.links.delete(this);
    });
  }

  hold() {
    this.held = true;
    this.near.pause();
    this.far.pause();
  }

  release() {
    this.held = false;
    this.near.resume();
    this.far.resume();
  }

  // The client's side is over, and the server does not hear of it.
  abandon() {
    this.abandoned = true;
    this.hold();
    this.near.destroy();
  }

  calm() {
    this.allowance = Infinity;
    if (this.abandoned) this.cut();
    else this.release();
  }

  cut() {
    const isReset = this.network.random.chance(0.5);
    for (const socket of [this.near, this.far]) breakOff(socket, isReset);
  }
}

export class Network {
  constructor(random, target) {
    this.random = random;
    this.target = target;
    this.links = new Set();
    this.minced = random.chance(0.3);
    this.listener = createServer((near) => this.links.add(new Link(this, near)));
  }

  async open() {
    this.listener.listen(0, "127.0.0.1");
    await once(this.listener, "listening");
    this.url = `http://127.0.0.1:${this.listener.address().port}`;
  }

  // The data itself, or cut at up to four places.
  *pieces(data) {
    let from = 0;
    for (let cuts = this.minced ? this.random.between(0, 4) : 0; cuts > 0 && from < data.length; cuts--) {
      const to = from + this.random.between(1, data.length - from);
      yield data.subarray(from, to);
      from = to;
    }
    if (from < data.length) yield data.subarray(from);
  }

  cut() {
    for (const link of this.links) link.cut();
  }

  // After so many bytes more, of either direction.
  cutAfter(bytes) {
    for (const link of this.links) link.allowance = bytes;
  }

  // Those that are open now. Without `release` they stay so until an end gives up.
  hold() {
    for (const link of this.links) link.hold();
  }

  release() {
    for (const link of this.links) link.release();
  }

  // A function that ends what is left of them, so that the server hears of it at last.
  abandon() {
    const links = [...this.links];
    for (const link of links) link.abandon();
    return () => links.forEach((link) => link.cut());
  }

  // Passes everything, and what comes next too.
  calm() {
    for (const link of this.links) link.calm();
  }

  close() {
    this.cut();
    this.listener.close();
  }
}
