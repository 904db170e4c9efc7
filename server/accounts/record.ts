/**
 * What is kept of an account, and what of it is believed when it is read again.
 *
 * ```text
 *   account/<folded name>/<name> ─► {name, role, created, identity, password: {salt, hash, cost}, devices: [{id, hash, …}]}
 * ```
 *
 * Both forms of the name stand in the key, so that a start with a hundred thousand accounts reads no values.
 *
 * Neither a password nor a token stands in it, only what can be compared with one. The identity is a secret of the server
 * alone: the tags of whispers are made from it, so that they are the account's on all its devices, and of nobody else who
 * may have its name later. If a guest made its name an account it was the secret of his session until then (`spent.ts`). Pure.
 *
 * @module
 */

import { objectIn } from "../store/kept_object.ts";
import type { PasswordCost } from "./limits.ts";
import { DEVICES_MAX, PASSWORD_COST_MAX } from "./limits.ts";
import { type AccountRole, fold, type UserName, userName } from "../wire/mod.ts";

/** Beginning of the keys under which accounts are kept. */
export const ACCOUNT_KEYS = "account/";

/** What a password is compared with. */
export interface PasswordHash {
  readonly cost: PasswordCost;
  /** In base64. */
  readonly salt: string;
  /** In base64. */
  readonly hash: string;
}

/** A device that needs no password any more. */
export interface Device {
  /** Its short id; no secret. */
  readonly id: string;
  /** What it calls itself. */
  readonly name: string;
  /** SHA-256 of its token, in base64url. */
  readonly hash: string;
  /** When it was seen last, in ms since 1970: to the minute when it left, and to the hour while it is here. */
  readonly seen: number;
}

/** What is kept of an account. */
export interface AccountRecord {
  /** Its name, as its owner writes it. */
  readonly name: UserName;
  readonly role: AccountRole;
  /** When it was made, in ms since 1970. */
  readonly created: number;
  /** Who it is, for the tags of whispers. */
  readonly identity: string;
  readonly password: PasswordHash;
  readonly devices: readonly Device[];
}

const encoder = new TextEncoder();

/** The key of an account in the store. */
export function accountKey(name: UserName): string {
  return `${ACCOUNT_KEYS}${fold(name)}/${name}`;
}

/** Whose account a key is of; `undefined` when it is none's. */
export function nameInKey(key: string): UserName | undefined {
  const name = key.slice(key.lastIndexOf("/") + 1);
  const checked = userName(name);
  const isWhole = checked.kind === "name" && checked.name === name &&
    accountKey(checked.name) === key;
  return isWhole ? checked.name : undefined;
}

/** The latest time that stands in an account, in ms since 1970: what is done with it is later, whatever a clock says that was set back. */
export function latestIn({ created, devices }: AccountRecord): number {
  return Math.max(created, ...devices.map(({ seen }) => seen));
}

/** An account in bytes. */
export function encodeAccount(record: AccountRecord): Uint8Array {
  return encoder.encode(JSON.stringify(record));
}

/** What stored bytes say of the account with a name; `undefined` when that is nothing. */
export function accountIn(bytes: Uint8Array, name: UserName): AccountRecord | undefined {
  const { name: kept, role, created, identity, password, devices } = objectIn(bytes) ?? {};
  const isWhole = kept === name && (role === "user" || role === "operator") && isCount(created) &&
    typeof identity === "string" && identity.length >= 32 && isPassword(password) &&
    Array.isArray(devices) && devices.length <= DEVICES_MAX && devices.every(isDevice);
  return isWhole ? { name, role, created, identity, password, devices } : undefined;
}

function isPassword(value: unknown): value is PasswordHash {
  if (!isObject(value)) return false;
  const { cost, salt, hash } = value;
  if (!isObject(cost) || !isBase64(salt) || !isBase64(hash)) return false;
  return Object.entries(PASSWORD_COST_MAX).every(([name, max]) => {
    const amount = cost[name];
    return isCount(amount) && amount >= 1 && amount <= max;
  });
}

function isDevice(value: unknown): value is Device {
  if (!isObject(value)) return false;
  const { id, name, hash, seen } = value;
  return typeof id === "string" && typeof name === "string" && typeof hash === "string" &&
    isCount(seen);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isBase64(value: unknown): value is string {
  return typeof value === "string" && value.length < 1_000 && /^[A-Za-z0-9+/]+=*$/.test(value);
}
