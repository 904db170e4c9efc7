/**
 * What a client asks about things that were said: other words for them, that they be taken back, reactions.
 *
 * Each names what it means by its seq, which the `Ack` of `say` or the answer of `whisper` told. All of these calls throw a `ChatError`
 * when they are refused (`forbidden` for the words of others, `not_found`), and a `ClosedError` when the connection breaks before
 * the answer: they can be asked again then, since what is as it was wanted is not changed twice.
 *
 * @module
 */

import type {
  Ack,
  ClientChangeMessage,
  MessageDeleted,
  MessageEdited,
  ServerMessage,
} from "./messages.ts";

/** Where something was said: in a room, in the lobby when nothing else is said, or to one user. */
export type SaidWhere = { readonly room?: string } | { readonly with: string };

/** What was said: where, and its number there. */
export type SaidThere = SaidWhere & { readonly seq: number };

/** What the calls need. */
export interface ChangeCallsParts {
  /** Asks the server. @throws {ChatError | ClosedError} Through the promise. */
  readonly ask: <A extends ServerMessage>(
    question: ClientChangeMessage,
    how: { readonly urgent: boolean },
  ) => Promise<A>;
}

/**
 * After a break nothing of it is asked again by itself: the history may be another one, and the number somebody else's. What is asked between
 * two connections is sent over the next one, unless that leads into another history (`not_found`).
 */
const ONCE = { urgent: true } as const;

/** The calls about what was said. */
export class ChangeCalls {
  readonly #parts: ChangeCallsParts;

  /** Makes them. */
  constructor(parts: ChangeCallsParts) {
    this.#parts = parts;
  }

  /** Gives something that one said other words. @returns In a room the `Ack`; of a whisper, what the other one is told. */
  edit(said: SaidThere, content: string): Promise<Ack | MessageEdited> {
    return this.#parts.ask({ type: "Edit", ...placeOf(said), content }, ONCE);
  }

  /** Takes something back that one said, or, as a moderator, what somebody said in one's room. */
  delete(said: SaidThere): Promise<Ack | MessageDeleted> {
    return this.#parts.ask({ type: "Delete", ...placeOf(said) }, ONCE);
  }

  /** Puts an emoji or a short word to a message of a room, or takes one's own away. */
  react(
    said: { readonly room?: string; readonly seq: number },
    emoji: string,
    on: boolean = true,
  ): Promise<Ack> {
    const { room, seq } = said;
    const where = room === undefined ? {} : { room };
    return this.#parts.ask({ type: "React", ...where, seq, emoji, on }, ONCE);
  }
}

function placeOf(said: SaidThere): { room?: string; with?: string; seq: number } {
  const { seq } = said;
  if ("with" in said) return { with: said.with, seq };
  return said.room === undefined ? { seq } : { room: said.room, seq };
}
