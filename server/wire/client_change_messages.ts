/**
 * What a client sends to change what was said. All of it is additive. See `messages.ts` for the rules that hold for all
 * messages.
 *
 * @module
 */

import type { Request } from "./client_messages.ts";

/**
 * Other words for something that you said. Told to the members of the room as `MessageEdited`, and answered by `Ack`; of a
 * whisper, told to whom it was for, and answered by `MessageEdited`, too.
 */
export interface Edit extends Request {
  /** Tells which message this is. */
  type: "Edit";
  /** Where: `lobby` unless told otherwise. */
  room?: string;
  /** Instead of a room: the user to whom you whispered it. */
  with?: string;
  /** Its number; without one, what you said last over this connection. */
  seq?: number;
  /** What it says from now on: at most 8 KiB of UTF-8. */
  content: string;
}

/** Takes something back that you said. Told as `MessageDeleted`, as an edit is. */
export interface Delete extends Request {
  /** Tells which message this is. */
  type: "Delete";
  /** Where: `lobby` unless told otherwise. */
  room?: string;
  /** Instead of a room: the user to whom you whispered it. */
  with?: string;
  /** Its number; without one, what you said last over this connection. */
  seq?: number;
}

/**
 * Puts an emoji or a short word to a message of a room, or takes it away again; once for each. Told to its members as
 * `Reactions`; answered by `Ack`.
 */
export interface React extends Request {
  /** Tells which message this is. */
  type: "React";
  /** Where: `lobby` unless told otherwise. */
  room?: string;
  /** The message's number. */
  seq: number;
  /** One emoji, or at most 32 bytes of letters, digits, `_`, `-`, `+` and `:`. */
  emoji: string;
  /** Whether it is put there or taken away. */
  on: boolean;
}

/** All of them. */
export type ClientChangeMessage = Edit | Delete | React;
