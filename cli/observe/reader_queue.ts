/**
 * What waits for one reader of an observer's socket. Pure.
 *
 * ```text
 *   calls calls calls ▒▒▒▒▒ figures      ▒ no room: lost, and the next figures say so
 * ```
 *
 * Calls are kept up to a bound, then lost in whole groups. Figures are sums, so only the latest matter: those that still
 * wait give way to newer ones, which take the place at the end. So nothing is out of order, and the latest figures always
 * arrive.
 *
 * What a reader has lost is added to the losses that the kernel counted, and taken off the calls that were received: for
 * the reader, too, received + lost = produced. Losses before its connection are the observer's, not its own.
 *
 * @module
 */

import { type Conn, type End, type Io, recordingLine, type Snapshot } from "../../observe/mod.ts";
import { READER_GROUP_CALLS, READER_WAITING_BYTES, READER_WRITE_BYTES } from "./limits.ts";

const encoder = new TextEncoder();

/** Calls as lines, shared by all whom they wait for. */
export interface Calls {
  readonly kind: "calls";
  readonly count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Figures; what their lines say depends on what a reader lost. */
export interface Figures {
  readonly kind: "figures";
  /** The line for a reader that lost so many calls. */
  line(lost: number): Uint8Array<ArrayBuffer>;
}

/** Calls, and what happens to connections, in groups, each to be kept or lost as a whole. What is lost of both is one number. */
export function callsOf(ios: readonly (Io | Conn)[]): Calls[] {
  const groups: Calls[] = [];
  for (let at = 0; at < ios.length; at += READER_GROUP_CALLS) {
    const group = ios.slice(at, at + READER_GROUP_CALLS);
    const bytes = encoder.encode(group.map(recordingLine).join(""));
    groups.push({ kind: "calls", count: group.length, bytes });
  }
  return groups;
}

/** Figures to be told. Their line is made when it is first wanted, and once for all that lost nothing. */
export function figuresOf(observation: Snapshot | End): Figures {
  let whole: Uint8Array<ArrayBuffer> | undefined;
  return {
    kind: "figures",
    line(lost) {
      if (lost === 0) return whole ??= encoder.encode(recordingLine(observation));
      const told = observation.kind === "end"
        ? { ...observation, last: without(observation.last, lost) }
        : without(observation, lost);
      return encoder.encode(recordingLine(told));
    },
  };
}

/** Figures as they are for somebody who did not get so many calls. */
function without(snapshot: Snapshot, calls: number): Snapshot {
  const missing = Math.min(calls, snapshot.received);
  return { ...snapshot, received: snapshot.received - missing, lost: snapshot.lost + missing };
}

/** What waits for one reader, within bounds. */
export class ReaderQueue {
  readonly #max: number;
  #calls: Calls[] = [];
  #figures: { readonly of: Figures; readonly lost: number; readonly after: number } | undefined;
  #bytes = 0;
  #lost = 0;

  /** @param max Bytes of calls at most. */
  constructor(max: number = READER_WAITING_BYTES) {
    this.#max = max;
  }

  /** Calls that this reader lost so far. */
  get lost(): number {
    return this.#lost;
  }

  /** Puts something at the end. */
  offer(piece: Calls | Figures): void {
    if (piece.kind === "figures") {
      this.#figures = { of: piece, lost: this.#lost, after: this.#calls.length };
    } else if (this.#bytes + piece.bytes.length > this.#max) this.#lost += piece.count;
    else {
      this.#calls.push(piece);
      this.#bytes += piece.bytes.length;
    }
  }

  /** Takes what is to be written next: some calls, or figures; `undefined` when nothing waits. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    const figures = this.#figures;
    if (figures?.after === 0) {
      this.#figures = undefined;
      return figures.of.line(figures.lost);
    }
    const most = figures?.after ?? this.#calls.length;
    let count = 0;
    let length = 0;
    while (count < most && (count === 0 || length < READER_WRITE_BYTES)) {
      length += this.#calls[count++]?.bytes.length ?? 0;
    }
    if (count === 0) return undefined;
    this.#bytes -= length;
    if (figures !== undefined) this.#figures = { ...figures, after: figures.after - count };
    return joined(this.#calls.splice(0, count), length);
  }
}

function joined(calls: readonly Calls[], length: number): Uint8Array<ArrayBuffer> {
  const [only] = calls;
  if (only !== undefined && calls.length === 1) return only.bytes;
  const all = new Uint8Array(length);
  let at = 0;
  for (const { bytes } of calls) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}
