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

/** The partial file of an offer, held by this process. @throws {Failure} When every name is taken. */
export async function openPartial(
  directory: Directory,
  offer: Offer,
  owner?: Owner,
): Promise<PartialFile> {
  await directory.check();
  const names = await directory.names();
  const base = cleanName(offer.name);
  for (const name of numbered(base)) {
    if (!names.has(partName(name))) continue;
    const found = await resume(directory, name, { offer, owner });
    if (found !== undefined) return found;
  }
  for (const name of numbered(base)) {
    if (names.has(name) || names.has(partName(name))) continue;
    // A state without its part is left by a crash at the end of a transfer, or is somebody else's file.
    const stray = names.has(stateName(name)) && await readState(directory, name) === undefined;
    const begun = stray ? undefined : await begin(directory, name, { offer, owner });
    if (begun !== undefined) return begun;
  }
  throw noName(base);
}

interface Wanted {
  readonly offer: Offer;
  readonly owner: Owner | undefined;
}

async function resume(
  directory: Directory,
  name: string,
  { offer, owner }: Wanted,
): Promise<PartialFile | undefined> {
  const handle = await openRegular(directory.at(partName(name)), "write");
  if (handle === undefined) return undefined;
  return await held(directory, name, handle, async (lock) => {
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
    });
    if (empty) await partial.save();
    return partial;
  });
}

async function begin(
  directory: Directory,
  name: string,
  { offer, owner }: Wanted,
): Promise<PartialFile | undefined> {
  const handle = await createFile(directory.at(partName(name)));
  if (handle === undefined) return undefined;
  return await held(directory, name, handle, async (lock) => {
    const partial = new PartialFile({ directory, offer, name, handle, lock, offset: 0, owner });
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
  directory: Directory,
  name: string,
  handle: Handle,
  make: (lock: Disposable) => Promise<PartialFile | undefined>,
): Promise<PartialFile | undefined> {
  let lock: Disposable | undefined;
  let partial: PartialFile | undefined;
  try {
    lock = await lockFile(directory.at(partName(name)), handle);
    partial = lock === undefined ? undefined : await make(lock);
    return partial;
  } finally {
    if (partial === undefined) {
      await handle.close();
      lock?.[Symbol.dispose]();
    }
  }
}
