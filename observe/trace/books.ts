/**
 * Books that balance: whether the bytes that a server has counted on each connection are those that the kernel moved there.
 *
 * ```text
 *   kernel    ──────┤ position at a ├───── calls ─────┤ position at b ├──────
 *   server                          ▲ its count, made at some moment in between
 * ```
 *
 * The kernel tells the position in the stream with each call, so what it has moved at a moment is known, also where the observation began late: a
 * later call tells where the one before it has ended. Where calls were lost, less is known, and nothing is blamed on the server for it. The server's count is made at a moment between two that are known;
 * it is right when it is no less than the position at the first and no more than at the second. A difference is how far it is from that.
 *
 * Pure.
 *
 * @module
 */

import type { Io } from "../observation.ts";
import { plainAddress } from "./carried.ts";

/** Positions that are kept, two a connection; of more, those are forgotten that moved longest ago: 100 bytes each. */
const PLACES_MAX = 131_072;

/** What a server has counted on one connection. */
export interface Counted {
  /** Who is logged in over it. */
  readonly user?: string;
  /** Its address. */
  readonly local: string;
  /** The other end's. */
  readonly remote: string;
  /** In which way it speaks: over a `websocket` it counts messages, and not what carries them. */
  readonly speech: string;
  /** Whether it is encrypted: the kernel counts what carries the words then. */
  readonly secure?: boolean;
  /** Bytes that were read from it. */
  readonly bytesIn: number;
  /** Bytes that its socket has taken. */
  readonly bytesOut: number;
}

/** A connection on which the two do not agree, in one direction. */
export interface Difference {
  /** Which connection. */
  readonly connection: Counted;
  /** Which way the bytes went, seen from the server. */
  readonly op: Io["op"];
  /** What the kernel moved: the nearest that it can have been. */
  readonly kernel: number;
  /** What the server has counted. */
  readonly server: number;
}

/** How the books stand. */
export interface Balance {
  /** Connections that were compared. */
  readonly compared: number;
  /** Connections that cannot be compared, since what carries their words is not counted, or is encrypted. */
  readonly apart: number;
  /** Connections of which the kernel has told nothing. */
  readonly silent: number;
  /** Bytes of the compared ones, both ways, as the server counts them. */
  readonly bytes: number;
  /** Where they differ. */
  readonly differences: readonly Difference[];
}

/** The kernel's side of the books. What is older than the last time they were closed is one number for each connection. */
export class Books {
  /** Place → position after the last call of before. */
  readonly #positions = new Map<string, number>();
  #recent: Io[] = [];

  /** Enters a call. */
  take(io: Io): void {
    if (io.offset !== undefined && io.bytes > 0) this.#recent.push(io);
  }

  /** Makes one number of all calls of before a moment, which no count will be older than. */
  close(before: number): void {
    const later: Io[] = [];
    for (const io of this.#recent) {
      if (io.ts >= before) later.push(io);
      else {
        const key = keyOf(io, io.op);
        // The ones that moved last stand last.
        this.#positions.delete(key);
        this.#positions.set(key, endOf(io));
      }
    }
    this.#recent = later;
    for (const key of this.#positions.keys()) {
      if (this.#positions.size <= PLACES_MAX) break;
      this.#positions.delete(key);
    }
  }

  /**
   * Compares.
   *
   * @param counted What the server counted, at some moment from `a` to `b`, all calls up to which have been entered.
   * @param lost Whether some of these calls were lost: then only what the others tell is held against the count.
   */
  balance(counted: readonly Counted[], a: number, b: number, lost: boolean): Balance {
    const recent = Map.groupBy(this.#recent, (io) => keyOf(io, io.op));
    const differences: Difference[] = [];
    let [compared, apart, silent, bytes] = [0, 0, 0, 0];
    for (const connection of counted) {
      if (connection.speech === "websocket" || connection.secure === true) {
        apart++;
        continue;
      }
      let known = false;
      for (const op of ["recv", "send"] as const) {
        const key = keyOf(connection, op);
        const server = op === "recv" ? connection.bytesIn : connection.bytesOut;
        const between = bounds(recent.get(key) ?? [], this.#positions.get(key), { a, b, lost });
        if (between === undefined) continue;
        known = true;
        bytes += server;
        const kernel = Math.min(Math.max(server, between.least), between.most);
        if (kernel !== server) differences.push({ connection, op, kernel, server });
      }
      if (known) compared++;
      else silent++;
    }
    return { compared, apart, silent, bytes, differences };
  }
}

/** The positions at two moments; `undefined` when no call tells of them. */
function bounds(
  calls: readonly Io[],
  before: number | undefined,
  { a, b, lost }: { readonly a: number; readonly b: number; readonly lost: boolean },
): { readonly least: number; readonly most: number } | undefined {
  const [first] = calls;
  if (first === undefined && before === undefined) return undefined;
  // A position that goes back is that of another connection, from the same port.
  const isOlder = first?.offset !== undefined && before !== undefined && first.offset < before;
  const start = first?.offset ?? before ?? 0;
  let least = isOlder || before === undefined ? lost ? 0 : start : before;
  let most = start;
  let isBounded = !lost;
  for (const io of calls) {
    if (io.ts <= a) least = endOf(io);
    if (io.ts <= b) most = endOf(io);
    else {
      // Up to there something else has moved them, though its call was lost.
      most = Math.max(most, io.offset ?? 0);
      isBounded = true;
      break;
    }
  }
  return { least, most: isBounded ? most : Infinity };
}

const endOf = (io: Io): number => (io.offset ?? 0) + io.bytes;

function keyOf({ local = "", remote = "" }: Pick<Io, "local" | "remote">, op: Io["op"]): string {
  return `${op} ${plainAddress(local)} ${plainAddress(remote)}`;
}
