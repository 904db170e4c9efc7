/**
 * When a client says that its user types: in a room that wants to know it, and at most once each few seconds, however often it is told to.
 * And which of others' notes it passes on: those that still say something.
 *
 * Nothing waits for it, and nothing of it is said again after a break. Others' clocks differ: what a note's time is compared with is how
 * the server's stood to ours at the welcome, or at the quickest note since then. Pure: the clock is an argument.
 *
 * @module
 */

import { RESUME_ROOMS_MAX, TYPING_EACH_MS, TYPING_LATE_MS } from "./limits.ts";
import { foldText } from "./names/mod.ts";
import type { ServerMessage } from "./messages.ts";
import type { Position } from "./position.ts";

/** A client's pace. */
export class TypingPace {
  readonly #position: Pick<Position, "wantsTyping">;
  /** Folded name of a room → when it was said there last; latest last. */
  readonly #said = new Map<string, number>();
  /** How far our clock is ahead of the server's, with the way of the quickest of what told its time, in ms. */
  #aheadMs = Infinity;

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

  /**
   * Whether a message is a note of somebody's typing that was on its way, or was not read, for so long that it says nothing any more. All are
   * to be shown: a welcome tells the clock of its server, which may be another one than before.
   */
  isLate(message: ServerMessage, nowMs: number): boolean {
    if (message.type === "Welcome") {
      this.#aheadMs = message.at === undefined ? Infinity : nowMs - message.at;
    }
    if (message.type !== "Typing" || message.at === undefined) return false;
    const aheadMs = nowMs - message.at;
    this.#aheadMs = Math.min(this.#aheadMs, aheadMs);
    return aheadMs - this.#aheadMs >= TYPING_LATE_MS;
  }
}
