/**
 * Why something is not done with an account, and what whoever asked is told. Pure.
 *
 * @module
 */

import { TooManyHashes } from "./hasher.ts";
import { HASHES_WAIT_MS } from "./limits.ts";
import type { Owned } from "./registry.ts";
import { StorageError } from "../store/store_port.ts";
import type { ErrorCode, UserName } from "../wire/mod.ts";

/** Something that is not done, and why. */
export interface Refusal {
  readonly kind: "refused";
  readonly code: ErrorCode;
  readonly msg?: string;
  /** Milliseconds after which it may be tried again. */
  readonly wait?: number;
}

/** Neither a password nor a token fits. */
export const UNFIT: Refusal = { kind: "refused", code: "auth_failed" };
/** A token that is none of the account's. */
export const UNKNOWN_DEVICE: Refusal = {
  kind: "refused",
  code: "auth_failed",
  msg: "This device is not logged in to that name, or not any more: log in with the password.",
};
/** What a guest shows as his own is another account's, or is just becoming one's. */
export const SPENT: Refusal = {
  kind: "refused",
  code: "forbidden",
  msg: "Your session has become another account's: connect again to have one of your own.",
};
/** Accounts are made by operators, and by who shows an invitation as he comes in. */
export const MADE_BY_OPERATORS: Refusal = {
  kind: "refused",
  code: "forbidden",
  msg: "Whoever runs this server makes the accounts.",
};
/** There is no such account. */
export const GONE: Refusal = {
  kind: "refused",
  code: "not_found",
  msg: "There is no account of that name.",
};

/** A name is somebody's. */
export function taken(name: UserName, owned: Owned): Refusal {
  const msg = owned.kind === "own"
    ? `The name '${owned.name}' has an account already.`
    : `The name '${name}' looks like '${owned.name}', which has an account.`;
  return { kind: "refused", code: "name_taken", msg };
}

/** The tries ran dry. */
export function tooManyTries(wait: number): Refusal {
  const msg = `Too many passwords were tried. Wait ${Math.ceil(wait / 1_000)} s.`;
  return { kind: "refused", code: "rate_limited", msg, wait };
}

/** Too many accounts come from one address. */
export function tooManyAccounts(wait: number): Refusal {
  const msg = `Too many accounts were made from your address. Wait ${Math.ceil(wait / 1_000)} s.`;
  return { kind: "refused", code: "rate_limited", msg, wait };
}

/** The refusal that an error is. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof TooManyHashes) {
    const msg = "Too many log in at once. Try again in a moment.";
    return { kind: "refused", code: "busy", msg, wait: HASHES_WAIT_MS };
  }
  if (error instanceof StorageError) {
    const code = error.outcome === "unknown" ? "unknown" : error.code;
    return { kind: "refused", code, ...(error.told === undefined ? {} : { msg: error.told }) };
  }
  throw error;
}
