/**
 * What operators send about invitations, by which others come in. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type { Request } from "./client_messages.ts";

/** Additive, for operators: asks which invitations hold; answered by `InvitationList`. */
export interface ListInvitations extends Request {
  /** Tells which message this is. */
  type: "Invitations";
}

/**
 * Additive, for operators: makes an invitation; answered by `InvitationAdded`. Whoever shows its token at a login may come in, and make
 * an account, whatever the server asks of others.
 */
export interface AddInvitation extends Request {
  /** Tells which message this is. */
  type: "AddInvitation";
  /** The room that he is in then, also if it is for the invited alone; left out, no other than for everybody. */
  room?: string;
  /** How many may come in by it, 1 unless told otherwise, at most 1,000. */
  uses?: number;
  /** For how long it holds, in seconds: a week unless told otherwise, at most a year. */
  seconds?: number;
}

/** Additive, for operators: takes an invitation back; answered by `Ack`. Who has come in by it stays. */
export interface RevokeInvitation extends Request {
  /** Tells which message this is. */
  type: "RevokeInvitation";
  /** Its short id, as `InvitationList` has it. */
  invitation: string;
}

/** Any message about invitations that a client may send. */
export type ClientInvitationMessage = ListInvitations | AddInvitation | RevokeInvitation;
