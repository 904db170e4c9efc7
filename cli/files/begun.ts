/**
 * Whether an offered file was begun before: then its receiver has said yes to exactly this file of this sender, and
 * need not be asked again.
 *
 * @module
 */

import { cleanName, type Offer } from "../../server/wire/transfers/mod.ts";
import { lookAt } from "./disk.ts";
import { openDirectory } from "./directory.ts";
import { numbered, partName, readState, stateName } from "./partial.ts";
import { isBeginningOf } from "./state.ts";

/** How many bytes of it are on the disk; 0 when none are, or the directory is not there. */
export async function begunBytes(path: string, offer: Offer): Promise<number> {
  if (offer.sha256 === undefined || !(await lookAt(path))?.isDirectory()) return 0;
  const directory = await openDirectory(path);
  const names = await directory.names();
  for (const name of numbered(cleanName(offer.name))) {
    if (!names.has(stateName(name)) || !names.has(partName(name))) continue;
    const state = await readState(directory, name);
    if (state !== undefined && isBeginningOf(state, offer)) return state.offset;
  }
  return 0;
}
