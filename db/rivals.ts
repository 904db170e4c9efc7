/**
 * Records that contradict each other: two under one LSN, or two first words of one seq, that say different things. One
 * store never writes such ones. They are there when the files of a store and of its copy, which both went on, were put
 * into one directory; and then nobody can tell which of the two was meant to last.
 *
 * @module
 */

import type { Finds } from "./finds.ts";
import { Kind } from "./format.ts";
import { GRID_BYTES, RIVALS_TOLD_MAX } from "./limits.ts";
import type { Salvaged } from "./salvage.ts";

/** A record, and where it stands. */
export interface RivalRecord {
  /** What it is, as a part of a sentence. */
  readonly what: string;
  /** Name of the file in the old store's directory. */
  readonly file: string;
  /** Where in the file, in bytes from its start. */
  readonly offset: number;
}

/** Two records that contradict each other: they are of two stores that were one. */
export interface Rivalry {
  /** The one that counts in the new store. */
  readonly saved: RivalRecord;
  /** The one that does not. */
  readonly left: RivalRecord;
}

/** Pairs of entries of a `Finds` that contradict each other. */
export class Rivals {
  /** How many pairs there are. */
  count = 0;
  /** The first of them: an entry that counts, and one that does not. */
  readonly pairs: { readonly saved: number; readonly left: number }[] = [];

  /** Notes a pair. */
  add(saved: number, left: number): void {
    this.count++;
    if (this.pairs.length < RIVALS_TOLD_MAX) this.pairs.push({ saved, left });
  }
}

/** What contradicts each other, and where it stands. */
export function rivalries(
  { rivals, finds, sources }: Salvaged,
  names: ReadonlyMap<number, string>,
): Rivalry[] {
  const record = (find: number): RivalRecord => ({
    what: whatIs(finds, find, names),
    file: sources[finds.source(find)]?.file ?? "",
    offset: finds.unit(find) * GRID_BYTES,
  });
  return rivals.pairs.map(({ saved, left }) => ({ saved: record(saved), left: record(left) }));
}

function whatIs(finds: Finds, find: number, names: ReadonlyMap<number, string>): string {
  const slot = finds.slot(find);
  const stream = `'${names.get(slot) ?? `stream ${slot}`}'`;
  switch (finds.kind(find)) {
    case Kind.message:
      return `message ${finds.seq(find)} of ${stream}`;
    case Kind.edit:
      return `an edit of message ${finds.seq(find)} of ${stream}`;
    case Kind.drop:
      return `a deletion in ${stream}`;
    case Kind.stream:
      return `the name '${finds.text(find)}' of stream ${slot}`;
    case Kind.put:
      return `a value of key '${finds.text(find)}'`;
    default:
      return `the removal of key '${finds.text(find)}'`;
  }
}
