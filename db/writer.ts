/**
 * The writer: group commit onto the last segment.
 *
 * ```text
 *   append ─► encoded into the filling group ─┐                       ┌─► next group, written at once
 *   append ─► …                               ├─ one write, one sync ─┤
 *   append ─► …                               ┘  (filling goes on)    └─► applied, settled, listener told
 * ```
 *
 * - Nothing is told or shown before the sync that covers it has returned. While one group is being synced the next
 *   one fills, so groups grow with the load by themselves, without a timer. Where none is being synced, a group waits as long
 *   as more comes in at that very moment.
 * - One group is in flight at most. That is why a record's place in its group proves what was durable.
 * - The next segment is made in the background (`place.ts`), so changing to it costs the commit path no sync.
 * - In the mode `os` a write is acknowledged when it is written; what is built on it durably asks for its sync first
 *   (`harden`).
 *
 * | what fails | what is done |
 * |---|---|
 * | write, disk full | cut back to the last good byte, sync that, reject the group as not written, go on |
 * | the next segment, so that the last one is as large as may be | refuse as `full` before anything is written, try again, go on |
 * | write, otherwise | the same, but no more writes until the store is opened again |
 * | the lock holds nothing any more | reject all that waits as *unknown*; no more writes (`guard.ts`) |
 * | sync | reject all that waits as *unknown*; no more writes, and never another sync of that file: the kernel may have dropped the pages and would report success |
 *
 * @module
 */

import { Ahead } from "./ahead.ts";
import type { ActiveSegment } from "./make_segment.ts";
import { applyGroup } from "./apply_group.ts";
import type { Catalog } from "./catalog.ts";
import { Bell } from "./bell.ts";
import type { Commit, Durability } from "./commit.ts";
import { StoreError } from "./errors.ts";
import { lockLost } from "./guard.ts";
import { GATHER_MS_MAX } from "./limits.ts";
import { writeAll } from "./files.ts";
import type { Block } from "./format.ts";
import { type Draft, Group, newGroupBlock } from "./group.ts";
import { Place, type PlaceParts } from "./place.ts";
import { SEGMENT_HEADER_BYTES } from "./segment_header.ts";
import type { Segment } from "./segments.ts";
import type { StorageFile } from "./storage.ts";
import type { World } from "./world.ts";
import {
  cutOffFailed,
  refuseUnlessOpen,
  refuseWhenBusy,
  syncFailed,
  writeFailed,
  type Writing,
} from "./writing.ts";

/** What the writer needs. */
export interface WriterParts extends Omit<PlaceParts, "now"> {
  readonly catalog: Catalog;
  readonly world: World;
  readonly durability: Durability;
  /** A segment is complete and durable. */
  readonly onSealed: (segment: Segment) => void;
  readonly onWriting: () => void;
  readonly onCommit: (commit: Commit) => void;
  readonly sync: (file: StorageFile) => Promise<void>;
  /** Whether nobody else can be writing here: the lock holds, and this segment is where its name leads to. */
  readonly holds: (active: ActiveSegment) => boolean;
  /** The store's directory, for messages. */
  readonly path: string;
}

/** Appends to the log. */
export class Writer {
  readonly #parts: WriterParts;
  #state: Writing = { kind: "open" };
  readonly #place: Place;
  /** Where every group is synced, and segments are not too small. */
  readonly #ahead: Ahead | undefined;
  #group: Group;
  /** Memory of groups that are done. */
  readonly #blocks: Block[] = [];
  #durableLsn: number;
  /** LSN up to which a sync has made everything last. */
  #hardLsn: number;
  /** Whether somebody waits for that to be all that is acknowledged. */
  #hardWanted = false;
  /** The group that was written and is not settled yet. */
  #inFlight: Group | undefined;
  /** Rings when a segment has been ended or a sync has returned, and when neither can be any more. */
  readonly #changed = new Bell();
  #closing = false;
  #whole = false;
  /** The running loop that empties the groups. */
  #loop: Promise<void> | undefined;

  /**
   * @param active The segment to write to; what it holds up to its `end` is durable and applied.
   * @param lastLsn LSN of the last record in the log.
   */
  constructor(parts: WriterParts, active: ActiveSegment, lastLsn: number) {
    this.#parts = parts;
    this.#place = new Place({ ...parts, now: () => parts.world.now() }, active);
    this.#ahead = parts.durability === "durable" ? Ahead.inSegments(parts.segmentBytes) : undefined;
    this.#durableLsn = this.#hardLsn = lastLsn;
    this.#group = this.#newGroup(lastLsn + 1);
  }

  /** LSN up to which everything is durable as configured. */
  durableLsn(): number {
    return this.#durableLsn;
  }

  /**
   * The segments that are not complete, in the order of the log: the one that is being ended, if any, and the one
   * that is written to. The first of them is where the log goes on behind all that `onSealed` was told of.
   */
  unsealed(): readonly [Segment, ...Segment[]] {
    return this.#place.unsealed();
  }

  /**
   * Makes sure that so many records of so many bytes can be appended now.
   *
   * @throws {StoreError} `full` or `failed` while the disk is, `busy`, `closed`.
   */
  admit(records: number, bytes: number): void {
    refuseUnlessOpen(this.#state, this.#closing);
    refuseWhenBusy(this.#group, records, bytes);
    this.#place.admit(this.#group.bytes() + bytes, () => this.#wake());
  }

  /**
   * Puts records, which `admit` has admitted, into the filling group; they are written together or not at all.
   *
   * @returns LSN of the last of them, and the promise of the group.
   */
  append(drafts: readonly Draft[]): { lsn: number; done: Promise<void> } {
    const group = this.#group;
    if (group.records() === 0) group.since = this.#parts.world.now();
    const lsn = group.addAll(drafts);
    this.#wake();
    return { lsn, done: group.done() };
  }

  /** For how many ms the oldest record waits that is neither acknowledged nor rejected; 0 when none does. */
  pendingMs(): number {
    const oldest = this.#inFlight ?? (this.#group.records() > 0 ? this.#group : undefined);
    return oldest === undefined ? 0 : this.#parts.world.now() - oldest.since;
  }

  /** Waits until everything appended so far has been acknowledged or rejected. Never rejects. */
  async drain(): Promise<void> {
    // Not until the loop ends: under load it never does.
    const last = this.#group.records() > 0 ? this.#group : this.#inFlight;
    await last?.done().catch(() => {});
  }

  /**
   * Ends the active segment, if it holds anything, so that all records so far are in complete segments, and
   * `onSealed` was told of them.
   *
   * @throws {StoreError} When the disk does not allow it.
   */
  async roll(): Promise<void> {
    const last = this.#group.lastLsn();
    for (;;) {
      refuseUnlessOpen(this.#state, this.#closing);
      if (this.unsealed()[0].firstLsn > last || this.#isEmpty()) return;
      if (!this.#place.isEnding) {
        const outcome = await this.#place.wantRoll();
        if (outcome === "begun") continue;
        refuseUnlessOpen(this.#state, this.#closing);
        if (outcome === "none") throw new StoreError("full", "Cannot begin a new segment");
        // While that was asked for, a group may have begun the next segment by itself: nobody rings for it again.
        if (this.unsealed()[0].firstLsn > last || this.#isEmpty()) return;
        this.#wake();
      }
      await this.#changed.rung();
    }
  }

  /**
   * Waits until all that is acknowledged so far outlives a power failure, too; when `durable` is what is promised, it does.
   *
   * @throws {StoreError} When the disk does not allow it.
   */
  async harden(): Promise<void> {
    const lsn = this.#durableLsn;
    while (this.#hardLsn < lsn) {
      refuseUnlessOpen(this.#state, this.#closing);
      this.#hardWanted = true;
      this.#wake();
      await this.#changed.rung();
    }
  }

  /** Whether it was closed and all that it ever acknowledged is on the disk. */
  get whole(): boolean {
    return this.#whole;
  }

  /**
   * Refuses further appends, waits for those that are under way, and closes the files. Idempotent.
   *
   * @returns The last segment if it is complete and holds records.
   */
  async close(): Promise<Segment | undefined> {
    if (this.#closing) return undefined;
    this.#closing = true;
    while (this.#loop !== undefined) await this.#loop;
    const { active: { segment, file }, base } = this.#place;
    const failed = this.#state.kind === "failed";
    this.#state = { kind: "closed" };
    this.#changed.ring();
    try {
      if (failed) return undefined;
      this.#ahead?.cut(file, base);
      const empty = base === SEGMENT_HEADER_BYTES;
      if (!empty && this.#parts.durability === "os") await this.#parts.sync(file);
      this.#whole = true;
      return empty ? undefined : segment;
    } catch (error) {
      // It was promised to outlive the process, and does; the next opening looks for its end.
      this.#parts.onTrouble(error);
      return undefined;
    } finally {
      await this.#place.close();
    }
  }

  #wake(): void {
    if (this.#loop !== undefined) return;
    this.#loop = this.#gathered().then(() => this.#run());
  }

  /**
   * Waits as long as each look at what has come in brings something more for the group. Who speaks at the same time is written
   * and told at the same time: the first of many would have all others wait for a sync of its own.
   */
  #gathered(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { world } = this.#parts;
    const endMs = world.now() + GATHER_MS_MAX;
    const ask = (had: number): void =>
      world.later(() => {
        const has = this.#group.records();
        if (has > had && world.now() < endMs) ask(has);
        else resolve();
      });
    ask(this.#group.records());
    return promise;
  }

  async #run(): Promise<void> {
    try {
      while (this.#state.kind === "open") {
        if (this.#group.records() > 0) await this.#flush();
        else if (this.#place.wantsRoll()) await this.#rollIdle();
        else if (this.#hardWanted) await this.#hardenIdle();
        else return;
      }
    } finally {
      // In the same turn in which nothing was left to do: an append after it must find no loop, and start one.
      this.#loop = undefined;
    }
  }

  /** Writes the filling group, begins the next one, and makes the written one durable. */
  async #flush(): Promise<void> {
    const group = this.#group;
    const { active: { segment, file }, base } = this.#place;
    // The next writer may be about to read a segment that it does not know yet.
    if (base === SEGMENT_HEADER_BYTES && !this.#parts.holds({ segment, file })) {
      return this.#fail(lockLost(this.#parts.path, "not_written"), group);
    }
    this.#parts.onWriting();
    try {
      writeAll(file, group.block().bytes, base);
    } catch (error) {
      return this.#mend(file, base, error);
    }
    this.#place.advance(group.bytes());
    this.#inFlight = group;
    const rolls = this.#place.wantsRoll();
    if (rolls) {
      this.#ahead?.cut(file, this.#place.base);
      this.#place.endActive();
    } else this.#ahead?.grow(file, this.#place.base);
    this.#beginGroup(group.lastLsn() + 1);
    // Also in the mode `os` a complete segment is durable, so that only the last one can end torn.
    const mustSync = rolls || this.#hardWanted || this.#parts.durability === "durable";
    const synced = !mustSync || await this.#sync(file, group);
    const lost = synced && !this.#parts.holds({ segment, file });
    if (rolls) file.close();
    if (!synced) return;
    if (lost) return this.#fail(lockLost(this.#parts.path, "unknown"), group);
    this.#commit(group, segment, base);
    if (mustSync) this.#isHard();
    if (rolls) this.#seal(segment);
  }

  /** Syncs what is acknowledged, while nothing waits to be written. */
  async #hardenIdle(): Promise<void> {
    if (!(await this.#sync(this.#place.active.file, this.#group))) return;
    this.#isHard();
  }

  /** All that is acknowledged is on the disk. */
  #isHard(): void {
    this.#hardLsn = this.#durableLsn;
    this.#hardWanted = false;
    this.#changed.ring();
  }

  /** Changes to the next segment while nothing waits to be written. */
  async #rollIdle(): Promise<void> {
    const { segment, file } = this.#place.active;
    if (this.#isEmpty()) {
      this.#place.forgetRoll();
      return this.#changed.ring();
    }
    if (this.#parts.durability === "os" && !(await this.#sync(file, this.#group))) return;
    this.#isHard();
    if (this.#group.records() > 0) return;
    this.#ahead?.cut(file, this.#place.base);
    this.#beginGroup(this.#group.firstLsn);
    file.close();
    this.#seal(segment);
  }

  #seal(segment: Segment): void {
    this.#place.ended();
    this.#parts.onSealed(segment);
    this.#changed.ring();
  }

  /** Whether nothing stands in any segment that is not complete, nor waits to. What waited may have been rejected. */
  #isEmpty(): boolean {
    return this.#place.isEmpty() && this.#group.records() === 0;
  }

  #beginGroup(firstLsn: number): void {
    this.#place.begin(firstLsn);
    this.#group = this.#newGroup(firstLsn);
  }

  #newGroup(firstLsn: number): Group {
    const { salt } = this.#place.active.segment;
    const proves = this.#parts.durability === "durable";
    return new Group({ firstLsn, salt, proves }, this.#blocks.pop() ?? newGroupBlock());
  }

  async #sync(file: StorageFile, group: Group): Promise<boolean> {
    const failed = (cause: unknown): void => this.#fail(syncFailed(cause), group);
    return await this.#parts.sync(file).then(() => true, (cause) => (failed(cause), false));
  }

  /** Shows a durable group to readers and tells who waits for it. */
  #commit(group: Group, segment: Segment, base: number): void {
    applyGroup(this.#parts.catalog, group, segment, base);
    this.#durableLsn = group.lastLsn();
    this.#blocks.push(group.recycle());
    this.#inFlight = undefined;
    group.settle();
    this.#parts.onCommit({ kind: "durable", lsn: this.#durableLsn });
  }

  /** Cuts off what a failed write may have left, so that it can never be taken for data. */
  async #mend(file: StorageFile, base: number, cause: unknown): Promise<void> {
    const group = this.#group;
    const error = writeFailed(cause);
    this.#state = { kind: "mending", error };
    try {
      file.truncate(base);
      this.#ahead?.wasCut();
      // Without this sync a crash could bring back a part of the rejected group behind the next one.
      await file.sync();
    } catch (second) {
      return this.#fail(cutOffFailed(second), group);
    }
    if (error.code !== "full") return this.#fail(error, group);
    this.#state = { kind: "open" };
    this.#blocks.push(group.recycle());
    this.#group = this.#newGroup(group.firstLsn);
    this.#reject(error, [group]);
  }

  #fail(error: StoreError, inFlight: Group): void {
    this.#state = { kind: "failed", error };
    this.#reject(error, inFlight === this.#group ? [inFlight] : [inFlight, this.#group]);
  }

  #reject(error: StoreError, groups: readonly Group[]): void {
    this.#parts.catalog.streams.rollBack();
    this.#inFlight = undefined;
    for (const group of groups) group.settle(error);
    this.#parts.onCommit({ kind: "rejected", lsn: this.#durableLsn, error });
    this.#changed.ring();
  }
}
