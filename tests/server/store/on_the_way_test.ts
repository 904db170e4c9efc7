/**
 * What is on its way to the store: nothing that was taken is forgotten for what was refused, and nothing refused is carried along.
 *
 * @module
 */

import fc from "fast-check";
import { OnTheWay } from "../../../server/store/on_the_way.ts";
import { StorageError } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";

const full = new StorageError("full");

Deno.test("what is refused at once leaves what was on its way before", () => {
  const way = new OnTheWay<string, string>();
  const kept = () => "kept";
  const first = way.put("tea", "a ban");
  assertEquals(way.newest("tea", kept), "a ban");
  way.put("tea", "a ban and an invitation")(full);
  assertEquals([way.newest("tea", kept), way.all("tea")], ["a ban", ["a ban"]]);
  const second = way.put("tea", "a ban and a mute");
  first();
  assertEquals(way.newest("tea", kept), "a ban and a mute");
  second();
  assertEquals([way.newest("tea", kept), way.has("tea"), way.all("tea")], ["kept", false, []]);
});

Deno.test("what was built upon something that fails goes with it, and so does not stay when it is told of itself", () => {
  const way = new OnTheWay<string, string | undefined>();
  const first = way.put("eve", "a user");
  const second = way.put("eve", undefined);
  assertEquals([way.has("eve"), way.newest("eve", () => "kept")], [true, undefined]);
  first(full);
  assertEquals([way.has("eve"), way.newest("eve", () => "kept")], [false, "kept"]);
  const third = way.put("eve", "another");
  second(full);
  assertEquals(way.newest("eve", () => "kept"), "another");
  third();
  assert(!way.has("eve"));
});

/** What a store does with what it is given. */
const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ key: fc.constantFrom("tea", "den"), refused: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.constant("keeps the oldest" as const) },
  { weight: 1, arbitrary: fc.constant("fails" as const) },
);

Deno.test("whatever a store takes, keeps, refuses and loses: each change is made of all that it has kept or taken, and of nothing else", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const way = new OnTheWay<string, readonly number[]>();
      const kept = new Map<string, readonly number[]>();
      const onDisk = (key: string) => kept.get(key) ?? [];
      const taken: {
        key: string;
        value: readonly number[];
        settled: (error?: StorageError) => void;
      }[] = [];
      // The model: the numbers of the changes that were not refused, by key, in the order in which they came.
      const model = new Map<string, number[]>();
      const of = (key: string) => model.get(key) ?? [];
      const check = () => {
        for (const key of ["tea", "den"]) {
          assertEquals(way.newest(key, () => onDisk(key)), of(key));
          assertEquals(
            way.all(key),
            taken.filter((one) => one.key === key).map((one) => one.value),
          );
          assertEquals(way.has(key), taken.some((one) => one.key === key));
        }
      };
      for (const [number, one] of acts.entries()) {
        if (one === "keeps the oldest") {
          const oldest = taken.shift();
          if (oldest === undefined) continue;
          kept.set(oldest.key, oldest.value);
          oldest.settled();
        } else if (one === "fails") {
          for (const { key, settled } of taken.splice(0)) {
            settled(full);
            // Whoever is told of it may look at once.
            assertEquals(way.newest(key, () => onDisk(key)), onDisk(key));
          }
          for (const key of ["tea", "den"]) model.set(key, [...onDisk(key)]);
        } else {
          const { key, refused } = one;
          const value = [...way.newest(key, () => onDisk(key)), number];
          const settled = way.put(key, value);
          if (refused) settled(full);
          else {
            taken.push({ key, value, settled });
            model.set(key, [...of(key), number]);
          }
        }
        check();
      }
    }),
  );
});
