/**
 * `Login`: under which name somebody comes in, or why not.
 *
 * Pure, like the commands; but before it there is no asker, so it has a form of its own.
 *
 * @module
 */

import {
  type ErrorCode,
  fold,
  type FoldedName,
  type Login,
  newUserName,
  type UserName,
} from "../wire/mod.ts";
import { sameSecret } from "../../ground/mod.ts";
import { quoted } from "./refusals.ts";

/** Who has a name, as far as a login needs to know. */
export interface Holder {
  readonly key: FoldedName;
  /** The secret that its own client knows. */
  readonly session: string;
  /** Whether its name is an account's. */
  readonly registered: boolean;
}

/** What a login comes to. */
export type Admission =
  /** Comes in, and `replaces` the same client's earlier connection if that is still there. */
  | {
    readonly kind: "admit";
    readonly name: UserName;
    readonly replaces: boolean;
    /** Whether it has shown the operator token. */
    readonly operator: boolean;
  }
  | { readonly kind: "refuse"; readonly code: ErrorCode; readonly msg: string };

/**
 * Decides on a login.
 *
 * A wrong operator token is refused rather than overlooked: whoever shows one wants more than to talk.
 *
 * @param holderOf Who is here under that name, or under one that looks the same.
 * @param operatorToken Who shows it is an operator; without one, nobody is.
 */
export function admit(
  { username, session, operator: shown }: Login,
  holderOf: (name: UserName) => Holder | undefined,
  operatorToken?: string,
): Admission {
  const operator = shown !== undefined && operatorToken !== undefined &&
    sameSecret(shown, operatorToken);
  if (shown !== undefined && !operator) {
    return { kind: "refuse", code: "auth_failed", msg: "This is not the server's operator token." };
  }
  const checked = newUserName(username);
  if (checked.kind === "bad_name") {
    return { kind: "refuse", code: "bad_name", msg: checked.reason };
  }
  const holder = holderOf(checked.name);
  const isOwn = holder !== undefined && session !== undefined &&
    sameSecret(session, holder.session);
  // Whoever has that name has proved it, as this one will have to; then they are two devices of one account.
  const isAccount = holder?.registered === true && holder.key === fold(checked.name);
  const replaces = isOwn && !isAccount;
  if (holder === undefined || isOwn || isAccount) {
    return { kind: "admit", name: checked.name, replaces, operator };
  }
  const msg = `Name '${quoted(checked.name)}' is already taken.`;
  return { kind: "refuse", code: "name_taken", msg };
}
