/**
 * What a server tells of something that was said and changed. All of it is additive. See `messages.ts` for the rules that
 * hold for all messages.
 *
 * @module
 */

import type { Reply } from "./server_messages.ts";

/** How often a message was given one reaction. */
export interface Reaction {
  /** An emoji or a short word. */
  emoji: string;
  /** By how many. */
  count: number;
  /** Whether the reader is one of them. */
  mine?: boolean;
}

/** What a message bears that is a reply, was changed or has reactions. */
export interface Changed {
  /** Additive: the number of the message to which it is a reply; that one may have been changed since, or be gone. */
  reply?: number;
  /** Additive: when its words were changed last, or taken away, in milliseconds since 1970. */
  edited?: number;
  /** Additive: whether it was deleted: `content` is empty then. */
  deleted?: boolean;
  /** Additive: who changed it, when that was somebody else than its sender. */
  by?: string;
  /** Additive: what it was given as reactions, the first kind first. */
  reactions?: Reaction[];
}

/**
 * A message has other words; told to every member of its room, and to who comes back and may have seen the old ones. Of a
 * whisper, told to whom it was for, and to who edited it as the answer.
 */
export interface MessageEdited extends Reply {
  /** Tells which message this is. */
  type: "MessageEdited";
  /** The room's name. */
  room?: string;
  /** Instead of a room: the other one of the two who whispered. */
  with?: string;
  /** The message's number. */
  seq: number;
  /** What it says now. */
  content: string;
  /** Who edited it. */
  by: string;
  /** When, in milliseconds since 1970. */
  at: number;
}

/** A message was taken back; told as an edit is. */
export interface MessageDeleted extends Reply {
  /** Tells which message this is. */
  type: "MessageDeleted";
  /** The room's name. */
  room?: string;
  /** Instead of a room: the other one of the two who whispered. */
  with?: string;
  /** The message's number, which stays its own. */
  seq: number;
  /** Who deleted it. */
  by: string;
  /** When, in milliseconds since 1970. */
  at: number;
}

/** Somebody has put a reaction to a message, or taken it away; told to every member. */
export interface Reactions extends Reply {
  /** Tells which message this is. */
  type: "Reactions";
  /** The room's name. */
  room: string;
  /** The message's number. */
  seq: number;
  /** An emoji or a short word. */
  emoji: string;
  /** How many have put it there now. */
  count: number;
  /** Who did it. */
  by: string;
  /** Whether it was put there or taken away. */
  on: boolean;
}

/** All of them. */
export type ServerChangeMessage = MessageEdited | MessageDeleted | Reactions;
