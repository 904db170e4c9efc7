/**
 * The ways that are kept: the newest, so many messages and so many receivers of them in all.
 *
 * @module
 */

import { type FoldedName, foldText } from "../wire/mod.ts";
import { RECEIVERS_KEPT_MAX, WAYS_MAX } from "./limits.ts";
import type { Way } from "./way.ts";

/** Ways by room and number. */
export class Ways {
  /** The oldest comes first. */
  readonly #kept = new Map<string, Way>();
  #receivers = 0;
  /** How many had to go for others. */
  forgotten = 0;

  /** How many are kept. */
  get size(): number {
    return this.#kept.size;
  }

  /** Keeps one, which has a number by now. */
  add(way: Way): void {
    const key = keyOf(way.begun.key, way.seq);
    const before = this.#kept.get(key);
    if (before !== undefined) this.delete(before);
    this.#kept.set(key, way);
    this.#shrink();
  }

  /** One that is kept has its receivers now. */
  received(way: Way): void {
    this.#receivers += way.receivers.length;
    this.#shrink();
  }

  /** Forgets one: it was not kept by the store. */
  delete(way: Way): void {
    if (way.isOver) return;
    this.#kept.delete(keyOf(way.begun.key, way.seq));
    this.#receivers -= way.receivers.length;
    way.end();
  }

  /** That message's. */
  of(room: FoldedName, seq: number): Way | undefined {
    return this.#kept.get(keyOf(room, seq));
  }

  /** The newest that was published, in a room or in any. */
  last(room: FoldedName | undefined): Way | undefined {
    let last: Way | undefined;
    for (const way of this.#published(room)) {
      if ((way.publishedMs ?? 0) >= (last?.publishedMs ?? 0)) last = way;
    }
    return last;
  }

  /** The one that took longest, likewise. */
  slowest(room: FoldedName | undefined, nowMs: number): Way | undefined {
    let slowest: Way | undefined;
    let mostMs = -1;
    for (const way of this.#published(room)) {
      const tookMs = way.tookMs(nowMs);
      if (tookMs > mostMs) [slowest, mostMs] = [way, tookMs];
    }
    return slowest;
  }

  /** Forgets all that somebody said or got. */
  erase(who: FoldedName): void {
    for (const way of [...this.#kept.values()]) {
      const ends = [way.begun.from, ...way.receivers.map(({ end }) => end)];
      if (ends.some(({ user }) => foldText(user) === who)) this.delete(way);
    }
  }

  /** Forgets all. */
  clear(): void {
    for (const way of [...this.#kept.values()]) this.delete(way);
    this.forgotten = 0;
  }

  *#published(room: FoldedName | undefined): Iterable<Way> {
    for (const way of this.#kept.values()) {
      const fits = room === undefined || way.begun.key === room;
      if (fits && way.publishedMs !== undefined) yield way;
    }
  }

  get #isOverfull(): boolean {
    return this.#kept.size > WAYS_MAX || this.#receivers > RECEIVERS_KEPT_MAX;
  }

  #shrink(): void {
    if (!this.#isOverfull) return;
    for (const way of this.#kept.values()) {
      if (!this.#isOverfull) return;
      this.delete(way);
      this.forgotten++;
    }
  }
}

/** No name holds a slash, and a number is the same in one way only. */
function keyOf(room: FoldedName, seq: number): string {
  return `${room}/${seq}`;
}
