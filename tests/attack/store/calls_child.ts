/**
 * A process in which system calls are made to fail: for each directory that it is told on its standard input it opens a
 * store there, writes, ends segments, compacts, closes, opens it again and writes once more, and says what became of
 * everything.
 *
 * ```text
 *   durable BODY     it was acknowledged            refused CODE      the store or the disk refused a step
 *   unknown BODY     it may be there or not         broken STACK      what is no refusal was thrown
 *   not_written BODY it is not there                done
 * ```
 *
 * @module
 */

import { openStore, type Store, StoreError } from "../../../db/mod.ts";

/** Small segments, so that few messages end some. */
export const CALLS_OPTIONS = { segmentBytes: 256, autoCompact: false } as const;

const encoder = new TextEncoder();

function say(text: string): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}

/** Does something that may be refused. */
async function step(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code === "string") say(`refused ${code}`);
    else {say(
        `broken ${String(error instanceof Error ? error.stack : error).replaceAll("\n", " | ")}`,
      );}
  }
}

async function append(store: Store, body: string): Promise<void> {
  try {
    const { done } = store.append("a", encoder.encode(body), { at: 1 });
    await done;
    say(`durable ${body}`);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    say(`${error.outcome} ${body}`);
  }
}

async function session(directory: string, bodies: readonly string[]): Promise<void> {
  await step(async () => {
    const onTrouble = (error: unknown): void => {
      if (error instanceof Error && "code" in error) return;
      say(`broken in the background: ${error}`);
    };
    const store = await openStore(directory, { ...CALLS_OPTIONS, onTrouble });
    for (const body of bodies.slice(0, -2)) await step(() => append(store, body));
    // What is dead by then makes compaction worth it.
    for (let i = 0; i < 3; i++) await step(() => store.put("key", encoder.encode(`${i}`)).done);
    await step(() => store.compact({ reach: "all" }));
    for (const body of bodies.slice(-2)) await step(() => append(store, body));
    await step(async () => void await store.read("a", { after: 0, limit: 1_000 }));
    await store.close();
  });
}

if (import.meta.main) {
  let text = "";
  for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const directory of lines) {
      const bodies = (from: number, count: number): string[] =>
        Array.from({ length: count }, (_, i) => `message-${from + i}`);
      await session(directory, bodies(1, 16));
      await session(directory, bodies(17, 4));
      say("done");
    }
  }
}
