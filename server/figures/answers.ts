/**
 * Answers of a connection that wait for its socket, as runs of those whose times are the same; see `acknowledgements.ts`.
 *
 * @module
 */

/** Runs that are followed at once. A sender that leaves more of them unread is told about, and those above are not measured. */
const RUNS_MAX = 256;

/** When something came in, on the loop's clock in ms: the same object for all that came, and was taken, together. */
export interface Arrival {
  /** When its bytes were read; later by as long as it then waited for its own sender alone. */
  readonly readMs: number;
  /** When it was its turn. */
  readonly takenMs: number;
}

/** So many that came in together and were kept together. */
export interface AnswerRun {
  readonly arrival: Arrival;
  readonly keptMs: number;
  count: number;
}

/** Those of one connection. */
export class Answers {
  readonly #taken: (runs: readonly AnswerRun[]) => void;
  #queued: AnswerRun[] = [];
  /** Those in the write under way. */
  #sending: AnswerRun[] = [];

  /** @param taken Hears which of them a socket has taken. */
  constructor(taken: (runs: readonly AnswerRun[]) => void) {
    this.#taken = taken;
  }

  /** One more is queued. */
  add(arrival: Arrival, keptMs: number): void {
    const last = this.#queued.at(-1);
    if (last?.arrival === arrival && last.keptMs === keptMs) last.count++;
    else if (this.#queued.length < RUNS_MAX) this.#queued.push({ arrival, keptMs, count: 1 });
  }

  /** All that is queued is being written. */
  send(): void {
    if (this.#queued.length === 0) return;
    if (this.#sending.length === 0) this.#sending = this.#queued;
    else this.#sending.push(...this.#queued);
    this.#queued = [];
  }

  /** The socket has taken what was being written. */
  sent(): void {
    if (this.#sending.length === 0) return;
    const runs = this.#sending;
    this.#sending = [];
    this.#taken(runs);
  }
}
