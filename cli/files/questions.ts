/**
 * Which offer a person is asked about next. Pure: the clock is an argument.
 *
 * Senders take turns, so that one who offers a thousand files is asked about once before anybody else's is. A question
 * whose offer has ended goes away; what is typed right behind that was meant for it, and answers nothing.
 *
 * @module
 */

import { ANSWER_MS_MIN, TURNS_MAX } from "./limits.ts";

/** An offer to be asked about. */
export interface Question {
  readonly n: number;
  /** Who offers it, the same for the same sender. */
  readonly from: string;
}

/** Questions that wait, and the one that is asked. */
export class Questions<Q extends Question> {
  readonly #waiting: Q[] = [];
  /** Senders in the order in which they were asked about last. */
  readonly #turns = new Set<string>();
  #current: Q | undefined;
  #replacedMs = -Infinity;

  /** What is asked now. */
  get current(): Q | undefined {
    return this.#current;
  }

  /** Takes a question in. @returns Whether it is to be asked at once. */
  add(question: Q): boolean {
    this.#waiting.push(question);
    if (this.#current !== undefined) return false;
    this.#next();
    return true;
  }

  /** An offer has ended. @returns Whether it was asked about, so that what is asked now is another one. */
  end(n: number, nowMs: number): boolean {
    const at = this.#waiting.findIndex((question) => question.n === n);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (this.#current?.n !== n) return false;
    this.#replacedMs = nowMs;
    this.#next();
    return true;
  }

  /** Something was typed. @returns The question that it answers, which is over by that; `undefined` when none. */
  answer(nowMs: number): Q | undefined {
    const current = this.#current;
    if (current === undefined || nowMs - this.#replacedMs < ANSWER_MS_MIN) return undefined;
    this.#next();
    return current;
  }

  /** Takes all away. @returns Those that nobody has answered. */
  clear(): Q[] {
    const open = [...this.#current === undefined ? [] : [this.#current], ...this.#waiting];
    this.#current = undefined;
    this.#waiting.length = 0;
    return open;
  }

  #next(): void {
    const order = [...this.#turns];
    const turn = ({ from }: Q): number => order.indexOf(from);
    const [next] = this.#waiting.toSorted((one, other) => turn(one) - turn(other));
    this.#current = next;
    if (next === undefined) return;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.#turns.delete(next.from);
    this.#turns.add(next.from);
    const [oldest] = this.#turns;
    if (this.#turns.size > TURNS_MAX && oldest !== undefined) this.#turns.delete(oldest);
  }
}
