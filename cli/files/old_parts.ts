/**
 * Takes away what nobody went on with: a partial file that has not grown for a month, with what is known of it.
 *
 * Only what we wrote ourselves goes: a `.part` with a state beside it that is exactly of our form, that has one name, and
 * that no process holds. Whatever else ends in `.part` is somebody else's. A directory that cannot be read or written keeps what
 * it has; whoever receives into it hears why.
 *
 * @module
 */

import { openDirectory } from "./directory.ts";
import type { Directory } from "./directory.ts";
import { lockFile, lookAt, openRegular } from "./disk.ts";
import { diskSentence } from "./disk_error.ts";
import { PART_MS_MAX } from "./limits.ts";
import { partName, readState, removePart } from "./partial.ts";

const ENDING = ".part";

/** Removes old partial files. @param now Milliseconds since 1970. @returns Their names, as they were to be called. */
export async function removeOldParts(path: string, now: number = Date.now()): Promise<string[]> {
  try {
    if (!(await lookAt(path))?.isDirectory()) return [];
    const directory = await openDirectory(path);
    const removed: string[] = [];
    for (const part of [...await directory.names()].sort()) {
      if (!part.endsWith(ENDING)) continue;
      const name = part.slice(0, -ENDING.length);
      if (await removeIfOld(directory, name, now)) removed.push(name);
    }
    if (removed.length > 0) await directory.sync();
    return removed;
  } catch (error) {
    if (diskSentence(error) === undefined) throw error;
    return [];
  }
}

async function removeIfOld(directory: Directory, name: string, now: number): Promise<boolean> {
  const path = directory.at(partName(name));
  const handle = await openRegular(path, "write");
  if (handle === undefined) return false;
  try {
    const { mtimeMs, nlink } = await handle.stat();
    if (now - mtimeMs <= PART_MS_MAX || nlink !== 1) return false;
    if (await readState(directory, name) === undefined) return false;
    using lock = await lockFile(path, handle);
    if (lock === undefined) return false;
    await directory.check();
    await removePart(directory, name);
    return true;
  } finally {
    await handle.close();
  }
}
