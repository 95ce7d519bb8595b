// visitor.mjs: somebody who comes once: a new guest who joins a room, says something, leaves, and logs out or just goes.
//
// He does not insist: when his connection breaks he is gone. What he was promised until then counts: his acked message is
// there, and after logging out his connection ends and his token is worth nothing.
//
// SPDX-License-Identifier: MIT
import { request } from "node:http";
import { io } from "socket.io-client";
import { until } from "../wait.mjs";

const STEP_MS = 60_000;

// The status, or null without an answer.
function http(url, method, token) {
  return new Promise((resolve) => {
    const call = request(`${url}/api/session`, { method, headers: { authorization: `Bearer ${token}` }, agent: false, timeout: STEP_MS }, (response) => {
      response.resume();
      response.on("error", () => resolve(null));
      resolve(response.statusCode);
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(null));
    call.end();
  });
}

export class Visitor {
  constructor(world, network, random, name) {
    Object.assign(this, { world, network, random, name, person: { id: 0 } });
  }

  async visit(room) {
    this.socket = io(this.network.url, { auth: { name: this.name }, forceNew: true, reconnection: false, timeout: STEP_MS, transports: this.random.pick([["websocket"], ["polling"], ["polling", "websocket"]]) });
    try {
      await this.#stay(room, await this.#ready());
    } catch {
      // the network broke; what is wrong was told
    } finally {
      this.socket.disconnect();
    }
  }

  #ready() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("no ready")), STEP_MS);
      this.socket.on("ready", (ready) => (clearTimeout(timer), resolve(ready)));
      for (const end of ["connect_error", "disconnect"]) this.socket.on(end, () => (clearTimeout(timer), reject(new Error(end))));
    });
  }

  #call(command, payload) {
    return this.socket.timeout(STEP_MS).emitWithAck(command, payload);
  }

  async #stay(room, { me, token }) {
    this.person.id = me.id;
    if (!(await this.#call("room:join", { room })).ok) return;
    const entry = this.world.ledger.begin(this, room, "I was here", false);
    entry.attempts++;
    const ack = await this.#call("message:send", { room, body: entry.body, nonce: entry.nonce });
    if (ack.ok) this.#complain(this.world.ledger.acked(entry, ack.data.message));
    await this.#call("room:leave", { room });
    if (this.random.chance(0.5)) await this.#logOut(token);
  }

  async #logOut(token) {
    if ((await http(this.network.url, "DELETE", token)) !== 204) return;
    await until(() => !this.socket.connected, { ms: STEP_MS, what: () => "the end of the connection" }).catch((error) => this.#complain(`logged out: ${error.message}`));
    const status = await http(this.network.url, "GET", token);
    if (status !== null && status !== 401 && status !== 503) this.#complain(`logged out, and his token is answered ${status}`);
  }

  #complain(what) {
    if (what) this.world.wrong(`${this.name}: ${what}`);
  }
}
