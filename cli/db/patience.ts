/**
 * Reading a store while another process writes and compacts it.
 *
 * Between two reads a file may go or grow, and then what was read does not fit together: a file is missing,
 * or a record seems to be. Looking again tells that from damage, which stays.
 *
 * @module
 */

import { DamageError, StoreError } from "../../db/mod.ts";

/** A busy writer comes in between again and again; so often in a row it never does. */
const TRIES = 20;
/** Damage that is seen so often is there. Each look may read the whole store. */
const DAMAGE_TRIES = 3;

/** Reads, and reads again as long as a writer may have come in between. */
export async function patiently<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await read();
    } catch (error) {
      if (tries >= triesFor(error)) throw error;
    }
  }
}

function triesFor(error: unknown): number {
  if (error instanceof DamageError) return DAMAGE_TRIES;
  if (error instanceof StoreError) return error.code === "busy" ? TRIES : 1;
  return error instanceof Error && "code" in error && error.code === "ENOENT" ? TRIES : 1;
}
