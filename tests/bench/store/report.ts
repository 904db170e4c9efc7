/**
 * One line of a table, and the statistics that stand in it.
 *
 * @module
 */

/** Prints a line. */
export type Report = (text: string) => void;

/** A line of the table. */
export function line(what: string, store: string, reference = "", ratio = "", goal = ""): string {
  return `${what.padEnd(44)}${store.padStart(16)}${reference.padStart(16)}${
    ratio.padStart(9)
  }  ${goal}`
    .trimEnd();
}

/** A number with separated thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Milliseconds. */
export function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Milliseconds between two looks at the event loop. */
const LOOK_MS = 1;

/**
 * Watches how long the event loop is held: by how much a timer of one millisecond is late while this is open.
 * What the garbage collector and other processes take is in it too.
 */
export class LoopWatch implements Disposable {
  #timer: ReturnType<typeof setTimeout>;
  readonly #late: number[] = [];

  constructor() {
    const look = (due: number): void => {
      this.#late.push(Math.max(0, performance.now() - due));
      this.#timer = setTimeout(look, LOOK_MS, performance.now() + LOOK_MS);
    };
    this.#timer = setTimeout(look, LOOK_MS, performance.now() + LOOK_MS);
  }

  /** How late the timer was, as text. */
  summary(): string {
    const longest = this.#late.reduce((most, late) => Math.max(most, late), 0);
    const over = this.#late.filter((late) => late > 10).length;
    return `p99 ${ms(quantile(this.#late, 0.99))}, longest ${
      ms(longest)
    }, ${over} of ${this.#late.length} > 10 ms`;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
