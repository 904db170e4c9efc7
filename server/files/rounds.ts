/**
 * Which rounds there are, found by their offer: who leaves ends its own, however many others there are.
 *
 * ```text
 *   offer ─┬─ rounds that are open or flow
 *          └─ the one that gathers, at most, with its timer
 * ```
 *
 * @module
 */

import type { Offer } from "./offers.ts";
import type { Round } from "./round.ts";
import type { TransferUser } from "./transfer_user.ts";

/** One that waits for others who accept. */
interface Gathering {
  readonly round: Round;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** All rounds of a server. */
export class Rounds {
  readonly #all = new Set<Round>();
  readonly #byOffer = new Map<Offer, Set<Round>>();
  readonly #counts = new Map<TransferUser, number>();
  readonly #gathering = new Map<Offer, Gathering>();

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** A copy: rounds end while they are gone through. */
  all(): Round[] {
    return [...this.#all];
  }

  /** The rounds of an offer, as a copy. */
  of(offer: Offer): Round[] {
    return [...this.#byOffer.get(offer) ?? []];
  }

  /** How many there are of somebody's offers. */
  countOf(sender: TransferUser): number {
    return this.#counts.get(sender) ?? 0;
  }

  /** Takes one in. */
  add(round: Round): void {
    this.#all.add(round);
    this.#counts.set(round.offer.sender, this.countOf(round.offer.sender) + 1);
    const those = this.#byOffer.get(round.offer);
    if (those === undefined) this.#byOffer.set(round.offer, new Set([round]));
    else those.add(round);
  }

  /** It is over. Idempotent. */
  delete(round: Round): void {
    this.stopGathering(round);
    if (!this.#all.delete(round)) return;
    const left = this.countOf(round.offer.sender) - 1;
    if (left > 0) this.#counts.set(round.offer.sender, left);
    else this.#counts.delete(round.offer.sender);
    const those = this.#byOffer.get(round.offer);
    those?.delete(round);
    if (those?.size === 0) this.#byOffer.delete(round.offer);
  }

  /** The one of an offer that still takes others in. */
  gatheringOf(offer: Offer): Round | undefined {
    return this.#gathering.get(offer)?.round;
  }

  /** Lets others come for some ms, then starts it; the first call counts. */
  gather(round: Round, ms: number, start: () => void): void {
    if (this.#gathering.has(round.offer)) return;
    this.#gathering.set(round.offer, { round, timer: setTimeout(start, ms) });
  }

  /** Nobody else is taken in. Idempotent. */
  stopGathering(round: Round): void {
    const gathering = this.#gathering.get(round.offer);
    if (gathering?.round !== round) return;
    clearTimeout(gathering.timer);
    this.#gathering.delete(round.offer);
  }

  /** Stops every timer. */
  close(): void {
    for (const { timer } of this.#gathering.values()) clearTimeout(timer);
    this.#gathering.clear();
  }
}
