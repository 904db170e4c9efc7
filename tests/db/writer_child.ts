/**
 * A process that appends to a store and prints what is acknowledged, until it is killed.
 *
 * @module
 */

import { openStore } from "../../db/mod.ts";

const [directory = ""] = Deno.args;
const encoder = new TextEncoder();
const store = await openStore(directory, { segmentBytes: 20_000 });

async function sender(stream: string): Promise<never> {
  for (;;) {
    const body = encoder.encode(`${stream} ${store.nextSeq(stream)}`);
    const { seq, done } = store.append(stream, body, { at: Date.now() });
    await done;
    Deno.stdout.writeSync(encoder.encode(`${stream} ${seq}\n`));
  }
}

await Promise.all(["a", "b", "c", "d"].map(sender));
