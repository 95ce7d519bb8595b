// search.mjs: how soon one finds, in the rooms that one person is in: words that are common and rare, beginnings, two words.
//
// The history is make_history's, and so are its words. Each search asks for another word of its kind, so that nothing but the database's
// own pages is warm.
//
// SPDX-License-Identifier: MIT
const SEARCHES = 200; // of each kind
const WARM = 5;
const COMMON = ["lorem", "ipsum", "dolor", "sit", "amet", "eso", "parla", "kore", "mi", "tante", "belle", "quando"];

// The nth word of history.h.
function word(n) {
  const syllable = (code) => "bcdfghjklmnprst"[Math.floor(code / 5)] + "aeiou"[code % 5];
  const code = (n * 7919) % 75 ** 3;
  return syllable(code % 75) + syllable(Math.floor(code / 75) % 75) + syllable(Math.floor(code / 75 ** 2));
}

const often = (i) => COMMON[i % COMMON.length];
const sometimes = (i) => word(200 + i);
const seldom = (i) => word(40_000 + i);

// A word is searched whole when another one follows it; the last one counts as a beginning.
const KINDS = {
  "a word in most messages": (i) => often(i),
  "a word in few": (i) => sometimes(i),
  "a rare word": (i) => seldom(i),
  "a beginning of two letters": (i) => word(i).slice(0, 2),
  "a beginning of three letters": (i) => word(i).slice(0, 3),
  "two common words": (i) => `${often(i)} ${often(i + 1 + (i % 7))}`,
  "a common and a rare word": (i) => `${often(i)} ${sometimes(i)}`,
  "two rarer words": (i) => `${sometimes(i)} ${sometimes(i + 57)}`,
};

// {name: milliseconds of each search}
export async function searches(client) {
  const took = {};
  for (const [name, query] of Object.entries(KINDS)) {
    took[name] = [];
    for (let i = -WARM; i < SEARCHES; i++) {
      const began = performance.now();
      const { ok } = await client.call("message:search", { query: query(i + WARM), limit: 20 });
      if (!ok) console.log(`${name}: "${query(i + WARM)}" was given up`); // out of time; the time counts
      if (i >= 0) took[name].push(performance.now() - began);
    }
  }
  return took;
}
