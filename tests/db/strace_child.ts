/**
 * Appends four messages, one after the other, and prints what became of each.
 *
 * @module
 */

import { openStore, StoreError } from "../../db/mod.ts";

const [directory = ""] = Deno.args;
const encoder = new TextEncoder();

function say(text: string): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}

try {
  const store = await openStore(directory);
  for (const group of ["g1", "g2", "g3", "g4"]) {
    try {
      await store.append("a", encoder.encode(group), { at: 1 }).done;
      say(`${group} durable`);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const refused = error.code === "failed" && error.cause instanceof StoreError;
      say(`${group} ${refused ? "refused" : error.outcome}`);
    }
  }
  await store.close();
} catch (error) {
  say(`opening ${error instanceof Error ? error.message : ""}`);
}
