/**
 * Looking at a store that another process may be writing.
 *
 * A look takes a while: it lists the directory, reads the manifest, then one file after the other. Meanwhile the
 * writer ends segments, and compaction removes files that the manifest has named. What does not fit together
 * then is not damaged, only old, and a look from scratch takes the newer manifest. So trouble counts
 *
 * - when the next look sees all of it again, and the directory is the same behind that look as it was before it. That is
 *   always so when nobody writes. Not when it is so once: a writer that writes into room made ahead changes no name and no
 *   size, and whoever reads meanwhile may see what it wrote last without what it wrote before;
 * - or when the next look sees the same damage at the same place, and misses no other file. What the writer does moves
 *   on; damage stays. But what stands behind a file that went makes the same no sense whichever file that was.
 *
 * Everything else is looked at again, a bounded number of times.
 *
 * @module
 */

import { type Damage, GoneError, NotAFileError, StoreError, systemCode } from "./errors.ts";
import { MISSING } from "./files.ts";
import { segmentIdOf } from "./segment_header.ts";
import type { Storage } from "./storage.ts";

/** What a look has found. */
export interface Look {
  /** What did not fit together. A look with damage must hold no open files. */
  readonly damages: readonly Damage[];
}

/** Looks at most: with a writer so busy that it spoils every second one, one call in a million fails. */
const LOOKS_MAX = 20;

/**
 * Looks at a store until what is seen holds.
 *
 * @param look Looks once, from scratch. It may throw ENOENT, or `not_a_store`, when files go meanwhile.
 * @returns A look without damage, or with damage that is there for certain.
 * @throws {StoreError} `busy` when the store has changed during every look; and what else `look` throws.
 */
export async function lookBeside<T extends Look>(
  storage: Storage,
  look: () => Promise<T>,
): Promise<T> {
  let before: readonly Damage[] = [];
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const marks = await marksOf(storage);
    const outcome = await attempt(look);
    const still = await marksOf(storage) === marks;
    switch (outcome.kind) {
      case "seen": {
        const { seen } = outcome;
        const stayed = inBoth(before, seen.damages);
        if (stayed.length === seen.damages.length && (still || stayed.length === 0)) return seen;
        const cause = missingIn(seen.damages).difference(missingIn(before));
        if (stayed.length > 0 && cause.size === 0) return { ...seen, damages: stayed };
        before = seen.damages;
        break;
      }
      case "no_store":
        if (still) throw outcome.error;
        break;
      case "gone":
        break;
      default:
        outcome satisfies never;
    }
  }
  throw new StoreError("busy", `Cannot read the store in ${storage.path}: it changes too fast`);
}

/** What came of one look. */
type Outcome<T> =
  | { readonly kind: "seen"; readonly seen: T }
  | { readonly kind: "no_store"; readonly error: StoreError }
  /** A file was there, and then it was not. */
  | { readonly kind: "gone" };

async function attempt<T>(look: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: "seen", seen: await look() };
  } catch (error) {
    if (systemCode(error) === "ENOENT" || error instanceof GoneError) return { kind: "gone" };
    if (error instanceof StoreError && error.code === "not_a_store") {
      return { kind: "no_store", error };
    }
    throw error;
  }
}

/** The damages of `second` that `first` has at the same place for the same reason. */
function inBoth(first: readonly Damage[], second: readonly Damage[]): Damage[] {
  return second.filter(({ file, offset, reason }) =>
    first.some((other) => other.file === file && other.offset === offset && other.reason === reason)
  );
}

/** The files that a look has missed. */
function missingIn(damages: readonly Damage[]): Set<string> {
  return new Set(damages.filter(({ reason }) => reason === MISSING).map(({ file }) => file));
}

/** What of a directory changes with all that a writer does: the names, and the sizes of the segments. */
async function marksOf(storage: Storage): Promise<string> {
  const names = await listed(storage);
  return names.sort().map((name) => {
    if (segmentIdOf(name) === undefined) return name;
    return `${name} ${ifThere(() => sizeOf(storage, name)) ?? "gone"}`;
  }).join("\n");
}

function sizeOf(storage: Storage, name: string): number | string {
  try {
    using file = storage.open(name);
    return file.size();
  } catch (error) {
    if (error instanceof NotAFileError) return error.message;
    throw error;
  }
}

async function listed(storage: Storage): Promise<string[]> {
  try {
    return await storage.list();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
