/**
 * A hook in the model: who makes one, and who hears what a program says by it.
 *
 * There is one at a time. Whatever the room is like, it is heard there, unless it is muted or banned there by its name.
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

  /** A program says something, whoever is in its room: nobody has to be. @returns The status of its answer. */
  post(text: string): "200" | "403" | "404" {
    const { place, isThere } = this.hook ?? {};
    if (isThere !== true || place === undefined) return "404";
    const room = this.rooms.get(place) ?? new Room();
    const by: Person = { id: `hook:${HOOK}`, name: HOOK, operator: false };
    if (this.isHit(room.muted, by) || this.isHit(room.banned, by)) return "403";
    this.rooms.set(place, room);
    room.kept = true;
    put(room.said, { by, text });
    this.tell(this.earsIn(place), text);
    return "200";
  }
}
