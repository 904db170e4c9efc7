/**
 * What is due to go for its age in rooms that keep what is said there for a time of their own: how much, and what goes next, when.
 *
 * By the clock of who asks; a server deletes by a time that it believes, and looks every few minutes.
 *
 * @module
 */

import { DamageError, type ReadStore } from "../../db/mod.ts";
import { DAY_MS, RETAIN_KEYS, retentionsIn, ROOM_STREAMS } from "../../server/mod.ts";

/** What is due in a room. */
export interface RoomDue {
  /** Its name, as it is folded. */
  readonly room: string;
  /** For how many days it keeps what is said there. */
  readonly days: number;
  /** How many messages are older. */
  readonly due: number;
  /** When the oldest that is not may go, in ms since 1970; without one, nothing is there that may. */
  readonly nextAt?: number;
}

/** What is due in each such room, in the order of their names. @param retainMs For how long the server keeps anything. */
export async function roomsDue(
  store: ReadStore,
  { retainMs = Infinity, nowMs }: {
    readonly retainMs?: number | undefined;
    readonly nowMs: number;
  },
): Promise<readonly RoomDue[]> {
  const times = retentionsIn(store.keys(RETAIN_KEYS), (key) => valueOf(store, key));
  const names = [...times.keys()].sort();
  const all: RoomDue[] = [];
  for (const room of names) {
    const ms = times.get(room) ?? Infinity;
    all.push({
      room,
      days: ms / DAY_MS,
      ...await dueIn(store, room, Math.min(ms, retainMs), nowMs),
    });
  }
  return all;
}

async function dueIn(
  store: ReadStore,
  room: string,
  keptMs: number,
  nowMs: number,
): Promise<Pick<RoomDue, "due" | "nextAt">> {
  const stream = ROOM_STREAMS + room;
  const info = store.stream(stream);
  if (info === undefined || info.count === 0) return { due: 0 };
  const young = await store.seqAt(stream, Math.max(0, nowMs - keptMs));
  const [next] = await store.read(stream, { after: young - 1, limit: 1 });
  return {
    due: Math.max(0, Math.min(young, info.last + 1) - info.first),
    ...(next?.kind === "message" ? { nextAt: next.at + keptMs } : {}),
  };
}

/** What is damaged deletes nothing, and 'chat db verify' names it. */
function valueOf(store: ReadStore, key: string): Uint8Array | undefined {
  try {
    return store.getNow(key);
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    return undefined;
  }
}
