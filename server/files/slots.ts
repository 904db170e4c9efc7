/**
 * The places of transfers that move bytes, and who gives way when all are taken.
 *
 * A place is held from the first byte on, not from the acceptance: who accepts and then does nothing keeps nobody else
 * out. Names cost nothing, so places are not simply first come, first served: a transfer that is slower than a modem gives
 * way to any other, and of two users the one with more of them to the one with less. What gave way may be accepted
 * again, as after a break.
 *
 * @module
 */

import { FILE_BYTES_PER_SECOND_MIN } from "./limits.ts";
import type { FoldedName } from "../wire/mod.ts";

/** A transfer that needs a place. */
export interface Carrier {
  /** Whose file it is. */
  readonly sender: FoldedName;
  /** Bytes per second of late; `undefined` while it is too young to tell. */
  rate(): number | undefined;
  /** Ends it, because of a sentence. */
  fail(why: string): void;
}

/** What a transfer is told that gives way. */
const GIVES_WAY = "The server carries many files, and this one had to let others through.";

/** All places. */
export class Slots {
  readonly #max: number;
  readonly #held = new Set<Carrier>();

  /** @param max How many there are. */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many are taken. */
  get taken(): number {
    return this.#held.size;
  }

  /** Takes a place, if there is one or somebody has to give one up. @returns Whether. */
  take(carrier: Carrier): boolean {
    if (this.#held.size >= this.#max) {
      const victim = this.#victim(carrier);
      if (victim === undefined) return false;
      this.#held.delete(victim);
      victim.fail(GIVES_WAY);
    }
    this.#held.add(carrier);
    return true;
  }

  /** Gives a place back. Idempotent. */
  free(carrier: Carrier): void {
    this.#held.delete(carrier);
  }

  #victim({ sender }: Carrier): Carrier | undefined {
    const counts = new Map<FoldedName, number>();
    for (const one of this.#held) counts.set(one.sender, (counts.get(one.sender) ?? 0) + 1);
    const own = counts.get(sender) ?? 0;
    let [most, slowest]: [number, Carrier | undefined] = [own + 1, undefined];
    for (const one of this.#held) {
      if ((one.rate() ?? Infinity) < FILE_BYTES_PER_SECOND_MIN) return one;
      const count = counts.get(one.sender) ?? 0;
      if (count > most || (count === most && slowest !== undefined && slower(one, slowest))) {
        [most, slowest] = [count, one];
      }
    }
    return slowest;
  }
}

function slower(one: Carrier, other: Carrier): boolean {
  return (one.rate() ?? Infinity) < (other.rate() ?? Infinity);
}
