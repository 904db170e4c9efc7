/**
 * Who may do what to whom in the model, and what comes of it: the half of `model.ts` that is about order.
 *
 * @module
 */

import { Rights } from "./rights.ts";
import type { Ear, Known, Person, Place, Sanction } from "./scene.ts";
import { isOne, nameOf, type Room, sessionOf } from "./scene.ts";

export type Deed = "invite" | "kick" | "ban" | "mute" | "unban" | "promote" | "demote" | "owner";
const KICKED_MS = 60_000;

const without = (list: readonly Known[], who: Partial<Known> | undefined): readonly Known[] =>
  list.filter(({ id, session }) =>
    who === undefined || (id !== who.id && (session === undefined || session !== who.session))
  );
export const including = (list: readonly Known[], who: Known | undefined): readonly Known[] =>
  who === undefined ? list : [...without(list, who), who];

/** What was said of a name, or of who has it now. */
const saidOf = (list: readonly Sanction[], of: string, who: Person | undefined) =>
  list.filter((one) => one.name === of || isOne(one, who?.id));
const lifted = (list: readonly Sanction[], of: string, who: Person | undefined) =>
  list.filter((one) => !saidOf([one], of, who).includes(one));
const again = (list: readonly Sanction[], now: Sanction): readonly Sanction[] =>
  list.filter(({ name, id }) =>
    name === now.name && (id === undefined || now.id === undefined || id === now.id)
  );
/** Said again of a name, it changes until when; whom it hit it hits still, and so does what was said of another one of that name. */
const renewed = (list: readonly Sanction[], now: Sanction): readonly Sanction[] => {
  const before = again(list, now);
  const known = now.id === undefined ? before.filter(({ id }) => id !== undefined) : [];
  const all = known.length > 0 ? known : [Object.assign({}, ...before)];
  return [
    ...list.filter((one) => !before.includes(one)),
    ...all.map((one) => ({ ...one, ...now })),
  ];
};

/** Nobody lifts what was said of himself, nor says it anew; an operator is hit by nothing. */
const isOfHimself = ({ person }: Ear, said: readonly Sanction[]): boolean =>
  !person.operator && said.some((one) => isOne(one, person.id));

export abstract class Keeping extends Rights {
  /** Who may not see a room is not in it. */
  abstract settle(): void;

  /** Does something to one of a name, who stands below if it is against him. */
  keep(by: Ear, deed: Deed, place: Place, name: string): boolean {
    const room = this.rooms.get(place);
    const least = ["promote", "demote", "owner"].includes(deed) ? "owner" : "moderator";
    if (room === undefined || !this.sees(room, by.person)) return false;
    if (!this.isAtLeast(room, by.person, least) || !this.#does(by, deed, place, name)) return false;
    room.kept = true;
    this.settle();
    return true;
  }

  #does(by: Ear, deed: Deed, place: Place, name: string): boolean {
    const room = this.rooms.get(place) as Room;
    const person = this.meant(name);
    const isNamed = ({ id }: Known) => nameOf(id) === name;
    const remembered = [room.owner, ...room.moderators, ...room.invited];
    const known = person === undefined
      ? remembered.find((one) => one !== undefined && isNamed(one))
      : this.known(person);
    switch (deed) {
      case "invite":
        if (this.holding(room.banned).some((one) => isOne(one, person?.id))) return false;
        if (person !== undefined) room.invited = including(room.invited, known);
        return person !== undefined;
      case "promote":
        if (person !== undefined) room.moderators = including(room.moderators, known);
        return person !== undefined;
      case "demote": {
        const one = room.moderators.find((one) => isOne(one, person?.id)) ??
          room.moderators.find(isNamed);
        room.moderators = without(room.moderators, one);
        if (room.access === "invite") room.invited = including(room.invited, one);
        return one !== undefined;
      }
      case "owner":
        if (person === undefined) return false;
        if (room.access === "invite") room.invited = including(room.invited, room.owner);
        room.owner = known;
        room.moderators = without(room.moderators, known);
        return true;
      case "unban": {
        const had = [room.banned, room.muted].map((list) => this.holding(list));
        const said = saidOf(had.flat(), name, person);
        if (isOfHimself(by, said)) return false;
        [room.banned = [], room.muted = []] = had.map((list) => lifted(list, name, person));
        return said.length > 0;
      }
      case "kick":
      case "ban":
      case "mute":
        return this.#judges(by, deed, place, { name, person, known });
    }
  }

  /** Against somebody who stands below, and nobody does below himself. */
  #judges(
    by: Ear,
    deed: "kick" | "ban" | "mute",
    place: Place,
    { name, person, known }: { name: string; person: Person | undefined; known: Known | undefined },
  ): boolean {
    const room = this.rooms.get(place) as Room;
    const rank = this.rank(room, by.person);
    const other = person ?? (known && { id: known.id, operator: false });
    if (name === by.person.name) return false;
    if (other !== undefined && this.isAtLeast(room, other, rank)) return false;
    const isThere = this.here(name) === undefined
      ? person !== undefined
      : this.earsOf(name).some(({ rooms }) => rooms.has(place));
    if (deed === "kick" && !isThere) return false;
    const whole: Partial<Known> = person === undefined
      ? known ?? {}
      : { id: person.id, session: sessionOf(person.id) };
    const until = deed === "kick" ? this.now + KICKED_MS : Infinity;
    const sanction = { ...whole, name, until };
    const list = deed === "mute" ? room.muted : room.banned;
    if (isOfHimself(by, again(this.holding(list), sanction))) return false;
    if (deed === "mute") room.muted = renewed(this.holding(room.muted), sanction);
    if (deed === "mute") return true;
    room.banned = renewed(this.holding(room.banned), sanction);
    room.invited = without(room.invited, whole);
    if (deed === "ban") room.moderators = without(room.moderators, whole);
    if (deed === "ban" && room.owner !== undefined) [room.owner] = without([room.owner], whole);
    // Nobody comes back by himself to where he was put out.
    if (whole.id !== undefined) room.out = including(room.out, { ...whole, id: whole.id });
    if (person !== undefined) this.reading(person).delete(place);
    return true;
  }

  /** Who is there when a room closes is invited. */
  close(by: Ear, place: Place, access: Room["access"]): boolean {
    const room = this.rooms.get(place);
    if (room === undefined || !this.sees(room, by.person)) return false;
    if (!this.isAtLeast(room, by.person, "moderator")) return false;
    if (access === "invite" && place === "lobby") return false;
    const more = access === "invite" && room.access !== "invite" ? this.earsIn(place) : [];
    for (const { person } of more) {
      if (!room.invited.some(({ id }) => id === person.id)) {
        room.invited = [...room.invited, this.known(person)];
      }
    }
    Object.assign(room, { access, kept: true });
    this.settle();
    return true;
  }

  showTyping(by: Ear, place: Place, typing: boolean): boolean {
    const room = this.rooms.get(place);
    if (room === undefined || !this.sees(room, by.person)) return false;
    if (!this.isAtLeast(room, by.person, "moderator")) return false;
    Object.assign(room, { typing, kept: true });
    return true;
  }

  banFromServer(by: Ear, name: string): boolean {
    const person = this.meant(name);
    if (!by.person.operator || person?.operator === true) return false;
    const whole = person && { id: person.id, session: sessionOf(person.id) };
    this.banned = renewed(this.banned, { ...whole, name, until: Infinity });
    return true;
  }

  letInAgain(by: Ear, name: string): boolean {
    const before = this.banned;
    if (by.person.operator) this.banned = lifted(before, name, this.meant(name));
    return this.banned.length < before.length;
  }

  setRole(by: Ear, name: string, operator: boolean): boolean {
    const account = this.accounts.get(name);
    if (!by.person.operator || account === undefined) return false;
    account.operator = operator;
    this.settle();
    return true;
  }
}
