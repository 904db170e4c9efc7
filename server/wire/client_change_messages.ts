/**
 * What a client sends to change what was said. All of it is additive. See `messages.ts` for the rules that hold for all
 * messages.
 *
 * @module
 */

import type { Request } from "./client_messages.ts";

/** Other words for something that you said in a room. Told to its members as `MessageEdited`; answered by `Ack`. */
export interface Edit extends Request {
  /** Tells which message this is. */
  type: "Edit";
  /** Where: `lobby` unless told otherwise. */
  room?: string;
  /** Its number; without one, what you said last over this connection. */
  seq?: number;
  /** What it says from now on: at most 8 KiB of UTF-8. */
  content: string;
}

/** Takes something back that you said in a room. Told to its members as `MessageDeleted`; answered by `Ack`. */
export interface Delete extends Request {
  /** Tells which message this is. */
  type: "Delete";
  /** Where: `lobby` unless told otherwise. */
  room?: string;
  /** Its number; without one, what you said last over this connection. */
  seq?: number;
}

/** All of them. */
export type ClientChangeMessage = Edit | Delete;
