/**
 * Fills a store faster than anybody talks.
 *
 * Then the disk may be behind with the next segment when this one is full, and the store says that it is busy: whoever writes
 * waits, as a server does whose user is told so.
 *
 * @module
 */

import { type Store, StoreError } from "../../../db/mod.ts";
import { wait } from "../../../ground/mod.ts";

/** Between two tries, in ms. */
const BUSY_MS = 10;
/** A disk that takes longer for one segment is no disk to measure, in ms. */
const BUSY_MS_MAX = 60_000;

/** Writes so many times, and lets the store write them down each `stride` times and at the end. */
export async function fill(
  store: Store,
  { count, stride }: { readonly count: number; readonly stride: number },
  write: (index: number) => void,
): Promise<void> {
  for (let index = 0; index < count; index++) {
    const since = performance.now();
    while (!writes(() => write(index))) {
      if (performance.now() - since > BUSY_MS_MAX) {
        throw new Error("The store is busy for a minute");
      }
      await wait(BUSY_MS);
    }
    if (index % stride === 0) await store.flush();
  }
  await store.flush();
}

/** @returns Whether the store took it. */
function writes(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === "busy") return false;
    throw error;
  }
}
