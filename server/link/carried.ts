/**
 * Bytes that somebody follows on their way out over one connection: where they lie in its stream, and which calls took them.
 *
 * ```text
 *   a log, or what is for this peer alone ──► a write: placed ──► a call, or several ──► taken
 *        [from, to) is followed                [at, at + length) of the stream
 * ```
 *
 * A place in the stream is known when the write is made that they are in, since at most one write is under way and everything before it
 * was taken. There is nothing of this where nobody follows anything.
 *
 * A reader that hangs has a thousand of them waiting, and each new message drops the oldest of them from every such reader. So what is
 * followed is found by who follows it, and dropped without a look at the others.
 *
 * @module
 */

import type { RoomLog } from "../rooms/room_log.ts";
import type { ByteSpan } from "../wire/mod.ts";

/** Why nothing more is heard of bytes. */
export type CarriedEnd =
  /** The wire has taken all of them. */
  | "taken"
  /** The connection has ended, or was cut off. */
  | "cut off"
  /** A file went out first. */
  | "held";

/** Follows some bytes. */
export interface Follower {
  /**
   * A call has taken some of them.
   *
   * @param call Which bytes of the stream it took, the first of the followed ones among them at `at`.
   * @param part Which of those that are followed, by their place where they were followed first.
   */
  taken?(call: ByteSpan, at: number, part: ByteSpan): void;
  /** Nothing more is heard of them. Called once. */
  ended(how: CarriedEnd): void;
}

/** Where bytes wait: a log, or without one what is for this peer alone. */
export type Source = RoomLog | undefined;

interface Followed {
  source: Source;
  /** Their place there: bytes since it began. */
  from: number;
  to: number;
  /** Where they began when they were followed first. */
  readonly first: number;
  /** Their place in the stream, once it is known. */
  at: number | undefined;
}

/** What is followed over one connection. */
export class Carried {
  /** By who follows it; the oldest comes first. */
  readonly #all = new Map<Follower, Followed>();
  /** Where in the stream the write begins that is being made. */
  #writeAt = 0;

  /** How many are followed. */
  get size(): number {
    return this.#all.size;
  }

  /** Follows bytes that wait. @param by Follows nothing else here. */
  follow(source: Source, { from, to }: ByteSpan, by: Follower): void {
    this.#all.set(by, { source, from, to, first: from, at: undefined });
  }

  /** Follows them no more, without a word. */
  drop(by: Follower): void {
    this.#all.delete(by);
  }

  /** A write is made: it begins there in the stream. */
  begins(streamAt: number): void {
    this.#writeAt = streamAt;
  }

  /** Bytes of a source are a part of it, behind so many others. */
  places(source: Source, from: number, to: number, bytesBefore: number): void {
    for (const one of this.#all.values()) {
      if (one.at !== undefined || one.source !== source) continue;
      if (one.from >= from && one.to <= to) one.at = this.#writeAt + bytesBefore + one.from - from;
    }
  }

  /** What waited in a log waits for this peer alone from now on, from there on. */
  moves(log: RoomLog, from: number, to: number, ownFrom: number): void {
    for (const one of this.#all.values()) {
      if (one.at !== undefined || one.source !== log || one.from < from || one.to > to) continue;
      one.source = undefined;
      one.to += ownFrom - from;
      one.from += ownFrom - from;
    }
  }

  /** A call has taken these bytes of the stream. */
  takes(from: number, to: number): void {
    let isOver = false;
    for (const [by, { at, from: start, to: end, first }] of this.#all) {
      if (at === undefined || at >= to) continue;
      const length = end - start;
      const part = { from: first + Math.max(0, from - at), to: first + Math.min(length, to - at) };
      by.taken?.({ from, to }, at, part);
      if (at + length <= to) isOver = true;
    }
    if (!isOver) return;
    this.#end((one) => one.at !== undefined && one.at + one.to - one.from <= to, "taken");
  }

  /** A file goes out next: of what is for this peer alone nobody knows where it will lie. */
  hold(): void {
    this.#end((one) => one.at === undefined && one.source === undefined, "held");
  }

  /** Nothing more goes out of what is followed. */
  cut(): void {
    this.#end(() => true, "cut off");
  }

  #end(which: (one: Followed) => boolean, how: CarriedEnd): void {
    const over = [...this.#all].filter(([, one]) => which(one)).map(([by]) => by);
    for (const by of over) this.#all.delete(by);
    for (const by of over) by.ended(how);
  }
}
