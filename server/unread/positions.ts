/**
 * How far an account has read: for each who whispered with it, the last seq that it knows.
 *
 * ```text
 *   read/<folded name> ─► {tag, whispers: [[name, read, guest], …]}      the one who wrote last stands last
 * ```
 *
 * The tag says whose it is: who registers the name later begins anew. When there are too many people, a guest gives way before
 * somebody with an account, and of either the one who has been silent longest: a crowd of guests pushes no colleague out.
 * Nothing is lost by that but the count; the whispers are where they were. Pure, but that it changes itself.
 *
 * @module
 */

import { POSITIONS_BYTES_MAX, WHISPERERS_MAX } from "./limits.ts";
import { type FoldedName, foldText } from "../wire/mod.ts";

/** Somebody who whispered with the account. */
export interface Whisperer {
  /** As it is written. */
  readonly name: string;
  /** Whether it had no account when it whispered last. */
  readonly guest: boolean;
  /** The last seq of theirs that the account knows. */
  readonly read: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The positions of one account. */
export class Positions {
  readonly #whisperers = new Map<FoldedName, Whisperer>();

  /** Those who whispered, the one who did so last at the end. */
  get whisperers(): Iterable<readonly [FoldedName, Whisperer]> {
    return this.#whisperers;
  }

  /** Somebody whispers. @param before The seq of the last whisper before. @returns Whether it is the first time. */
  whispered(key: FoldedName, { name, guest }: Omit<Whisperer, "read">, before: number): boolean {
    const known = this.#whisperers.get(key);
    // It is the one of late.
    this.#whisperers.delete(key);
    this.#whisperers.set(key, { name, guest, read: known?.read ?? before });
    if (this.#whisperers.size > WHISPERERS_MAX) this.#letOneGo(key);
    return known === undefined || known.name !== name;
  }

  /** How far it has read what somebody whispered; `undefined` of who never did. */
  readOf(key: FoldedName): number | undefined {
    return this.#whisperers.get(key)?.read;
  }

  /** It knows all up to a seq. @returns Whether that is news. */
  read(key: FoldedName, seq: number): boolean {
    const known = this.#whisperers.get(key);
    if (known === undefined || known.read >= seq) return false;
    this.#whisperers.set(key, { ...known, read: seq });
    return true;
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
    return encoder.encode(JSON.stringify({ tag, whispers }));
  }

  /** What stored bytes say, if they are those of an account with this tag; else nothing is known. */
  static in(bytes: Uint8Array | undefined, tag: string): Positions {
    const positions = new Positions();
    const kept = bytes && positionsIn(bytes);
    if (kept === undefined || kept.tag !== tag) return positions;
    for (const [name, read, guest] of kept.whispers) {
      positions.#whisperers.set(foldText(name), { name, read, guest: guest === 1 });
    }
    return positions;
  }
}

/** Kept positions as they are written. */
interface Kept {
  readonly tag: string;
  readonly whispers: readonly (readonly [name: string, read: number, guest?: 1])[];
}

/** What bytes say; `undefined` when they are no positions. */
export function positionsIn(bytes: Uint8Array): Kept | undefined {
  if (bytes.length > POSITIONS_BYTES_MAX) return undefined;
  const { tag, whispers } = objectIn(bytes) ?? {};
  const isWhole = typeof tag === "string" && Array.isArray(whispers) &&
    whispers.length <= WHISPERERS_MAX && whispers.every(isRow);
  return isWhole ? { tag, whispers } : undefined;
}

function isRow(row: unknown): boolean {
  if (!Array.isArray(row)) return false;
  const [name, read, guest] = row as readonly unknown[];
  return typeof name === "string" && Number.isSafeInteger(read) && (read as number) >= 0 &&
    (guest === undefined || guest === 1);
}

function objectIn(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
