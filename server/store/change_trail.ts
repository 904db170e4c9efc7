/**
 * The latest changes of each room, so that each record of one tells of those before it, too.
 *
 * A change is a body in the place of another one, and beside it a record that it was made. The disk may lose both at once, as they lie
 * side by side, and then the words that were taken back would be there again. The next record still says that they were changed
 * (`withholding.ts`). What was not stored is not told: nothing is withheld for it. Kept in memory only, and bounded.
 *
 * @module
 */

import { CHANGE_TRAIL_MAX, CHANGE_TRAIL_ROOMS_MAX } from "../limits.ts";
import type { FoldedName } from "../wire/mod.ts";

/** Which message, and when it was edited then. */
export type Changed = readonly [seq: number, edited: number];

/** The latest changes. */
export class ChangeTrail {
  readonly #rooms = new Map<FoldedName, readonly Changed[]>();

  /** Those of a room. */
  of(room: FoldedName): readonly Changed[] {
    return this.#rooms.get(room) ?? [];
  }

  /** One more is stored. */
  stored(room: FoldedName, changed: Changed): void {
    const [seq] = changed;
    const others = this.of(room).filter(([other]) => other !== seq);
    this.#rooms.delete(room);
    this.#rooms.set(room, [...others, changed].slice(-CHANGE_TRAIL_MAX));
    const [first] = this.#rooms.keys();
    if (this.#rooms.size > CHANGE_TRAIL_ROOMS_MAX && first !== undefined) this.#rooms.delete(first);
  }
}
