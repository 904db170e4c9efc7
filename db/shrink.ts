/**
 * Shrinking: an open store is brought down to a size, while it serves.
 *
 * 1. What is dead goes first: segments of which a fair part is dead are compacted, though it would not pay otherwise.
 * 2. Then the oldest messages go: the oldest segment that still holds some is emptied by drops, and compacted together
 *    with all before it. So do the keys that stand there and may go. What remains is names, keys and drops: one small
 *    segment at the front of the log.
 * 3. Again, until the size is reached or nothing is left but what was written just now.
 *
 * A segment in which something is damaged is emptied in its turn, and its file stays until the store is repaired; what is
 * before and behind it goes as ever.
 *
 * The grain is a segment, so a store that is to stay small must be written in small ones.
 *
 * @module
 */

import type { Catalog } from "./catalog.ts";
import { Drafts } from "./drafts.ts";
import type { Damage } from "./errors.ts";
import { FLOORS_KEY } from "./floors.ts";
import type { Hint } from "./hint.ts";
import { RETAIN_DROPS_MAX, SHRINK_DEAD_SHARE, SLICE_ENTRIES } from "./limits.ts";
import { buildHint } from "./maintenance.ts";
import { Drops, endIdle, type RetentionParts } from "./retention.ts";
import type { Segment } from "./segments.ts";
import type { Stream } from "./stream.ts";

/** What shrinking needs. */
export interface ShrinkParts extends RetentionParts {
  readonly catalog: Catalog;
  /** The complete segments in LSN order, as they are now. */
  readonly complete: () => readonly Segment[];
  /** Bytes of all segments, as they are now. */
  readonly bytes: () => number;
  /** Compacts segments that lie side by side into one, unless something in them is damaged. */
  readonly compact: (run: readonly Segment[]) => Promise<unknown>;
  /** A segment turned out to be damaged. */
  readonly onDamage: (segment: Segment, damages: readonly Damage[]) => void;
  /** Whether a key is not needed any more. */
  readonly mayGo: (key: string) => boolean;
  /** Ends the active segment, if there is something in it. */
  readonly roll: () => Promise<void>;
}

/** Brings the store down to so many bytes, as far as that can be. @returns How many messages went. */
export async function shrink(parts: ShrinkParts, bytes: number): Promise<number> {
  await freeDead(parts, bytes);
  let gone = 0;
  let rolled = false;
  while (parts.alive() && parts.bytes() > bytes) {
    const emptied = await emptyOldest(parts);
    if (emptied !== undefined) gone += emptied;
    else if (rolled) break;
    else {
      await parts.roll();
      rolled = true;
    }
  }
  return gone;
}

/** Step 1. */
async function freeDead(
  { complete, catalog, bytes: size, compact, alive }: ShrinkParts,
  bytes: number,
) {
  for (const segment of complete()) {
    if (!alive() || size() <= bytes) return;
    if (segment.damages.length > 0) continue;
    const dead = 1 - catalog.live.live(segment.ordinal) / Math.max(1, segment.records);
    if (dead >= SHRINK_DEAD_SHARE && segment.records > 0) await compact([segment]);
  }
}

/** What a segment holds that goes first. */
interface Contents {
  /** The streams that have messages in it, and for each the seq behind the last of them. */
  readonly ends: ReadonlyMap<Stream, number>;
  /** The keys in it that are not needed any more. */
  readonly keys: readonly string[];
}

const NOTHING: Contents = { ends: new Map(), keys: [] };

/** Step 2. @returns How many messages went; `undefined` when no complete segment holds anything that may go. */
async function emptyOldest(parts: ShrinkParts): Promise<number | undefined> {
  let run: Segment[] = [];
  for (const segment of parts.complete()) {
    const { ends, keys } = await contentsOf(parts, segment);
    const isWhole = segment.damages.length === 0;
    // A run lies side by side, so it begins anew behind what stays.
    if (isWhole) run.push(segment);
    else run = [];
    if (ends.size === 0 && keys.length === 0) continue;
    const drops = new Drops(parts);
    for (const [stream, end] of ends) await drops.below(stream, end);
    const gone = await drops.finish();
    await endIdle(parts, ends.keys());
    await removeKeys(parts, segment, keys);
    if (isWhole) await parts.compact(run);
    return gone;
  }
  return undefined;
}

async function contentsOf(parts: ShrinkParts, segment: Segment): Promise<Contents> {
  if (parts.catalog.live.live(segment.ordinal) === 0) return NOTHING;
  if (segment.damages.length === 0) {
    const { hint, damages } = await buildHint(parts.segments, segment);
    if (damages.length === 0) {
      const keys = hint.keys.map(({ key }) => key).filter((key) => isFree(parts, segment, key));
      return { ends: endsBy(parts, segment, hint), keys };
    }
    parts.onDamage(segment, damages);
  }
  return { ends: await endsByIndex(parts, segment), keys: [] };
}

/** Whether a key's value stands in a segment, and is not needed any more. */
function isFree({ catalog, mayGo }: ShrinkParts, { ordinal }: Segment, key: string): boolean {
  return key !== FLOORS_KEY && catalog.keys.get(key)?.ordinal === ordinal && mayGo(key);
}

/** Deletes keys, as far as they are still not needed and were not written anew. */
async function removeKeys(
  parts: ShrinkParts,
  segment: Segment,
  keys: readonly string[],
): Promise<void> {
  for (let at = 0; at < keys.length; at += RETAIN_DROPS_MAX) {
    const drafts = new Drafts(parts.streams);
    for (const key of keys.slice(at, at + RETAIN_DROPS_MAX)) {
      if (isFree(parts, segment, key)) drafts.remove(key);
    }
    if (drafts.records.length > 0) await parts.write(drafts);
  }
}

function endsBy({ streams }: ShrinkParts, { ordinal }: Segment, hint: Hint): Map<Stream, number> {
  const ends = new Map<Stream, number>();
  for (const { slot, seq, units } of hint.runs) {
    const stream = streams.at(slot);
    if (stream === undefined) continue;
    for (let i = units.length - 1; i >= 0; i--) {
      if (streams.ordinal(stream, seq + i) !== ordinal) continue;
      ends.set(stream, Math.max(ends.get(stream) ?? 0, seq + i + 1));
      break;
    }
  }
  return ends;
}

/** The same for a segment that does not say what was in it: all that the index has is looked through. */
async function endsByIndex(
  { streams, world }: ShrinkParts,
  { ordinal }: Segment,
): Promise<Map<Stream, number>> {
  const ends = new Map<Stream, number>();
  let looked = 0;
  for (const stream of streams.all()) {
    for (let seq = stream.last; seq >= stream.first; seq--) {
      if (++looked % SLICE_ENTRIES === 0) await world.pause(0);
      if (streams.ordinal(stream, seq) !== ordinal) continue;
      ends.set(stream, seq + 1);
      break;
    }
  }
  return ends;
}
