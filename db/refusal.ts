/**
 * Why opening refuses a store: it is the last judge of what is damaged, so who looks for damage asks it, too.
 *
 * @module
 */

import type { Damage } from "./errors.ts";
import { takeFloors } from "./kept_floors.ts";
import { load } from "./load.ts";
import { remainsOf } from "./remains.ts";
import type { Storage } from "./storage.ts";

/** What opening refuses; nothing when it does not. */
export async function refusedBy(
  storage: Storage,
  forgotten: readonly string[] = [],
): Promise<readonly Damage[]> {
  const loaded = await load({ storage, forgotten, forWriting: false });
  if (loaded === undefined) return await remainsOf(storage, await storage.list());
  using segments = loaded.segments;
  const { damages, catalog } = loaded;
  return damages.length > 0 ? damages : takeFloors(catalog, segments);
}
