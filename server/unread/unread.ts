/**
 * What waits for accounts: the positions of each, in memory while they are needed, and written now and then.
 *
 * ```text
 *   first whisper of somebody ─► positions ─► written before the whisper is: who it waits from is not forgotten
 *   read; who whispered last  ─► positions ─► written within seconds, when the last device leaves, and at the end
 * ```
 *
 * That somebody whispers is written once for each two people, however much they say, and who did so last seldom. The store keeps its order, so a whisper
 * that is there after a crash is one that the account hears of. What it has read meanwhile is written seldom: what a crash loses of
 * that is only that something is unread again.
 *
 * @module
 */

import type { Addressee, ReadPlace } from "../commands/types.ts";
import {
  GONE_MAX,
  POSITIONS_HELD_MAX,
  POSITIONS_WRITE_MS,
  POSITIONS_WRITTEN_AT_ONCE,
} from "./limits.ts";
import { type Position, Positions, positionsIn } from "./positions.ts";
import type { Member } from "../rooms/member.ts";
import type { Room } from "../rooms/room.ts";
import type { Append, KeptValues, StorageError } from "../store/store_port.ts";
import { pairStream, readKey } from "../store/streams.ts";
import type { FoldedName, UnreadEntry } from "../wire/mod.ts";

/** What it needs. */
export interface UnreadParts {
  readonly values: KeptValues;
  /** The newest seq of a stream. */
  readonly head: (stream: string) => number;
  /** The lowest seq of a stream that may still be there: nobody reads what went for its age. */
  readonly first: (stream: string) => number;
  /** Whether somebody of a name is here. */
  readonly isHere: (key: FoldedName) => boolean;
  /** Milliseconds that pass whatever is done to the clock. */
  readonly steady: () => number;
}

/** An account, as far as it is concerned here. */
export type Reader = Pick<Addressee, "key" | "tag">;

/** A room that an account is in. */
export type RoomEntered = Pick<Room, "key" | "name" | "stream">;

/** Where an account's position is after a device has spoken of it. */
export interface Moved {
  /** The room, or the one who whispered, as it is written. */
  readonly name: string;
  readonly seq: number;
  /** Whether it was not so far before. */
  readonly isNews: boolean;
}

/** The positions of one account in memory. */
interface Held {
  readonly tag: string;
  readonly positions: Positions;
  /** Whether they differ from what is written or being written. */
  isNews: boolean;
  writing: number;
  /** How many come in by them just now. */
  arrivals: number;
  /** When they were written last. */
  writtenMs: number;
}

/** What accounts have read, and what waits for them. */
export class Unread {
  readonly #parts: UnreadParts;
  /** The tags of those of whom nothing is kept any more; bounded, since what is still said of one is over in a moment. */
  readonly #gone = new Set<string>();
  /** Of those who are here, and of whom something is to be written. */
  readonly #held = new Map<FoldedName, Held>();

  constructor(parts: UnreadParts) {
    this.#parts = parts;
  }

  /** Somebody whispers to an account: to be called before the whisper goes to the store. */
  whispered(to: Reader, by: Addressee): void {
    if (to.key === by.key) return;
    const held = this.#hold(to);
    const before = this.#parts.head(pairStream(to.key, by.key));
    const whisperer = { name: by.name, guest: !by.registered };
    const news = held.positions.whispered(by.key, whisperer, before);
    if (news === "somebody") return this.#write(to.key, held);
    // Whoever whispers to all accounts in turn has the order of some of them forgotten, and not all of them held.
    this.#note(to.key, held, news === "the order" && this.#held.size <= POSITIONS_HELD_MAX);
  }

  /** An account knows all that somebody and it have whispered up to a seq. @returns Whether that is news. */
  read(reader: Reader, from: FoldedName, seq: number): boolean {
    const held = this.#hold(reader);
    return this.#note(reader.key, held, held.positions.read(from, seq));
  }

  /** An account knows all that was said in a room up to a seq. */
  readRoom(reader: Reader, room: FoldedName, seq: number): void {
    const held = this.#hold(reader);
    this.#note(reader.key, held, held.positions.readRoom(room, seq));
  }

  /** A device says how far its account has read. */
  move(
    reader: Reader,
    place: ReadPlace,
    seq: number,
  ): Moved {
    const held = this.#hold(reader);
    const { positions } = held;
    if ("room" in place) {
      // It becomes none of the account's by that: another device may have left it, and who names its rooms has it not kept.
      const isNews = this.#note(reader.key, held, positions.readRoom(place.room, seq));
      return { name: place.name, seq: positions.rooms.get(place.room)?.read ?? seq, isNews };
    }
    // Nobody is remembered who never whispered: all of that is read.
    const isNews = this.read(reader, place.with, seq);
    const { name, read } = positions.whisperers.get(place.with) ?? { name: place.name, read: seq };
    return { name, seq: read, isNews };
  }

  /** Keeps an account's positions at hand while it comes in: they are asked for again when it is known what waits for it. */
  expects(reader: Reader): Disposable {
    const held = this.#hold(reader);
    held.arrivals++;
    return {
      [Symbol.dispose]: () => {
        held.arrivals--;
        this.#letGo(reader.key, held);
      },
    };
  }

  /** The rooms of an account, in the order in which it entered them. */
  roomsOf(reader: Reader): readonly (readonly [FoldedName, Position])[] {
    const held = this.#hold(reader);
    const rooms = [...held.positions.rooms];
    this.#letGo(reader.key, held);
    return rooms;
  }

  /** A device has entered a room: it is one of the account's from now on. */
  entered(reader: Reader, { key, name, stream }: RoomEntered): void {
    const held = this.#hold(reader);
    this.#note(reader.key, held, held.positions.entered(key, name, this.#parts.head(stream)));
  }

  /** A device has left a room on purpose: the account does not come back to it. */
  leftRoom(reader: Reader, room: FoldedName): void {
    const held = this.#hold(reader);
    this.#note(reader.key, held, held.positions.left(room));
  }

  /** An account was put out of a room: that is written at once, so that it does not come back to it after a kill. */
  putOut(reader: Reader, room: FoldedName): void {
    const held = this.#hold(reader);
    if (held.positions.left(room)) this.#write(reader.key, held, { goesOn: true });
    else this.#letGo(reader.key, held);
  }

  /**
   * A device comes into rooms, which are the account's from now on.
   *
   * @param mentioned See `home.ts`.
   * @returns What the account has not read there, and of whispers, the one who did so last at the end.
   */
  comes(
    reader: Reader,
    places: readonly { readonly room: RoomEntered; readonly seen?: number | undefined }[],
    mentioned?: ReadonlyMap<FoldedName, boolean>,
  ): readonly UnreadEntry[] {
    const all: UnreadEntry[] = [];
    const held = this.#hold(reader);
    const { positions } = held;
    for (const { room: { key, name, stream }, seen } of places) {
      const head = this.#parts.head(stream);
      held.isNews = positions.entered(key, name, seen ?? head) || held.isNews;
      const counts = this.#counts(positions.rooms.get(key)?.read ?? head, stream);
      const isNamed = mentioned?.get(key);
      const named = isNamed === undefined ? {} : { mentioned: isNamed };
      if (counts !== undefined) all.push({ room: name, ...counts, ...named });
    }
    for (const [key, whisperer] of positions.whisperers) {
      const counts = this.#counts(whisperer.read, pairStream(reader.key, key));
      if (counts !== undefined) all.push({ with: whisperer.name, ...counts });
    }
    return all;
  }

  /** A client is about to leave: of one that speaks lines, what it was told in its rooms is read. */
  leaves(member: Member): void {
    if (member.speech !== "text" || !member.registered) return;
    for (const { room } of member.places.values()) {
      this.readRoom(member, room.key, this.#parts.head(room.stream));
    }
  }

  /** Somebody has left, and nobody of that name is here any more. */
  left(key: FoldedName): void {
    const held = this.#held.get(key);
    if (held === undefined || this.#parts.isHere(key)) return;
    if (held.isNews) this.#write(key, held);
    else this.#letGo(key, held);
  }

  /** An account is gone: whatever is still said of it, nothing of it is held or written from now on. */
  forget({ key, tag }: Reader): void {
    this.#gone.add(tag);
    const [first] = this.#gone;
    if (this.#gone.size > GONE_MAX && first !== undefined) this.#gone.delete(first);
    if (this.#held.get(key)?.tag === tag) this.#held.delete(key);
  }

  /**
   * Erases what was written of an account that was forgotten, when all that was on its way then is durable. What is written of
   * somebody who has the name meanwhile stays.
   *
   * @throws {StorageError} Through the promise.
   */
  erase({ key, tag }: Reader): Promise<void> {
    const value = this.#parts.values.value(readKey(key));
    if (value === undefined || positionsIn(value)?.tag !== tag) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settled = (error?: StorageError) => error === undefined ? resolve() : reject(error);
      const other = this.#held.get(key);
      // What is on its way of the other one is not to be deleted behind it.
      if (other !== undefined) this.#write(key, other, { settled });
      else this.#parts.values.write(readKey(key), undefined, settled);
    });
  }

  /** Writes what is due. To be called about once a second. */
  check(): void {
    const now = this.#parts.steady();
    let left = POSITIONS_WRITTEN_AT_ONCE;
    for (const [key, held] of this.#held) {
      if (!held.isNews || held.writing > 0 || now - held.writtenMs < POSITIONS_WRITE_MS) continue;
      if (left-- === 0) return;
      this.#write(key, held);
    }
  }

  /** Writes all that is not written: nobody comes any more. It is the last chance, and so is taken of a nearly full disk, too. */
  close(): void {
    for (const [key, held] of this.#held) {
      if (held.isNews) this.#write(key, held, { goesOn: true });
    }
  }

  #counts(known: number, stream: string): Omit<UnreadEntry, "room" | "with"> | undefined {
    const head = this.#parts.head(stream);
    // The store may be one that was restored since.
    const read = Math.min(Math.max(known, this.#parts.first(stream) - 1), head);
    return read === head ? undefined : { head, read, unread: head - read };
  }

  /** Something may be to be written. @returns Whether it is. */
  #note(key: FoldedName, held: Held, isNews: boolean): boolean {
    held.isNews ||= isNews;
    // Its words may have become durable when it had left.
    if (!isNews) this.#letGo(key, held);
    return isNews;
  }

  #hold({ key, tag }: Reader): Held {
    const known = this.#held.get(key);
    if (known?.tag === tag) return known;
    const positions = Positions.in(this.#parts.values.value(readKey(key)), tag);
    const held: Held = {
      tag,
      positions,
      isNews: false,
      writing: 0,
      arrivals: 0,
      writtenMs: -Infinity,
    };
    if (!this.#gone.has(tag)) this.#held.set(key, held);
    return held;
  }

  /** @param how Who hears of it, and whether it is written also when the disk is nearly full. */
  #write(
    key: FoldedName,
    held: Held,
    { settled, goesOn = false }: {
      readonly settled?: Append["settled"] | undefined;
      readonly goesOn?: boolean;
    } = {},
  ): void {
    if (this.#gone.has(held.tag)) return;
    held.isNews = false;
    held.writing++;
    held.writtenMs = this.#parts.steady();
    this.#parts.values.write(readKey(key), held.positions.encode(held.tag), (error) => {
      held.writing--;
      // A full disk is told by the messages that it refuses; this is tried again.
      if (error !== undefined) held.isNews = true;
      this.#letGo(key, held);
      settled?.(error);
    }, goesOn);
  }

  #letGo(key: FoldedName, held: Held): void {
    const isNeeded = held.isNews || held.writing > 0 || held.arrivals > 0 ||
      this.#parts.isHere(key);
    if (!isNeeded && this.#held.get(key) === held) this.#held.delete(key);
  }
}
