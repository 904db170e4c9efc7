/**
 * Damages the files of a small store: every name, sector, length and bit once, and then two of them at once as long as
 * there is time.
 *
 * @module
 */

import { bits, type Corruption, lengths, misplaced, names, pairs, sectors } from "./corruptions.ts";
import { judge, originalsOf } from "./judge.ts";
import type { StoreOrders } from "./mod.ts";
import { type Files, smallStore } from "./small_store.ts";

/** Neighbouring bits meet the same code, so they are tried far from each other: then also half of the time sees all of a file. */
const BIT_STRIDE = 397;

const KINDS: Readonly<Record<string, (files: Files, seed: number) => Iterable<Corruption>>> = {
  "missing, doubled and swapped files": names,
  "damaged sectors": sectors,
  "misplaced records": (files) => misplaced(files),
  "cut files": lengths,
  "flipped bits": (files) => bits(files, BIT_STRIDE),
  "two damages at once": pairs,
};

/** Carries out the attack. */
export async function run({ seconds, seed, report, signal }: StoreOrders): Promise<void> {
  const end = performance.now() + seconds * 1000;
  const stores = [await smallStore(false), await smallStore(true)];
  for (const [what, all] of Object.entries(KINDS)) {
    for (const [i, store] of stores.entries()) {
      const originals = originalsOf(store.files);
      // The last kind never ends by itself, so each store has its half of what is left.
      const now = performance.now();
      const until = all === pairs && i === 0 ? now + (end - now) / 2 : end;
      for (const corruption of all(store.files, seed)) {
        signal.throwIfAborted();
        if (performance.now() > until) break;
        const wrong = await judge(store, originals, corruption);
        const whose = store.killed ? "a killed server's store" : "a closed store";
        report({
          what,
          faults: 1,
          wrong: wrong === undefined ? [] : [`${corruption.name} of ${whose}: ${wrong}`],
        });
      }
    }
  }
}
