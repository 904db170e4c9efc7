/**
 * How far the reader's account has read, as the process knows it for all its pages: one that is opened later begins where the
 * others are. Pure.
 *
 * The rules are those of every client (`talk/reading.ts`). A guest has no positions, and nothing is told of any.
 *
 * @module
 */

import type { Welcome } from "../../server/wire/in_browser/mod.ts";
import { foldText } from "../../server/wire/names/mod.ts";
import {
  came,
  cameIn,
  enteredAt,
  NOTHING_NEW,
  type Reading,
  readTo,
  sawTo,
} from "../../talk/mod.ts";
import { POSITIONS_MAX } from "./limits.ts";
import type { UnreadPlace } from "./page_messages.ts";
import { isAskable } from "./askable.ts";

/** A room, or what was whispered with somebody. */
export interface PlaceRead {
  readonly room?: string | undefined;
  readonly with?: string | undefined;
}

/** A message, as far as it is new to somebody. */
export interface Heard extends PlaceRead {
  readonly seq: number;
  readonly mine: boolean;
  readonly mention: boolean;
  /** It is from somebody whom the reader does not want to read. */
  readonly hidden?: boolean;
}

interface Position {
  readonly place: PlaceRead;
  readonly reading: Reading;
}

/** The positions of one account. */
export class Positions {
  readonly #known = new Map<string, Position>();
  #active = false;

  /** Whether there is an account that reads. */
  get active(): boolean {
    return this.#active;
  }

  /** A login: the server says what is unread. */
  welcomed({ account, unread = [], heads = {} }: Welcome): void {
    this.#active = account === true;
    if (!this.#active) return this.#known.clear();
    const entries = new Map(unread.flatMap((entry) => {
      const place = placeOf(entry);
      return place === undefined ? [] : [[keyOf(place), { place, entry }] as const];
    }));
    for (const [key, { place, reading }] of [...this.#known]) {
      if (!entries.has(key)) this.#set(place, cameIn(reading, undefined));
    }
    for (const [room, head] of Object.entries(heads)) {
      if (isAskable(room) && !entries.has(keyOf({ room }))) {
        this.#set({ room }, enteredAt(this.#of({ room }) ?? NOTHING_NEW, head));
      }
    }
    for (const { place, entry } of entries.values()) {
      this.#set(place, cameIn(this.#of(place) ?? NOTHING_NEW, entry));
    }
  }

  /** The account is in a room whose newest message is `seq`: what was said before is not new. */
  entered(room: string, seq: number): void {
    if (this.#active) this.#set({ room }, enteredAt(this.#of({ room }) ?? NOTHING_NEW, seq));
  }

  /** Something was said. */
  heard({ room, with: other, seq, mine, mention, hidden = false }: Heard): void {
    const place = placeOf({ room, with: other });
    if (!this.#active || place === undefined) return;
    // Where nothing was unread and nothing said since, all before this is read.
    const before = this.#of(place) ?? enteredAt(NOTHING_NEW, seq - 1);
    const urgent = mention || room === undefined;
    this.#set(place, came(before, { seq, mine, here: false, urgent, hidden }));
  }

  /** A page has shown all up to `seq`, or another device has. */
  read(place: PlaceRead, seq: number): void {
    const before = this.#of(place);
    if (!this.#active || before === undefined) return;
    this.#set(place, readTo(sawTo(before, seq), seq));
  }

  /** What is unread, where something is. */
  get unread(): readonly UnreadPlace[] {
    return [...this.#known.values()].flatMap(({ place, reading }) => {
      const { head, read, seen, unread, mentions } = reading;
      if (unread === 0) return [];
      const { room, with: other } = place;
      return [{
        ...(room === undefined ? { with: other ?? "" } : { room }),
        head,
        read: Math.max(read, seen),
        unread,
        ...(mentions > 0 ? { mentioned: true } : {}),
      }];
    });
  }

  #of(place: PlaceRead): Reading | undefined {
    return this.#known.get(keyOf(place))?.reading;
  }

  #set(place: PlaceRead, reading: Reading): void {
    const key = keyOf(place);
    const known = this.#known.get(key);
    // Anew at the end: where nothing happens is forgotten first.
    this.#known.delete(key);
    this.#known.set(key, { place: known?.place ?? place, reading });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= POSITIONS_MAX) break;
      this.#known.delete(oldest);
    }
  }
}

/** A place that pages may be told of; `undefined` for one that no honest server names. */
function placeOf({ room, with: other }: PlaceRead): PlaceRead | undefined {
  const name = room ?? other;
  if (name === undefined || !isAskable(name)) return undefined;
  return room === undefined ? { with: name } : { room };
}

/** No room's name contains `@`. */
function keyOf({ room, with: other = "" }: PlaceRead): string {
  return room === undefined ? `@${foldText(other)}` : foldText(room);
}
