/**
 * Every room there is.
 *
 * ```text
 *   open ─► held ─► entered … left ─┬─ nothing was kept of it ─► forgotten
 *                                   └─ it has messages or a topic ─► empty: listed, and the first to go when room is needed
 * ```
 *
 * The lobby always exists. A room that is *held* (somebody is about to enter it, or what was said in it is on its way to
 * the disk) is not forgotten, so there are never two of one name. What a forgotten room had (its messages, its topic) the
 * store knows, and it comes back with it when somebody enters it again.
 *
 * A room that never was cannot be made under a name that looks like that of one that is there.
 *
 * @module
 */

import { HiddenRooms } from "./hidden_rooms.ts";
import { ROOM_BYTES, ROOMS_MAX } from "../limits.ts";
import { namedOf, OPEN, Order } from "../order/order.ts";
import type { Person } from "../order/person.ts";
import { Room } from "./room.ts";
import type { RoomFact } from "../store/store_port.ts";
import { Sorted } from "./sorted.ts";
import {
  fold,
  type FoldedName,
  isPlain,
  Likenesses,
  LOBBY,
  type RoomName,
  roomNameKept,
} from "../wire/mod.ts";
import { roomStream } from "../store/streams.ts";
import type { Wakeups } from "./wakeups.ts";

/** What rooms need to know. */
export interface RoomsParts {
  readonly wakeups: Wakeups;
  /** The rooms that were there before and are listed from the start. */
  readonly rooms: readonly RoomFact[];
  /** What is remembered of any room, by its folded name. */
  readonly remembered: (key: FoldedName) => RoomFact | undefined;
  /** How a room is set that is not open to all; see `OrderBook.of`. Default: they all are. */
  readonly orderOf?: (key: FoldedName) => Order | undefined;
  /** The newest seq of a stream. */
  readonly head: (stream: string) => number;
}

/** The rooms. */
export class Rooms {
  readonly lobby: Room;
  readonly #parts: RoomsParts;
  readonly #max: number;
  readonly #rooms = new Map<FoldedName, Room>();
  /** How many of them have a name beyond ASCII: without one, and within ASCII, nothing looks like anything. */
  #foreign = 0;
  /** Made when it is asked for first: most servers never do. */
  #likenesses: Likenesses<Room> | undefined;
  /** Those that anybody may know of. */
  readonly #inOrder = new Sorted<Room>(() => this.#shown(), ({ name }) => name);
  readonly #hidden = new HiddenRooms();
  /** Those that are empty, and some that were; the one that has been so longest comes first. */
  readonly #empty = new Set<Room>();

  /** @param max How many there may be at once. */
  constructor(parts: RoomsParts, max: number = ROOMS_MAX) {
    this.#parts = parts;
    this.#max = max;
    this.lobby = this.#add(LOBBY as RoomName);
    const lobby = parts.remembered(this.lobby.key);
    if (lobby !== undefined) this.#recall(this.lobby, lobby);
    for (const fact of parts.rooms) {
      const name = roomNameKept(fact.name);
      if (name === undefined || this.#rooms.has(fold(name)) || this.#rooms.size >= max) continue;
      const room = this.#add(name);
      this.#recall(room, fact);
      this.#empty.add(room);
    }
  }

  /** How many there are. */
  get size(): number {
    return this.#rooms.size;
  }

  /** All of them. */
  all(): Iterable<Room> {
    return this.#rooms.values();
  }

  /** Those that anybody may know of, in code unit order; another list when something has changed. */
  inOrder(): readonly Room[] {
    return this.#inOrder.list;
  }

  /** Those that somebody may know of, likewise. */
  inOrderFor(person: Person, nowMs: number): readonly Room[] {
    const more = this.#hidden.seenBy(person, nowMs);
    if (more.length === 0) return this.inOrder();
    return [...this.inOrder(), ...more].sort((one, other) => one.name < other.name ? -1 : 1);
  }

  /** Sets a room otherwise. */
  set(room: Room, order: Order): void {
    if (room.order.hides) this.#hidden.delete(room);
    else if (order.hides) this.#likenesses?.delete(room);
    if (order.hides) this.#hidden.add(room, order);
    else if (room.order.hides) this.#likenesses?.add(room);
    const changed = room.order.hides !== order.hides;
    room.order = order;
    if (changed) this.#inOrder.changed();
  }

  /** How a room is set that is there or was; `undefined` when there never was one of that name. */
  orderOf(key: FoldedName): Order | undefined {
    const { head, remembered, orderOf } = this.#parts;
    const room = this.#rooms.get(key);
    if (room !== undefined) return room.order;
    const order = orderOf?.(key);
    if (order !== undefined) return order;
    const isKnown = remembered(key) !== undefined || head(roomStream(key)) > 0;
    return isKnown ? OPEN : undefined;
  }

  /** The room of that folded name, if it is there. */
  get(key: FoldedName): Room | undefined {
    return this.#rooms.get(key);
  }

  /**
   * The room of that name, made if needed, and held: who asked for it must `release` it. `undefined` when there are too
   * many, or it looks like another one.
   *
   * @param maker Whose it is if there never was one of that name.
   */
  open(name: RoomName, maker?: Person): Room | undefined {
    const room = this.#rooms.get(fold(name)) ??
      (this.like(name) === undefined ? this.#make(name, maker) : undefined);
    room?.hold();
    return room;
  }

  /** The room that a new one of that name would look like. Of a name that is there or was, none. */
  like(name: RoomName): Room | undefined {
    if (this.#foreign === 0 && isPlain(name)) return undefined;
    const key = fold(name);
    const { head, remembered } = this.#parts;
    if (this.#rooms.has(key) || remembered(key) !== undefined || head(roomStream(key)) > 0) {
      return undefined;
    }
    if (this.#likenesses === undefined) {
      this.#likenesses = new Likenesses();
      for (const room of this.#shown()) this.#likenesses.add(room);
    }
    return this.#likenesses.of(name);
  }

  /** The name of a room that is there or was, also of one that no new room could have. */
  nameKept(key: FoldedName): RoomName | undefined {
    const room = this.#rooms.get(key);
    if (room !== undefined) return room.name;
    const fact = this.#parts.remembered(key);
    return fact === undefined ? undefined : roomNameKept(fact.name);
  }

  /** Lets the logs of all rooms be small again, one after the other. */
  *trim(): Iterable<void> {
    for (const room of this.#rooms.values()) {
      room.trim();
      yield;
    }
  }

  /** Forgets empty rooms one by one, those that were so longest first, until so many bytes are free or none is left. */
  *forget(bytes: number): Iterable<void> {
    for (let freed = 0; freed < bytes && this.#forgetOne(); freed += ROOM_BYTES) yield;
  }

  /** Forgets a room, if nobody is in it and nobody holds it. @returns Whether it is not there now. */
  letGo(key: FoldedName): boolean {
    const room = this.#rooms.get(key);
    if (room === undefined) return key !== this.lobby.key && !this.#parts.orderOf?.(key)?.isSet;
    if (room === this.lobby || !room.idle || room.order.isSet) return false;
    this.#forget(room);
    return true;
  }

  /** Stops every timer. */
  close(): void {
    for (const room of this.#rooms.values()) room.close();
  }

  #make(name: RoomName, maker?: Person): Room | undefined {
    if (this.#rooms.size >= this.#max && !this.#forgetOne()) return undefined;
    const fact = this.#parts.remembered(fold(name));
    const isNew = maker !== undefined && this.orderOf(fold(name)) === undefined;
    const first = fact && roomNameKept(fact.name);
    const room = this.#add(first !== undefined && fold(first) === fold(name) ? first : name);
    if (fact !== undefined) this.#recall(room, fact);
    if (isNew) {
      this.set(room, new Order({ owner: namedOf(maker) }));
      room.isOwnerNews = true;
    }
    return room;
  }

  *#shown(): Iterable<Room> {
    for (const room of this.#rooms.values()) if (!room.order.hides) yield room;
  }

  #recall(room: Room, { topic, topicTag }: RoomFact): void {
    room.topic = topic;
    room.topicTag = topicTag;
    room.remembered = true;
  }

  #add(name: RoomName): Room {
    const room = new Room(name, this.#parts.wakeups, {
      onIdle: (room) => this.#left(room),
      onTouched: () => this.#inOrder.touched(),
    });
    this.#rooms.set(room.key, room);
    const order = this.#parts.orderOf?.(room.key);
    if (order !== undefined) this.set(room, order);
    if (!isPlain(room.name)) this.#foreign++;
    if (!room.order.hides) this.#likenesses?.add(room);
    this.#inOrder.changed();
    return room;
  }

  /** Nobody is in it, and nobody holds it. */
  #left(room: Room): void {
    if (room === this.lobby) return;
    const { head } = this.#parts;
    if (room.remembered || head(room.stream) > 0) this.#empty.add(room);
    else this.#forget(room);
  }

  #forgetOne(): boolean {
    for (const room of this.#empty) {
      this.#empty.delete(room);
      if (!room.idle) continue;
      this.#forget(room);
      return true;
    }
    return false;
  }

  #forget(room: Room): void {
    room.close();
    this.#empty.delete(room);
    this.#rooms.delete(room.key);
    if (!isPlain(room.name)) this.#foreign--;
    this.#likenesses?.delete(room);
    this.#hidden.delete(room);
    this.#inOrder.changed();
  }
}
