/**
 * What an account comes back to: the rooms that it was in, and whether it was named in what was said there since.
 *
 * ```text
 *   proved ─► names of rooms, checked ─► of each room with unread messages: the newest, read and looked through ─► comes in
 *             └─ in turns ──────────┘    └─ with a permit, and in turns ────────────────────────────────────┘
 * ```
 *
 * It is found before the account comes in, since `Welcome` tells it. Most have nothing to look at, and wait for nothing. What is
 * looked at is bounded, for each room and for all of them: where that does not suffice, nothing is said.
 *
 * @module
 */

import { type Account, LOOKED_AT_MS, STORE_READ_MS } from "../budget/mod.ts";
import { MENTIONS_LOOKED_AT_MAX, MENTIONS_ROOM_MAX } from "./limits.ts";
import type { Position } from "./positions.ts";
import type { Reader, Unread } from "./unread.ts";
import type { Hall } from "../rooms/hall.ts";
import { nameOf } from "../session/wanted_rooms.ts";
import type { Archive } from "../store/history.ts";
import type { Stored } from "../store/store_port.ts";
import { messageIn } from "../store/stored.ts";
import { roomStream } from "../store/streams.ts";
import {
  fold,
  type FoldedName,
  foldText,
  LOBBY,
  mentions,
  type RoomName,
  type UserName,
} from "../wire/mod.ts";

/** What an account comes back to. */
export interface Home {
  /** Its rooms beside the lobby. */
  readonly rooms: readonly RoomName[];
  /** Whether it is named in what is unread of a room; without an entry nobody knows. */
  readonly mentioned: ReadonlyMap<FoldedName, boolean>;
}

/** What is known of who has no account, or speaks lines. */
export const NO_HOME: Home = { rooms: [], mentioned: new Map() };

/** What is needed to find it. */
export interface HomeParts extends Archive {
  readonly hall: Pick<Hall, "nameKept">;
  readonly unread: Unread;
}

/** Finds it. @param account Pays for it. @returns A promise only if there is something to look at. */
export function homeOf(
  parts: HomeParts,
  reader: Reader & { readonly name: UserName },
  account: Account,
): Home | Promise<Home> {
  const { store, unread } = parts;
  const rooms = unread.roomsOf(reader);
  const isAtRest = rooms.every(([key, { read }]) =>
    key === LOBBY && read >= store.head(roomStream(key))
  );
  return isAtRest ? NO_HOME : findHome(parts, rooms, reader.name, account);
}

async function findHome(
  parts: HomeParts,
  positions: readonly (readonly [FoldedName, Position])[],
  name: UserName,
  account: Account,
): Promise<Home> {
  const { hall, store } = parts;
  const rooms: RoomName[] = [];
  const mentioned = new Map<FoldedName, boolean>();
  let left = MENTIONS_LOOKED_AT_MAX;
  for (const [key, position] of positions) {
    if (key !== LOBBY) {
      // An import may have brought anything.
      const room = await account.serve(() => nameOf(hall, position.name));
      if (room !== undefined) rooms.push(room);
    }
    const stream = roomStream(key);
    const unread = store.head(stream) - Math.max(position.read, store.first(stream) - 1);
    if (unread <= 0 || left <= 0) continue;
    const limit = Math.min(unread, left, MENTIONS_ROOM_MAX);
    const messages = await newestOf(parts, stream, limit, account);
    left -= messages.length;
    const isNamed = await isNamedIn(messages, name, account);
    if (isNamed || messages.length >= unread) mentioned.set(key, isNamed);
  }
  return { rooms, mentioned };
}

/** The newest messages of a stream, as far as a page holds them. */
async function newestOf(
  { store, reading, pageBytesMax }: HomeParts,
  stream: string,
  limit: number,
  account: Account,
): Promise<readonly Stored[]> {
  // In its turn, as everything that a connection causes.
  await account.serve(() => undefined);
  const range = { limit, bytesMax: pageBytesMax };
  const { messages } = await reading.holding(() => store.read(stream, range));
  account.spend({ workMs: STORE_READ_MS + messages.length * LOOKED_AT_MS });
  return messages;
}

/** Whether somebody else names it, looked for a slice at a time. */
async function isNamedIn(
  messages: readonly Stored[],
  name: UserName,
  account: Account,
): Promise<boolean> {
  const key = fold(name);
  let isNamed = false;
  for (let at = messages.length - 1; at >= 0 && !isNamed;) {
    await account.serve(() => {
      do {
        const one = messages[at--];
        const message = one && messageIn(one);
        isNamed = message !== undefined && foldText(message.from) !== key &&
          mentions(message.content, name);
      } while (at >= 0 && !isNamed && !account.sliceSpent);
    });
  }
  return isNamed;
}
