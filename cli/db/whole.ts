/**
 * A directory that appears whole or not at all.
 *
 * It is filled under another name beside its place, made durable, and then renamed. So a backup that was
 * broken off cannot be taken for one, and what stands at the place already is never touched: it must be missing or
 * an empty directory. What a crash leaves is called `….part` and may be removed.
 *
 * @module
 */

import { Failure } from "../failure.ts";

/** Makes the directory `path` out of what `fill` puts into another one. @throws {Failure} When it is not free. */
export async function makeWhole<T>(path: string, fill: (part: string) => Promise<T>): Promise<T> {
  refuseOccupied(path);
  const clean = path.replace(/\/+$/, "");
  const slash = clean.lastIndexOf("/");
  const parent = slash < 0 ? "." : clean.slice(0, slash) || "/";
  await Deno.mkdir(parent, { recursive: true });
  const name = `.${clean.slice(slash + 1)}.`;
  const part = await Deno.makeTempDir({ dir: parent, prefix: name, suffix: ".part" });
  try {
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

/** Refuses a place where something is. */
function refuseOccupied(path: string): void {
  try {
    for (const _ of Deno.readDirSync(path)) {
      throw new Failure(`There is something in ${path} already: name a new or empty directory.`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  using directory = await Deno.open(path);
  await directory.sync();
}
