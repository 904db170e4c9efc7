/**
 * Below which seqs nothing may begin: what is remembered of streams that have ended.
 *
 * A stream that holds nothing is ended, so that streams cannot fill the memory and the log for ever. Its seqs must not
 * come again all the same: whoever has seen number 500 of it would take a new number 1 for old. So every name falls into
 * one of 1024 classes, and each class remembers the highest seq of all that ended in it. A new stream begins above
 * that: with 1 as long as nothing of its class has ended, later perhaps with 2 or 20. The class of a name is no secret,
 * and nothing is gained by choosing it.
 *
 * Kept in the log as the value of a key that only the store itself sees.
 *
 * @module
 */

import { encodeName } from "./bodies.ts";
import { SEQ_MAX } from "./limits.ts";
import type { Store } from "./store.ts";

/** The key under which the floors are kept. */
export const FLOORS_KEY = "\0floors";

/** Classes of names: with 4 bytes each they are one small record. */
const CLASSES = 1024;

/** The floors of all names. */
export class Floors {
  readonly #seqs = new Uint32Array(CLASSES);

  /** The highest seq that a stream of this name may have had before. */
  of(name: string): number {
    return this.#seqs[classOf(name)] ?? 0;
  }

  /** A stream with seqs up to this one has ended. */
  raise(name: string, seq: number): void {
    const at = classOf(name);
    this.#seqs[at] = Math.max(this.#seqs[at] ?? 0, Math.min(seq, SEQ_MAX));
  }

  /** The floors as bytes. */
  encode(): Uint8Array {
    return new Uint8Array(this.#seqs.slice().buffer);
  }

  /** Takes floors that were kept, and in which there is no fault; they never fall. */
  take(bytes: Uint8Array): void {
    seqsIn(bytes).forEach((seq, at) => this.#seqs[at] = Math.max(this.#seqs[at] ?? 0, seq));
  }
}

/**
 * Why these bytes are no floors, as a sentence without a full stop.
 *
 * @param max Largest seq that is believed.
 */
export function floorsFault(bytes: Uint8Array, max: number = SEQ_MAX): string | undefined {
  const wanted = CLASSES * Uint32Array.BYTES_PER_ELEMENT;
  if (bytes.length !== wanted) {
    return `the floors of rooms that have ended are ${bytes.length} bytes and not ${wanted}`;
  }
  const highest = seqsIn(bytes).reduce((a, b) => Math.max(a, b), 0);
  if (highest <= max) return undefined;
  return `the floors of rooms that have ended go up to ${highest}, and ${max} is the highest`;
}

/**
 * Adds floors from elsewhere to those that a store keeps; they count from its next opening on.
 *
 * @returns Whether any of them was higher.
 */
export async function raiseFloors(
  store: Pick<Store, "get" | "put">,
  bytes: Uint8Array,
): Promise<boolean> {
  const kept = await store.get(FLOORS_KEY);
  const floors = new Floors();
  if (kept !== undefined) floors.take(kept);
  floors.take(bytes);
  const raised = floors.encode();
  if (kept !== undefined && raised.every((byte, i) => byte === kept[i])) return false;
  await store.put(FLOORS_KEY, raised).done;
  return true;
}

function seqsIn(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer, 0, Math.min(CLASSES, bytes.length >>> 2));
}

/** FNV-1a. */
function classOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encodeName(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % CLASSES;
}
