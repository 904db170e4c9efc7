/**
 * Invitations in the model: who makes them, and what whoever comes by one gets.
 *
 * Nobody needs one to come in here. It leads to a place in its room, which is given once to each who comes by it.
 *
 * @module
 */

import { including, Keeping } from "./keeping.ts";
import { type Ear, isOne, type Person, type Place } from "./scene.ts";

/** An invitation, also one that holds no more: its token may be shown all the same. */
export interface Invitation {
  readonly id: string;
  readonly token: string;
  readonly room: Place | undefined;
  readonly uses: number;
  /** Until when it holds. */
  until: number;
  /** Who has come by it: an account by its name, a guest by his session. */
  readonly guests: string[];
}

export abstract class Inviting extends Keeping {
  readonly invitations: Invitation[] = [];

  /** Those that hold. */
  get holdingInvitations(): readonly Invitation[] {
    return this.invitations.filter(({ until }) => until > this.now);
  }

  /** Into a room that is there, or into none. */
  mayAddInvitation({ person }: Ear, place: Place | undefined): boolean {
    return person.operator && (place === undefined || this.rooms.has(place));
  }

  revokeInvitation({ person }: Ear, one: Invitation | undefined): boolean {
    if (!person.operator || one === undefined) return false;
    one.until = -Infinity;
    return true;
  }

  /**
   * Somebody comes in and shows one.
   *
   * @param mark As whom it remembers him.
   * @returns Where else he comes to: one that does not hold leads nowhere.
   */
  comesBy(person: Person, one: Invitation, mark: string): Place | undefined {
    const { guests, uses, room: place, until } = one;
    const isKnown = guests.includes(mark);
    if (until <= this.now || (!isKnown && guests.length >= uses)) return undefined;
    if (isKnown) return place;
    guests.push(mark);
    const room = place && this.rooms.get(place);
    const isBanned = this.holding(room?.banned ?? []).some((said) => isOne(said, person.id));
    if (room?.access === "invite" && !isBanned) {
      room.invited = including(room.invited, this.known(person));
    }
    return place;
  }
}
