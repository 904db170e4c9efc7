/**
 * Rooms that only those may know of who are invited: who may know of which.
 *
 * Somebody's own are found by a look at a table, however many there are: strangers make as many as they like, and each list of rooms
 * asks. Pure.
 *
 * @module
 */

import type { Order } from "../order/order.ts";
import type { Person } from "../order/person.ts";
import { refuseAct } from "../order/standing.ts";
import type { Room } from "./room.ts";

/** The rooms of invite. */
export class HiddenRooms {
  readonly #all = new Set<Room>();
  /** By tag, and by mark. */
  readonly #byTag = new Map<string, Set<Room>>();
  readonly #tagsOf = new WeakMap<Room, readonly string[]>();

  /** One is hidden, with that order. */
  add(room: Room, { owner, moderators, invited }: Order): void {
    this.#all.add(room);
    const named = [...(owner === undefined ? [] : [owner]), ...moderators, ...invited];
    const tags = named.flatMap(({ tag, mark }) => mark === undefined ? [tag] : [tag, mark]);
    this.#tagsOf.set(room, tags);
    for (const tag of tags) {
      const rooms = this.#byTag.get(tag) ?? new Set<Room>();
      this.#byTag.set(tag, rooms.add(room));
    }
  }

  /** One is not there any more, or not hidden. Idempotent. */
  delete(room: Room): void {
    if (!this.#all.delete(room)) return;
    for (const tag of this.#tagsOf.get(room) ?? []) {
      const rooms = this.#byTag.get(tag);
      rooms?.delete(room);
      if (rooms?.size === 0) this.#byTag.delete(tag);
    }
  }

  /** Those that somebody may know of. */
  seenBy(person: Person, nowMs: number): readonly Room[] {
    if (this.#all.size === 0) return [];
    const rooms = person.operator ? this.#all : new Set([
      ...this.#byTag.get(person.tag) ?? [],
      ...this.#byTag.get(person.mark) ?? [],
    ]);
    return [...rooms].filter((room) =>
      refuseAct(room.order, room.name, person, "see", nowMs) === undefined
    );
  }
}
