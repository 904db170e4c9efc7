/**
 * One stream: which seqs it has, and what is noted of it.
 *
 * @module
 */

import { blockStart } from "./locations.ts";

/** One stream. Only `StreamTable` changes what readers see; the writer owns `assigned…` and `announced`. */
export interface Stream {
  readonly name: string;
  /** Number of the stream in records. */
  readonly slot: number;
  /** All seqs below are gone. */
  first: number;
  /** Last durable seq, 0 when there is none. */
  last: number;
  /** Time of the message `last`. */
  lastAt: number;
  /** How many messages are there. */
  live: number;
  /** How many seqs up to `last` are neither there nor gone. */
  absent: number;
  /** Bytes of all bodies as first written. */
  sum: number;
  /** Blocks of locations, the first of which has the number `firstBlock`. */
  blocks: number[];
  firstBlock: number;
  /** Last seq given out. */
  assigned: number;
  /** Time of the message `assigned`. */
  assignedAt: number;
  /** Whether the record with its name is written or about to be. */
  announced: boolean;
  /** Whether that record is durable. */
  known: boolean;
}

/** A stream that nothing was written to yet. */
export function newStream(name: string, slot: number): Stream {
  return {
    name,
    slot,
    first: 1,
    last: 0,
    lastAt: 0,
    live: 0,
    absent: 0,
    sum: 0,
    blocks: [],
    firstBlock: 0,
    assigned: 0,
    assignedAt: 0,
    announced: false,
    known: false,
  };
}

/** The first and last seq of a block of a stream, within what the stream has. */
export function blockRange(stream: Stream, number: number): { from: number; to: number } {
  return {
    from: Math.max(stream.first, blockStart(number)),
    to: Math.min(stream.last, blockStart(number + 1) - 1),
  };
}
