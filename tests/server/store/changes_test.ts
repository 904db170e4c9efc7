/**
 * Who comes back is told of what was changed: nothing that it may have missed is left out, up to a bound.
 *
 * @module
 */

import fc from "fast-check";
import { CHANGES_TOLD_MAX } from "../../../server/limits.ts";
import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { changedSeqs, encodeChange } from "../../../server/store/changes.ts";
import { changeStream } from "../../../server/store/streams.ts";
import { foldText } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const LOBBY = foldText("lobby");

/** What a room went through: messages (0), and changes of one that was there then. */
function storeOf(story: readonly number[]): { store: MessageStore; heads: [number, number][] } {
  const store = memoryStore();
  const heads: [seq: number, head: number][] = [];
  let head = 0;
  for (const step of story) {
    if (step === 0 || head === 0) {
      head++;
      continue;
    }
    const seq = (step % head) + 1;
    heads.push([seq, head]);
    const change = { seq, head };
    store.append({
      stream: changeStream(LOBBY),
      at: 1,
      encode: () => encodeChange(change),
      settled: () => {},
    });
  }
  return { store, heads };
}

const story = fc.array(fc.nat(5), { maxLength: 700, size: "max" });

Deno.test("all that was changed since the last message seen is told, newest changes first, and little else", async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.nat(100), async (all, seen) => {
      const { store, heads } = storeOf(all);
      const read: MessageStore["read"] = (stream, range) => store.read(stream, range);
      const told = await changedSeqs(read, LOBBY, { seen, since: undefined });
      const missed = heads.filter(([seq, head]) => seq <= seen && head >= seen).map(([seq]) => seq);
      const newest = [...new Set(missed.toReversed())].slice(0, CHANGES_TOLD_MAX);
      assertEquals(told, newest);
    }),
    { numRuns: 100 },
  );
});

Deno.test("what was told before is not told again, also when it was of later messages than the first time", async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.nat(100), fc.nat(300), async (all, seen, since) => {
      const { store, heads } = storeOf(all);
      const read: MessageStore["read"] = (stream, range) => store.read(stream, range);
      const told = await changedSeqs(read, LOBBY, { seen, since });
      const fresh = heads.slice(since).filter(([seq]) => seq <= seen).map(([seq]) => seq);
      assertEquals(told, [...new Set(fresh.toReversed())].slice(0, CHANGES_TOLD_MAX));
    }),
    { numRuns: 100 },
  );
});

Deno.test("of a room with very many changes the newest are told, and what is no change is passed over", async () => {
  const store = memoryStore();
  const append = (body: Uint8Array): void =>
    store.append({ stream: changeStream(LOBBY), at: 1, encode: () => body, settled: () => {} });
  for (let n = 1; n <= 1_000; n++) {
    append(encodeChange({ seq: n, head: 2_000 }));
    if (n % 7 === 0) append(new TextEncoder().encode("no change"));
  }
  let reads = 0;
  const read: MessageStore["read"] = (stream, range) => {
    reads++;
    return store.read(stream, range);
  };
  const told = await changedSeqs(read, LOBBY, { seen: 1_500, since: undefined });
  assertEquals(told, Array.from({ length: CHANGES_TOLD_MAX }, (_, n) => 1_000 - n));
  assert(reads <= 3, `${reads} reads`);
});
