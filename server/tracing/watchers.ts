/**
 * For whose sake messages are marked: operators, each by its connection, for all rooms or one, and not for ever.
 *
 * @module
 */

import type { FoldedName } from "../wire/mod.ts";
import { WATCHERS_MAX } from "./limits.ts";

/** What one of them wants. */
interface Wish {
  /** Of which room alone. */
  readonly room: FoldedName | undefined;
  readonly untilMs: number;
  /** Whether it may still ask: an operator may be none any more. */
  readonly isAllowed: () => boolean;
}

/** Those who want messages marked. */
export class Watchers {
  /** Whether there are any: all that is looked at where nobody asks. */
  any = false;
  /** By what lives as long as their connection. */
  readonly #wishes = new Map<object, Wish>();

  /** One wants it, until then. @returns Whether there is room for it. */
  set(one: object, wish: Wish): boolean {
    if (this.#wishes.size >= WATCHERS_MAX) this.#dismiss();
    if (this.#wishes.size >= WATCHERS_MAX && !this.#wishes.has(one)) return false;
    this.#wishes.set(one, wish);
    this.any = true;
    return true;
  }

  /** One wants it no more, or is gone. */
  delete(one: object): void {
    this.#wishes.delete(one);
    this.any = this.#wishes.size > 0;
  }

  /** Whether a message of this room is to be marked. */
  wants(room: FoldedName): boolean {
    for (const wish of this.#wishes.values()) {
      if ((wish.room === undefined || wish.room === room) && wish.isAllowed()) return true;
    }
    return false;
  }

  /** Lets those go whose time is over, and who may not ask any more. */
  sweep(nowMs: number): void {
    for (const [one, { untilMs }] of this.#wishes) if (untilMs <= nowMs) this.delete(one);
    this.#dismiss();
  }

  #dismiss(): void {
    for (const [one, { isAllowed }] of this.#wishes) if (!isAllowed()) this.delete(one);
  }
}
