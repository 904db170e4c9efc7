/**
 * What a client sends to keep order: how a room is set, and who may be in it and speak.
 *
 * All of it is additive: a server that knows nothing of it answers `unknown_type`.
 *
 * @module
 */

import type { Request } from "./client_messages.ts";

/** Who may be in a room: everybody, the invited, or everybody while only moderators speak. */
export type Access = "open" | "invite" | "announce";

/** Who may say what a room is about. */
export type TopicBy = "members" | "moderators";

/** Additive: sets what is named of a room; without any of it, asks how the room is set, which is answered by `Room`. */
export interface SetRoom extends Request {
  /** Tells which message this is. */
  type: "Room";
  /** Which room: `lobby` unless told otherwise. */
  room?: string;
  /** Who may be in it. Who is there when it becomes `invite` is invited. */
  access?: Access;
  /** Seconds that each has to wait between two messages there, 0 to 3,600; moderators need not. */
  slow?: number;
  /** Who may set its topic. */
  topicBy?: TopicBy;
  /** For how many days what is said there is kept, 0 to 36,500: 0 for as long as the server keeps it; for the owner. */
  retain?: number;
  /** Whether its members are told who types there. */
  typing?: boolean;
  /** Makes this user a moderator; for the owner. */
  promote?: string;
  /** This one is no moderator any more; for the owner. */
  demote?: string;
  /** Hands the room over to this user; for the owner. */
  owner?: string;
}

/** Additive: lets a user into an invite-only room, and tells him so: an account that is away, when it comes in. */
export interface Invite extends Request {
  /** Tells which message this is. */
  type: "Invite";
  /** Which room: `lobby` unless told otherwise. */
  room?: string;
  /** Who. */
  user: string;
}

/** Additive: puts a user out of a room, who may not come back for a while, and not uninvited. */
export interface Kick extends Request {
  /** Tells which message this is. */
  type: "Kick";
  /** Which room: `lobby` unless told otherwise. */
  room?: string;
  /** Who. */
  user: string;
  /** For how long he cannot come back: 60 unless told otherwise. */
  seconds?: number;
  /** Why: at most 200 characters, told to everybody there. */
  why?: string;
}

/** Additive: keeps a user of a room from speaking in it. */
export interface Mute extends Request {
  /** Tells which message this is. */
  type: "Mute";
  /** Which room: `lobby` unless told otherwise. */
  room?: string;
  /** Who; he need not be here. */
  user: string;
  /** For how long; without it, for ever. */
  seconds?: number;
  /** Why: at most 200 characters, told to everybody there. */
  why?: string;
}

/** Additive: keeps a user, or for operators an address, out of a room or of the server. */
export interface Ban extends Request {
  /** Tells which message this is. */
  type: "Ban";
  /** Which room: `lobby` unless told otherwise. */
  room?: string;
  /** Instead, the whole server; for operators. */
  server?: boolean;
  /** Who; he need not be here. */
  user?: string;
  /** Instead, an address or a range of them (`10.0.0.0/8`); for operators. */
  address?: string;
  /** Whether the address of the user, who is here, is banned with him. It is shown to operators only. */
  withAddress?: boolean;
  /** For how long; without it, for ever. */
  seconds?: number;
  /** Why: at most 200 characters, told to everybody there. */
  why?: string;
}

/** Additive: lifts a ban and, in a room, a mute. */
export interface Unban extends Request {
  /** Tells which message this is. */
  type: "Unban";
  /** Which room: `lobby` unless told otherwise. */
  room?: string;
  /** Instead, the whole server; for operators. */
  server?: boolean;
  /** The name under which it was said. */
  user?: string;
  /** Instead, the address or range of addresses. */
  address?: string;
  /** Why: at most 200 characters. */
  why?: string;
}

/** Additive: asks who is banned on the whole server, for operators; answered by `BanList`. */
export interface ListBans extends Request {
  /** Tells which message this is. */
  type: "Bans";
}

/** Additive: asks what moderators did in a room, or operators with the server; without a bound, the newest. */
export interface Audit extends Request {
  /** Tells which message this is. */
  type: "Audit";
  /** Which room: `lobby` unless told otherwise. */
  room?: string;
  /** Instead, what concerns the whole server; for operators. */
  server?: boolean;
  /** Only records with a smaller seq, the nearest ones. */
  before?: number;
  /** Records at most: 1 to 500, 50 unless told otherwise. */
  limit?: number;
}

/** Additive: puts a message, with what was said before it, before the moderators who are here, and on record for the others. */
export interface Report extends Request {
  /** Tells which message this is. */
  type: "Report";
  /** Which room, that you are in: `lobby` unless told otherwise. */
  room?: string;
  /** Which message; without it, the newest there that is not your own. */
  seq?: number;
  /** Why: at most 200 characters. */
  why?: string;
}

/** Any message by which a client keeps order. */
export type OrderRequest =
  | SetRoom
  | Invite
  | Kick
  | Mute
  | Ban
  | Unban
  | ListBans
  | Audit
  | Report;
