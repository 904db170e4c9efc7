/**
 * Who comes in by an invitation.
 *
 * ```text
 *   token ─► holds it? ─► who he is: a guest, or an account that may be new ─► one write:  a use of it
 *                                                                                          the new account
 *                                                                                          his place in a room for the invited
 *                                                                                          the record of it
 * ```
 *
 * It is one write, of which the store keeps all or nothing. Whoever has come by it before uses up nothing, and gets nothing anew: a kick has
 * taken his place in the room away, and that stays so.
 *
 * @module
 */

import { sameSecret } from "../../ground/mod.ts";
import { requiresAccount } from "../accounts/accounts.ts";
import type { Refusal } from "../accounts/accounts.ts";
import { markOfAccount } from "../invitations/invitations.ts";
import type { InvitationRecord } from "../invitations/record.ts";
import { accountIn } from "../accounts/record.ts";
import { namedOf } from "../order/order.ts";
import { errorMessage, type World } from "../perform.ts";
import { refusalOf } from "../repeats/repeats.ts";
import { type KeptValues, StorageError } from "../store/store_port.ts";
import { fold, type Login, type UserName } from "../wire/mod.ts";
import { markOf, tagOf } from "./identity.ts";
import { ELSEWHERE } from "./session_state.ts";

/** What is shown with a login. */
export type Shown =
  | { readonly kind: "nothing" }
  | { readonly kind: "invitation"; readonly invitation: InvitationRecord }
  | { readonly kind: "refused"; readonly refusal: Refusal };

const NOTHING: Shown = { kind: "nothing" };
const REFUSED: Shown = {
  kind: "refused",
  refusal: {
    kind: "refused",
    code: "forbidden",
    msg: "This invitation is unknown, over, or was used as often as it may be.",
  },
};

/** What a login shows. One that does not hold is overlooked where somebody comes again who needs none. */
export function invitationOf(
  { invitations: { invitations }, accounts: { mode, accounts } }: World,
  { username, invitation: token, session, device }: Login,
  registers: boolean,
): Shown {
  if (token === undefined) return NOTHING;
  const name = username as UserName;
  // Who comes under the name of an account that is gone has not come before.
  const isAccount = !registers && accounts.ownerOf(name) !== undefined;
  const marks = [
    ...(isAccount ? [markOfAccount(name)] : []),
    ...(session === undefined ? [] : [markOf(session)]),
  ];
  const invitation = invitations.find(token, marks);
  if (invitation !== undefined) return { kind: "invitation", invitation };
  const isBack = device !== undefined || session !== undefined && !requiresAccount(mode);
  return isBack ? NOTHING : REFUSED;
}

/** Somebody who is to come in by one. */
export interface Comer {
  readonly name: UserName;
  /** Who he is, a secret; left out of an account that is being made, which has it in what is written. */
  readonly identity?: string;
  readonly registered: boolean;
}

/** How a value is written together with the use of an invitation: the account of whoever is making one. */
export function writeWithUse(
  world: World,
  { id, room, by }: InvitationRecord,
  { name, registered, ...known }: Comer,
): KeptValues["write"] {
  const { invitations: { invitations }, order } = world;
  return (key, value, settled) => {
    const made = value === undefined ? undefined : accountIn(value, name);
    const identity = known.identity ?? made?.identity ?? "";
    const mark = registered ? markOfAccount(name) : markOf(identity);
    const folded = fold(name);
    const who = namedOf({ name, tag: tagOf(identity, folded), registered, mark: markOf(identity) });
    const use = invitations.take(
      id,
      { mark, name, isNew: made !== undefined },
      () => room && order.placing(room, who, by),
    );
    if (use === "known") return settled();
    if (use !== undefined) return use(key, value, settled);
    const told = "This invitation was used up meanwhile.";
    const why = { told, isLimit: true, code: "forbidden" } as const;
    settled(new StorageError("An invitation is used up", why));
  };
}

/** Somebody who is known comes in by one. @returns Why he does not. */
export function useInvitation(
  world: World,
  invitation: InvitationRecord,
  comer: Comer,
): Promise<Refusal | undefined> {
  return new Promise((resolve) =>
    writeWithUse(world, invitation, comer)("", undefined, (error) => {
      if (error === undefined) return resolve(undefined);
      const { code, msg } = refusalOf(error);
      resolve({ kind: "refused", code, msg });
    })
  );
}

/**
 * A guest who is here by an invitation is here once, also under another name: what one may come by would let in all to whom he shows
 * the secret of his session. Where nobody needs one, he may be here as often as others.
 */
export function letOthersGo({ hall, accounts: { mode } }: World, session: string): void {
  if (!requiresAccount(mode)) return;
  for (const one of [...hall.members()]) {
    const isHis = !one.registered && !one.operator && sameSecret(one.session, session);
    if (isHis) one.dismiss(errorMessage("name_taken", ELSEWHERE));
  }
}
