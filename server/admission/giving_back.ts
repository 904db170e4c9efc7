/**
 * When memory that the process has freed goes back to the machine.
 *
 * The allocator keeps what is free for whoever asks next: what the engine needed to compile, and what the start needed. In a
 * server that has just started, or let a crowd in, that is a fifth of its memory, spread over the threads that asked for it,
 * and the crowd's peak is reached on top of it. Giving it back takes one to four milliseconds, ten when much is free, so it is done seldom:
 *
 * ```text
 *   start ─► at once, and a second later      a crowd comes ─► after so many of them      …is in ─► once more
 *   else  ─► each minute, in which some milliseconds are nothing
 * ```
 *
 * @module
 */

/** A crowd: after so many connections, what compiling for them has left is given back while more come. */
const CROWD = 2_000;
/** Fewer connections than this leave nothing that is worth a millisecond. */
const SOME = 250;

/** Seconds after which it is done in any case: whatever is done for the first time was compiled for it. */
const SECONDS = 60;

/** Gives memory back. */
export class GivingBack {
  readonly #giveBack: () => void;
  /** Connections since it was done the last time; the start is worth a crowd. */
  #came = CROWD;
  /** How many that were at the last check. */
  #cameBefore: number = CROWD;
  #seconds = 0;

  /** @param giveBack Gives back what is free now. */
  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
    giveBack();
  }

  /** A connection has come. */
  onConnection(): void {
    if (++this.#came >= CROWD) this.#do();
  }

  /** To be called about once a second: gives back when those who came are in. */
  check(): void {
    const quiet = this.#came === this.#cameBefore;
    this.#cameBefore = this.#came;
    const isIn = quiet && this.#came >= SOME;
    if (isIn || ++this.#seconds >= SECONDS) this.#do();
  }

  #do(): void {
    this.#came = this.#cameBefore = this.#seconds = 0;
    this.#giveBack();
  }
}
