/**
 * For how long rooms keep what is said in them, where that is shorter than the server's own time.
 *
 * ```text
 *   retain/<folded name> ─► {"days": 30}        since when:  room/…, change/…   now − 30 days
 *                                                            author/…           an hour before that
 *                                                            audit/…, pair/…    as the server says
 * ```
 *
 * A room's time shortens what the server keeps and never lengthens it. What tells of the messages goes with them; who said one
 * was noted up to an hour before it (`store/authors.ts`). What moderators did stays, so that nobody who owns a room wipes that
 * out by a short time. Pure.
 *
 * @module
 */

import { AUTHOR_STREAMS, CHANGE_STREAMS, RETAIN_KEYS, ROOM_STREAMS } from "../store/streams.ts";
import { RETAIN_DAYS_MAX } from "../wire/mod.ts";

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;
/** How much earlier than a message it may have been noted who said it. */
const AUTHOR_AHEAD_MS = 3_600_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A time in bytes. */
export function encodeRetention(days: number): Uint8Array {
  return encoder.encode(JSON.stringify({ days }));
}

/** How many days bytes say; `undefined` when they say none. */
export function retentionIn(bytes: Uint8Array): number | undefined {
  try {
    const { days } = Object(JSON.parse(decoder.decode(bytes)));
    const isOne = Number.isInteger(days) && days >= 1 && days <= RETAIN_DAYS_MAX;
    return isOne ? days : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The times of rooms, in ms, by their folded names. What cannot be read deletes nothing. */
export function retentionsIn(
  keys: Iterable<string>,
  value: (key: string) => Uint8Array | undefined,
): Map<string, number> {
  const times = new Map<string, number>();
  for (const key of keys) {
    const bytes = value(key);
    const days = bytes && retentionIn(bytes);
    if (days !== undefined) times.set(key.slice(RETAIN_KEYS.length), days * DAY_MS);
  }
  return times;
}

/** For how long a stream is kept because of its room, in ms; `undefined` when no room says. */
export function keptMsOf(stream: string, rooms: ReadonlyMap<string, number>): number | undefined {
  if (rooms.size === 0) return undefined;
  const kind = KINDS.find((kind) => stream.startsWith(kind));
  const ms = kind === undefined ? undefined : rooms.get(stream.slice(kind.length));
  return ms === undefined ? undefined : ms + aheadOf(stream);
}

/** How much longer a stream is kept than what it tells of, in ms. */
export function aheadOf(stream: string): number {
  return stream.startsWith(AUTHOR_STREAMS) ? AUTHOR_AHEAD_MS : 0;
}

const KINDS: readonly string[] = [ROOM_STREAMS, AUTHOR_STREAMS, CHANGE_STREAMS];
