/**
 * So much a second and no more: what keeps an attacker from being the machine's load instead of the server's.
 *
 * @module
 */

/** An allowance that is shared by all who take from it. */
export class Budget {
  readonly #perMs: number;
  #paidUntil: number;

  constructor(perSecond: number) {
    this.#perMs = perSecond / 1000;
    this.#paidUntil = performance.now();
  }

  /**
   * Takes an amount; gives how long to wait for it, in ms. What was not taken in the last tenth of a second is
   * forfeited.
   */
  take(amount: number): number {
    const now = performance.now();
    this.#paidUntil = Math.max(this.#paidUntil, now - 100) + amount / this.#perMs;
    return Math.max(0, this.#paidUntil - now);
  }
}
