/**
 * What happens to segments behind the writer's back, one thing at a time: finishing, compacting, copying.
 *
 * All of it goes through one queue, so a backup never sees half a compaction, and two manifests are never
 * written at once. None of it is on the way of a commit. What fails here costs time or space and no
 * data; it is told to `onTrouble`, and tried again at the next opportunity.
 *
 * @module
 */

import { type Damage, DamageError } from "./errors.ts";
import { writeFile } from "./files.ts";
import { encodeHint, type Hint, hintName } from "./hint.ts";
import { HintBuilder } from "./hint_builder.ts";
import { scanSegment } from "./segment_scan.ts";
import type { Segment, Segments } from "./segments.ts";
import type { Storage } from "./storage.ts";

/** Runs tasks one after the other. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a task when all before it have ended. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Waits for all tasks so far. Never rejects. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

/** Reads a complete segment and says what its hint must say, and what is damaged. */
export async function buildHint(
  segments: Segments,
  segment: Segment,
): Promise<{ hint: Hint; damages: Damage[] }> {
  using _ = segments.pin(segment);
  const builder = new HintBuilder();
  const read = (into: Uint8Array, at: number): Promise<number> => segments.read(segment, into, at);
  const damages = await scanSegment(read, segment, (record, block, at, offset) => {
    builder.add(record, block, at, offset);
  });
  return { hint: builder.build(), damages };
}

/**
 * Reads a complete segment and writes its hint. This is also the first proof that what was written can be read.
 *
 * @throws {DamageError} When the segment is damaged; then it gets no hint, and reading shows the damage.
 */
export async function hintSegment(
  storage: Storage,
  segments: Segments,
  segment: Segment,
): Promise<void> {
  const { hint, damages } = await buildHint(segments, segment);
  if (damages.length > 0) throw new DamageError("Cannot make a hint", damages);
  const bytes = encodeHint(segment, hint);
  writeFile(storage, hintName(segment.id), bytes);
  segment.hintBytes = bytes.length;
}
