/**
 * What operators do with invitations: `Invitations`, `AddInvitation`, `RevokeInvitation`.
 *
 * @module
 */

import type { AddInvitation, RevokeInvitation } from "../wire/mod.ts";
import type { InvitationEffect } from "../invitations/invitation_desk.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Lists the invitations. */
export function listInvitations(asker: UserView): readonly Effect[] {
  return [forOperator(asker, { do: "invitations" })];
}

/** Makes one. */
export function addInvitation(
  asker: UserView,
  _hall: HallView,
  { room, uses, seconds }: AddInvitation,
): readonly Effect[] {
  return [forOperator(asker, {
    do: "add invitation",
    ...(room === undefined ? {} : { room }),
    ...(uses === undefined ? {} : { uses }),
    ...(seconds === undefined ? {} : { seconds }),
  })];
}

/** Takes one back. */
export function revokeInvitation(
  asker: UserView,
  _hall: HallView,
  { invitation }: RevokeInvitation,
): readonly Effect[] {
  return [forOperator(asker, { do: "revoke invitation", invitation })];
}

function forOperator(asker: UserView, effect: InvitationEffect): Effect {
  if (asker.operator) return effect;
  return { do: "refuse", code: "forbidden", msg: "Only operators may do this." };
}
