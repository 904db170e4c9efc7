/**
 * Who may see and do what, as one would tell it. An act that may be changes what is so, and is answered by true.
 *
 * It knows nothing of frames, tags, tables and files. Each text that is said is noted with the devices that must hear it, and so may;
 * no other device may ever hear it, but in answer to what it asks.
 *
 * @module
 */

import type { Ear, Person, Place, Said } from "./scene.ts";
import { put, Room } from "./scene.ts";
import { Hooking } from "./hooking.ts";

export class Model extends Hooking {
  /** How many notes that it types a device may have told, and when that was so. */
  readonly #notes = new WeakMap<Ear, { readonly notes: number; readonly at: number }>();

  // ── Words ─────────────────────────────────────────────────────────────────────────────────────

  say(by: Ear, place: Place, text: string): boolean {
    const room = this.inside(by, place);
    if (room === undefined || !this.speaks(room, by.person)) return false;
    room.kept = true;
    put(room.said, { by: by.person, text });
    this.tell(this.earsIn(place), text);
    this.#hasRead(by.person, place, room.said.length);
    return true;
  }

  /** For who has the name now, or for the account that is away. */
  whisper(by: Ear, name: string, text: string): boolean {
    const to = this.here(name) ?? this.accounts.get(name);
    if (to === undefined) return false;
    const said = this.between(by.person.name, name);
    const key = `with ${by.person.name}` as const;
    if (this.isAccount(to) && !this.reading(to).has(key)) this.reading(to).set(key, said.length);
    put(said, { by: by.person, to: to.id, text });
    this.tell(this.ofPair({ by: by.person, to: to.id }), text);
    this.#hasRead(by.person, `with ${name}`, said.length);
    return true;
  }

  edit(by: Ear, one: Said | undefined, place: Place | undefined, text: string): boolean {
    const room = place && this.inside(by, place);
    if (place !== undefined && (room === undefined || !this.speaks(room, by.person))) return false;
    if (one === undefined || one.by.id !== by.person.id || one.deleted) return false;
    // Lines say by its words which message has others now: whoever is there could have read them until then.
    const told = place === undefined ? this.ofPair(one) : this.earsIn(place);
    for (const { lines, may } of told) if (lines) may.add(one.text);
    one.text = text;
    this.tell(told, text);
    return true;
  }

  delete(by: Ear, one: Said | undefined, place: Place | undefined): boolean {
    const room = place && this.inside(by, place);
    if (one === undefined || (place !== undefined && room === undefined)) return false;
    const outranks = room !== undefined && this.isAtLeast(room, by.person, "moderator") &&
      !this.isAtLeast(room, one.by, this.rank(room, by.person));
    if (one.by.id !== by.person.id && !outranks) return false;
    Object.assign(one, { text: "", deleted: true }).likes.clear();
    return true;
  }

  like(by: Ear, one: Said | undefined, place: Place, on: boolean): boolean {
    const room = this.inside(by, place);
    if (room === undefined || one === undefined || (on && one.deleted)) return false;
    if (on && !this.speaks(room, by.person)) return false;
    if (on) one.likes.add(by.person.id);
    else one.likes.delete(by.person.id);
    return true;
  }

  /** That he types is told where he could say it, and to whom he could say it by frames. Three notes at once are, and then one in two seconds. */
  type(by: Ear, place: Place): boolean {
    const room = this.inside(by, place);
    if (room?.typing !== true || !this.speaks(room, by.person)) return false;
    const { notes, at } = this.#notes.get(by) ?? { notes: 3, at: this.now };
    const left = Math.min(3, notes + (this.now - at) / 2_000) - 1;
    if (left < 0) return false;
    this.#notes.set(by, { notes: left, at: this.now });
    const { name } = by.person;
    const told = this.earsIn(place).filter(({ lines, person }) => !lines && person.name !== name);
    this.tell(told, noteOf(name, place));
    return true;
  }

  setTopic(by: Ear, place: Place, topic: string): boolean {
    const room = this.inside(by, place);
    if (room === undefined || !this.speaks(room, by.person)) return false;
    Object.assign(room, { topic, kept: true });
    this.tell(this.earsIn(place), topic);
    return true;
  }

  /** The message and the five before it are shown to those who keep order there and may see it; to who was away perhaps later. */
  report(by: Ear, place: Place, one: Said | undefined): boolean {
    const room = this.inside(by, place);
    if (room === undefined || one === undefined) return false;
    room.reported.add(one.seq);
    this.tell(
      [...this.ears].filter(({ person }) => this.#judges(room, person)),
      ...before(room, one.seq),
    );
    return true;
  }

  /** Somebody comes in, and is perhaps told what was reported meanwhile. */
  come(ear: Ear): void {
    this.ears.add(ear);
    for (const room of this.rooms.values()) {
      if (!this.#judges(room, ear.person)) continue;
      for (const seq of room.reported) for (const text of before(room, seq)) ear.may.add(text);
    }
  }

  #judges(room: Room, person: Person): boolean {
    return this.isAtLeast(room, person, "moderator") && this.sees(room, person);
  }

  /** The name is the guest's from now on, on whichever device. */
  register({ person }: Ear): boolean {
    if (this.accounts.has(person.name)) return false;
    this.accounts.set(person.name, person);
    return true;
  }

  // ── Rooms, and how far accounts have read them ────────────────────────────────────────────────

  /** A room is whose who makes it. */
  join(by: Ear, place: Place, readTo?: number): boolean {
    const room = this.rooms.get(place) ??
      Object.assign(new Room(), { owner: this.known(by.person) });
    if (!this.sees(room, by.person)) return false;
    this.rooms.set(place, room);
    if (by.lines) by.rooms.clear();
    by.rooms.add(place);
    this.settle();
    if (!this.isAccount(by.person) || this.reading(by.person).has(place)) return true;
    this.reading(by.person).set(place, readTo ?? room.said.length);
    return true;
  }

  /** The same because he asks for it: from then on he comes back to it by himself. */
  enter(by: Ear, place: Place): boolean {
    const isIn = this.join(by, place);
    const room = this.rooms.get(place);
    if (!isIn || room === undefined || !this.isIn(room.out, by.person)) return isIn;
    room.entered = [...room.entered, ...room.out.filter((one) => this.isIn([one], by.person))];
    room.out = this.others(room.out, by.person);
    return isIn;
  }

  /** The same by himself, where he was not put out; to the lobby everybody comes. */
  comesBack(by: Ear, place: Place, seen: number | undefined): boolean {
    const isOut = place !== "lobby" && this.isIn(this.rooms.get(place)?.out ?? [], by.person);
    return !isOut && this.join(by, place, seen);
  }

  /** After a kill somebody may be put out still who had entered before. */
  forget(by: Ear, place: Place): void {
    const room = this.rooms.get(place);
    if (room === undefined || !this.isIn(room.entered, by.person)) return;
    room.out = [...room.out, ...room.entered.filter((one) => this.isIn([one], by.person))];
    room.entered = this.others(room.entered, by.person);
  }

  leave(by: Ear, place: Place): boolean {
    const isIn = by.rooms.delete(place);
    if (isIn) this.reading(by.person).delete(place);
    this.settle();
    return isIn;
  }

  read(by: Ear, key: Place | `with ${string}`, seq: number): boolean {
    if (!this.isAccount(by.person)) return false;
    this.#hasRead(by.person, key, seq);
    return true;
  }

  #hasRead(person: Person, key: Place | `with ${string}`, seq: number): void {
    const before = this.reading(person).get(key);
    if (before !== undefined) this.reading(person).set(key, Math.max(before, seq));
  }

  /** Who may not see a room is not in it, and of one that nobody has said anything in nothing is left. */
  settle(): void {
    const lobby = this.rooms.get("lobby");
    for (const [place, room] of this.rooms) {
      for (const ear of this.earsIn(place)) {
        if (!this.sees(room, ear.person)) ear.rooms.delete(place);
      }
      if (!room.kept && this.earsIn(place).length === 0) this.rooms.delete(place);
    }
    // Lines have no word for being nowhere.
    for (const ear of this.ears) {
      const isNowhere = ear.lines && ear.rooms.size === 0;
      if (isNowhere && lobby !== undefined && this.sees(lobby, ear.person)) ear.rooms.add("lobby");
    }
  }
}

/** A note that somebody types, as it stands in a frame. */
const noteOf = (name: string, place: Place): string =>
  JSON.stringify({ type: "Typing", room: place, from: name }).slice(8, -1);

const before = ({ said }: Room, seq: number): readonly string[] =>
  said.slice(Math.max(0, seq - 6), seq).map(({ text }) => text);
