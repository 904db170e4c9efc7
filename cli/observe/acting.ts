/**
 * Making files as the user that called `sudo`.
 *
 * Root that makes, owns and removes files at a path which a user chose could be led anywhere by a link. So what `sudo` runs does
 * this as that user: it becomes them for the moment of the call. The file is theirs from the beginning, and nothing can be made,
 * changed or removed that they could not make, change or remove by themselves.
 *
 * @module
 */

import process from "node:process";

/** Somebody, by numbers. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Whom this process makes files for, when it is not itself: the user that called `sudo`. */
export function callerOf(): Owner | undefined {
  return ownerOf(Deno.env.toObject(), process.geteuid?.() ?? -1);
}

/** The user that called `sudo`, if it was called by one; only root can act for another. */
export function ownerOf(
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
): Owner | undefined {
  const number = (text = "") => /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  const owner = { uid: number(env["SUDO_UID"]), gid: number(env["SUDO_GID"]) };
  if (uid !== 0 || owner.uid === undefined || owner.gid === undefined) return undefined;
  return { uid: owner.uid, gid: owner.gid };
}

/** This process as somebody else, until it is disposed: all that it does meanwhile it does as them. */
export class Acting implements Disposable {
  readonly #isOther: boolean;

  constructor(owner: Owner | undefined) {
    this.#isOther = owner !== undefined;
    if (owner === undefined) return;
    // The group first: who is not root any more cannot choose one.
    process.setegid?.(owner.gid);
    process.seteuid?.(owner.uid);
  }

  [Symbol.dispose](): void {
    if (!this.#isOther) return;
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
