/**
 * A hook in the model: who makes one, and who hears what a program says by it.
 *
 * There is one at a time. Nobody silences it.
 *
 * @module
 */

import { Inviting } from "./inviting.ts";
import { type Ear, type Person, type Place, put, Room } from "./scene.ts";

/** What a program speaks as. */
export const HOOK = "Bot";

interface Hook {
  readonly place: Place;
  readonly token: string;
  isThere: boolean;
}

export abstract class Hooking extends Inviting {
  /** The newest, also when it was taken away: its token may be shown all the same. */
  hook: Hook | undefined;

  mayAddHook({ person }: Ear): boolean {
    return person.operator && this.hook?.isThere !== true;
  }

  removeHook({ person }: Ear): boolean {
    if (!person.operator || this.hook?.isThere !== true) return false;
    this.hook.isThere = false;
    return true;
  }

  /** A program says something, whoever is in its room: nobody has to be. */
  post(text: string): boolean {
    const { place, isThere } = this.hook ?? {};
    if (isThere !== true || place === undefined) return false;
    const room = this.rooms.get(place) ?? new Room();
    this.rooms.set(place, room);
    room.kept = true;
    const by: Person = { id: `hook:${HOOK}`, name: HOOK, operator: false };
    put(room.said, { by, text });
    this.tell(this.earsIn(place), text);
    return true;
  }
}
