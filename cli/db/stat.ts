/**
 * `chat db stat`: looks at a store without changing it, also beside a running server.
 *
 * @module
 */

import {
  type Damage,
  DamageError,
  openReadOnly,
  type ReadStore,
  verifyStore,
} from "../../db/mod.ts";
import { KEEPING_KEY, keepingIn, type KeepingNoted } from "../../server/mod.ts";
import { keepOnly } from "../privileges.ts";
import { print } from "../streams.ts";
import { contentsOf } from "./contents.ts";
import { roomsDue } from "./due.ts";
import { erasingSince } from "./erasing.ts";
import { progressBar } from "./progress.ts";
import { damagedStore, explained } from "./refusal.ts";
import { statJson, statText } from "./stat_view.ts";

/** What to look at. */
export interface StatFlags {
  /** Whether to read everything, so that the map shows what is damaged. */
  readonly check: boolean;
  readonly json: boolean;
}

/** Prints what a store holds. @throws {Failure} With the exit code for damage when some was looked for or met. */
export async function stat(directory: string, { check, json }: StatFlags): Promise<void> {
  keepOnly("read");
  const isDamaged = await explained(directory, async () => {
    using store = await openReadOnly(directory);
    const keeping = keepingOf(store);
    const damages = check ? await damagesOf(directory) : undefined;
    const facts = {
      directory,
      stat: store.stat(),
      rooms: countOf(store, "room/"),
      contents: contentsOf(store),
      oldestAt: store.oldestAt(),
      keeping: keeping ?? {},
      erasingSince: erasingSince(store),
      roomsDue: await roomsDue(store, { retainMs: keeping?.retainMs, nowMs: Date.now() }),
      damages,
    };
    print(json ? `${statJson(facts)}\n` : statText(facts));
    return (damages ?? []).length > 0 || keeping === undefined;
  });
  if (isDamaged) throw damagedStore(directory);
}

async function damagesOf(directory: string): Promise<readonly Damage[]> {
  using progress = progressBar("Checking");
  return (await verifyStore(directory, { onProgress: progress.update })).damages;
}

/** What a server has noted that the store is to keep; nothing of what is no such note, `undefined` when it is damaged. */
function keepingOf(store: ReadStore): KeepingNoted | undefined {
  try {
    const value = store.getNow(KEEPING_KEY);
    return value === undefined ? {} : keepingIn(value) ?? {};
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    return undefined;
  }
}

function countOf(store: ReadStore, prefix: string): number {
  let count = 0;
  for (const _ of store.keys(prefix)) count++;
  return count;
}
