/**
 * `chat db verify`: reads and checks every byte that counts, also beside a running server. Changes nothing.
 *
 * @module
 */

import { openReadOnly, StoreError, verifyStore } from "../../db/mod.ts";
import { keepOnly } from "../privileges.ts";
import { print } from "../streams.ts";
import { contentsOf } from "./contents.ts";
import { progressBar } from "./progress.ts";
import { damagedStore, explained } from "./refusal.ts";
import { type Seen, verifyJson, verifyText } from "./verify_view.ts";

/** Prints what is damaged. @throws {Failure} With the exit code for damage when something is. */
export async function verify(directory: string, { json }: { json: boolean }): Promise<void> {
  keepOnly("read");
  const report = await explained(directory, async () => {
    using progress = progressBar("Checking");
    return await verifyStore(directory, { onProgress: progress.update });
  });
  const damaged = report.damages.length > 0;
  if (json) print(`${verifyJson(report)}\n`);
  else print(verifyText(report, await lookAt(directory)));
  if (damaged) throw damagedStore(directory);
}

/** What a store shows that can still be opened: damage that opening notices leaves nothing to draw it on. */
async function lookAt(directory: string): Promise<Seen> {
  try {
    using store = await openReadOnly(directory);
    return { segments: store.stat().segments, contents: contentsOf(store) };
  } catch (error) {
    if (error instanceof StoreError) return { segments: [] };
    throw error;
  }
}
