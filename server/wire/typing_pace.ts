/**
 * When a client says that its user types: in a room that wants to know it, and at most once each few seconds, however often it is told to.
 *
 * Nothing waits for it, and nothing of it is said again after a break. Pure: the clock is an argument.
 *
 * @module
 */

import { RESUME_ROOMS_MAX, TYPING_EACH_MS } from "./limits.ts";
import { foldText } from "./names/mod.ts";
import type { Position } from "./position.ts";

/** A client's pace. */
export class TypingPace {
  readonly #position: Pick<Position, "wantsTyping">;
  /** Folded name of a room → when it was said there last; latest last. */
  readonly #said = new Map<string, number>();

  constructor(position: Pick<Position, "wantsTyping">) {
    this.#position = position;
  }

  /** The user types something for a room. @returns Whether to say so now; then it counts as said. */
  take(room: string, nowMs: number): boolean {
    if (!this.#position.wantsTyping(room)) return false;
    const key = foldText(room);
    if (nowMs - (this.#said.get(key) ?? -Infinity) < TYPING_EACH_MS) return false;
    this.#said.delete(key);
    this.#said.set(key, nowMs);
    if (this.#said.size <= RESUME_ROOMS_MAX) return true;
    for (const oldest of this.#said.keys().take(1)) this.#said.delete(oldest);
    return true;
  }
}
