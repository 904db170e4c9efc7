/**
 * Whole files on a `Storage`: write all, read all.
 *
 * @module
 */

import { systemCode } from "./errors.ts";
import type { Storage, StorageFile } from "./storage.ts";

/** Writes all bytes at a position, however short the single writes turn out. */
export function writeAll(file: StorageFile, bytes: Uint8Array, at: number): void {
  let done = 0;
  while (done < bytes.length) {
    const taken = file.write(done === 0 ? bytes : bytes.subarray(done), at + done);
    if (taken <= 0) throw new Error(`The disk took none of ${bytes.length - done} bytes`);
    done += taken;
  }
}

/** Reads a whole file; `undefined` when there is none of that name. */
export async function readFile(storage: Storage, name: string): Promise<Uint8Array | undefined> {
  let file: StorageFile;
  try {
    file = storage.open(name);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
  using _ = file;
  const bytes = new Uint8Array(file.size());
  return bytes.subarray(0, await file.read(bytes, 0));
}

/** Removes a file if it is there. */
export function removeFile(storage: Storage, name: string): void {
  try {
    storage.remove(name);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

/** Makes a file with these bytes, replacing one of that name. It is durable only when `sync` asks for it. */
export async function writeFile(
  storage: Storage,
  name: string,
  bytes: Uint8Array,
  options: { readonly sync: boolean },
): Promise<void> {
  removeFile(storage, name);
  using file = storage.create(name);
  writeAll(file, bytes, 0);
  if (!options.sync) return;
  await file.sync();
  await storage.syncDirectory();
}
