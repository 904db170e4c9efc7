/**
 * Reading the log from its end: everything comes once, newest pieces first, and what is older is not read.
 *
 * @module
 */

import assert from "node:assert/strict";
import { memoryStorage } from "../../db/memory.ts";
import { type OpenOptions, openStore } from "../../db/open.ts";
import type { Storage } from "../../db/storage.ts";
import { simWorld } from "./sim/world.ts";

/** A disk in memory that counts what is read from it. */
function counting(): { storage: Storage; read: () => number } {
  const inner = memoryStorage("counted");
  let bytes = 0;
  const storage: Storage = {
    ...inner,
    open: (name) => {
      const file = inner.open(name);
      return {
        ...file,
        read: (into, at) => {
          bytes += into.length;
          return file.read(into, at);
        },
      };
    },
  };
  return { storage, read: () => bytes };
}

const OPTIONS: OpenOptions = { world: simWorld(1), segmentBytes: 4 << 20, autoCompact: false };
const BODY_BYTES = 100_000;

Deno.test("the log is read from its end, every message once, also where one is larger than a piece", async () => {
  const { storage } = counting();
  await using store = await openStore("counted", { ...OPTIONS, storage });
  const sizes = [10, BODY_BYTES, 3 << 20, 7, BODY_BYTES, 5 << 20, 1, 2];
  let at = 0;
  for (let round = 0; round < 6; round++) {
    for (const size of sizes) {
      store.append(`stream ${size}`, new Uint8Array(size).fill(at), { at: ++at });
      await store.flush();
    }
  }
  const pieces: (readonly number[])[] = [];
  for await (const messages of store.newest()) {
    for (const { stream, at, body } of messages) {
      assert.equal(stream, `stream ${body.length}`);
      assert.equal(body[0], (at - 1) & 0xff);
    }
    pieces.push(messages.map((message) => message.at));
  }
  assert.ok(pieces.length > 5, `${pieces.length} pieces`);
  assert.deepEqual(pieces.toReversed().flat(), Array.from({ length: at }, (_, i) => i + 1));
});

Deno.test("whoever asks for the newest messages pays for these alone", async () => {
  const { storage, read } = counting();
  await using store = await openStore("counted", { ...OPTIONS, storage });
  for (let i = 1; i <= 400; i++) {
    store.append("one", new Uint8Array(BODY_BYTES), { at: i });
    if (i % 40 === 0) await store.flush();
  }
  await store.flush();
  const before = read();
  for await (const messages of store.newest()) {
    assert.equal(messages.at(-1)?.at, 400);
    break;
  }
  const cost = read() - before;
  assert.ok(cost <= 4 << 20, `${cost} bytes were read of ${400 * BODY_BYTES}`);
});

Deno.test("the log is read from its end also over a damaged record, which is passed over", async () => {
  const storage = memoryStorage("damaged");
  await using store = await openStore("damaged", { ...OPTIONS, storage });
  for (let i = 1; i <= 30; i++) store.append("one", new Uint8Array(BODY_BYTES), { at: i });
  await store.flush();
  const [name = ""] = (await storage.list()).filter((name) => name.endsWith(".segment"));
  using file = storage.open(name);
  file.write(new Uint8Array([1, 2, 3]), 64 + 15 * (BODY_BYTES + 40) + 100);
  const seen: number[] = [];
  for await (const messages of store.newest()) seen.push(...messages.map(({ seq }) => seq));
  seen.sort((a, b) => a - b);
  assert.equal(seen.length, 29);
  assert.deepEqual([seen[0], seen.at(-1)], [1, 30]);
});
