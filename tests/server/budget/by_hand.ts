/**
 * An event loop that is turned by hand: its clock stands, its ends of turn and timers come when the test says so.
 *
 * @module
 */

import type { Loop } from "../../../server/budget/mod.ts";

/** A loop whose time passes only by `work` and `pass`. */
export class HandLoop implements Loop {
  #nowMs = 0;
  #coreMs = 0;
  #atEnd: (() => void)[] = [];
  #afterLook: (() => void)[] = [];
  #timers: { readonly dueMs: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  atEnd(run: () => void): void {
    this.#atEnd.push(run);
  }

  afterLook(run: () => void): void {
    this.#afterLook.push(run);
  }

  after(ms: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + ms, run };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  /** Whether something waits for the end of a turn, or for its time. */
  get idle(): boolean {
    return this.#atEnd.length === 0 && this.#afterLook.length === 0 &&
      this.#timers.length === 0;
  }

  /** Timers that run. */
  get timers(): number {
    return this.#timers.length;
  }

  coreMs(): number {
    return this.#coreMs;
  }

  /** Keeps the loop busy for so long. */
  work(ms: number): void {
    this.#nowMs += ms;
    this.#coreMs += ms;
  }

  /** Takes its core away for so long. */
  loseCore(ms: number): void {
    this.#nowMs += ms;
  }

  /** Whether somebody waits for a look at what has come in. */
  get asked(): boolean {
    return this.#afterLook.length > 0;
  }

  /** Lets one turn end: what was put off is done, and what that puts off waits for the next turn. */
  turn(): void {
    const due = [...this.#atEnd, ...this.#afterLook];
    this.#afterLook = [];
    this.#atEnd = [];
    for (const run of due) run();
  }

  /** The same for a loop that is too busy to look at what has come in. */
  busyTurn(): void {
    const due = this.#atEnd;
    this.#atEnd = [];
    for (const run of due) run();
  }

  /** Lets time pass with nothing to do, then fires the timers that are due. */
  pass(ms: number): void {
    this.#nowMs += ms;
    const due = this.#timers.filter(({ dueMs }) => dueMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { run } of due) run();
  }
}
