/**
 * What is due to be erased of a store: words that were edited or deleted, and are still in its files.
 *
 * @module
 */

import { DamageError, type ReadStore } from "../../db/mod.ts";
import { ERASING_KEY, erasingIn } from "../../server/mod.ts";

/** Since when words are to be erased that are still in the files; `undefined` when none are, or when that cannot be read. */
export function erasingSince(store: Pick<ReadStore, "getNow">): number | undefined {
  try {
    const value = store.getNow(ERASING_KEY);
    return value === undefined ? undefined : erasingIn(value) ?? 0;
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    return undefined;
  }
}
