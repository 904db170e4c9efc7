/**
 * What a client sends about accounts: its own, and, with an operator's right, those of others.
 *
 * An account makes a name its owner's, with a password. A device that has logged in keeps a token of its own and shows that
 * from then on; so a password is typed once on each. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type { Request } from "./client_messages.ts";

/** What somebody with an account may do beyond itself. */
export type AccountRole = "user" | "operator";

/**
 * Instead of `Login`: makes the name an account and logs in. A guest who is logged in makes its own name an account, and
 * stays where it is. Both are answered by `Welcome` with the token of the device.
 */
export interface Register extends Request {
  /** Tells which message this is. */
  type: "Register";
  /** The user's name; of a guest who is logged in, its own. */
  username: string;
  /** The account's password: 8 to 256 characters. */
  password: string;
  /** Additive: what the device is called in its owner's list, at most 64 characters. */
  deviceName?: string;
  /** Additive: the token of an invitation, by which one may come in whatever the server asks of others, and is in its room. */
  invitation?: string;
  /** Additive: as in `Login`: whether to be told who types, in rooms that want it. */
  typing?: boolean;
}

/** Additive: gives the own account another password; answered by `Ack`. The other devices keep their tokens. */
export interface SetOwnPassword extends Request {
  /** Tells which message this is. */
  type: "Password";
  /** The password until now. */
  old: string;
  /** The password from now on. */
  password: string;
}

/** Additive: asks which devices the own account has; answered by `DeviceList`. */
export interface ListDevices extends Request {
  /** Tells which message this is. */
  type: "Devices";
}

/** Additive: takes a device's token away and ends its connections; answered by `Ack`. The own one is logged out so. */
export interface RevokeDevice extends Request {
  /** Tells which message this is. */
  type: "RevokeDevice";
  /** The device's short id, as `DeviceList` has it. */
  device: string;
}

/** Additive, for operators: asks which accounts there are; answered by `AccountList`. */
export interface ListAccounts extends Request {
  /** Tells which message this is. */
  type: "Accounts";
  /** Only names behind this one, in the order of their folded forms: the last of a page leads to the next. */
  after?: string;
}

/** Additive, for operators: makes a name an account; answered by `Ack`. A guest who has the name is renamed. */
export interface AddAccount extends Request {
  /** Tells which message this is. */
  type: "AddAccount";
  /** The account's name. */
  username: string;
  /** Its password. */
  password: string;
  /** What it may do: `user` unless told otherwise. */
  role?: AccountRole;
}

/** Additive, for operators: gives an account another password and takes the tokens of its devices; answered by `Ack`. */
export interface SetPassword extends Request {
  /** Tells which message this is. */
  type: "SetPassword";
  /** The account's name. */
  username: string;
  /** Its password from now on. */
  password: string;
}

/** Additive, for operators: says what an account may do; answered by `Ack`. */
export interface SetRole extends Request {
  /** Tells which message this is. */
  type: "SetRole";
  /** The account's name. */
  username: string;
  /** What it may do from now on. */
  role: AccountRole;
}

/** Additive, for operators: takes an account away and ends its connections; answered by `Ack`. The name is free then. */
export interface RemoveAccount extends Request {
  /** Tells which message this is. */
  type: "RemoveAccount";
  /** The account's name. */
  username: string;
}

/**
 * Additive, for operators: takes an account away, and with it what it said and whispered; answered by `Erasure` when all of that is
 * done. The name is free at once.
 */
export interface EraseAccount extends Request {
  /** Tells which message this is. */
  type: "EraseAccount";
  /** The account's name. */
  username: string;
  /** Only counts what there is; nothing is done. */
  count?: boolean;
}

/** Any message about accounts that a client may send. */
export type ClientAccountMessage =
  | Register
  | SetOwnPassword
  | ListDevices
  | RevokeDevice
  | ListAccounts
  | AddAccount
  | SetPassword
  | SetRole
  | RemoveAccount
  | EraseAccount;
