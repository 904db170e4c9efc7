/**
 * The rooms that somebody is in, by their names, each with the place in the room's log.
 *
 * A list and not a map: most are in one room or two, of whom there are thousands, and then a map costs four times as much
 * memory. Nobody is in more than some hundreds, which are gone through in less than a microsecond.
 *
 * @module
 */

import type { Room } from "./room.ts";
import type { Cursor } from "./room_log.ts";
import type { Signed } from "../store/authors.ts";
import type { FoldedName } from "../wire/mod.ts";

/** A stay in a room. */
export interface Stay {
  readonly room: Room;
  readonly cursor: Cursor;
  /** Its number in the room. */
  readonly stay: number;
  /** When its author was written down last; see `store/authors.ts`. Most who stay say nothing. */
  signed?: Signed | undefined;
}

const NONE: readonly Stay[] = [];

/** Stays, in the order in which they began. */
export class Stays {
  #all = NONE;

  /** How many there are. */
  get size(): number {
    return this.#all.length;
  }

  /** The one in that room. */
  get(key: FoldedName): Stay | undefined {
    for (const stay of this.#all) if (stay.room.key === key) return stay;
    return undefined;
  }

  /** Whether there is one in that room. */
  has(key: FoldedName): boolean {
    return this.get(key) !== undefined;
  }

  /** One begins, in a room in which there is none. */
  add(stay: Stay): void {
    this.#all = this.#all.length === 0 ? [stay] : this.#all.concat(stay);
  }

  /** The one in that room is over. */
  delete(key: FoldedName): void {
    this.#all = this.#all.filter(({ room }) => room.key !== key);
  }

  /** All of them now: what begins or ends meanwhile is no part of the list. */
  values(): readonly Stay[] {
    return this.#all;
  }
}
