/**
 * What somebody shows to be an account's owner, or to become one, and what that comes to.
 *
 * @module
 */

import type { TriedFrom } from "./guesses.ts";
import type { Refusal } from "./refusals.ts";
import type { Registry } from "./registry.ts";
import { type AccountRole, fold, type FoldedName, type UserName } from "../wire/mod.ts";

/** Who has been proved to be whom. */
export interface Proved {
  readonly kind: "proved";
  readonly name: UserName;
  readonly role: AccountRole;
  /** Who it is, for the tags of whispers. */
  readonly identity: string;
  /** Its device; without one it is somebody who keeps no token, as a client of text. */
  readonly device?: string;
  /** Without a device: the hash that its password fitted. Who has come in by one that is changed has proved nothing. */
  readonly hash?: string;
  /** The device's token, if it was made now. */
  readonly token?: string;
}

/** Something that was done. */
export interface Done {
  readonly kind: "done";
}

/** Who registers, and for what. */
export interface Registration {
  readonly name: UserName;
  readonly password: string;
  readonly role?: AccountRole;
  /** Who it has been until now, for whispers that are its own already. Default: nobody. */
  readonly identity?: string;
  /** Somebody else who has that name, or one that looks like it, without an account. Default: nobody. */
  readonly heldBy?: { readonly name: UserName; readonly key: FoldedName } | undefined;
  /** Where it comes from; an operator's act need not say it. */
  readonly from?: TriedFrom;
  /** The device that is to have a token, by its name; without it none has. */
  readonly device?: { readonly name?: string | undefined };
  /** Why it is not to be any more, asked when the password is hashed. Default: it is. */
  readonly late?: () => Refusal | undefined;
}

/** A password that is shown for a name. */
export interface Shown {
  readonly name: UserName;
  readonly password: string;
  readonly from: TriedFrom;
  /** See `Registration`. */
  readonly device?: { readonly name?: string | undefined };
}

/** Whether what was proved still holds after a wait: the account, its device, its password and its role may be others. */
export function stillProved(
  accounts: Pick<Registry, "read" | "roleOf">,
  proved: Proved,
): Proved | Refusal {
  const key = fold(proved.name);
  const record = accounts.read(key);
  const { device, identity, hash } = proved;
  const isShown = device === undefined
    ? record?.password.hash === hash
    : record?.devices.some(({ id }) => id === device);
  if (record === undefined || record.identity !== identity || !isShown) {
    return { kind: "refused", code: "auth_failed" };
  }
  return { ...proved, role: accounts.roleOf(key) };
}
