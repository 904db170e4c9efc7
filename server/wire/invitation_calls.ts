/**
 * What operators ask about invitations.
 *
 * As with accounts, each of these questions belongs to the connection it is asked over: after a break none is asked again.
 *
 * @module
 */

import type {
  Ack,
  AddInvitation,
  ClientInvitationMessage,
  InvitationAdded,
  InvitationList,
  ServerMessage,
} from "./messages.ts";

/** What the calls need. */
export interface InvitationCallsParts {
  /** Asks the server. @throws {ChatError | ClosedError} Through the promise. */
  readonly ask: <A extends ServerMessage>(
    question: ClientInvitationMessage,
    how: { readonly urgent: boolean },
  ) => Promise<A>;
}

/**
 * The calls about invitations, for operators. All of them throw a `ChatError` when they are refused (`forbidden` for others), and a
 * `ClosedError` when the connection breaks before the answer; its `unknown` says whether it may be done all the same.
 */
export class InvitationCalls {
  readonly #parts: InvitationCallsParts;

  /** Makes them. */
  constructor(parts: InvitationCallsParts) {
    this.#parts = parts;
  }

  /** Those that hold, the oldest first. */
  list(): Promise<InvitationList> {
    return this.#ask({ type: "Invitations" });
  }

  /** Makes one. Its token is told in the answer alone. @throws {ChatError} `not_found` for a room that is not there. */
  add(invitation: Omit<AddInvitation, "type" | "id"> = {}): Promise<InvitationAdded> {
    return this.#ask({ type: "AddInvitation", ...invitation });
  }

  /** Takes one back. @param id Its short id. @throws {ChatError} `not_found`. */
  revoke(id: string): Promise<Ack> {
    return this.#ask({ type: "RevokeInvitation", invitation: id });
  }

  #ask<A extends ServerMessage>(question: ClientInvitationMessage): Promise<A> {
    return this.#parts.ask<A>(question, { urgent: true });
  }
}
