/**
 * How long closing takes on a disk that is slow to sync: so many syncs one after the other, however many there are at once.
 *
 * @module
 */

import { memoryStorage } from "../../../db/memory.ts";
import type { Storage, StorageFile } from "../../../db/storage.ts";
import { durableStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";

/** A disk whose syncs wait until they are let go, all at once. */
function slowDisk(): { storage: Storage; slow: () => void; letGo: () => boolean } {
  const memory = memoryStorage("slow");
  let isSlow = false;
  let waiting: (() => void)[] = [];
  const sync = (): Promise<void> =>
    isSlow ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
  const led = (file: StorageFile): StorageFile => ({ ...file, sync });
  return {
    storage: { ...memory, create: (name) => led(memory.create(name)), syncDirectory: sync },
    slow: () => isSlow = true,
    letGo: () => {
      const released = waiting;
      waiting = [];
      for (const resolve of released) resolve();
      return released.length > 0;
    },
  };
}

/** Lets everything happen that waits for no sync: nothing here waits for a thread or a timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

for (const [durability, rounds] of [["durable", 1], ["os", 3]] as const) {
  Deno.test(`closing a store (${durability}) waits for a slow disk ${rounds}×, not once for each file`, async () => {
    const { storage, slow, letGo } = slowDisk();
    const store = await durableStore("slow", { durability, storage });
    const kept = Promise.withResolvers<void>();
    const encode = (seq: number): Uint8Array => new TextEncoder().encode(`{"seq":${seq}}`);
    store.append({ stream: "room/a", at: 1, encode, settled: () => kept.resolve() });
    await kept.promise;
    await settle();
    slow();
    let closed = false;
    const closing = store[Symbol.asyncDispose]().then(() => void (closed = true));
    let waits = 0;
    for (await settle(); !closed; await settle()) if (letGo()) waits++;
    await closing;
    assertEquals(waits, rounds);
  });
}
