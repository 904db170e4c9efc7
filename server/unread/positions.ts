/**
 * How far an account has read: in each room, and of what each whispered who did so, the last seq that it knows.
 *
 * ```text
 *   read/<folded name> ─► {tag, rooms: [[name, read], …], whispers: [[name, read, guest], …]}   the one of late stands last
 * ```
 *
 * The tag says whose it is: who registers the name later begins anew. When there are too many people, a guest gives way before
 * somebody with an account, and of either the one who has been silent longest: a crowd of guests pushes no colleague out.
 * Of too many rooms the one goes that was entered first. Nothing is lost by that but the count; the whispers are where they were. Pure, but that it changes itself.
 *
 * @module
 */

import { objectIn } from "../store/kept_object.ts";
import { POSITIONS_BYTES_MAX, ROOMS_READ_MAX, WHISPERERS_MAX } from "./limits.ts";
import { type FoldedName, foldText } from "../wire/mod.ts";

/** Where an account reads. */
export interface Position {
  /** As it is written. */
  readonly name: string;
  /** The last seq there that the account knows. */
  read: number;
}

/** Somebody who whispered with the account. */
export interface Whisperer extends Position {
  /** Whether it had no account when it whispered last. */
  readonly guest: boolean;
}

const encoder = new TextEncoder();

/** The positions of one account. */
export class Positions {
  readonly #rooms = new Map<FoldedName, Position>();
  readonly #whisperers = new Map<FoldedName, Whisperer>();

  /** Rooms. */
  get rooms(): ReadonlyMap<FoldedName, Readonly<Position>> {
    return this.#rooms;
  }

  /** A room is known from now on. @param read Up to where, if it was not. @returns Whether that is news. */
  entered(key: FoldedName, name: string, read: number): boolean {
    if (this.#rooms.has(key)) return false;
    this.#rooms.set(key, { name, read });
    const [first] = this.#rooms.keys();
    if (this.#rooms.size > ROOMS_READ_MAX && first !== undefined) this.#rooms.delete(first);
    return true;
  }

  /** A room is not the account's any more. @returns Whether that is news. */
  left(key: FoldedName): boolean {
    return this.#rooms.delete(key);
  }

  /** Those who whispered, the one who did so last at the end. */
  get whisperers(): ReadonlyMap<FoldedName, Readonly<Whisperer>> {
    return this.#whisperers;
  }

  /** Somebody whispers. @param before The seq of the last whisper before. @returns What differs by that. */
  whispered(
    key: FoldedName,
    { name, guest }: Omit<Whisperer, "read">,
    before: number,
  ): "somebody" | "the order" | undefined {
    const known = this.#whisperers.get(key);
    const last = [...this.#whisperers.keys()].at(-1);
    // It is the one of late.
    this.#whisperers.delete(key);
    this.#whisperers.set(key, { name, guest, read: known?.read ?? before });
    if (this.#whisperers.size > WHISPERERS_MAX) this.#letOneGo(key);
    if (known === undefined || known.name !== name) return "somebody";
    return last === key ? undefined : "the order";
  }

  /** It knows all that was whispered up to a seq. @returns Whether that is news. */
  read(key: FoldedName, seq: number): boolean {
    return moved(this.#whisperers.get(key), seq);
  }

  /** It knows all that was said in a room up to a seq. @returns Whether that is news. */
  readRoom(key: FoldedName, seq: number): boolean {
    return moved(this.#rooms.get(key), seq);
  }

  #letOneGo(newest: FoldedName): void {
    let first: FoldedName | undefined;
    for (const [key, { guest }] of this.#whisperers) {
      if (key === newest) continue;
      first ??= key;
      if (!guest) continue;
      first = key;
      break;
    }
    if (first !== undefined) this.#whisperers.delete(first);
  }

  /** As bytes. @param tag Whose they are. */
  encode(tag: string): Uint8Array {
    const whispers = [...this.#whisperers.values()].map(({ name, read, guest }) =>
      guest ? [name, read, 1] : [name, read]
    );
    const rooms = [...this.#rooms.values()].map(({ name, read }) => [name, read]);
    return encoder.encode(JSON.stringify({ tag, rooms, whispers }));
  }

  /** What stored bytes say, if they are those of an account with this tag; else nothing is known. */
  static in(bytes: Uint8Array | undefined, tag: string): Positions {
    const positions = new Positions();
    const kept = bytes && positionsIn(bytes);
    if (kept === undefined || kept.tag !== tag) return positions;
    for (const [name, read] of kept.rooms) positions.#rooms.set(foldText(name), { name, read });
    for (const [name, read, guest] of kept.whispers) {
      positions.#whisperers.set(foldText(name), { name, read, guest: guest === 1 });
    }
    return positions;
  }
}

function moved(position: Position | undefined, seq: number): boolean {
  if (position === undefined || position.read >= seq) return false;
  position.read = seq;
  return true;
}

type Rows = readonly (readonly [name: string, read: number, guest?: 1])[];

/** Kept positions as they are written. */
interface Kept {
  readonly tag: string;
  readonly rooms: Rows;
  readonly whispers: Rows;
}

/** What bytes say; `undefined` when they are no positions. */
export function positionsIn(bytes: Uint8Array): Kept | undefined {
  if (bytes.length > POSITIONS_BYTES_MAX) return undefined;
  const { tag, rooms = [], whispers } = objectIn(bytes) ?? {};
  const isWhole = typeof tag === "string" && areRows(rooms, ROOMS_READ_MAX) &&
    areRows(whispers, WHISPERERS_MAX);
  return isWhole ? { tag, rooms, whispers } : undefined;
}

function areRows(rows: unknown, max: number): rows is Rows {
  return Array.isArray(rows) && rows.length <= max && rows.every(isRow);
}

function isRow(row: unknown): boolean {
  if (!Array.isArray(row)) return false;
  const [name, read, guest] = row as readonly unknown[];
  return typeof name === "string" && Number.isSafeInteger(read) && (read as number) >= 0 &&
    (guest === undefined || guest === 1);
}
