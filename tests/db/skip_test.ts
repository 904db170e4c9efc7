/**
 * Numbers that are given up, few or very many, at the beginning of a stream or within it: nothing comes back and nothing
 * else goes, whether a store is opened by its hints or without them, and however it was compacted.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { memoryStorage } from "../../db/memory.ts";
import { openStore } from "../../db/open.ts";
import type { Storage } from "../../db/storage.ts";
import type { Store } from "../../db/store.ts";
import { bytesOf, Model, pictureOf } from "./sim/model.ts";
import { simWorld } from "./sim/world.ts";

type Step =
  | { readonly kind: "append" | "compact" | "reopen" | "forget hints" }
  | { readonly kind: "skip" | "trim" | "remove"; readonly by: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: "append" as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("skip" as const, "trim" as const, "remove" as const),
      by: fc.oneof(fc.nat(5), fc.nat(200)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("compact" as const, "reopen" as const, "forget hints" as const),
    }),
  },
);

const FAR = 3_000_000_000;

Deno.test("numbers that are given up stay gone and cost nobody else anything", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, far) => {
      const storage = memoryStorage();
      const open = (): Promise<Store> =>
        openStore("skip", { storage, world: simWorld(1), segmentBytes: 400, autoCompact: false });
      const model = new Model();
      let store = await open();
      let given = 0;
      const skip = async (to: number): Promise<void> => {
        await store.skip("s", to);
        given = Math.max(given, to - 1);
        model.give("s", given);
      };
      if (far) await skip(FAR);
      for (const step of steps) {
        if (step.kind === "append") {
          const seq = store.append("s", bytesOf("x"), { at: 1 }).seq;
          assert.equal(seq, ++given);
          model.append("s", "x", 1);
          await store.flush();
        } else if (step.kind === "skip") await skip(given + 1 + step.by);
        else if (step.kind === "trim") {
          await store.trim("s", Math.max(0, given - step.by));
          model.trim("s", Math.max(0, given - step.by));
        } else if (step.kind === "remove") {
          const seqs = model.seqs("s");
          const seq = seqs[step.by % Math.max(1, seqs.length)];
          if (seq === undefined) continue;
          await store.remove("s", seq);
          model.remove("s", seq);
        } else if (step.kind === "compact") await store.compact({ reach: "all" });
        else {
          await store.close();
          if (step.kind === "forget hints") await forgetHints(storage);
          store = await open();
        }
        assert.equal(await pictureOf(store), model.picture());
      }
      await store.close();
    }),
    { numRuns: 150 },
  );
});

async function forgetHints(storage: Storage): Promise<void> {
  for (const name of await storage.list()) if (name.endsWith(".hint")) storage.remove(name);
}
