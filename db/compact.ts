/**
 * Compaction: a run of complete segments is copied into one, without what is dead.
 *
 * 1. The survivors are copied into a new segment, signed with its salt, under their own LSNs, in pieces
 *    that let the event loop turn and at a limited rate.
 * 2. The new segment is synced, and only then gets the name of one, which is synced too. So is what made records dead: a
 *    drop that a power failure takes back would leave messages lost that it had explained.
 * 3. **The commit point**: a manifest that names it instead of the run.
 * 4. The index is led over, entry by entry, wherever it still points into the run.
 * 5. The files of the run are removed when their last reader has let go.
 *
 * A crash before 3 leaves the output, after 3 the inputs, as files that no manifest names; opening removes
 * them. A damaged record stops everything before 3: it is never copied and never silently left out.
 *
 * @module
 */

import type { Catalog } from "./catalog.ts";
import { DamageError } from "./errors.ts";
import { giveUp, removeFile, writeAll, writeFile } from "./files.ts";
import {
  type Block,
  blockOf,
  encodeRecord,
  isIndexed,
  readHeader,
  recordBytes,
  type RecordHeader,
  resignRecord,
} from "./format.ts";
import { encodeHint, type Hint, hintName } from "./hint.ts";
import { HintBuilder } from "./hint_builder.ts";
import { SLICE_ENTRIES } from "./limits.ts";
import { newSalt, PART, type SegmentMaker } from "./make_segment.ts";
import {
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentName,
} from "./segment_header.ts";
import { scanSegment } from "./segment_scan.ts";
import type { Segment } from "./segments.ts";
import type { Shelf, TailPlace } from "./shelf.ts";
import type { StorageFile } from "./storage.ts";
import { Survivors } from "./survive.ts";

/** What compaction needs. */
export interface CompactParts {
  readonly maker: SegmentMaker;
  readonly catalog: Catalog;
  readonly shelf: Shelf;
  /** The first segment behind the shelf, as it is now. */
  readonly tail: () => TailPlace;
  /** Waits until all that readers see is on the disk. */
  readonly harden: () => Promise<void>;
  readonly bytesPerSecond: number;
  readonly signal: AbortSignal;
}

/** The copy of a run. */
interface Output {
  /** It stands for the LSNs of the run even if nothing survived, so that a missing segment is always noticed. */
  readonly segment: Segment;
  readonly hint: Hint;
  readonly survivors: Survivors;
}

/**
 * Compacts one run.
 *
 * @throws {DamageError} When a record of the run is damaged; then nothing has changed.
 */
export async function compactRun(parts: CompactParts, inputs: readonly Segment[]): Promise<void> {
  const { shelf, maker } = parts;
  // Not another copy before it is known what has become of the last one: each takes space.
  if (shelf.inDoubt) await shelf.commit(parts.tail());
  for (const dead of shelf.takeDead()) maker.segments.retire(dead);
  const output = await copyRun(parts, inputs);
  await shelf.commit(parts.tail(), { inputs, output: output.segment });
  await lead(parts, inputs, output.segment, output.hint);
  const { left, over } = output.survivors;
  for (const slot of left) parts.catalog.streams.moveOver(slot, undefined);
  for (const slot of over) parts.catalog.streams.moveOver(slot, output.segment.ordinal);
  for (const input of inputs) {
    // The index is in charge: a file that it points into stays, whatever was meant to be.
    if (parts.catalog.live.live(input.ordinal) > 0) {
      throw new Error(`Segment ${input.id} is still in use after it was compacted`);
    }
    maker.segments.retire(input);
  }
  await maker.segments.removed();
  await maker.storage.syncDirectory();
}

/** Steps 1 and 2. */
async function copyRun(parts: CompactParts, inputs: readonly Segment[]): Promise<Output> {
  const { maker, catalog, shelf } = parts;
  const { storage, segments } = maker;
  const [first] = inputs;
  const last = inputs.at(-1);
  if (first === undefined || last === undefined) throw new RangeError("Cannot compact nothing");
  const id = maker.nextId();
  const salt = newSalt(maker.world);
  const name = segmentName(id);
  const survivors = new Survivors(catalog, inputs, first === shelf.segments()[0]);
  const begun: string[] = [];
  try {
    removeFile(storage, name + PART);
    using file = storage.create(name + PART);
    begun.push(name + PART);
    const range = { firstLsn: first.firstLsn, lastLsn: last.lastLsn };
    const copy = new Copy(file, { store: maker.store, id, salt, compacted: true, range });
    for (const input of inputs) {
      using _pin = segments.pin(input);
      const pace = paced(parts);
      const read = async (into: Uint8Array, at: number): Promise<number> => {
        copy.flush();
        await pace(into.length);
        return await segments.read(input, into, at);
      };
      const damages = await scanSegment(read, input, (record, block, at, offset) => {
        const survival = survivors.judge(record, block, at, { segment: input, offset });
        if (survival.kind === "copy") copy.add(record, block, at);
        else if (survival.kind === "rewrite") {
          copy.write({ ...record, ...survival, kind: record.kind }, survival.body);
        }
      });
      if (damages.length > 0) throw new DamageError("Cannot compact", damages);
    }
    const hint = copy.finish();
    await file.sync();
    await parts.harden();
    const row = { id, salt, ...range, end: copy.end() };
    const hintBytes = encodeHint(row, hint);
    begun.push(hintName(id));
    writeFile(storage, hintName(id), hintBytes);
    storage.rename(name + PART, name);
    begun.push(name);
    await storage.syncDirectory();
    const segment = segments.add(row);
    segment.records = copy.records;
    segment.hintBytes = hintBytes.length;
    return { segment, hint, survivors };
  } catch (error) {
    for (const left of begun) giveUp(storage, left);
    maker.takeBack(id, error);
    throw error;
  }
}

/** Step 4: what still points into the run points at the copy from now on. */
async function lead(
  { catalog, maker }: CompactParts,
  inputs: readonly Segment[],
  output: Segment,
  hint: Hint,
): Promise<void> {
  const { streams, keys } = catalog;
  const run = new Set(inputs.map((input) => input.ordinal));
  let steps = 0;
  for (const { slot, seq, units } of hint.runs) {
    const stream = streams.at(slot);
    if (stream === undefined) continue;
    for (let i = 0; i < units.length; i++) {
      if (run.has(streams.ordinal(stream, seq + i))) {
        streams.place(stream, seq + i, output.ordinal, units[i] ?? 0);
      }
      if (++steps % SLICE_ENTRIES === 0) await maker.world.pause(0);
    }
  }
  for (const { key, unit } of hint.keys) {
    if (run.has(keys.get(key)?.ordinal ?? -1)) keys.set(key, output.ordinal, unit);
    if (++steps % SLICE_ENTRIES === 0) await maker.world.pause(0);
  }
}

/** Waits as long as the rate asks for, and ends everything when the store closes. */
function paced({ bytesPerSecond, maker, signal }: CompactParts): (bytes: number) => Promise<void> {
  const { world } = maker;
  let due = world.now();
  return async (bytes) => {
    signal.throwIfAborted();
    const now = world.now();
    due = Math.max(due, now - 1000) + bytes / bytesPerSecond * 1000;
    await world.pause(Math.max(0, due - now));
    signal.throwIfAborted();
  };
}

/** A segment that is being filled with survivors. */
class Copy {
  readonly #file: StorageFile;
  readonly #salt: number;
  readonly #hint = new HintBuilder();
  #block: Block = blockOf(new Uint8Array(1 << 20));
  #used = 0;
  /** Where the block begins in the file. */
  #base = 0;
  records = 0;

  constructor(file: StorageFile, header: SegmentHeader) {
    this.#file = file;
    this.#salt = header.salt;
    this.#block.bytes.set(encodeSegmentHeader(header));
    this.#used = SEGMENT_HEADER_BYTES;
  }

  /** Where the segment ends. */
  end(): number {
    return this.#base + this.#used;
  }

  /** Copies a record. */
  add(record: RecordHeader, block: Block, at: number): void {
    const start = this.#reserve(record.bytes);
    this.#block.bytes.set(block.bytes.subarray(at, at + record.bytes), start);
    resignRecord(this.#block, start, start + record.bytes, this.#salt);
    this.#note(start);
  }

  /** Writes a record with another body. */
  write(record: RecordHeader, body: Uint8Array): void {
    const start = this.#reserve(recordBytes(body.length));
    encodeRecord(this.#block, start, { ...record, left: 0, order: 0 }, body, this.#salt);
    this.#note(start);
  }

  /** Writes what has gathered. */
  flush(): void {
    writeAll(this.#file, this.#block.bytes.subarray(0, this.#used), this.#base);
    this.#base += this.#used;
    this.#used = 0;
  }

  /** Writes the rest and gives the hint. */
  finish(): Hint {
    this.flush();
    return this.#hint.build();
  }

  #note(start: number): void {
    const record = readHeader(this.#block.view, start);
    this.#hint.add(record, this.#block, start, this.#base + start);
    if (isIndexed(record.kind)) this.records++;
  }

  #reserve(bytes: number): number {
    const start = this.#used;
    this.#used += bytes;
    if (this.#used > this.#block.bytes.length) {
      const grown = new Uint8Array(this.#used * 2);
      grown.set(this.#block.bytes.subarray(0, start));
      this.#block = blockOf(grown);
    }
    return start;
  }
}
