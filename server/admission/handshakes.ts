/**
 * Lets so many handshakes of TLS be under way at once: whoever begins one more takes the place of whoever began first.
 *
 * A handshake that is meant is done when its peer has answered once. So the oldest of very many is one that was left, and nobody who
 * means it waits for those. Whoever would push out others before they can answer must begin that many in so short a time, each at
 * its own expense.
 *
 * @module
 */

/** Gives up a handshake whose place another one needs. */
export type GiveUp = () => void;

/** Counts them. */
export class Handshakes {
  readonly #max: number;
  /** The oldest first. */
  readonly #underWay = new Set<GiveUp>();

  constructor(max: number) {
    this.#max = max;
  }

  /** One begins. @param giveUp Is called once when another one needs its place. */
  begin(giveUp: GiveUp): void {
    const [oldest] = this.#underWay;
    if (oldest !== undefined && this.#underWay.size >= this.#max) {
      this.#underWay.delete(oldest);
      oldest();
    }
    this.#underWay.add(giveUp);
  }

  /** It is done, or has come to nothing. Idempotent. */
  end(giveUp: GiveUp): void {
    this.#underWay.delete(giveUp);
  }
}
