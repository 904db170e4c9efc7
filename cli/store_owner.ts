/**
 * Whose a store is. What root writes in another user's store would be root's, and that user's server could not open it any more; and
 * where another user may write, root follows no name that lies there.
 *
 * @module
 */

import { Failure } from "./failure.ts";

/** Whose the store in a directory is, as a number; `undefined` when there is none. */
export async function ownerOf(path: string): Promise<number | undefined> {
  try {
    const names = await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
    if (!names.some((name) => name.endsWith(".manifest"))) return undefined;
    return (await Deno.stat(path)).uid ?? 0;
  } catch (error) {
    const { NotADirectory, NotFound, PermissionDenied } = Deno.errors;
    // What may not be looked into is not this user's to change.
    const isNone = [NotADirectory, NotFound, PermissionDenied].some((kind) =>
      error instanceof kind
    );
    if (isNone) return undefined;
    throw error;
  }
}

/** Call it before permissions are given up. @throws {Failure} When root would write in another user's store. */
export async function refuseForeign(data: string): Promise<void> {
  const owner = await ownerOf(data);
  if (owner === undefined || owner === 0 || Deno.uid() !== 0) return;
  throw new Failure(
    `The store in ${data} belongs to another user (${owner}): do this as that one, with sudo -u '#${owner}'.`,
  );
}
