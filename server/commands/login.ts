/**
 * `Login`: under which name somebody comes in, or why not.
 *
 * Pure, like the commands; but before it there is no asker, so it has a form of its own.
 *
 * @module
 */

import { type ErrorCode, type Login, type UserName, userName } from "../wire/mod.ts";
import { quoted } from "./refusals.ts";

/** Who has a name, as far as a login needs to know. */
export interface Holder {
  /** The secret that its own client knows. */
  readonly session: string;
}

/** What a login comes to. */
export type Admission =
  /** Comes in, and `replaces` the same client's earlier connection if that is still there. */
  | { readonly kind: "admit"; readonly name: UserName; readonly replaces: boolean }
  | { readonly kind: "refuse"; readonly code: ErrorCode; readonly msg: string };

/**
 * Decides on a login.
 *
 * @param holderOf Who is here under that name, or under one that looks the same.
 */
export function admit(
  { username, session }: Login,
  holderOf: (name: UserName) => Holder | undefined,
): Admission {
  const checked = userName(username);
  if (checked.kind === "bad_name") {
    return { kind: "refuse", code: "bad_name", msg: checked.reason };
  }
  const holder = holderOf(checked.name);
  if (holder === undefined) return { kind: "admit", name: checked.name, replaces: false };
  if (session === holder.session) return { kind: "admit", name: checked.name, replaces: true };
  const msg = `Name '${quoted(checked.name)}' is already taken.`;
  return { kind: "refuse", code: "name_taken", msg };
}
