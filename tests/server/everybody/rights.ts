/**
 * What holds in the model: who somebody is in a room, who may see it, and who may speak there.
 *
 * @module
 */

import type { Person, Rank, Room, Sanction } from "./scene.ts";
import { isOne, RANKS, Scene } from "./scene.ts";

type Who = Pick<Person, "id" | "operator">;

export class Rights extends Scene {
  rank(room: Room, { id, operator }: Who): Rank {
    if (operator) return "operator";
    if (isOne(room.owner, id)) return "owner";
    if (room.moderators.some((one) => isOne(one, id))) return "moderator";
    return room.invited.some((one) => isOne(one, id)) ? "invited" : "nobody";
  }

  isAtLeast(room: Room, who: Who, rank: Rank): boolean {
    return RANKS.indexOf(this.rank(room, who)) >= RANKS.indexOf(rank);
  }

  holding(list: readonly Sanction[]): readonly Sanction[] {
    return list.filter(({ until }) => until > this.now);
  }

  /** What is said of somebody holds whatever his name is; and for all who have that name, but who moderate. */
  isHit(list: readonly Sanction[], { id, name }: Person, moderates = false): boolean {
    return this.holding(list).some((one) => isOne(one, id) || (!moderates && one.name === name));
  }

  mayCome(person: Person): boolean {
    return person.operator || !this.isHit(this.banned, person);
  }

  sees(room: Room, person: Person): boolean {
    if (person.operator) return true;
    if (this.isHit(room.banned, person, this.isAtLeast(room, person, "moderator"))) return false;
    return room.access !== "invite" || this.isAtLeast(room, person, "invited");
  }

  speaks(room: Room, person: Person): boolean {
    const moderates = this.isAtLeast(room, person, "moderator");
    if (person.operator) return true;
    return this.sees(room, person) && (room.access !== "announce" || moderates) &&
      !this.isHit(room.muted, person, moderates);
  }
}
