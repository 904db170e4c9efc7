/**
 * A process that gives a reader beside it a hard time: it appends, ends segments, trims and compacts, all of it
 * as fast as it can, and prints what is acknowledged, until it is killed.
 *
 * @module
 */

import { openStore } from "../../db/mod.ts";
import { turns } from "../within.ts";

/** Messages of a stream that are kept: the store stays small, so that a read of it is short. */
const KEPT = 60;
/** Messages between two trims, and between two lines. */
const STEP = 20;

const [directory = ""] = Deno.args;
const encoder = new TextEncoder();
const store = await openStore(directory, { segmentBytes: 700, durability: "os" });

async function sender(stream: string): Promise<never> {
  for (;;) {
    const seq = store.nextSeq(stream);
    await store.append(stream, encoder.encode(`${stream} ${seq}`), { at: seq }).done;
    if (seq % STEP !== 0) continue;
    Deno.stdout.writeSync(encoder.encode(`${stream} ${seq}\n`));
    await store.trim(stream, seq - KEPT);
    // Without its turn, the next segment would be ready only after thousands of messages.
    await turns();
  }
}

async function compactor(): Promise<never> {
  for (;;) {
    await store.compact({ reach: "all" });
    await turns();
  }
}

await Promise.all([sender("a"), sender("b"), compactor()]);
