/**
 * Everybody who is here and every room there is.
 *
 * Names are looked up by their folded form, so `alice` finds `Alice`. The lobby always exists; another
 * room exists from its first member on, and is forgotten when it is empty and has no messages, or when
 * room is needed for a new one.
 *
 * @module
 */

import type { HallView } from "./commands/types.ts";
import { ROOMS_MAX } from "./limits.ts";
import { Likenesses } from "./likenesses.ts";
import type { Member } from "./member.ts";
import { Room } from "./room.ts";
import type { RoomFact } from "./store_port.ts";
import {
  fold,
  type FoldedName,
  foldText,
  LOBBY,
  type RoomName,
  roomNameKept,
  type UserName,
} from "./wire/mod.ts";
import type { Wakeups } from "./wakeups.ts";

/** What a hall needs to know. */
export interface HallParts {
  readonly wakeups: Wakeups;
  /** The rooms that were there before and are listed from the start. */
  readonly rooms: readonly RoomFact[];
  /** What is remembered of any room, by its folded name. */
  readonly remembered: (key: FoldedName) => RoomFact | undefined;
  /** The newest seq of a stream. */
  readonly head: (stream: string) => number;
}

/** Users and rooms. */
export class Hall implements HallView {
  readonly #parts: HallParts;
  readonly #members = new Map<FoldedName, Member>();
  readonly #likenesses = new Likenesses<Member>();
  readonly #rooms = new Map<FoldedName, Room>();
  readonly lobby: Room;

  constructor(parts: HallParts) {
    this.#parts = parts;
    this.lobby = this.#open(LOBBY as RoomName);
    const lobby = parts.remembered(this.lobby.key);
    if (lobby !== undefined) this.#openOld(this.lobby.name, lobby);
    for (const fact of parts.rooms) {
      const kept = roomNameKept(fact.name);
      if (kept !== undefined) this.#openOld(kept, fact);
    }
  }

  get members(): Iterable<Member> {
    return this.#members.values();
  }

  /** How many members there are. */
  get size(): number {
    return this.#members.size;
  }

  /** How many rooms there are. */
  get roomCount(): number {
    return this.#rooms.size;
  }

  /** The member of that name, or one whose name looks the same. */
  holderOf(name: UserName): Member | undefined {
    return this.#members.get(fold(name)) ?? this.#likenesses.of(name);
  }

  user(text: string): Member | undefined {
    return this.#members.get(foldText(text));
  }

  member(key: FoldedName): Member | undefined {
    return this.#members.get(key);
  }

  room(text: string): Room | undefined {
    return this.#rooms.get(foldText(text));
  }

  *users(): Iterable<UserName> {
    for (const member of this.#members.values()) yield member.name;
  }

  rooms(): Iterable<Room> {
    return this.#rooms.values();
  }

  head(stream: string): number {
    return this.#parts.head(stream);
  }

  /** Takes a new member in. Its name must be free. */
  seat(member: Member): void {
    this.#members.set(member.key, member);
    this.#likenesses.add(member);
  }

  /** Lets a member go, out of every room. Idempotent. */
  unseat(member: Member): void {
    if (this.#members.get(member.key) !== member) return;
    this.#members.delete(member.key);
    this.#likenesses.delete(member);
    for (const { room } of [...member.places.values()]) this.exit(member, room);
  }

  /** The room of that name, made if needed; `undefined` when there are too many. */
  roomFor(name: RoomName): Room | undefined {
    const known = this.#rooms.get(fold(name));
    if (known !== undefined) return known;
    if (this.#rooms.size >= ROOMS_MAX && !this.#forgetAnEmptyRoom()) return undefined;
    const fact = this.#parts.remembered(fold(name));
    return fact === undefined ? this.#open(name) : this.#openOld(name, fact);
  }

  /** Lets a member out of a room. */
  exit(member: Member, room: Room): void {
    room.exit(member);
    if (room.size === 0 && this.head(room.stream) === 0) this.#forget(room);
  }

  /** Stops every timer. */
  close(): void {
    for (const room of this.#rooms.values()) room.close();
  }

  /** Opens a room as it is remembered. */
  #openOld(name: RoomName, fact: RoomFact): Room {
    const first = roomNameKept(fact.name);
    const fits = first !== undefined && fold(first) === fold(name);
    const room = this.#rooms.get(fold(name)) ?? this.#open(fits ? first : name);
    room.topic = fact.topic;
    room.remembered = true;
    return room;
  }

  #open(name: RoomName): Room {
    const room = new Room(name, this.#parts.wakeups);
    this.#rooms.set(room.key, room);
    return room;
  }

  #forgetAnEmptyRoom(): boolean {
    for (const room of this.#rooms.values()) {
      if (room.size === 0 && room !== this.lobby) {
        this.#forget(room);
        return true;
      }
    }
    return false;
  }

  #forget(room: Room): void {
    if (room === this.lobby) return;
    room.close();
    this.#rooms.delete(room.key);
  }
}
