/**
 * Whispers over a break: what was whispered to the client while its connection was dying is asked for, and told once.
 *
 * ```text
 *   Welcome ─ for each partner of late: History{with, after} ─► told, in order ─► what came meanwhile ─► as ever
 * ```
 *
 * What is whispered while a partner's missed whispers are asked for waits, so that all are told in the order of their
 * seqs. Whoever whispers for the first time into a dying connection is not known here: that is read in its history.
 *
 * @module
 */

import { WHISPERS_HELD_MAX } from "./limits.ts";
import type { PrivateMessage, PrivateSent } from "./messages.ts";
import { foldText } from "./names/mod.ts";

/** Something whispered, as it is told. */
export type Whispered = PrivateMessage | PrivateSent;

/** Who whispered with the client, as far as is known: the other one. */
export function partnerOf(message: Whispered, me: string): string {
  if (message.type === "PrivateSent") return message.to;
  return foldText(message.from) === foldText(me) ? message.to ?? message.from : message.from;
}

/** Partners whose missed whispers are being asked for, and what came from them meanwhile. */
export class MissedWhispers {
  /** By partner and seq. */
  readonly #held = new Map<string, Map<number, Whispered>>();

  /** From now on what is whispered with `partner` waits. */
  begin(partner: string): void {
    this.#held.set(foldText(partner), new Map());
  }

  /** Whether something that was whispered just now has to wait. */
  holds(partner: string, message: Whispered): boolean {
    const held = this.#held.get(foldText(partner));
    // Rather out of order than lost, or without a bound.
    if (held === undefined || held.size >= WHISPERS_HELD_MAX) return false;
    held.set(message.seq, message);
    return true;
  }

  /** What waits under a seq, and from now on does not: it came twice, and is told where it belongs. */
  take(partner: string, seq: number): Whispered | undefined {
    const held = this.#held.get(foldText(partner));
    const message = held?.get(seq);
    held?.delete(seq);
    return message;
  }

  /** All that was missed has been told. @returns What came meanwhile and is to be told now. */
  end(partner: string): Iterable<Whispered> {
    const held = this.#held.get(foldText(partner));
    this.#held.delete(foldText(partner));
    return held?.values() ?? [];
  }

  /** The connection broke: what waited was not told, and will be asked for again. */
  broke(): void {
    this.#held.clear();
  }
}
