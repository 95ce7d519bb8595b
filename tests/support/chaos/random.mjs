// random.mjs: random choices that a seed brings back.
//
// Each actor of a run has a source of its own, forked from the run's by name, so that what one chooses does not hang on how
// fast the others were. Time does not come back with a seed: the same choices meet the server at other moments.
//
// SPDX-License-Identifier: MIT

const hash = (text) => [...text].reduce((sum, c) => Math.imul(sum ^ c.codePointAt(0), 0x01000193) >>> 0, 0x811c9dc5);

export class Random {
  constructor(seed) {
    this.seed = seed >>> 0;
    this.state = this.seed;
  }

  fork(name) {
    return new Random(this.seed ^ hash(name));
  }

  // From 0 to 1, without 1: mulberry32.
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  // A whole number from `least` to `most`, both included.
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(share) {
    return this.next() < share;
  }

  pick(list) {
    return list[this.between(0, list.length - 1)];
  }

  // One of the names of {name: weight}.
  weighted(table) {
    let at = this.next() * Object.values(table).reduce((sum, weight) => sum + weight, 0);
    for (const [name, weight] of Object.entries(table)) if ((at -= weight) < 0) return name;
    return Object.keys(table)[0];
  }
}
