/**
 * Shrinking: an open store is brought down to a size, while it serves.
 *
 * 1. What is dead goes first: segments of which a fair part is dead are compacted, though it would not pay otherwise.
 * 2. Then the oldest messages go: the oldest segment that still holds some is emptied by drops, and compacted together
 *    with all before it. What remains of them is names, keys and drops: one small segment at the front of the log.
 * 3. Again, until the size is reached or nothing is left but what was written just now.
 *
 * The grain is a segment, so a store that is to stay small must be written in small ones.
 *
 * @module
 */

import type { Catalog } from "./catalog.ts";
import { SHRINK_DEAD_SHARE } from "./limits.ts";
import { buildHint } from "./maintenance.ts";
import { Drops, endIdle, type RetentionParts } from "./retention.ts";
import type { Segment } from "./segments.ts";

/** What shrinking needs. */
export interface ShrinkParts extends RetentionParts {
  readonly catalog: Catalog;
  /** The complete segments in LSN order, as they are now. */
  readonly complete: () => readonly Segment[];
  /** Bytes of all segments, as they are now. */
  readonly bytes: () => number;
  /** Compacts segments that lie side by side into one. */
  readonly compact: (run: readonly Segment[]) => Promise<void>;
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
    const dead = 1 - catalog.live.live(segment.ordinal) / Math.max(1, segment.records);
    if (dead >= SHRINK_DEAD_SHARE && segment.records > 0) await compact([segment]);
  }
}

/** Step 2. @returns How many messages went; `undefined` when no complete segment holds any. */
async function emptyOldest(parts: ShrinkParts): Promise<number | undefined> {
  const { streams, segments } = parts;
  const run: Segment[] = [];
  for (const segment of parts.complete()) {
    run.push(segment);
    const { hint } = await buildHint(segments, segment);
    const ends = new Map<number, number>();
    for (const { slot, seq, units } of hint.runs) {
      const stream = streams.at(slot);
      if (stream === undefined) continue;
      for (let i = units.length - 1; i >= 0; i--) {
        if (streams.ordinal(stream, seq + i) !== segment.ordinal) continue;
        ends.set(slot, Math.max(ends.get(slot) ?? 0, seq + i + 1));
        break;
      }
    }
    if (ends.size === 0) continue;
    const drops = new Drops(parts);
    for (const [slot, end] of ends) {
      const stream = streams.at(slot);
      if (stream !== undefined) await drops.below(stream, end);
    }
    const gone = await drops.finish();
    await endIdle(
      parts,
      [...ends.keys()].map((slot) => streams.at(slot)).filter((one) => one !== undefined),
    );
    await parts.compact(run);
    return gone;
  }
  return undefined;
}
