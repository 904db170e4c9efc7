/**
 * Everybody who is here and every room there is.
 *
 * Names are looked up by their folded form, so `alice` finds `Alice`. An account may be here on several devices, of which each is
 * a member; there is one of each name otherwise. What becomes of rooms is told in `rooms.ts`.
 *
 * @module
 */

import type { Chores } from "../budget/mod.ts";
import type { HallView } from "../commands/types.ts";
import type { Member } from "./member.ts";
import type { Order } from "../order/order.ts";
import type { Person } from "../order/person.ts";
import type { Room } from "./room.ts";
import { Rooms, type RoomsParts } from "./rooms.ts";
import { Sorted } from "./sorted.ts";
import {
  fold,
  type FoldedName,
  foldText,
  Likenesses,
  plainLookOf,
  type RoomName,
  type UserName,
} from "../wire/mod.ts";

/** What a hall needs to know. */
export interface HallParts extends RoomsParts {
  /** Milliseconds since 1970. Default: it is always 1970. */
  readonly clock?: () => number;
  readonly chores: Pick<Chores, "do">;
  /** The account of a name. Default: there is none. */
  readonly accountOf?: (key: FoldedName) => Person | undefined;
}

const NOBODY: readonly Member[] = [];

/** Users and rooms. */
export class Hall implements HallView {
  readonly #head: RoomsParts["head"];
  readonly #clock: () => number;
  readonly #chores: HallParts["chores"];
  readonly #accountOf: HallParts["accountOf"];
  /** Who has gone, and is still in some rooms. */
  readonly #leaving = new Map<FoldedName, Set<Member>>();
  /** One member of each name: the device of an account that is here longest. */
  readonly #members = new Map<FoldedName, Member>();
  /** The other devices of accounts that have several here, in the order in which they came. Most have none. */
  readonly #others = new Map<FoldedName, readonly Member[]>();
  /** How many members have an account. */
  #registered = 0;
  readonly #likenesses = new Likenesses<Member>(plainLookOf);
  readonly #inOrder = new Sorted<UserName>(() => this.#names(), (name) => name);
  readonly #rooms: Rooms;

  constructor(parts: HallParts) {
    this.#head = parts.head;
    this.#clock = parts.clock ?? (() => 0);
    this.#chores = parts.chores;
    this.#accountOf = parts.accountOf;
    this.#rooms = new Rooms(parts);
  }

  /** The room that everybody enters at login. */
  get lobby(): Room {
    return this.#rooms.lobby;
  }

  /** All of them, each device on its own. */
  *members(): Iterable<Member> {
    yield* this.#members.values();
    for (const others of this.#others.values()) yield* others;
  }

  /** How many people there are. */
  get size(): number {
    return this.#members.size;
  }

  /** How many rooms there are. */
  get roomCount(): number {
    return this.#rooms.size;
  }

  /**
   * Who stands against somebody's coming in under that name: one whose name looks the same, else the member of that name.
   * In this order, since in another case a member's own name may look like somebody else's.
   */
  holderOf(name: UserName): Member | undefined {
    const own = this.#members.get(fold(name));
    return this.#likenesses.of(name, own) ?? own;
  }

  /** The members under a folded name. */
  membersOf(key: FoldedName): readonly Member[] {
    const member = this.#members.get(key);
    return member === undefined ? NOBODY : [member, ...this.othersOf(key)];
  }

  /** Those of them beside the one that `member` gives. */
  othersOf(key: FoldedName): readonly Member[] {
    return this.#others.size === 0 ? NOBODY : this.#others.get(key) ?? NOBODY;
  }

  /** Whether a member is here, and has not gone meanwhile. */
  isHere(member: Member): boolean {
    return this.#members.get(member.key) === member || this.othersOf(member.key).includes(member);
  }

  isIn(user: FoldedName, room: FoldedName): boolean {
    return this.membersOf(user).some((member) => member.isIn(room));
  }

  registered(names: readonly UserName[]): readonly UserName[] {
    if (this.#registered === 0) return [];
    return names.filter((name) => this.#members.get(fold(name))?.registered);
  }

  /** A member is an account from now on, and so looks different in lists. */
  looksDifferent(member: Member): void {
    this.#registered++;
    this.#inOrder.touched();
    for (const { room } of member.places.values()) room.registered(member);
  }

  user(text: string): Member | undefined {
    return this.#members.get(foldText(text));
  }

  away(text: string): Person | undefined {
    const key = foldText(text);
    return this.#members.has(key) ? undefined : this.#accountOf?.(key);
  }

  member(key: FoldedName): Member | undefined {
    return this.#members.get(key);
  }

  room(text: string): Room | undefined {
    return this.#rooms.get(foldText(text));
  }

  usersInOrder(): readonly UserName[] {
    return this.#inOrder.list;
  }

  roomsInOrder(): readonly Room[] {
    return this.#rooms.inOrder();
  }

  roomsFor(asker: Person): readonly Room[] {
    return this.#rooms.inOrderFor(asker, this.nowMs);
  }

  order(text: string): Order | undefined {
    return this.#rooms.orderOf(foldText(text));
  }

  /** See `Rooms.set`. */
  setOrder(room: Room, order: Order): void {
    this.#rooms.set(room, order);
  }

  get nowMs(): number {
    return this.#clock();
  }

  rooms(): Iterable<Room> {
    return this.#rooms.all();
  }

  head(stream: string): number {
    return this.#head(stream);
  }

  /** Takes a new member in. Its name must be free, or that of the account whose further device it is. */
  add(member: Member): void {
    const { key } = member;
    // Rooms hear that the one before has left before they hear that this one has come.
    for (const before of this.#leaving.get(key) ?? []) for (const _ of this.#exits(before));
    if (member.registered) this.#registered++;
    if (this.#members.has(key)) {
      this.#others.set(key, [...this.othersOf(key), member]);
      return;
    }
    this.#members.set(key, member);
    this.#likenesses.add(member);
    this.#inOrder.changed();
  }

  /** Lets a member go, out of every room; as far as that takes long, in steps. Idempotent. */
  remove(member: Member): void {
    if (!this.isHere(member)) return;
    const { key } = member;
    if (member.registered) this.#registered--;
    if (this.#members.get(key) === member) this.#removeFirst(member);
    else this.#setOthers(key, this.othersOf(key).filter((other) => other !== member));
    const leaving = this.#leaving.get(key) ?? new Set();
    this.#leaving.set(key, leaving.add(member));
    this.#chores.do(this.#exits(member));
  }

  #removeFirst(member: Member): void {
    const { key } = member;
    this.#likenesses.delete(member);
    const [next, ...others] = this.othersOf(key);
    if (next === undefined) {
      this.#members.delete(key);
      this.#inOrder.changed();
      return;
    }
    this.#members.set(key, next);
    this.#likenesses.add(next);
    this.#setOthers(key, others);
  }

  #setOthers(key: FoldedName, others: readonly Member[]): void {
    if (others.length === 0) this.#others.delete(key);
    else this.#others.set(key, others);
  }

  *#exits(member: Member): Generator<void, void, void> {
    for (const { room } of member.places.values()) {
      // Another one of its name may have hurried it.
      if (!member.isIn(room.key)) continue;
      room.exit(member);
      yield;
    }
    const leaving = this.#leaving.get(member.key);
    leaving?.delete(member);
    if (leaving?.size === 0) this.#leaving.delete(member.key);
  }

  /** See `Rooms.open`. */
  openRoom(name: RoomName, maker?: Person): Room | undefined {
    return this.#rooms.open(name, maker);
  }

  /** See `Rooms.trim`. */
  trim(): Iterable<void> {
    return this.#rooms.trim();
  }

  /** Forgets a room, if nobody is in it and nobody counts on it. @returns Whether it is not there now. */
  letGo(key: FoldedName): boolean {
    return this.#rooms.letGo(key);
  }

  /** See `Rooms.forget`. */
  forgetRooms(bytes: number): Iterable<void> {
    return this.#rooms.forget(bytes);
  }

  roomLike(name: RoomName): RoomName | undefined {
    return this.#rooms.like(name)?.name;
  }

  nameKept(text: string): RoomName | undefined {
    return this.#rooms.nameKept(foldText(text));
  }

  /** Stops every timer. */
  close(): void {
    this.#rooms.close();
  }

  *#names(): Iterable<UserName> {
    for (const member of this.#members.values()) yield member.name;
  }
}
