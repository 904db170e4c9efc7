/**
 * A directory that appears whole or not at all.
 *
 * It is filled under another name beside its place, made durable, and then renamed. So a backup that was
 * broken off cannot be taken for one, and what stands at the place already is never touched: it must be missing or
 * an empty directory.
 *
 * Who fills such a part holds a lock on it, which ends with the process. So what a killed one has left can be told
 * from what is being filled, and the next one that makes something in the same directory removes it.
 *
 * @module
 */

import { diskStorage } from "../../db/mod.ts";
import { Failure } from "../failure.ts";
import { safeText } from "../tty/safe.ts";

/** Ending of the names of directories that are not whole yet. */
const PART = ".part";
/** How often in a row a signal may come in between taking a lock. */
const INTERRUPTIONS_MAX = 100;
/** Characters of its name that a part begins with: the rest must fit into the 255 bytes of a name, too. */
const PREFIX_CHARS_MAX = 100;
const PART_NAME = /^\..+\.[0-9a-zA-Z]+\.part$/;
const STORE_FILE = /^(LOCK|\d{8,10}\.(segment|hint|manifest)(\.part)?)$/;

/** Makes the directory `path` out of what `fill` puts into another one. @throws {Failure} When it is not free. */
export async function makeWhole<T>(path: string, fill: (part: string) => Promise<T>): Promise<T> {
  refuseOccupied(path);
  const clean = path.replace(/\/+$/, "");
  const slash = clean.lastIndexOf("/");
  const parent = slash < 0 ? "." : clean.slice(0, slash) || "/";
  await diskStorage(parent).make();
  await removeDead(parent);
  const part = await Deno.makeTempDir({
    dir: parent,
    prefix: partPrefix(clean.slice(slash + 1)),
    suffix: PART,
  });
  try {
    using held = await Deno.open(part);
    await lock(held);
    const result = await fill(part);
    await syncDirectory(part);
    // Replaces an empty directory, and fails if something has come into it meanwhile.
    await Deno.rename(part, clean);
    await syncDirectory(parent);
    return result;
  } catch (error) {
    await Deno.remove(part, { recursive: true }).catch(() => {
      // Why it was removed matters more than that this failed; it is called a part.
    });
    throw error;
  }
}

/** Takes the lock, which nobody else wants, however often a signal comes in between; but not for ever. */
async function lock(held: Deno.FsFile): Promise<void> {
  for (let again = 0;; again++) {
    try {
      return await held.lock(true);
    } catch (error) {
      if (!(error instanceof Deno.errors.Interrupted) || again === INTERRUPTIONS_MAX) throw error;
    }
  }
}

/** How the name of a part begins: like that of what it becomes, as far as it fits and can be typed. */
function partPrefix(name: string): string {
  return `.${name.replace(/[^\w.-]/g, "_").slice(0, PREFIX_CHARS_MAX)}.`;
}

/** Removes the parts that nobody fills any more. What cannot be removed stays: it is in nobody's way. */
async function removeDead(parent: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(parent)) {
    const path = `${parent}/${name}`;
    if (!isDirectory || !PART_NAME.test(name)) continue;
    try {
      using directory = await Deno.open(path);
      if (directory.tryLockSync(true) && await isOurs(path)) {
        await Deno.remove(path, { recursive: true });
      }
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }
}

/** Whether there is something in a directory, and nothing but files of a store. One without any may just be begun. */
async function isOurs(path: string): Promise<boolean> {
  let files = 0;
  for await (const { name, isFile } of Deno.readDir(path)) {
    if (!isFile || !STORE_FILE.test(name)) return false;
    files++;
  }
  return files > 0;
}

/** Refuses a place where something is. */
function refuseOccupied(path: string): void {
  try {
    for (const _ of Deno.readDirSync(path)) {
      throw new Failure(
        `There is something in ${safeText(path)} already: name a new or empty directory.`,
      );
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  using directory = await Deno.open(path);
  await directory.sync();
}
