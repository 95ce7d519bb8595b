// cost.test.mjs: what a message costs, counted: system calls, instructions, allocations. Machines differ in how long these take, not
// in how many there are, so a change that makes the server much dearer fails here, on a busy machine too.
//
// The bounds stand some way above what was last counted (docs/performance.md has the times): what is between belongs to how threads
// happen to meet. A change that makes it cheaper lowers them.
//
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { callgrind, readCallgrind, readStrace, strace } from "./support/count.mjs";
import { live } from "./support/talk.mjs";

const READERS = 40;
const FEW = 40;
const MORE = 200;

// What one message to 40 readers costs, ack included, one after the other ("alone": a batch and a commit each) and in bursts of 40,
// which are committed and sent together.
const BOUNDS = {
  alone: { burst: 1, calls: 100, instructions: 400_000, allocations: 150 },
  together: { burst: 40, calls: 12, instructions: 180_000, allocations: 68 },
};
const FIGURES = ["calls", "instructions", "allocations"];

async function perMessage(counterOf, burst, options = {}) {
  const few = await live(counterOf(), { readers: READERS, messages: FEW, burst, ...options });
  const more = await live(counterOf(), { readers: READERS, messages: MORE, burst, ...options });
  return Object.fromEntries(FIGURES.filter((figure) => figure in more).map((figure) => [figure, (more[figure] - few[figure]) / (MORE - FEW)]));
}

const excess = (cost, bounds) => Object.keys(cost).filter((figure) => cost[figure] > bounds[figure]);

for (const [how, bounds] of Object.entries(BOUNDS)) {
  for (const counterOf of [strace, callgrind]) {
    test(`a message ${how}, to ${READERS} readers, costs no more than it may (${counterOf.name})`, { timeout: 400_000 }, async (t) => {
      const cost = await perMessage(counterOf, bounds.burst);
      for (const [figure, count] of Object.entries(cost)) t.diagnostic(`${figure}: ${count.toFixed(1)} a message, ${(count / READERS).toFixed(2)} a delivery; at most ${bounds[figure]} a message`);
      assert.deepEqual(excess(cost, bounds), []);
      for (const [figure, count] of Object.entries(cost)) assert.ok(count > 0, `${figure}: nothing was counted`);
    });
  }
}

// What a server must not get away with: something more on each frame that it sends (costly.c).
for (const [waste, counterOf, figure] of [["call", strace, "calls"], ["memory", callgrind, "allocations"], ["work", callgrind, "instructions"]]) {
  test(`negative control: a wasted ${waste} on each delivery is found`, { timeout: 400_000 }, async (t) => {
    const { burst, ...bounds } = BOUNDS.together;
    const cost = await perMessage(counterOf, burst, { program: "tests/cost/parley-costly", env: { PARLEY_WASTE: waste } });
    t.diagnostic(`${figure}: ${cost[figure].toFixed(1)} a message; at most ${bounds[figure]}`);
    assert.ok(excess(cost, bounds).includes(figure));
  });
}

test("the table of strace is read with and without errors", () => {
  const text = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.00    0.000500          10        50           writev
 40.00    0.000300           7        40         2 futex
------ ----------- ----------- --------- --------- ----------------
100.00    0.000800           8        90         2 total
`;
  assert.deepEqual(readStrace(text), { calls: 90, byName: { writev: 50, futex: 40 } });
});

test("callgrind's names are followed by their numbers", () => {
  const text = `events: Ir
fn=(1) main
1 10
cfn=(2) malloc
calls=3 0
2 30
fn=(2)
5 60
fn=(3) other
cfn=(2)
calls=4 0
1 40
cfn=(1)
calls=9 0
1 1
totals: 141
`;
  assert.deepEqual(readCallgrind(text), { instructions: 141, allocations: 7 });
});
