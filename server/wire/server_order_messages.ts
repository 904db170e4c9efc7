/**
 * What a server sends of order: how a room is set, what was done to somebody, and the records of it.
 *
 * All of it is additive: a client that knows nothing of it sees who comes and goes, and why it is refused.
 *
 * @module
 */

import type { Access, TopicBy } from "./client_order_messages.ts";
import type { Reply } from "./server_messages.ts";

/** What somebody may do in a room, from the least to the most. */
export type Rank = "nobody" | "invited" | "moderator" | "owner" | "operator";

/** What was done to somebody. */
export type OrderAct =
  | "invite"
  | "kick"
  | "mute"
  | "ban"
  | "unban"
  | "promote"
  | "demote"
  | "owner"
  | "op"
  | "deop";

/** A ban or a mute that holds. */
export interface SanctionEntry {
  /** Whom it is for. */
  user?: string;
  /** An address or a range of them; shown to operators only. */
  address?: string;
  /** Until when, in milliseconds since 1970; without it, for ever. */
  until?: number;
  /** Who said it. */
  by: string;
  /** When, in milliseconds since 1970. */
  at: number;
  /** Why. */
  why?: string;
}

/** Additive: how a room is set; the answer to a `Room` that sets nothing. */
export interface RoomShown extends Reply {
  /** Tells which message this is. */
  type: "Room";
  /** The room's name. */
  room: string;
  /** Who may be in it. */
  access: Access;
  /** Seconds between two messages of one there. */
  slow: number;
  /** Who may set its topic. */
  topicBy: TopicBy;
  /** For how many days what is said there is kept; without it, for as long as the server keeps it. */
  retain?: number;
  /** Whether its members are told who types there; without it, they are not. */
  typing?: boolean;
  /** What it is about. */
  topic?: string;
  /** How many are in it. */
  users: number;
  /** Whose it is; the lobby, and a room of an older server, are the operators'. */
  owner?: string;
  /** Who moderates it. */
  moderators: string[];
  /** What you are there. */
  rank: Rank;
  /** Who is invited; for moderators. */
  invited?: string[];
  /** Who is banned; for moderators. */
  bans?: SanctionEntry[];
  /** Who is muted; for moderators. */
  mutes?: SanctionEntry[];
}

/** Additive: a room is set otherwise; to every member. */
export interface RoomChanged extends Reply {
  /** Tells which message this is. */
  type: "RoomChanged";
  /** The room's name. */
  room: string;
  /** Who did it. */
  by: string;
  /** Who may be in it now. */
  access: Access;
  /** Seconds between two messages of one there. */
  slow: number;
  /** Who may set its topic. */
  topicBy: TopicBy;
  /** For how many days what is said there is kept; without it, for as long as the server keeps it. */
  retain?: number;
  /** Whether its members are told who types there; without it, they are not. */
  typing?: boolean;
}

/** Additive: somebody was invited, put out, muted, banned or let be; to every member, and to the one concerned. */
export interface OrderKept extends Reply {
  /** Tells which message this is. */
  type: "Order";
  /** What was done. */
  act: OrderAct;
  /** In which room; without it, on the whole server. */
  room?: string;
  /** To whom; an address is not told. */
  user?: string;
  /** Who did it. */
  by: string;
  /** For how long; without it, where time counts, for ever. */
  seconds?: number;
  /** Why. */
  why?: string;
  /** When, in milliseconds since 1970: to whom it concerns and who is not in the room, or was away. */
  at?: number;
}

/** Additive: who is banned on the whole server: at most 1,000. */
export interface BanList extends Reply {
  /** Tells which message this is. */
  type: "BanList";
  /** The bans that hold. */
  bans: SanctionEntry[];
}

/** One record of an audit. */
export interface AuditEntry {
  /** Dense per room, and for the server. */
  seq: number;
  /** When, in milliseconds since 1970. */
  at: number;
  /** Who did it. */
  by: string;
  /** What: one of the acts of `Order`, `set`, `delete` or `report`. */
  act: string;
  /** To whom. */
  user?: string;
  /** An address or a range of them; shown to operators only. */
  address?: string;
  /** For how long. */
  seconds?: number;
  /** Of a report or a deletion: the seq of the message. */
  message?: number;
  /** Why. */
  why?: string;
  /** What was set, for `set`. */
  set?: { access?: Access; slow?: number; topicBy?: TopicBy; retain?: number; typing?: boolean };
}

/** Additive: part of an audit, oldest first. */
export interface AuditPage extends Reply {
  /** Tells which message this is. */
  type: "AuditPage";
  /** The room's name; without it, the server. */
  room?: string;
  /** The records, oldest first. */
  records: AuditEntry[];
  /** Whether there are older ones. */
  more: boolean;
}

/** A message in a `Reported`. */
export interface ReportedMessage {
  /** Its seq in the room. */
  seq: number;
  /** Who said it. */
  from: string;
  /** What was said; nothing when it was taken back. */
  content: string;
  /** When, in milliseconds since 1970. */
  at: number;
}

/** Additive: somebody has reported a message; to moderators of the room and operators who are here, or when they come in. */
export interface Reported extends Reply {
  /** Tells which message this is. */
  type: "Reported";
  /** The room's name. */
  room: string;
  /** Who reported it. */
  by: string;
  /** Why. */
  why?: string;
  /** What was said before it, and the message as the last one. */
  messages: ReportedMessage[];
  /** When, in milliseconds since 1970: to who was away. */
  at?: number;
}

/** Any message by which a server tells of order. */
export type OrderReply = RoomShown | RoomChanged | OrderKept | BanList | AuditPage | Reported;
