/**
 * `Invite`, `Kick`, `Mute`, `Ban` and `Unban`: what a moderator does to somebody, in a room or, for operators, on the whole server.
 *
 * ```text
 *   may he? ─► whom does he mean? ─► does that one stand below him? ─► a deed
 * ```
 *
 * Somebody who is here is known by the session that has the name now, and an account also while it is away; of a guest who is not
 * here, only owner, moderators and the invited are known by more than the name.
 *
 * @module
 */

import { isRange } from "../addresses/range.ts";
import { type Deed, meantIn, type Whom } from "../order/deeds.ts";
import { WHY_CHARS_MAX } from "../order/limits.ts";
import { namedOf, type Order } from "../order/order.ts";
import { meantOf, type Person } from "../order/person.ts";
import { notBelow, refuseDeed } from "../order/refuse_deed.ts";
import { type Act, refuseAct } from "../order/standing.ts";
import {
  type Ban,
  fold,
  type Invite,
  type Kick,
  type Mute,
  type RoomName,
  type Unban,
  userName,
} from "../wire/mod.ts";
import { noSuchRoom, noSuchUser, quoted } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Where something is to be done. */
export interface Place {
  readonly name: RoomName;
  readonly order: Order;
}

/** Lets somebody in. */
export function invite(asker: UserView, hall: HallView, message: Invite): readonly Effect[] {
  const place = placeFor(asker, hall, message.room, "invite");
  if ("do" in place) return [place];
  const user = personOf(hall, message.user);
  if (user === undefined) return [noSuchUser(message.user)];
  return [{ do: "order", room: place.name, deed: { act: "invite", who: namedOf(user) } }];
}

/** Puts somebody out. */
export function kick(asker: UserView, hall: HallView, message: Kick): readonly Effect[] {
  const place = placeFor(asker, hall, message.room, "judge");
  if ("do" in place) return [place];
  const here = hall.user(message.user);
  // An account that is away is in its rooms all the same, and would come back to them.
  const isThere = here === undefined
    ? hall.away(message.user) !== undefined
    : hall.isIn(here.key, fold(place.name));
  if (here !== undefined && !isThere) {
    const msg = `'${quoted(message.user)}' is not in this room.`;
    return [{ do: "refuse", code: "not_found", msg }];
  }
  if (!isThere) return [noSuchUser(message.user)];
  return judge(asker, hall, place, "kick", message);
}

/** Lets somebody speak no more. */
export function mute(asker: UserView, hall: HallView, message: Mute): readonly Effect[] {
  const place = placeFor(asker, hall, message.room, "judge");
  return "do" in place ? [place] : judge(asker, hall, place, "mute", message);
}

/** Keeps somebody out. */
export function ban(asker: UserView, hall: HallView, message: Ban): readonly Effect[] {
  const place = placeOrServer(asker, hall, message, "judge");
  if (place !== undefined && "do" in place) return [place];
  if (message.address === undefined) return judge(asker, hall, place, "ban", message);
  const refused = refuseWhy(message.why) ?? refuseAddress(asker, message);
  if (refused !== undefined) return [refused];
  const { address, seconds, why } = message;
  const deed: Deed = { act: "ban", whom: { address }, ...timeAndWhy(seconds, why) };
  return [orderIn(place, deed)];
}

/** Lifts a ban or a mute. */
export function unban(asker: UserView, hall: HallView, message: Unban): readonly Effect[] {
  const place = placeOrServer(asker, hall, message, "judge");
  if (place !== undefined && "do" in place) return [place];
  const { user, address, why } = message;
  const refused = refuseWhy(why) ??
    (address === undefined ? undefined : refuseAddress(asker, message));
  if (refused !== undefined) return [refused];
  if (user === undefined && address === undefined) return [whom()];
  const person = user === undefined ? undefined : personOf(hall, user);
  const said = user === undefined
    ? { address: address ?? "" }
    : { ...(person === undefined ? {} : meantOf(person)), name: user };
  const deed: Deed = { act: "unban", whom: said, ...timeAndWhy(undefined, why) };
  return [orderBy(asker, hall, place, deed)];
}

/** Somebody who is here, or an account that is away. */
export function personOf(hall: HallView, text: string): Person | undefined {
  return hall.user(text) ?? hall.away(text);
}

/** The room in which somebody may do something, or why not. */
export function placeFor(
  asker: UserView,
  hall: HallView,
  room: string | undefined,
  act: Act,
): Place | Extract<Effect, { do: "refuse" }> {
  const asked = room ?? asker.here;
  const order = hall.order(asked);
  const name = hall.nameKept(asked);
  if (order === undefined || name === undefined) return noSuchRoom(asked);
  const refusal = refuseAct(order, asked, asker, act, hall.nowMs);
  return refusal === undefined ? { name, order } : { do: "refuse", ...refusal };
}

/** The same, or `undefined` for the whole server. */
export function placeOrServer(
  asker: UserView,
  hall: HallView,
  { room, server = false }: Pick<Ban, "room" | "server">,
  act: Act,
): Place | undefined | Extract<Effect, { do: "refuse" }> {
  if (!server) return placeFor(asker, hall, room, act);
  if (room !== undefined) {
    return { do: "refuse", code: "invalid", msg: "Say where: one of 'room' and 'server'." };
  }
  return asker.operator ? undefined : onlyOperators("Only operators do this on the whole server.");
}

/** Puts out or mutes somebody by his name, who must stand below. */
function judge(
  asker: UserView,
  hall: HallView,
  place: Place | undefined,
  act: "kick" | "mute" | "ban",
  message: Pick<Ban, "user" | "withAddress" | "seconds" | "why">,
): readonly Effect[] {
  const { user, withAddress = false, seconds, why } = message;
  if (user === undefined) return [whom()];
  const refused = refuseWhy(why);
  if (refused !== undefined) return [refused];
  const person = personOf(hall, user);
  const known = person === undefined ? namedIn(user) : whomOf(person, withAddress);
  if (known === undefined) return [noSuchUser(user)];
  if (person?.key === asker.key) {
    return [{ do: "refuse", code: "invalid", msg: "You cannot do this to yourself." }];
  }
  if (person?.operator) return [{ do: "refuse", ...notBelow(user) }];
  return [orderBy(asker, hall, place, { act, whom: known, ...timeAndWhy(seconds, why) })];
}

function whomOf(user: Person, withAddress: boolean): Whom {
  const { origin } = user;
  const address = withAddress && origin !== undefined ? networkText(origin) : undefined;
  return { ...meantOf(user), ...(address === undefined ? {} : { address }) };
}

/** Who has one IPv6 address has the network of 64 bits that it is in. */
function networkText(origin: string): string {
  const [address = ""] = origin.split("%");
  return address.includes(":") && !address.includes(".") ? `${address}/64` : address;
}

/** Of a guest who is not here, the name. */
function namedIn(user: string): Whom | undefined {
  const checked = userName(user);
  return checked.kind === "name" ? { name: checked.name } : undefined;
}

/** What is to be done to somebody, if by what holds it may be. */
function orderBy(
  asker: UserView,
  hall: HallView,
  place: Place | undefined,
  deed: Deed,
): Effect {
  if (place === undefined) return orderIn(place, deed);
  const { order, name } = place;
  const refusal = refuseDeed(order, name, asker, meantIn(order, deed), hall.nowMs);
  return refusal === undefined ? orderIn(place, deed) : { do: "refuse", ...refusal };
}

function orderIn(place: Place | undefined, deed: Deed): Effect {
  return { do: "order", ...(place === undefined ? {} : { room: place.name }), deed };
}

function timeAndWhy(seconds: number | undefined, why: string | undefined): {
  seconds?: number;
  why?: string;
} {
  const reason = why?.trim() ?? "";
  return {
    ...(seconds === undefined ? {} : { seconds }),
    ...(reason === "" ? {} : { why: reason }),
  };
}

function refuseAddress(
  asker: UserView,
  { address = "", user }: Pick<Ban, "address" | "user">,
): Effect | undefined {
  if (!asker.operator) return onlyOperators("Only operators ban addresses.");
  if (user !== undefined) return whom();
  if (isRange(address)) return undefined;
  const msg = `'${
    quoted(address)
  }' is no address: it looks like 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32.`;
  return { do: "refuse", code: "invalid", msg };
}

/** Why a reason cannot be told. */
export function refuseWhy(why: string = ""): Effect | undefined {
  if (why.length <= WHY_CHARS_MAX) return undefined;
  return {
    do: "refuse",
    code: "too_long",
    msg: `A reason has at most ${WHY_CHARS_MAX} characters.`,
  };
}

function whom(): Effect {
  return { do: "refuse", code: "invalid", msg: "Say whom: one of 'user' and 'address'." };
}

function onlyOperators(msg: string): Extract<Effect, { do: "refuse" }> {
  return { do: "refuse", code: "forbidden", msg };
}
