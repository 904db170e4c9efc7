/**
 * What moderators do: each deed makes another order of a room's order, or is refused. Pure.
 *
 * Somebody is meant by a name. Who has it, or whose account it is, is known when it is said (`commands/order.ts`); else whom the room
 * knows by it. From then on he is known by tag and mark, whatever his name is when it is done, and whether he is here.
 *
 * @module
 */

import { foldText, type OrderAct } from "../wire/mod.ts";
import {
  INVITED_MAX,
  KICK_SECONDS_DEFAULT,
  LEFT_OUT_MAX,
  MODERATORS_MAX,
  SANCTIONS_MAX,
} from "./limits.ts";
import { including, type Order, partsWithout, type Settings, without } from "./order.ts";
import { isOne, type Meant, type Named } from "./person.ts";
import type { Sanction, Sanctions } from "./sanctions.ts";
import { rankNamed, type Refusal } from "./standing.ts";

/** Whom something is said of. */
export type Whom = Pick<Sanction, "name" | "tag" | "mark" | "address">;

/** Something that a moderator does. */
export type Deed =
  | { readonly act: "set"; readonly settings: Settings }
  | { readonly act: "invite" | "promote" | "owner"; readonly who: Named }
  | { readonly act: "demote"; readonly who: Meant }
  | {
    readonly act: "kick" | "mute" | "ban";
    readonly whom: Whom;
    readonly seconds?: number;
    readonly why?: string;
  }
  | { readonly act: "unban"; readonly whom: Whom; readonly why?: string };

/** A deed with which somebody is put out, or may not speak. */
export type Judgement = Extract<Deed, { act: "kick" | "mute" | "ban" }>;

/** What a deed is done in. */
export interface Circumstances {
  /** The name of who does it. */
  readonly by: string;
  readonly nowMs: number;
  /** What time it is at least (`lasting_time.ts`): what was over then is kept no more. Default: `nowMs`. */
  readonly sureMs?: number;
  /** Who is in the room, for a room that closes; asked for only then. */
  readonly present: () => readonly Named[];
  /** Who is in the room, and may not be there by an order that somebody is put out by, also by a name like his or his address. Default: nobody. */
  readonly hit?: (after: Order) => readonly Named[];
}

/** A deed with whom it means by all that the room knows of him. That of a deed that was made so is itself. */
export function meantIn(order: Order, deed: Deed): Deed {
  if (deed.act === "demote") return { ...deed, who: moderatorMeant(order, deed.who) };
  if (deed.act !== "ban" && deed.act !== "mute") return deed;
  const { name, tag } = deed.whom;
  if (name === undefined || tag !== undefined) return deed;
  const known = rankNamed(order, isNamed(name)).who;
  return known === undefined ? deed : { ...deed, whom: { ...deed.whom, ...known, name } };
}

/** Who has a name comes before who had it. */
function moderatorMeant({ moderators }: Order, who: Meant): Meant {
  const { tag = "", mark = "" } = who;
  if (moderators.some((one) => isOne(one, { tag, mark }))) return who;
  return moderators.find(isNamed(who.name)) ?? who;
}

/** The order after a deed, or why it cannot be. */
export function afterDeed(
  order: Order,
  said: Deed,
  circumstances: Circumstances,
): Order | Refusal {
  const { nowMs, sureMs = nowMs } = circumstances;
  const deed = meantIn(order, said);
  switch (deed.act) {
    case "set":
      return afterSetting(order, deed.settings, circumstances);
    case "invite":
      if (
        order.bans.hitTag(deed.who.tag, nowMs) !== undefined ||
        order.bans.hitTag(deed.who.mark ?? "", nowMs) !== undefined
      ) {
        return refusal(`'${deed.who.name}' is banned here. Lift that first.`);
      }
      return invited(order, [deed.who]);
    case "promote": {
      const moderators = including(order.moderators, deed.who);
      if (moderators.length > MODERATORS_MAX) {
        return refusal(`A room has at most ${MODERATORS_MAX} moderators.`);
      }
      return order.with({ moderators });
    }
    case "demote": {
      const moderators = without(order.moderators, deed.who);
      if (moderators.length === order.moderators.length) {
        return { code: "not_found", msg: `'${deed.who.name}' is no moderator of this room.` };
      }
      const gone = order.moderators.find((one) => !moderators.includes(one));
      return order.with({ moderators, invited: stillInvited(order, gone) });
    }
    case "owner":
      return order.with({
        owner: deed.who,
        moderators: without(order.moderators, deed.who),
        invited: stillInvited(order, order.owner),
      });
    case "mute": {
      const mutes = more(order.mutes, deed, circumstances);
      return "code" in mutes ? mutes : order.with({ mutes });
    }
    case "kick":
    case "ban": {
      const isOutLonger = deed.act === "kick" && keepsLonger(order.bans, deed, circumstances);
      const bans = isOutLonger ? order.bans : more(order.bans, deed, circumstances);
      if ("code" in bans) return bans;
      const gone = partsWithout(order, sanctionOf(deed, circumstances));
      // Who was kicked is not invited any more, but moderates again when he is back.
      const parts = deed.act === "kick"
        ? { invited: gone.invited ?? order.invited, out: gone.out ?? order.out }
        : gone;
      return leavingOut(order.with({ ...parts, bans }), circumstances);
    }
    case "unban": {
      const lists = [order.bans, order.mutes];
      if (lists.every((list) => list.saidOf(deed.whom, nowMs).length === 0)) {
        const whom = deed.whom.name ?? deed.whom.address ?? "";
        return { code: "not_found", msg: `'${whom}' is neither banned nor muted here.` };
      }
      return order.with({
        bans: order.bans.without(deed.whom, sureMs),
        mutes: order.mutes.without(deed.whom, sureMs),
      });
    }
    default:
      return deed satisfies never;
  }
}

/** A list with one more sanction, or why that cannot be. */
export function more(
  list: Sanctions,
  deed: Judgement,
  circumstances: Pick<Circumstances, "by" | "nowMs" | "sureMs">,
): Sanctions | Refusal {
  const { nowMs, sureMs } = circumstances;
  const sanction = sanctionOf(deed, circumstances);
  const longer = list.with(sanction, nowMs, sureMs);
  if (longer.size <= SANCTIONS_MAX) return longer;
  // Where there are so many, what is over makes room.
  const shorter = list.with(sanction, nowMs);
  if (shorter.size <= SANCTIONS_MAX) return shorter;
  return refusal(`No more than ${SANCTIONS_MAX} can be banned or muted. Lift some first.`);
}

/** Nothing but himself brings back whoever is put out by it, whether he was meant or not. */
function leavingOut(order: Order, { hit = () => [] }: Circumstances): Order {
  const others = hit(order).filter(({ tag, mark = "" }) => !order.leavesOut({ tag, mark }));
  if (others.length === 0) return order;
  const out = others.reduce((out, one) => including(out, one), order.out);
  return order.with({ out: out.slice(-LEFT_OUT_MAX) });
}

/** Whether the same one is kept out for longer than by a judgement: a kick is no end of a ban. */
function keepsLonger(
  list: Sanctions,
  deed: Judgement,
  circumstances: Pick<Circumstances, "by" | "nowMs">,
): boolean {
  const said = sanctionOf(deed, circumstances);
  const { tag, until: end = Infinity } = said;
  return tag !== undefined && list.replacedBy(said, circumstances.nowMs)
    .some((one) => one.tag === tag && (one.until ?? Infinity) > end);
}

/** What a judgement says. */
export function sanctionOf(
  { act, whom, seconds = act === "kick" ? KICK_SECONDS_DEFAULT : undefined, why }: Judgement,
  { by, nowMs }: Pick<Circumstances, "by" | "nowMs">,
): Sanction {
  return {
    ...whom,
    ...(seconds === undefined ? {} : { until: nowMs + seconds * 1_000 }),
    by,
    at: nowMs,
    ...(why === undefined ? {} : { why }),
  };
}

/** What others are told of a deed: what was done, to whom, for how long. */
export function toldOf(deed: Exclude<Deed, { act: "set" }>): {
  readonly act: OrderAct;
  readonly user?: string;
  readonly seconds?: number;
  readonly why?: string;
} {
  const { act } = deed;
  if ("who" in deed) return { act, user: deed.who.name };
  const { whom, why } = deed;
  const seconds = "seconds" in deed ? deed.seconds : undefined;
  const time = act === "kick" ? seconds ?? KICK_SECONDS_DEFAULT : seconds;
  return {
    act,
    ...(whom.name === undefined ? {} : { user: whom.name }),
    ...(time === undefined ? {} : { seconds: time }),
    ...(why === undefined ? {} : { why }),
  };
}

function afterSetting(
  order: Order,
  settings: Settings,
  { present }: Circumstances,
): Order | Refusal {
  const set = order.with(settings);
  return set.hides && !order.hides ? invited(set, present()) : set;
}

function invited(order: Order, more: readonly Named[]): Order | Refusal {
  const all = new Map([...order.invited, ...more].map((one) => [one.tag, one]));
  if (all.size > INVITED_MAX) {
    return refusal(`No more than ${INVITED_MAX} can be invited to a room.`);
  }
  return order.with({ invited: [...all.values()] });
}

/** Who kept order in a room for the invited is one of them when he does not any more: it is a kick that puts him out. */
function stillInvited(order: Order, who: Named | undefined): readonly Named[] {
  return order.hides && who !== undefined ? including(order.invited, who) : order.invited;
}

/** Whether somebody is known by a name. */
function isNamed(name: string): (one: Named) => boolean {
  const key = foldText(name);
  return (one) => foldText(one.name) === key;
}

function refusal(msg: string): Refusal {
  return { code: "invalid", msg };
}
