/**
 * Why somebody may not do something to somebody else in a room: asked when he says it, of what is durable, and again when it is done, of
 * what is on its way. Pure.
 *
 * ```text
 *   may he do such things, and say why? ─► does whom he means stand below him? ─► is it not himself of whom it was said before?
 * ```
 *
 * @module
 */

import { quoted } from "../commands/refusals.ts";
import { type Deed, sanctionOf } from "./deeds.ts";
import type { Order } from "./order.ts";
import { isOne, type Person } from "./person.ts";
import type { Sanction } from "./sanctions.ts";
import { type Act, isAtLeast, rankOf, type Refusal, refuseAct } from "./standing.ts";

/** Why not. @param deed With whom it means by all that is known (`meantIn`). */
export function refuseDeed(
  order: Order,
  room: string,
  by: Person,
  deed: Deed,
  nowMs: number,
): Refusal | undefined {
  const refusal = refuseAct(order, room, by, actOf(deed), nowMs) ??
    refuseWords(order, room, by, deed, nowMs);
  if (refusal !== undefined || !("whom" in deed)) return refusal;
  const { name, tag = "", mark = "" } = deed.whom;
  const rank = rankOf(order, { operator: false, tag, mark });
  if (deed.act !== "unban" && isAtLeast(rank, rankOf(order, by))) return notBelow(name);
  // Said again it would hold for shorter.
  if (by.operator || !changedBy(order, deed, nowMs).some((one) => isOne(one, by))) return undefined;
  return { code: "forbidden", msg: "Somebody else has to lift that." };
}

/** Why somebody may not say why he does something: a reason is told to all, so it is a word of his. */
function refuseWords(
  order: Order,
  room: string,
  by: Person,
  deed: Deed,
  nowMs: number,
): Refusal | undefined {
  if (!("why" in deed) || deed.why === undefined) return undefined;
  const muted = refuseAct(order, room, by, "speak", nowMs);
  return muted && { ...muted, msg: `${muted.msg} Do it without saying why.` };
}

/** What is answered of somebody who does not stand below. */
export function notBelow(name: string = ""): Refusal {
  return { code: "forbidden", msg: `'${quoted(name)}' does not stand below you here.` };
}

/** What was said before, and is lifted or said anew by a deed. */
function changedBy(
  { bans, mutes }: Order,
  deed: Extract<Deed, { whom: unknown }>,
  nowMs: number,
): readonly Sanction[] {
  if (deed.act === "unban") {
    return [...bans.saidOf(deed.whom, nowMs), ...mutes.saidOf(deed.whom, nowMs)];
  }
  const list = deed.act === "mute" ? mutes : bans;
  return list.replacedBy(sanctionOf(deed, { by: "", nowMs }), nowMs);
}

function actOf(deed: Deed): Act {
  switch (deed.act) {
    case "invite":
      return "invite";
    case "promote":
    case "demote":
    case "owner":
      return "appoint";
    case "set":
      return deed.settings.retain === undefined ? "set" : "appoint";
    default:
      return "judge";
  }
}
