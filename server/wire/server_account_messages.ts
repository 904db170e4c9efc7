/**
 * What a server sends about accounts. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type { AccountRole } from "./client_account_messages.ts";
import type { Reply } from "./server_messages.ts";

/** One device in a `DeviceList`. */
export interface DeviceEntry {
  /** Its short id, by which it can be revoked. It is no secret. */
  id: string;
  /** What it calls itself. */
  name: string;
  /** When it was seen last, in milliseconds since 1970, to the hour. */
  lastSeen: number;
  /** Whether it is the one that asked. */
  here?: boolean;
}

/** Additive: the devices of the own account, the one that was seen last first. */
export interface DeviceList extends Reply {
  /** Tells which message this is. */
  type: "DeviceList";
  /** The devices: at most 32. */
  devices: DeviceEntry[];
}

/** One account in an `AccountList`. */
export interface AccountEntry {
  /** The account's name. */
  name: string;
  /** What it may do. */
  role: AccountRole;
  /** When it was made, in milliseconds since 1970. */
  created: number;
  /** When one of its devices was seen last, in milliseconds since 1970, to the hour; left out when none ever was. */
  lastSeen?: number;
  /** How many devices have a token. */
  devices: number;
  /** Whether it is online. */
  online: boolean;
}

/** Additive: the accounts of the server, in the order of their folded names; for operators. */
export interface AccountList extends Reply {
  /** Tells which message this is. */
  type: "AccountList";
  /** The accounts. */
  accounts: AccountEntry[];
  /** Whether more come behind the last of them; ask with its name as `after`. */
  more?: boolean;
}

/** Additive, for operators: what there is of an account, or was and is erased; the answer to `EraseAccount`. */
export interface ErasureReport extends Reply {
  /** Tells which message this is. */
  type: "Erasure";
  /** The account's name. */
  username: string;
  /** Whether it is erased; without it, it was only counted. */
  done?: boolean;
  /** How many messages it said in rooms, those included that are deleted already. */
  messages: number;
  /** In how many rooms. */
  rooms: number;
  /** How many whispers of its own. */
  whispers: number;
  /** To how many people. */
  people: number;
  /** How many devices had a token. */
  devices: number;
  /** How many records of order are by it or about it; they stay. */
  audit: number;
}

/** Additive: the server has something to say that is no answer, as that somebody guesses at the own password. */
export interface Notice extends Reply {
  /** Tells which message this is. */
  type: "Notice";
  /** A sentence for people. */
  msg: string;
}

/** Additive: a guest has another name from now on, because the one it had has become somebody's account. */
export interface Renamed extends Reply {
  /** Tells which message this is. */
  type: "Renamed";
  /** The guest's name from now on. */
  username: string;
  /** A sentence for people. */
  msg: string;
  /** The public tag of its session under this name. */
  tag?: string;
}

/** Any message about accounts that a server may send. */
export type ServerAccountMessage = DeviceList | AccountList | ErasureReport | Notice | Renamed;
