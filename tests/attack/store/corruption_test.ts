/**
 * Damage of every kind to a small store: a part of what `deno task attack store` tries, and always the same.
 *
 * @module
 */

import assert from "node:assert/strict";
import { bits, type Corruption, every, lengths, misplaced, names, sectors } from "./corruptions.ts";
import { judge, originalsOf } from "./judge.ts";
import { type Files, smallStore } from "./small_store.ts";

/** How many of each kind are passed over for one that is tried. */
const KINDS: readonly [string, number, (files: Files) => Iterable<Corruption>][] = [
  ["a flipped bit", 397, bits],
  ["a damaged sector", 5, sectors],
  ["a record that covers its neighbour", 1, (files) => misplaced(files, 1)],
  ["a misplaced record", 29, misplaced],
  ["a missing, doubled or swapped file", 2, names],
  ["a cut file", 61, lengths],
];

for (const killed of [false, true]) {
  for (const [what, step, all] of KINDS) {
    const whose = killed ? "a killed server's" : "a closed";
    Deno.test(`${what} of ${whose} store is named, and repair saves or counts every record`, async () => {
      const store = await smallStore(killed);
      const originals = originalsOf(store.files);
      for (const corruption of every(step, 1, all(store.files))) {
        assert.equal(await judge(store, originals, corruption), undefined, corruption.name);
      }
    });
  }
}
