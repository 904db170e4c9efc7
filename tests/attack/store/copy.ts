/**
 * A directory as a kill leaves it: what is there now, in a storage of its own.
 *
 * @module
 */

import { memoryStorage } from "../../../db/memory.ts";
import type { Storage } from "../../../db/mod.ts";

/** Copies all files of a storage into one in memory. */
export async function copyOf(storage: Storage): Promise<Storage> {
  const to = memoryStorage("copy");
  await to.make();
  for (const name of await storage.list()) {
    using from = storage.open(name);
    const bytes = new Uint8Array(from.size());
    from.readNow(bytes, 0);
    using file = to.create(name);
    file.write(bytes, 0);
  }
  return to;
}
