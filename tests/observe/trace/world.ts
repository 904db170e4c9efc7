/**
 * A small world for properties: streams of bytes, the calls that carried them, and what an observer that loses some of them tells.
 *
 * @module
 */

import fc from "fast-check";
import type { Io } from "../../../observe/observation.ts";
import type { Range } from "../../../observe/trace/mod.ts";

/** One direction of one socket. */
export interface Stream {
  readonly socket: number;
  readonly local: string;
  readonly remote: string;
  readonly op: Io["op"];
  /** The frames in it, one behind the other. */
  readonly frames: readonly Range[];
  /** All calls, one behind the other; some carry several frames, and some only a part of one. */
  readonly calls: readonly Io[];
  /** Whether each of them is told. */
  readonly told: readonly boolean[];
}

/** How a stream may be. */
export interface StreamOptions {
  readonly socket: number;
  readonly local: string;
  readonly remote: string;
  readonly op: Io["op"];
  /** When it begins. */
  readonly from: number;
  /** Added to each position that is told. */
  readonly shift?: number;
  /** Whether calls are lost. */
  readonly loses: boolean;
}

/** Any stream of that kind. Positions begin anywhere below 2^40: beyond what 32 bits hold, and across it. */
export function streams(options: StreamOptions): fc.Arbitrary<Stream> {
  return fc.record({
    begin: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 }),
      fc.nat(2 ** 40),
    ),
    lengths: fc.array(fc.integer({ min: 2, max: 30 }), { minLength: 1, maxLength: 8 }),
    cuts: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }),
    gaps: fc.infiniteStream(fc.integer({ min: 10, max: 1_000 })),
    lost: fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
  }).map(({ begin, lengths, cuts, gaps, lost }) => {
    let position = begin;
    const frames = lengths.map((length) => ({ from: position, to: position += length }));
    const { socket, local, remote, op, shift = 0 } = options;
    const calls: Io[] = [];
    let ts = options.from;
    for (let at = begin, place = 0; at < position; place++) {
      const bytes = Math.min(cuts[place % cuts.length] ?? 1, position - at);
      const gap = gaps.next().value ?? 10;
      ts += gap;
      calls.push({
        ...{ kind: "io", pid: 1, tid: 1, func: "sendto", family: "inet" },
        ...{ socket, local, remote, op, ts, bytes, offset: at + shift },
        durationNs: Math.floor(gap / 2),
        ...(op === "recv" ? { delayNs: Math.floor(gap / 3) } : {}),
      });
      at += bytes;
    }
    const told = calls.map(() => !options.loses || (lost.next().value ?? 1) > 0);
    return { socket, local, remote, op, frames, calls, told };
  });
}

/** What the observer tells of a stream. */
export function toldOf({ calls, told }: Stream): readonly Io[] {
  return calls.filter((_, place) => told[place]);
}

/** The call that has a byte, and whether it is told: byte by byte, as nobody would do it. */
export function callWith(
  { calls, told }: Stream,
  byte: number,
  shift = 0,
): { readonly io: Io; readonly told: boolean } {
  for (const [place, io] of calls.entries()) {
    for (let at = 0; at < io.bytes; at++) {
      if ((io.offset ?? 0) + at === byte + shift) return { io, told: told[place] ?? false };
    }
  }
  throw new Error(`no call has byte ${byte}`);
}
