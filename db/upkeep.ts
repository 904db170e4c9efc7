/**
 * What a store does beside writing and reading: hints for complete segments, rows in the manifest, compaction.
 *
 * ```text
 *   a segment is complete ─► hint ─► manifest ─► worth compacting? ─► runs, one after the other
 * ```
 *
 * One task at a time, in the order in which they were asked for, whoever asks. What is done in the background tells
 * its troubles and fails nobody: without a hint only the next opening takes longer, without compaction the disk is
 * fuller than it need be. A segment in which something is damaged is set aside, so that it holds up no other.
 *
 * @module
 */

import { compactRun } from "./compact.ts";
import { type Damage, DamageError, StoreError } from "./errors.ts";
import { COMPACT_BYTES_PER_SECOND } from "./limits.ts";
import type { Loaded } from "./load.ts";
import { hintSegment, Queue } from "./maintenance.ts";
import type { Recovered } from "./recover.ts";
import type { RetentionParts } from "./retention.ts";
import { segmentName } from "./segment_header.ts";
import type { Segment } from "./segments.ts";
import { shrink, type ShrinkParts } from "./shrink.ts";
import type { Storage } from "./storage.ts";
import type { CompactReach, CompactReport } from "./store.ts";
import { tidy } from "./tidy.ts";

/** What upkeep works with. */
export interface UpkeepParts {
  readonly storage: Storage;
  readonly loaded: Loaded;
  readonly recovered: Recovered;
  readonly segmentBytes: number;
  readonly autoCompact: boolean;
  readonly onTrouble: (error: unknown) => void;
  /** The segment with which the log goes on behind the complete ones. */
  readonly tail: () => Segment;
  /** Waits until all that readers see is on the disk. */
  readonly harden: () => Promise<void>;
}

/** Looks after one store. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  readonly #queue = new Queue();
  readonly #stop = new AbortController();
  /** Whether a background compaction waits for its turn. */
  #tidying = false;
  #resting = false;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  /** What an opened store lacks: hints, and room. */
  begin(): void {
    for (const segment of this.#parts.loaded.unhinted) {
      this.#background(() => this.#hint(segment));
    }
    this.tidy();
  }

  /** A segment is complete: it gets its hint and its row in the manifest. */
  seal(segment: Segment): void {
    const { recovered: { shelf }, tail } = this.#parts;
    shelf.push(segment);
    this.#background(async () => {
      await this.#hint(segment);
      await shelf.commit(tail());
      this.tidy();
    });
  }

  /** Compacts in the background what has become worth it, unless the store was opened without that. */
  tidy(): void {
    if (!this.#parts.autoCompact || this.#tidying || this.#resting) return;
    this.#tidying = true;
    this.#background(async () => {
      this.#tidying = false;
      await this.#compactAll("worthwhile", COMPACT_BYTES_PER_SECOND);
    });
  }

  /**
   * Compacts in its turn.
   *
   * @param reach How far it goes.
   * @throws {DamageError} When something is damaged; everything else is compacted then.
   */
  async compact(reach: CompactReach, bytesPerSecond: number): Promise<CompactReport> {
    const { shelf } = this.#parts.recovered;
    const compact = (runsMax?: number) =>
      this.#queue.run(() => this.#compactAll(reach, bytesPerSecond, runsMax));
    const report = reach === "dead"
      ? await runByRun(compact, shelf.segments().length)
      : await compact();
    const damages = shelf.segments().flatMap(({ damages }) => damages);
    if (damages.length > 0) throw new DamageError("Cannot compact everything", damages);
    return report;
  }

  /** Brings the store down to so many bytes, oldest first. @returns How many messages went. */
  shrink(
    bytes: number,
    retention: RetentionParts,
    options: Pick<ShrinkParts, "bytes" | "roll" | "mayGo">,
  ): Promise<number> {
    const { recovered: { shelf }, loaded: { catalog } } = this.#parts;
    return this.#queue.run(() =>
      shrink({
        ...retention,
        ...options,
        catalog,
        complete: () => shelf.segments(),
        compact: (run) => this.#tryRun(run, COMPACT_BYTES_PER_SECOND),
        onDamage: (segment, damages) => this.#setAside(segment, damages),
      }, bytes)
    );
  }

  /** Does something that must not meet a compaction. */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(task);
  }

  /** Begins no compaction in the background any more. What the log's end still needs is done. */
  rest(): void {
    this.#resting = true;
  }

  /** Stops what it can, and waits for the rest. */
  async stop(): Promise<void> {
    this.#stop.abort(new StoreError("closed", "The store is closing"));
    await this.#queue.idle();
    await this.#parts.loaded.segments.removed();
  }

  /** The log has ended with this segment: it gets its hint and its row, too. */
  async finish(last: Segment): Promise<void> {
    const { shelf, maker } = this.#parts.recovered;
    await this.#hint(last);
    shelf.push(last);
    await shelf.commit({ id: maker.nextId() });
  }

  #compactAll(
    reach: CompactReach,
    bytesPerSecond: number,
    runsMax?: number,
  ): Promise<CompactReport> {
    const { recovered: { shelf }, loaded: { catalog, segments }, segmentBytes } = this.#parts;
    const compact = (run: readonly Segment[]) => this.#tryRun(run, bytesPerSecond);
    return tidy({ shelf, catalog, segments, segmentBytes, compact }, reach, runsMax);
  }

  /** Compacts a run, or sets aside what of it is damaged. @returns Whether it was compacted. */
  async #tryRun(run: readonly Segment[], bytesPerSecond: number): Promise<boolean> {
    try {
      await this.#compactRun(run, bytesPerSecond);
      return true;
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      let isKnown = false;
      for (const segment of run) {
        const damages = error.damages.filter(({ file }) => file === segmentName(segment.id));
        if (damages.length === 0) continue;
        isKnown = true;
        this.#setAside(segment, damages);
      }
      if (!isKnown) throw error;
      return false;
    }
  }

  /** Notes what is damaged in a segment, which stays as it is from now on. That is told once. */
  #setAside(segment: Segment, damages: readonly Damage[]): void {
    if (segment.damages.length > 0 || damages.length === 0) return;
    segment.damages = damages;
    this.#parts.onTrouble(new DamageError("Cannot compact", damages));
  }

  async #compactRun(run: readonly Segment[], bytesPerSecond: number): Promise<void> {
    const { recovered: { shelf, maker }, loaded: { catalog }, tail, harden } = this.#parts;
    const { signal } = this.#stop;
    await compactRun({ maker, catalog, shelf, tail, harden, bytesPerSecond, signal }, run);
  }

  async #hint(segment: Segment): Promise<void> {
    const { storage, loaded } = this.#parts;
    if (!segment.retired) await hintSegment(storage, loaded.segments, segment);
  }

  #background(task: () => Promise<void>): void {
    this.#queue.run(task).catch((error) => {
      // What closing has stopped is no trouble.
      const stopped = this.#stop.signal.aborted ||
        (error instanceof StoreError && error.code === "closed");
      if (!stopped) this.#parts.onTrouble(error);
    });
  }
}

/** Compacts one run after the other, each in its turn: what must make room at once does not wait for all of them. */
async function runByRun(
  compact: (runsMax: number) => Promise<CompactReport>,
  runsMax: number,
): Promise<CompactReport> {
  let report = await compact(1);
  const { bytesBefore } = report;
  let { runs } = report;
  // Where something dies again meanwhile that has its turn the next time.
  while (report.runs > 0 && runs <= runsMax) {
    report = await compact(1);
    runs += report.runs;
  }
  return { runs, bytesBefore, bytesAfter: report.bytesAfter };
}
