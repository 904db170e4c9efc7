/**
 * Retention: what goes when not everything can be kept, and that is always the oldest.
 *
 * ```text
 *   by age    each stream is cut where its messages become young enough     one drop for each stream that is cut
 *   by size   the oldest segment that still holds messages is emptied       one drop for each stream in it
 * ```
 *
 * A drop covers a range of seqs, so it costs 48 bytes however many messages go. They are gone from the files when
 * compaction has been there. A stream of which nothing is left is ended, and with it goes what is known of it; only its
 * seqs are not given out again (`floors.ts`).
 *
 * What is drafted goes to the writer in the same turn of the event loop. Otherwise somebody could speak in a stream
 * whose end is drafted and not yet in the log, or a failed write could take the end back and not the draft.
 *
 * The cut by age reads at most one block of 64 messages of a stream, and only when its oldest message is too old and its
 * newest is not; what it finds is noted, so that the next look costs nothing. A time that cannot be true yet was given by a
 * wrong clock: its message is neither too old nor young enough, and goes with what is too old behind it.
 *
 * @module
 */

import { Drafts } from "./drafts.ts";
import { FLOORS_KEY } from "./floors.ts";
import { DROP_SEQS_MAX, RETAIN_DROPS_MAX, SLICE_ENTRIES } from "./limits.ts";
import { type PageParts, readSeqs } from "./pages.ts";
import { blockRange, type Stream } from "./stream.ts";

/** How old messages of a stream may become: those before this time go. Nothing for streams that keep everything. */
export type KeepSince = (stream: string) => number | undefined;

/** A key and its value that are to be written when something is deleted; nothing when they need not be. */
export type BesideDrop = () => readonly [key: string, value: Uint8Array] | undefined;

/** What retention needs. */
export interface RetentionParts extends PageParts {
  /** Makes drafts durable. */
  readonly write: (drafts: Drafts) => Promise<void>;
  /** Whether to go on. */
  readonly alive: () => boolean;
}

/**
 * Deletes what is too old in all streams.
 *
 * @param options `latest`: the latest time that may be true. `beside`: see `Drops`.
 * @returns How many messages.
 */
export async function expire(
  parts: RetentionParts,
  keepSince: KeepSince,
  { latest, beside }: { readonly latest: number; readonly beside?: BesideDrop | undefined },
): Promise<number> {
  const { streams, world } = parts;
  const drops = new Drops(parts, beside);
  let looked = 0;
  for (const stream of streams.all()) {
    if (!parts.alive()) break;
    if (++looked % SLICE_ENTRIES === 0) await world.pause(0);
    const since = stream.live === 0 ? undefined : keepSince(stream.name);
    if (since === undefined) continue;
    await drops.below(stream, await cutOf(parts, stream, since, latest));
  }
  const gone = await drops.finish();
  await endIdle(parts, streams.all());
  return gone;
}

/**
 * Ends the streams that hold nothing, so that they take no memory, and in time no place in the files either.
 *
 * @param candidates Streams of which some may hold something all the same.
 */
export async function endIdle(parts: RetentionParts, candidates: Iterable<Stream>): Promise<void> {
  const { streams, world } = parts;
  let drafts = new Drafts(streams);
  const write = async (): Promise<void> => {
    if (drafts.records.length === 0) return;
    // Together with the ends, or not at all: later nothing else will tell how far their seqs had come.
    drafts.put(FLOORS_KEY, streams.floors.encode());
    const full = drafts;
    drafts = new Drafts(streams);
    await parts.write(full);
  };
  let looked = 0;
  for (const stream of candidates) {
    if (!parts.alive()) break;
    if (++looked % SLICE_ENTRIES === 0) {
      await write();
      await world.pause(0);
    }
    if (streams.isIdle(stream)) drafts.end(stream);
    if (drafts.records.length >= RETAIN_DROPS_MAX) await write();
  }
  await write();
}

/** The first seq that stays: the one behind the last that is too old before the first that is young enough. */
async function cutOf(
  parts: PageParts,
  stream: Stream,
  since: number,
  latest: number,
): Promise<number> {
  const { streams, world } = parts;
  if (stream.lastAt < since) return stream.last + 1;
  // The blocks before the one that is found go with it, so that looking at each costs less than having had it.
  let found: number | undefined;
  for (let i = 0; i < stream.blocks.length; i++) {
    const number = stream.firstBlock + i;
    const at = streams.timeOf(stream, number);
    if (at >= since && at <= latest) break;
    if (at < since) found = number;
    if ((i + 1) % SLICE_ENTRIES === 0) await world.pause(0);
  }
  return found === undefined
    ? stream.first
    : await cutIn(parts, stream, { number: found, since, latest });
}

/** The cut in a block, which is read. What stays of it is noted, so that the next look costs nothing. */
async function cutIn(
  parts: PageParts,
  stream: Stream,
  { number, since, latest }: { number: number; since: number; latest: number },
): Promise<number> {
  const { from, to } = blockRange(stream, number);
  const seqs = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  let cut = from;
  let isOpen = true;
  let lowest = Infinity;
  for (const entry of await readSeqs(parts, stream, seqs)) {
    if (entry.kind !== "message") continue;
    const { seq, at } = entry;
    if (isOpen && at < since) {
      cut = seq + 1;
      lowest = Infinity;
      continue;
    }
    lowest = Math.min(lowest, at);
    if (at <= latest) isOpen = false;
  }
  // While that was read others may have deleted it.
  const isThere = cut >= stream.first && cut <= Math.min(to, stream.last);
  if (isThere && lowest < Infinity) parts.streams.noteTime(stream, cut, lowest);
  return cut;
}

/** Seqs that are to go. */
interface Range {
  readonly stream: Stream;
  readonly from: number;
  readonly count: number;
}

/** Drops on their way to the log, so many together. */
export class Drops {
  readonly #parts: RetentionParts;
  #ranges: Range[] = [];
  #seqs = 0;
  #gone = 0;
  #beside: BesideDrop | undefined;

  /** @param beside Asked for once, in the turn in which the first drop goes to the writer: neither is there without the other. */
  constructor(parts: RetentionParts, beside?: BesideDrop) {
    this.#parts = parts;
    this.#beside = beside;
  }

  /** Deletes all messages of a stream below a seq. */
  async below(stream: Stream, before: number): Promise<void> {
    const end = Math.min(before, stream.last + 1);
    for (let from = stream.first; from < end;) {
      const count = Math.min(end - from, DROP_SEQS_MAX);
      if (this.#seqs + count > DROP_SEQS_MAX) await this.#write();
      this.#ranges.push({ stream, from, count });
      this.#seqs += count;
      from += count;
      if (this.#ranges.length >= RETAIN_DROPS_MAX) await this.#write();
    }
  }

  /** Writes the rest. @returns How many messages went. */
  async finish(): Promise<number> {
    await this.#write();
    return this.#gone;
  }

  async #write(): Promise<void> {
    const { streams } = this.#parts;
    const drafts = new Drafts(streams);
    for (const { stream, from, count } of this.#ranges) {
      // Somebody may have ended it since: then nothing of it is left, and nothing may be said of it behind its end.
      if (streams.named(stream.name) === stream) drafts.drop(stream, from, count);
    }
    this.#ranges = [];
    this.#seqs = 0;
    if (drafts.records.length === 0) return;
    const noted = this.#beside?.();
    this.#beside = undefined;
    if (noted !== undefined) drafts.put(...noted);
    const before = streams.messages;
    await this.#parts.write(drafts);
    this.#gone += Math.max(0, before - streams.messages);
    await this.#parts.world.pause(0);
  }
}
