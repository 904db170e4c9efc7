/**
 * A process that gives a reader beside it a hard time: it appends, ends segments, trims and compacts, all of it
 * as fast as it can, and prints what is acknowledged, until it is killed.
 *
 * @module
 */

import { openStore } from "../../db/mod.ts";

/** Messages of a stream that are kept: the store stays small, so that a read of it is short. */
const KEPT = 60;
/** Messages between two trims, and between two lines. */
const STEP = 20;

const [directory = ""] = Deno.args;
const encoder = new TextEncoder();
const store = await openStore(directory, { segmentBytes: 700, durability: "os" });

/** Without it, a segment would take thousands of messages until the next one is ready. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

async function sender(stream: string): Promise<never> {
  for (;;) {
    const seq = store.nextSeq(stream);
    await store.append(stream, encoder.encode(`${stream} ${seq}`), { at: seq }).done;
    if (seq % STEP !== 0) continue;
    Deno.stdout.writeSync(encoder.encode(`${stream} ${seq}\n`));
    await store.trim(stream, seq - KEPT);
    await pause();
  }
}

async function compactor(): Promise<never> {
  for (;;) {
    await store.compact({ all: true });
    await pause();
  }
}

await Promise.all([sender("a"), sender("b"), compactor()]);
