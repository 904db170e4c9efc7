/**
 * Finds the partial file of an offer, or begins one.
 *
 * ```text
 * is there NAME.part, NAME (2).part, …?  ─► lock ─► is its state that of this offer? ─► resume
 *                                             │no          │no: not ours
 * a free name: no file, no part             ◄─┴────────────┘
 *   └► create, never over something ─► lock ─► state with offset 0
 * ```
 *
 * Not ours is what cannot be locked (another process receives it), what is no regular file, what has a second name (a
 * hard link: writing to it would change another file), and what has no state, a foreign or a broken one. A part
 * that is empty and has no state is what a crash leaves between the first two steps; it is taken over.
 *
 * @module
 */

import { cleanName, type Offer } from "../../server/wire/transfers/mod.ts";
import type { Directory } from "./directory.ts";
import type { Claims } from "./claims.ts";
import { createFile, type Handle, lockFile, openRegular } from "./disk.ts";
import {
  noName,
  numbered,
  PartialFile,
  partName,
  readState,
  removePart,
  stateName,
} from "./partial.ts";
import { isBeginningOf, type Owner } from "./state.ts";

/** Who opens a partial file. */
export interface Opener {
  readonly owner?: Owner | undefined;
  /** The partial files that it holds already, and goes on holding. */
  readonly claims?: Claims | undefined;
}

/** The partial file of an offer, held by this process. @throws {Failure} When every name is taken. */
export async function openPartial(
  directory: Directory,
  offer: Offer,
  opener: Opener = {},
): Promise<PartialFile> {
  const wanted = { ...opener, offer };
  await directory.check();
  const names = await directory.names();
  const base = cleanName(offer.name);
  for (const name of numbered(base)) {
    if (!names.has(partName(name))) continue;
    const found = await resume(directory, name, wanted);
    if (found !== undefined) return found;
  }
  for (const name of numbered(base)) {
    if (names.has(name) || names.has(partName(name))) continue;
    // A state without its part is left by a crash at the end of a transfer, or is somebody else's file.
    const stray = names.has(stateName(name)) && await readState(directory, name) === undefined;
    const begun = stray ? undefined : await begin(directory, name, wanted);
    if (begun !== undefined) return begun;
  }
  throw noName(base);
}

interface Wanted extends Opener {
  readonly offer: Offer;
}

async function resume(
  directory: Directory,
  name: string,
  { offer, owner, claims }: Wanted,
): Promise<PartialFile | undefined> {
  const path = directory.at(partName(name));
  const handle = await openRegular(path, "write");
  if (handle === undefined) return undefined;
  return await held({ path, handle, claims }, async (lock) => {
    const { size, nlink } = await handle.stat();
    if (nlink !== 1) return undefined;
    const state = await readState(directory, name);
    const empty = size === 0 && state === undefined &&
      !(await directory.names()).has(stateName(name));
    if (!empty && (state === undefined || !isBeginningOf(state, offer))) return undefined;
    const offset = Math.min(state?.offset ?? 0, size);
    // Behind it lies what no sync has covered: after a power failure it may be anything.
    if (size > offset) await handle.truncate(offset);
    const partial = new PartialFile({
      directory,
      offer,
      name,
      handle,
      lock,
      offset,
      owner: owner ?? state?.owner,
      misfit: state?.misfit,
      claims,
    });
    if (empty) await partial.save();
    return partial;
  });
}

async function begin(
  directory: Directory,
  name: string,
  { offer, owner, claims }: Wanted,
): Promise<PartialFile | undefined> {
  const path = directory.at(partName(name));
  const handle = await createFile(path);
  if (handle === undefined) return undefined;
  return await held({ path, handle, claims }, async (lock) => {
    const parts = { directory, offer, name, handle, lock, offset: 0, owner, claims };
    const partial = new PartialFile(parts);
    try {
      await partial.save();
    } catch (error) {
      // Nothing has arrived yet, so nothing is left behind.
      await removePart(directory, name);
      throw error;
    }
    return partial;
  });
}

/** Goes on with the lock; closes the file unless a partial file comes out of it. */
async function held(
  { path, handle, claims }: {
    readonly path: string;
    readonly handle: Handle;
    readonly claims: Claims | undefined;
  },
  make: (lock: Disposable) => Promise<PartialFile | undefined>,
): Promise<PartialFile | undefined> {
  let lock: Disposable | undefined;
  let partial: PartialFile | undefined;
  try {
    lock = await claims?.take(handle) ?? await lockFile(path, handle);
    partial = lock === undefined ? undefined : await make(lock);
    return partial;
  } finally {
    if (partial === undefined) {
      // What was held before is held on.
      if (lock !== undefined && claims !== undefined) await claims.keep(handle, lock);
      else lock?.[Symbol.dispose]();
      await handle.close();
    }
  }
}
