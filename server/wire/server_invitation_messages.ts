/**
 * What a server sends about invitations, to operators. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type { Reply } from "./server_messages.ts";

/** One invitation. */
export interface InvitationEntry {
  /** Its short id, by which it can be revoked. It is no secret. */
  id: string;
  /** The room that whoever comes by it is in; left out where it is of none. */
  room?: string;
  /** How many may come in by it. */
  uses: number;
  /** How many have. */
  used: number;
  /** Until when it holds, in milliseconds since 1970. */
  until: number;
  /** When it was made, in milliseconds since 1970. */
  created: number;
  /** Who made it. */
  by: string;
}

/** Additive, for operators: the invitations that hold, the oldest first; the answer to `Invitations`. */
export interface InvitationList extends Reply {
  /** Tells which message this is. */
  type: "InvitationList";
  /** All of them. */
  invitations: InvitationEntry[];
}

/** Additive, for operators: an invitation was made; the answer to `AddInvitation`. Its token is told here, and nowhere else. */
export interface InvitationAdded extends Reply {
  /** Tells which message this is. */
  type: "InvitationAdded";
  /** The invitation. */
  invitation: InvitationEntry;
  /** What is to be shown as `Login.invitation`. */
  token: string;
}

/** Any message about invitations that a server may send. */
export type ServerInvitationMessage = InvitationList | InvitationAdded;
