/**
 * Which rooms a login names: those that it comes back to, with the last seq seen there, or those that it is to be in alone.
 *
 * Two hundred names are work before anybody has come in: they are checked slice by slice.
 *
 * @module
 */

import type { Account } from "../budget/mod.ts";
import { refuseAct } from "../order/standing.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { MessageStore } from "../store/store_port.ts";
import {
  fold,
  foldText,
  LOBBY,
  type Login,
  RESUME_ROOMS_MAX,
  type RoomName,
  roomName,
} from "../wire/mod.ts";

/** Rooms that a login wants to come into, and the last seq seen in each that it comes back to. */
export type Wanted = readonly (readonly [name: RoomName, seen: number | undefined])[];

type Entry = readonly [text: string, seq: number | undefined];

const NONE_WANTED: Wanted = [];
const NO_ROOMS: readonly RoomName[] = [];
const NONE_OPENED: ReadonlySet<string> = new Set();
/** UTF-16 units of a name at most; a longer text is no name. */
const NAME_UNITS_MAX = 64;
/**
 * Reads which rooms a login names; what is no name is left out. Checking so many names takes longer than a slice, and
 * nobody has come in yet: the rest of them waits for other turns.
 *
 * @returns A promise only if there is more than fits into this turn.
 */
export function wantedRooms(
  hall: Pick<Hall, "nameKept">,
  account: Account,
  { resume, rooms }: Pick<Login, "resume" | "rooms">,
): Wanted | Promise<Wanted> {
  if (resume === undefined && rooms === undefined) return NONE_WANTED;
  const resumed: Entry[] = Object.entries(resume ?? {}).slice(0, RESUME_ROOMS_MAX);
  const entries: readonly Entry[] = rooms === undefined
    ? resumed
    : [...rooms.slice(0, RESUME_ROOMS_MAX).map((text) => [text, undefined] as const), ...resumed];
  const wanted: [RoomName, number | undefined][] = [];
  const named = new Set<string>();
  let read = 0;
  const readSlice = (): Wanted | Promise<Wanted> => {
    while (read < entries.length) {
      const [text, seq] = entries[read++] ?? ["", 0];
      const name = nameOf(hall, text);
      // What is resumed beside the rooms that it names is not wanted.
      const isWanted = name !== undefined &&
        (rooms === undefined || seq === undefined || named.has(fold(name)));
      if (isWanted) wanted.push([name, seq]);
      if (isWanted && seq === undefined) named.add(fold(name));
      if (account.sliceSpent && read < entries.length) return account.serve(readSlice);
    }
    return wanted;
  };
  return readSlice();
}

/**
 * The folded names of rooms that a login comes back to from another history, where they were for the invited, and are not in this one:
 * what is said there is for a few, and would be heard by everybody.
 */
export function openedSince(
  hall: Pick<Hall, "order">,
  { epoch: now }: Pick<MessageStore, "epoch">,
  { closed = [], epoch }: Pick<Login, "closed" | "epoch">,
): ReadonlySet<string> {
  if (closed.length === 0 || epoch === undefined || epoch === now) return NONE_OPENED;
  const keys = closed.filter(({ length }) => length <= NAME_UNITS_MAX).map(foldText);
  return new Set(keys.filter((key) => hall.order(key)?.hides !== true));
}

/**
 * Those of the rooms that somebody wants to come back to which he has to enter himself: he was put out of them. Also those where he may not
 * be yet: that may be over before his client asks, and then it would have brought him back.
 */
export function leftOut(
  hall: Pick<Hall, "order" | "nowMs">,
  member: Member,
  { rooms }: Pick<Login, "rooms">,
  wanted: Wanted,
): readonly RoomName[] {
  if (rooms !== undefined || wanted.length === 0) return NO_ROOMS;
  return wanted.map(([name]) => name).filter((name) => {
    const order = hall.order(name);
    if (order?.leavesOut(member) !== true || fold(name) === LOBBY) return false;
    const refusal = refuseAct(order, name, member, "see", hall.nowMs);
    return refusal === undefined || refusal.code === "banned";
  });
}

/** The room's name that a text is, of one that may be made or of an older one that is there. */
export function nameOf(hall: Pick<Hall, "nameKept">, text: string): RoomName | undefined {
  const checked = roomName(text);
  return checked.kind === "name" ? checked.name : hall.nameKept(text);
}
