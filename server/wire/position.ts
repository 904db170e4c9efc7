/**
 * Where a client stands in each room: what it has seen, and so what it asks for after a break.
 *
 * Pure state. A room's position is the last seq seen, or `undefined` while it is not known: such a room
 * is entered again without asking for what was missed, for "everything since 0" would be its whole past.
 *
 * Of whispers it remembers the last seq with each of the users who were whispered with lately, so that what was sent and
 * not answered can be looked for behind it.
 *
 * A server whose history starts anew (its `epoch` is another one) counts from 1 again, so every
 * position is set back to 0: all that the new history holds was missed. To a room that was for the invited, and is not there any
 * more, nobody goes back by himself: what is still to be said in it would be heard by everybody.
 *
 * @module
 */

import { freshId } from "./fresh_id.ts";
import { LOBBY, PARTNERS_MAX, RESUME_ROOMS_MAX } from "./limits.ts";
import type {
  Ack,
  Login,
  NewMessage,
  OrderKept,
  RoomChanged,
  ServerMessage,
  Welcome,
} from "./messages.ts";
import { foldText } from "./names/mod.ts";

interface RoomPosition {
  /** The room's name as the server or the user writes it. */
  readonly name: string;
  seen: number | undefined;
  /** Whether it is for the invited, as far as is known. */
  isClosed: boolean;
  /** Whether its members are to be told who types there, as far as is known. */
  wantsTyping: boolean;
}

/** A client's rooms and what it has seen of them. */
export class Position {
  readonly #rooms = new Map<string, RoomPosition>();
  /** Rooms that the server was asked, or is to be asked, to let the client into. */
  readonly #entering = new Set<string>();
  /** Who was whispered with → the last seq, latest last. */
  readonly #whispers = new Map<string, number>();
  #epoch: string | undefined;
  #session: string;
  readonly #isBound: boolean;
  #wasOnline = false;

  /**
   * @param rooms Rooms to be in beside the lobby.
   * @param session The secret of the session to go on with. Default: a new one. A welcome may be lost with its connection: then the server,
   *   if it has not noticed, must know who comes again.
   * @param only Instead: the rooms to be in, and no others.
   */
  constructor(
    rooms: readonly string[],
    session: string = freshId(),
    only?: readonly string[],
  ) {
    this.#session = session;
    this.#isBound = only !== undefined;
    for (const room of only ?? [LOBBY, ...rooms]) this.#at(room);
  }

  /** Whether a login has ever succeeded. */
  get wasOnline(): boolean {
    return this.#wasOnline;
  }

  /** The history in which its seqs count; `undefined` while none is known. */
  get epoch(): string | undefined {
    return this.#epoch;
  }

  /** The fields of the next login. */
  login(): Pick<Login, "resume" | "rooms" | "epoch" | "closed" | "session"> {
    const known = [...this.#rooms.values()].filter(({ seen }) => seen !== undefined);
    const resume = Object.fromEntries(
      known.slice(0, RESUME_ROOMS_MAX).map(({ name, seen = 0 }) => [name, seen]),
    );
    const closed = known.filter(({ isClosed }) => isClosed).map(({ name }) => name);
    return {
      ...(known.length > 0 ? { resume } : {}),
      ...(this.#isBound ? { rooms: this.#names().slice(0, RESUME_ROOMS_MAX) } : {}),
      ...(this.#epoch === undefined ? {} : { epoch: this.#epoch }),
      ...(closed.length > 0 ? { closed: closed.slice(0, RESUME_ROOMS_MAX) } : {}),
      session: this.#session,
    };
  }

  /** Takes the answer to a login. @returns The rooms that still have to be entered. */
  welcomed(welcome: Welcome): string[] {
    const began = welcome.epoch !== this.#epoch;
    if (began) this.#whispers.clear();
    const closed = new Set((welcome.closed ?? []).map(foldText));
    const typing = new Set((welcome.typing ?? []).map(foldText));
    const heads = new Map(Object.entries(welcome.heads ?? {}));
    for (const room of welcome.rooms) {
      // An older server lets it into others, too.
      if (this.#isBound && !this.has(room)) continue;
      // No server lets anybody into so many: what it says costs no memory without end.
      if (this.#rooms.size >= RESUME_ROOMS_MAX && !this.has(room)) continue;
      const position = this.#at(room);
      position.isClosed = closed.has(foldText(room));
      position.wantsTyping = typing.has(foldText(room));
      const head = heads.get(room);
      const anew = began || (head ?? Infinity) < (position.seen ?? 0);
      if (position.seen === undefined) position.seen = head;
      else if (anew) position.seen = 0;
    }
    this.#epoch = welcome.epoch;
    this.#session = welcome.session ?? this.#session;
    this.#wasOnline = true;
    const inside = new Set(welcome.rooms.map(foldText));
    for (const room of welcome.out ?? []) if (!this.isEntering(room)) this.left(room);
    for (const key of inside) this.#entering.delete(key);
    for (const [key, { isClosed }] of this.#rooms) {
      if (began && isClosed && !inside.has(foldText(key))) this.#rooms.delete(key);
    }
    return [...this.#rooms].filter(([key]) => !inside.has(foldText(key)))
      .map(([, { name }]) => name);
  }

  /** The client has proved who it is, and goes on as it was. */
  proved({ session }: Pick<Welcome, "session">): void {
    this.#session = session ?? this.#session;
  }

  /** Whether `room` is one of the client's. */
  has(room: string): boolean {
    return this.#rooms.has(foldText(room));
  }

  /** The client asks to enter `room`: what comes from there from now on counts. */
  entering(room: string): void {
    this.#at(room);
    this.#entering.add(foldText(room));
  }

  /** Whether the server has not answered yet that the client is in `room`: what is said there has to wait. */
  isEntering(room: string): boolean {
    return this.#entering.has(foldText(room));
  }

  /** The server has answered, one way or the other. */
  enteringEnded(room: string): void {
    this.#entering.delete(foldText(room));
  }

  /** The client is in `room` from now on, whose newest seq was `seq` at that moment. */
  entered(
    { room, seq, closed = false, typing = false }: Pick<Ack, "room" | "seq" | "closed" | "typing">,
  ): void {
    this.#entering.delete(foldText(room));
    const position = this.#at(room);
    position.seen ??= seq;
    position.isClosed = closed;
    position.wantsTyping = typing;
  }

  /** Takes in what a message says of where the client of that name stands. @returns Whether it is news. */
  hears(message: ServerMessage, me: string): boolean {
    if (message.type === "NewMessage") return this.isNew(message);
    if (message.type === "Order") this.ordered(message, me);
    if (message.type === "RoomChanged") this.changed(message);
    if (message.type === "Lost") this.passed(message.room, message.to);
    return true;
  }

  /** A room is set otherwise. */
  changed(
    { room, access, typing = false }: Pick<RoomChanged, "room" | "access" | "typing">,
  ): void {
    const position = this.#rooms.get(foldText(room));
    if (position === undefined) return;
    position.isClosed = access === "invite";
    position.wantsTyping = typing;
  }

  /** Whether it is one of the client's rooms, and wants to know who types there. */
  wantsTyping(room: string): boolean {
    return this.#rooms.get(foldText(room))?.wantsTyping ?? false;
  }

  /** The client is not in `room` any more. */
  left(room: string): void {
    this.#rooms.delete(foldText(room));
    this.#entering.delete(foldText(room));
  }

  /** Somebody is kept in order: who is put out of a room is not to come back to it by himself. */
  ordered({ act, room, user }: OrderKept, me: string): void {
    if (room === undefined || user === undefined || foldText(user) !== foldText(me)) return;
    if (act === "kick" || act === "ban") this.left(room);
  }

  /** Whether a message has not been seen before; remembers it. */
  isNew({ room, seq }: NewMessage): boolean {
    const position = this.#rooms.get(foldText(room));
    // From a room that was just left: shown, but no reason to enter it again.
    if (position === undefined) return true;
    if (position.seen !== undefined && seq <= position.seen) return false;
    position.seen = seq;
    return true;
  }

  /** Nothing up to `seq` can be had any more: it is not asked for again. */
  passed(room: string, seq: number): void {
    const position = this.#rooms.get(foldText(room));
    if (position?.seen !== undefined && seq > position.seen) position.seen = seq;
  }

  /** The last seq of the whispers with `user`; 0 when none is known. */
  whispered(user: string): number {
    return this.#whispers.get(foldText(user)) ?? 0;
  }

  /** With whom was whispered lately, the latest first. */
  partners(): string[] {
    return [...this.#whispers.keys()].reverse();
  }

  /** A whisper with `user` was told. */
  whisperTold(user: string, seq: number): void {
    const key = foldText(user);
    // An echo may be told behind what was whispered after it.
    const last = Math.max(seq, this.#whispers.get(key) ?? 0);
    this.#whispers.delete(key);
    this.#whispers.set(key, last);
    if (this.#whispers.size <= PARTNERS_MAX) return;
    for (const [oldest] of this.#whispers.entries().take(1)) this.#whispers.delete(oldest);
  }

  #names(): string[] {
    return [...this.#rooms.values()].map(({ name }) => name);
  }

  #at(name: string): RoomPosition {
    const key = foldText(name);
    let position = this.#rooms.get(key);
    if (position === undefined) {
      this.#rooms.set(
        key,
        position = { name, seen: undefined, isClosed: false, wantsTyping: false },
      );
    }
    return position;
  }
}
