/**
 * A page of a stream, around what cannot be read.
 *
 * A damaged message takes no place in a page: it is named, and reading goes on behind it, so that what is good is never
 * hidden by what is not. How far is bounded; a page that is not full then says where to ask on.
 *
 * @module
 */

import { type Damage, DamageError, type Entry, type PageQuery } from "../../db/mod.ts";
import { PAGE_READS_MAX } from "./limits.ts";
import type { Page, Range, SeqRange, Stored } from "../store/store_port.ts";

/** What is read from. */
export interface PageSource {
  /** Reads entries, oldest first. */
  readonly read: (query: PageQuery) => Promise<Entry[]>;
  /** First and last seq that there may be, as it is now. */
  readonly ends: () => { readonly first: number; readonly last: number } | undefined;
  /** Told once for a page of what cannot be read in it. */
  readonly onTrouble: (error: DamageError) => void;
}

/** Reads a page. */
export async function readPage(
  source: PageSource,
  { after, before, limit, bytesMax }: Range,
): Promise<Page> {
  const forward = after !== undefined;
  const messages: Stored[] = [];
  const lost: number[] = [];
  const damages: Damage[] = [];
  let bytes = 0;
  let bound = forward ? after : before;
  let full = false;
  for (let reads = 0; reads < PAGE_READS_MAX && messages.length < limit && !full; reads++) {
    const asked = limit - messages.length;
    const from = bound === undefined ? {} : forward ? { after: bound } : { before: bound };
    const entries = await source.read({ ...from, limit: asked });
    for (const entry of forward ? entries : entries.toReversed()) {
      if (entry.kind === "message") {
        bytes += entry.body.length;
        full = bytes > bytesMax && messages.length > 0;
        if (full) break;
        messages.push({ seq: entry.seq, body: entry.body, at: entry.at });
      } else {
        lost.push(entry.seq);
        damages.push(entry.damage);
      }
      bound = entry.seq;
    }
    if (entries.length < asked) break;
  }
  if (damages.length > 0) source.onTrouble(new DamageError("Messages cannot be read", damages));
  const ends = source.ends();
  const looked = messages.length + lost.length > 0;
  const more = looked && bound !== undefined && ends !== undefined &&
    (forward ? bound < ends.last : bound > ends.first);
  const goesOn = more && messages.at(-1)?.seq !== bound;
  return {
    messages: forward ? messages : messages.reverse(),
    more,
    ...(lost.length === 0 ? {} : { lost: rangesOf(lost) }),
    ...(goesOn && bound !== undefined ? { next: bound } : {}),
  };
}

/** Seqs as stretches, in order. */
function rangesOf(seqs: readonly number[]): SeqRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const seq of seqs.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.to === seq - 1) last.to = seq;
    else ranges.push({ from: seq, to: seq });
  }
  return ranges;
}
