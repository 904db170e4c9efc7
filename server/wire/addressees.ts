/**
 * Which session has a name, as far as whispers need to know it: names are not proved, and change hands.
 *
 * ```text
 *   first whisper to Bob ─ ListUsers{user: Bob} ─► tag ─► Whisper{to: Bob, toTag: tag}   that one, or nobody
 *        ▲                         refused: forgotten ◄─────┘
 *        └── Bob left ────────────────────────────────────► forgotten: whoever is Bob next is asked for
 * ```
 *
 * It is asked before the first whisper is sent, since a break may leave no answer to ask by. What is known holds for one
 * connection, and until somebody of that name leaves; what is whispered while there is no connection is for whom the last
 * one knew. Should that be too old all the same, a whisper reaches nobody, and its sender is told; never somebody else. So
 * it is with one that a break overtook before the answer was there.
 *
 * @module
 */

import { PARTNERS_MAX } from "./limits.ts";
import type { ServerMessage } from "./messages.ts";
import { foldText } from "./names/mod.ts";

/** Nobody had the name: no session has this tag. */
export const NOBODY = "";

/** Names and sessions over one connection. */
export class Addressees {
  /** Folded name → tag; `undefined` while it is asked for. The oldest first. */
  readonly #tags = new Map<string, string | undefined>();
  #wanted: string[] = [];
  /** What the connection before knew. */
  #before: ReadonlyMap<string, string | undefined> = new Map();

  /** The tag of the session that has the name, once it is known. */
  tag(name: string): string | undefined {
    return this.#tags.get(foldText(name));
  }

  /** Whether it is known or was asked for over this connection. */
  has(name: string): boolean {
    return this.#tags.has(foldText(name));
  }

  /** The tag that the connection before knew. */
  tagBefore(name: string): string | undefined {
    return this.#before.get(foldText(name));
  }

  /** Wants to know it, if it is neither known nor asked for. */
  want(name: string): void {
    const key = foldText(name);
    if (this.#tags.has(key)) return;
    this.#tags.set(key, undefined);
    this.#wanted.push(name);
  }

  /** The names to ask about now. */
  wanted(): readonly string[] {
    const names = this.#wanted;
    this.#wanted = [];
    return names;
  }

  /** The server has answered. */
  learn(name: string, tag: string): void {
    this.#tags.set(foldText(name), tag);
    if (this.#tags.size <= PARTNERS_MAX) return;
    for (const [key, known] of this.#tags) {
      if (known === undefined) continue;
      this.#tags.delete(key);
      break;
    }
  }

  /** Takes note of who leaves: another one may come under that name. */
  hear(message: ServerMessage): void {
    if (message.type === "UserLeft") this.forget(message.username);
    if (message.type === "Presence") { for (const name of message.left) this.forget(name); }
  }

  /** Who had the name may have it no more. What is being asked for is about to be answered. */
  forget(name: string): void {
    if (this.tag(name) !== undefined) this.#tags.delete(foldText(name));
  }

  /** The connection is gone, and all that was known is of the one before. */
  clear(): void {
    this.#before = new Map(this.#tags);
    this.#tags.clear();
    this.#wanted = [];
  }
}
