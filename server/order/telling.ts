/**
 * Tells what was done in a room to all who are concerned, and puts out who may not be there any more.
 *
 * ```text
 *   in the room      all hear it; who is put out hears it as the last of that room
 *   elsewhere        who did it, and the one concerned, if that one may know of the room
 *   away             an account hears it when it comes in (news.ts); who was put out does not come back by itself
 * ```
 *
 * @module
 */

import { errorMessage } from "../perform.ts";
import type { FileDesk } from "../files/desk.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { Room } from "../rooms/room.ts";
import type { Unread } from "../unread/unread.ts";
import { type ErrorMessage, foldText, lookAlike, type OrderKept } from "../wire/mod.ts";
import { type Deed, toldOf, type Whom } from "./deeds.ts";
import { MARK_MS } from "./limits.ts";
import { furtherOf, type Order } from "./order.ts";
import { isOne } from "./person.ts";
import { Astray } from "../session/astray.ts";
import type { ServerBans } from "./server_bans.ts";
import { rankOf, refuseAct } from "./standing.ts";

/** What telling needs. */
export interface TellingParts {
  readonly hall: Hall;
  readonly bans: ServerBans;
  readonly unread: Pick<Unread, "putOut">;
  readonly files: Pick<FileDesk, "putOut" | "closeTo" | "roomsOf">;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Tells what was done, and does what follows from it for those who are here.
 *
 * @param before How the room was set until then.
 * @param at When it was decided: who is put out for a moment is out also when that is over before the disk has it.
 * @returns Those who are put out without a word of them in the deed: they came in while the room was being closed.
 */
export function tellDeed(
  parts: TellingParts,
  by: Member,
  room: Room,
  deed: Deed,
  { before, at }: { readonly before: Order; readonly at: number },
): readonly Member[] {
  const { hall, unread, files } = parts;
  if (deed.act === "set") {
    const { access, slow, topicBy } = room.order;
    const { name } = room;
    const message = { room: name, by: by.name, access, slow, topicBy, ...furtherOf(room.order) };
    room.tellAll({ type: "RoomChanged", ...message });
    return putOutUninvited(parts, by, room);
  }
  const message: OrderKept = {
    type: "Order",
    room: room.name,
    ...toldOf(deed),
    by: by.name,
  };
  by.account.spend({ workMs: room.msToTell(message.user?.length ?? 0) });
  const isOut = deed.act === "kick" || deed.act === "ban";
  const out = isOut ? outOf(parts.hall, by, room, deed.whom, at) : [];
  // Who goes out hears that with all that was said there until then.
  room.tellAll(message);
  for (const member of out) room.exit(member);
  for (const member of out) files.putOut(member, room.name);
  for (const member of out) if (member.speech === "text") backToLobby(parts, member);
  const whom = "who" in deed ? deed.who : deed.whom;
  const { tag, name = "" } = whom;
  // A room that somebody was put out of is not one that he comes back to by coming in.
  if (isOut && tag !== undefined) unread.putOut({ key: foldText(name), tag }, room.key);
  for (const member of out) if (member.registered) unread.putOut(member, room.key);
  // Who did it, and whom it concerns, hear it wherever they are.
  const named = message.user === undefined ? undefined : hall.user(message.user);
  const mayKnow = named !== undefined && isOne(whom, named) &&
    (!room.order.hides || rankOf(room.order, named) !== "nobody");
  const concerned = mayKnow ? hall.membersOf(named.key) : [];
  for (const member of new Set([by, ...concerned])) {
    const isElsewhere = !member.isIn(room.key) && !out.includes(member);
    if (isElsewhere) member.tell({ ...message, at: parts.clock() });
  }
  // Who keeps order is hit by no ban of an address or of another's name; who does not any more is.
  const lost = deed.act === "demote" ? deed.who : deed.act === "owner" ? before.owner : undefined;
  if (lost !== undefined && room.order.closes) {
    for (const member of outOf(hall, by, room, lost, parts.clock())) leaveUnseen(parts, member);
  }
  if (isOut || lost !== undefined) endFiles(parts, room, isOut ? at : parts.clock());
  return NONE;
}

const NONE: readonly Member[] = [];

/** Ends the connections of all who may not be here any more, of whom something was said. @param at See `tellDeed`. */
export function dismissBanned(
  { hall, bans }: TellingParts,
  by: Member,
  whom: Whom,
  at: number,
): void {
  const isMeant = meant(hall, by, whom);
  const out: [Member, ErrorMessage][] = [];
  for (const member of hall.members()) {
    const refusal = isMeant(member) ? bans.refuse(member, at) : undefined;
    if (refusal !== undefined) out.push([member, errorMessage(refusal.code, refusal.msg)]);
  }
  for (const [member, last] of out) member.dismiss(last);
}

/** Puts a member out of all rooms that it may not see any more, and tells it so. */
export function leaveUnseen(
  parts: Pick<TellingParts, "hall" | "clock" | "unread"> & {
    readonly files: Pick<FileDesk, "putOut" | "roomsOf">;
  },
  member: Member,
): void {
  const nowMs = parts.clock();
  for (const { room } of [...member.places.values()]) {
    const refusal = refuseAct(room.order, room.name, member, "see", nowMs);
    if (refusal === undefined) continue;
    room.exit(member);
    parts.files.putOut(member, room.name);
    // When others may enter it, too, it is not one that the account comes back to by coming in.
    if (member.registered) parts.unread.putOut(member, room.key);
    member.tell({ type: "Error", ...refusal });
  }
  // Nor does what comes to it from rooms that it had left by itself.
  for (const name of parts.files.roomsOf(member)) {
    const order = parts.hall.order(name);
    const isUnseen = order !== undefined &&
      refuseAct(order, name, member, "see", nowMs) !== undefined;
    if (isUnseen) parts.files.putOut(member, name);
  }
  if (member.speech === "text") backToLobby(parts, member);
}

/**
 * Who may be meant by what was said: most are not, and to look closely at ten thousand takes long. He who had the name when it was said
 * may have left it since, and be here under another one: then he is found by his mark, for which who said it pays.
 */
function meant(hall: Hall, by: Member, whom: Whom): (member: Member) => boolean {
  const { name, mark, address } = whom;
  const named = name === undefined ? undefined : hall.user(name);
  let identity = named !== undefined && isOne(whom, named) ? named.identity : undefined;
  const isHis = (member: Member): boolean => {
    if (identity !== undefined) return member.identity === identity;
    if (mark === undefined) return false;
    by.account.spend({ workMs: MARK_MS });
    if (member.mark !== mark) return false;
    identity = member.identity;
    return true;
  };
  return (member) =>
    address !== undefined || (name !== undefined && lookAlike(member.name, name)) ||
    isHis(member);
}

/** Those in a room who may not be there any more, of whom something was said. @param order How it is set, or will be. */
export function outOf(
  hall: Hall,
  by: Member,
  room: Room,
  whom: Whom,
  nowMs: number,
  order: Order = room.order,
): Member[] {
  const isMeant = meant(hall, by, whom);
  const isOut = (member: Member): boolean =>
    isMeant(member) && refuseAct(order, room.name, member, "see", nowMs) !== undefined;
  return [...room.members()].filter(isOut);
}

/** Who came into a room while it was being closed is not invited: out he goes, and is told so. */
function putOutUninvited(parts: TellingParts, by: Member, room: Room): readonly Member[] {
  if (!room.order.hides) return NONE;
  const nowMs = parts.clock();
  const isUninvited = (one: Member): boolean =>
    refuseAct(room.order, room.name, one, "see", nowMs) !== undefined;
  const out = [...room.members()].filter(isUninvited);
  for (const member of out) {
    room.exit(member);
    parts.files.putOut(member, room.name);
    const { name, registered } = member;
    member.tell({ type: "Order", room: room.name, act: "kick", user: name, by: by.name });
    if (registered) parts.unread.putOut(member, room.key);
    if (member.speech === "text") backToLobby(parts, member);
  }
  endFiles(parts, room, nowMs);
  return out;
}

/** What comes from a room goes no more to who may not be there, also if he had left it with that. */
function endFiles(
  { hall, files }: TellingParts,
  { order, name }: Room,
  nowMs: number,
): void {
  if (!order.closes) return;
  files.closeTo(name, (user) => {
    const member = hall.membersOf(user.key).find((one) => one === user);
    return member !== undefined && refuseAct(order, name, member, "see", nowMs) !== undefined;
  });
}

/** Text has no word for being nowhere. */
function backToLobby(
  { hall: { lobby }, clock }: Pick<TellingParts, "hall" | "clock">,
  member: Member,
): void {
  if (member.places.size > 0) return;
  // What it has said already, or says before it sees this, was meant for where it was.
  member.astray = new Astray(performance.now());
  if (refuseAct(lobby.order, lobby.name, member, "see", clock()) === undefined) {
    lobby.enter(member);
    member.tell({ type: "Notice", msg: "You are in the lobby now." });
  }
}
