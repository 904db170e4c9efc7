/**
 * The rooms that somebody is in, by their names, each with the place in the room's log.
 *
 * A list and not a map: most are in one room or two, of whom there are thousands, and then a map costs four times as much
 * memory. Nobody is in more than some hundreds, which are gone through in less than a microsecond. Who comes home into two hundred
 * rooms has one list that grows, and not two hundred of them: it is copied only where somebody still looks at what it was.
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

const NONE: Stay[] = [];
/** Up to so many stays a list has no more room than it needs: one that grows has some to spare, which thousands would pay for. */
const EXACT_MAX = 8;

/** Stays, in the order in which they began. */
export class Stays {
  #all = NONE;
  /** Whether somebody was given the list as it is. */
  #isShown = false;

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
    if (this.#isShown || this.#all.length < EXACT_MAX) this.#all = this.#own([...this.#all, stay]);
    else this.#all.push(stay);
  }

  /** The one in that room is over. */
  delete(key: FoldedName): void {
    const at = this.#all.findIndex(({ room }) => room.key === key);
    if (at < 0) return;
    if (this.#isShown || this.#all.length <= EXACT_MAX) {
      this.#all = this.#own(this.#all.toSpliced(at, 1));
    } else this.#all.splice(at, 1);
  }

  /** All of them now: what begins or ends meanwhile is no part of the list. */
  values(): readonly Stay[] {
    this.#isShown = true;
    return this.#all;
  }

  #own(list: Stay[]): Stay[] {
    this.#isShown = false;
    return list;
  }
}
