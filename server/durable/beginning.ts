/**
 * What is read of a store, and noted in it, when it is opened.
 *
 * @module
 */

import { DamageError, type Store, StoreError } from "../../db/mod.ts";
import type { RoomFact } from "../store/store_port.ts";
import { KEEPING_KEY, roomFactIn } from "../store/stored.ts";
import { ROOM_KEYS, roomStream } from "../store/streams.ts";
import type { FoldedName } from "../wire/mod.ts";
import { encodeFact } from "./facts.ts";
import type { Keeping } from "./keeper.ts";
import { ROOMS_AT_START_MAX } from "./limits.ts";

const decoder = new TextDecoder();

/** Notes in the store what it is to keep, for whoever looks into it from outside. */
export async function rememberKeeping(
  store: Store,
  { retainMs, bytesMax, onTrouble = () => {} }: Keeping & {
    readonly onTrouble?: (error: unknown) => void;
  },
): Promise<void> {
  const keeping = encodeFact({ retainMs, bytesMax });
  try {
    const known = await store.get(KEEPING_KEY) ?? encodeFact({});
    if (decoder.decode(known) === decoder.decode(keeping)) return;
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    // It is only a note, and is written anew.
    onTrouble(error);
  }
  try {
    await store.put(KEEPING_KEY, keeping).done;
  } catch (error) {
    // On a full disk it is noted the next time.
    if (!(error instanceof StoreError)) throw error;
  }
}

/** The rooms in which something was said last. */
export async function roomsOf(
  store: Store,
  onTrouble: (error: unknown) => void,
): Promise<RoomFact[]> {
  const found = Array.from(store.keys(ROOM_KEYS), (key) => ({
    key,
    at: store.stream(roomStream(key.slice(ROOM_KEYS.length) as FoldedName))?.lastAt ?? 0,
  }));
  if (found.length > ROOMS_AT_START_MAX) found.sort((one, other) => other.at - one.at);
  const rooms: RoomFact[] = [];
  for (const { key } of found.slice(0, ROOMS_AT_START_MAX)) {
    try {
      const fact = roomFactIn(await store.get(key), key.slice(ROOM_KEYS.length));
      if (fact !== undefined) rooms.push(fact);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      onTrouble(error);
    }
  }
  return rooms;
}
