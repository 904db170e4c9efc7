/**
 * `Room`: how a room is set, shown to who may know of it and set by who may.
 *
 * @module
 */

import type { Deed } from "../order/deeds.ts";
import { furtherOf, namedOf, type Settings } from "../order/order.ts";
import { meantOf } from "../order/person.ts";
import { entriesOf, type Sanctions } from "../order/sanctions.ts";
import { isAtLeast, rankOf } from "../order/standing.ts";
import { foldText, LOBBY, type RoomShown, type SetRoom } from "../wire/mod.ts";
import { personOf, type Place, placeFor } from "./order.ts";
import { noSuchUser } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Shows a room, or sets it. */
export function room(asker: UserView, hall: HallView, message: SetRoom): readonly Effect[] {
  const { access, slow, topicBy, retain, typing, promote, demote, owner } = message;
  const settings: Settings = {
    ...(access === undefined ? {} : { access }),
    ...(slow === undefined ? {} : { slow }),
    ...(topicBy === undefined ? {} : { topicBy }),
    ...(retain === undefined ? {} : { retain }),
    ...(typing === undefined ? {} : { typing }),
  };
  const appointing = [promote, demote, owner].filter((one) => one !== undefined).length;
  const setting = Object.keys(settings).length;
  if (appointing + Math.min(setting, 1) > 1) {
    const msg = "One of 'promote', 'demote' and 'owner' at a time, and without other settings.";
    return [{ do: "refuse", code: "invalid", msg }];
  }
  // What is said in a room is its owner's to let go.
  const isOwners = appointing > 0 || retain !== undefined;
  const act = isOwners ? "appoint" : setting > 0 ? "set" : "look";
  const place = placeFor(asker, hall, message.room, act);
  if ("do" in place) return [place];
  if (act === "look") return [{ do: "reply", message: shown(asker, hall, place) }];
  return setting > 0 ? set(place, settings) : appoint(hall, place, message);
}

function set(place: Place, settings: Settings): readonly Effect[] {
  if (settings.access === "invite" && foldText(place.name) === LOBBY) {
    const msg = "Everybody comes into the lobby: it cannot be for the invited alone.";
    return [{ do: "refuse", code: "invalid", msg }];
  }
  return [{ do: "order", room: place.name, deed: { act: "set", settings } }];
}

function appoint(hall: HallView, place: Place, message: SetRoom): readonly Effect[] {
  const { promote, demote, owner } = message;
  if (demote !== undefined) {
    const person = personOf(hall, demote);
    const key = foldText(demote);
    const isKnown = person !== undefined ||
      place.order.moderators.some(({ name }) => foldText(name) === key);
    if (!isKnown) return [noSuchUser(demote)];
    const who = person === undefined ? { name: demote } : meantOf(person);
    return [{ do: "order", room: place.name, deed: { act: "demote", who } }];
  }
  const name = promote ?? owner ?? "";
  const user = personOf(hall, name);
  if (user === undefined) return [noSuchUser(name)];
  const act = promote === undefined ? "owner" : "promote";
  const deed: Deed = { act, who: namedOf(user) };
  return [{ do: "order", room: place.name, deed }];
}

function shown(asker: UserView, hall: HallView, { name, order }: Place): RoomShown {
  const room = hall.room(name);
  const rank = rankOf(order, asker);
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const entries = (list: Sanctions) => entriesOf(list.holding(hall.nowMs), asker.operator);
  return {
    type: "Room",
    room: name,
    access: order.access,
    slow: order.slow,
    topicBy: order.topicBy,
    ...furtherOf(order),
    ...(room?.topic === undefined ? {} : { topic: room.topic }),
    users: room?.people ?? 0,
    ...(order.owner === undefined ? {} : { owner: order.owner.name }),
    moderators: names(order.moderators),
    rank,
    ...(isAtLeast(rank, "moderator")
      ? {
        invited: names(order.invited),
        bans: entries(order.bans),
        mutes: entries(order.mutes),
      }
      : {}),
  };
}
