/**
 * Whether the receiver has the offered file already: then nothing needs to be sent.
 *
 * @module
 */

import { cleanName, isSibling, type Offer } from "../../server/wire/transfers/mod.ts";
import type { Directory } from "./directory.ts";
import { isSame, lookAt, openRegular } from "./disk.ts";
import { hashInto, type HashOptions, newHash } from "./hash.ts";
import { SAME_CHECKS_MAX } from "./limits.ts";
import { partName, removePart } from "./partial.ts";

/**
 * The path of a file with the offered name, or a numbered one, and the same size and SHA-256; `undefined` when there
 * is none, or the offer has no SHA-256. It reads files through: call it for what the user wants, not for every offer.
 */
export async function findSame(
  directory: Directory,
  offer: Offer,
  options: HashOptions = {},
): Promise<string | undefined> {
  const wanted = offer.sha256?.toLowerCase();
  if (wanted === undefined) return undefined;
  const base = cleanName(offer.name);
  const names = [...await directory.names()].filter((name) => isSibling(name, base));
  let checks = 0;
  for (const name of names.sort((one, other) => one.length - other.length)) {
    const path = directory.at(name);
    const found = await lookAt(path);
    if (!found?.isFile() || found.size !== BigInt(offer.size)) continue;
    if (checks++ === SAME_CHECKS_MAX) return undefined;
    if (await sha256Of(path, offer.size, options) !== wanted) continue;
    await removeFinished(directory, name);
    return path;
  }
}

/** The SHA-256 of a file of that size; `undefined` when there is none. */
async function sha256Of(
  path: string,
  size: number,
  options: HashOptions,
): Promise<string | undefined> {
  const handle = await openRegular(path, "read");
  if (handle === undefined) return undefined;
  try {
    const hash = newHash();
    const whole = await hashInto(hash, handle, size, options) === size;
    return whole && (await handle.stat()).size === size ? hash.digest("hex") : undefined;
  } finally {
    await handle.close();
  }
}

/** A crash can leave a finished file under its partial name as well: the same file, so removing that loses nothing. */
async function removeFinished(directory: Directory, name: string): Promise<void> {
  const [part, whole] = [
    await lookAt(directory.at(partName(name))),
    await lookAt(directory.at(name)),
  ];
  if (part === undefined || whole === undefined || !isSame(part, whole)) return;
  await removePart(directory, name);
  await directory.sync();
}
