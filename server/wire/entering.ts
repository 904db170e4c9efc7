/**
 * How a client comes into rooms and leaves them, also over breaks.
 *
 * ```text
 *   join ─► Join ─┬─ Ack: from its seq on the room is heard ──────► in it, and back in it after each break
 *                 └─ refused: whoever asked is told; after a break, everybody is, and it is tried again after the next
 *                    one, unless the room itself is refused
 * ```
 *
 * In which rooms one is, the position knows; here is what is asked for that.
 *
 * @module
 */

import { FINAL_CODES } from "./backoff.ts";
import { ChatError } from "./errors.ts";
import type { Ack, ClientMessage, ErrorMessage, ServerMessage } from "./messages.ts";
import type { AddOptions } from "./outstanding.ts";
import type { Position } from "./position.ts";

/** Codes that say that the room can never be entered. */
const ROOM_REFUSED: ReadonlySet<string> = new Set([...FINAL_CODES, "not_found", "too_long"]);

/** What entering needs. */
export interface EnteringParts {
  readonly position: Position;
  /** Asks the server. @throws {ChatError | ClosedError} Through the promise. */
  readonly ask: <A extends ServerMessage>(
    question: ClientMessage,
    options?: Pick<AddOptions, "told" | "own">,
  ) => Promise<A>;
  /** Hears of what nobody waits for. */
  readonly tell: (event: ErrorMessage) => void;
}

/** A client's ways in and out. */
export class Entering {
  readonly #parts: EnteringParts;

  constructor(parts: EnteringParts) {
    this.#parts = parts;
  }

  /** Enters a room. @throws {ChatError} When that is refused: then one is where one was. */
  async join(room: string): Promise<Ack> {
    const { position } = this.#parts;
    const known = position.has(room);
    try {
      return await this.#enter(room);
    } catch (error) {
      if (!known) position.left(room);
      throw error;
    }
  }

  /** Leaves a room. @throws {ChatError} When one was not in it. */
  async leave(room: string): Promise<void> {
    const { ask, position } = this.#parts;
    const inside = position.has(room);
    position.left(room);
    try {
      await ask({ type: "Leave", room });
    } catch (error) {
      // After a break in between the server never let us in again, which is what was wanted.
      const out = error instanceof ChatError && error.code === "not_in_room";
      if (!(inside && out)) throw error;
    }
  }

  /** Enters a room that nobody waits for: a refusal is told as an event. */
  again(room: string): void {
    const { position, tell } = this.#parts;
    this.#enter(room, { own: true }).catch((error) => {
      if (!(error instanceof ChatError)) return;
      // A server that is full or in trouble may let in the next time.
      if (ROOM_REFUSED.has(error.code)) position.left(room);
      tell({ type: "Error", code: error.code, msg: error.message });
    });
  }

  async #enter(room: string, how: Pick<AddOptions, "own"> = {}): Promise<Ack> {
    const { ask, position } = this.#parts;
    position.entering(room);
    try {
      return await ask<Ack>({ type: "Join", room }, {
        ...how,
        // What is said there from now on counts.
        told: (answer) => {
          if (answer.type === "Ack") position.entered(answer);
          else position.enteringEnded(room);
        },
      });
    } finally {
      position.enteringEnded(room);
    }
  }
}
