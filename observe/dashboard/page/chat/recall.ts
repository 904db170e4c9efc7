/**
 * What was sent, to be brought back; what was being typed is kept meanwhile. Pure.
 *
 * @module
 */

/** Lines that can be brought back. */
const LINES_MAX = 100;

/** The lines that were sent. */
export class Recall {
  readonly #sent: string[] = [];
  /** How many lines back one is; 0 is what is being typed. */
  #back = 0;
  #typed = "";

  /** Whether one is at what is being typed. */
  get atEnd(): boolean {
    return this.#back === 0;
  }

  /** What was sent last. */
  get last(): string | undefined {
    return this.#sent.at(-1);
  }

  /** Remembers what is sent. The same line twice is one. */
  add(text: string): void {
    if (this.#sent.at(-1) !== text) this.#sent.push(text);
    if (this.#sent.length > LINES_MAX) this.#sent.shift();
    this.#back = 0;
    this.#typed = "";
  }

  /** The line before, or behind. @returns `undefined` when there is none. */
  step(by: 1 | -1, typed: string): string | undefined {
    const back = this.#back + by;
    if (back < 0 || back > this.#sent.length) return undefined;
    if (this.#back === 0) this.#typed = typed;
    this.#back = back;
    return back === 0 ? this.#typed : this.#sent.at(-back);
  }
}
