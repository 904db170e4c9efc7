/**
 * What a server says to who comes in. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type { Reply } from "./server_messages.ts";

/** When a message counts as stored: after `fdatasync`, after `write`, or in memory only. */
export type Durability = "durable" | "os" | "none";

/** The answer to a login. */
export interface Welcome extends Reply {
  /** Tells which message this is. */
  type: "Welcome";
  /** The user's name. */
  username: string;
  /** The rooms that this user is in now. */
  rooms: string[];
  /** Name and version of the server. */
  server: string;
  /** Version of the protocol: 1. */
  protocol: number;
  /** When a message counts as stored. */
  durability: Durability;
  /** Additive: names the history in which this server's seqs count; a new history starts at 1. */
  epoch?: string;
  /**
   * Additive: the secret of this session. Who shows it in a later `Login` is the same client: it replaces a connection
   * that is not known to be dead yet, and reads the whispers of its session again.
   */
  session?: string;
  /** Additive: the public tag of this session, by which others can name it (`between`, `toTag`). */
  tag?: string;
  /** Additive: room → seq of its newest message, for each of `rooms`. */
  heads?: Record<string, number>;
  /** Additive: those of `rooms` that are for the invited. */
  closed?: string[];
  /** Additive, for who logged in with `typing`: those of `rooms` that want to know who types. */
  typing?: string[];
  /** Additive, for who logged in with `typing`: what the server's clock says now, in ms since 1970. */
  at?: number;
  /** Additive: those of `Login.resume` that one was put out of, and may enter again: who wants to has to do so himself. */
  out?: string[];
  /** Additive: whether the name is an account's, and was proved to be this client's. */
  account?: boolean;
  /** Additive: the token of this device, only when it was made now. Who shows it in a later `Login` needs no password. */
  device?: string;
  /** Additive: the short id of this device, as `DeviceList` has it. */
  deviceId?: string;
  /** Additive: who may come in: `open` everybody, guests too; `required` accounts only; left out where there are none. */
  accounts?: "open" | "required";
  /** Additive, of an account: what it has not read yet in `rooms`, and of whispers, the one who did so last at the end. */
  unread?: UnreadEntry[];
}

/** What an account has not read, in one of `room` and `with`. */
export interface UnreadEntry {
  /** A room that it is in. */
  room?: string;
  /** Who has whispered. */
  with?: string;
  /** Seq of the newest message there. */
  head: number;
  /** The last seq that the account has read: `History` with that as `after` gives the rest. */
  read: number;
  /** How many there are behind it. */
  unread: number;
  /** Whether one of them names the account, in a room; left out where that was not looked at, or not at all of them. */
  mentioned?: boolean;
}
