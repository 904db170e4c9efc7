/**
 * Who reads too slowly is found within two seconds, and stays so until little waits; a fast reader's full buffers are no slowness.
 *
 * @module
 */

import { READER_BYTES, Readers } from "../../verdict/mod.ts";
import { assertEquals } from "../assert.ts";

/** Whether one reader is slow at each of these looks: bytes that wait, and those that it has taken until then. */
function slowAt(...looks: readonly (readonly [bytes: number, taken: number])[]) {
  const readers = new Readers<number>();
  return looks.map(([bytes, taken]) =>
    readers.look([[1, { who: "Ben", bytes, taken }]]).slowest?.isSlow
  );
}

Deno.test("who reads nothing is slow from the second look on", () => {
  assertEquals(slowAt([0, 0], [700_000, 0], [700_000, 0], [700_000, 0]), [
    undefined,
    false,
    true,
    true,
  ]);
});

Deno.test("who reads in lumps is slow until little waits", () => {
  const looks = [
    [7_900_000, 0],
    [7_900_000, 0],
    [6_400_000, 1_500_000],
    [6_400_000, 1_500_000],
    [400_000, 7_500_000],
    [READER_BYTES, 7_800_000],
    [READER_BYTES - 1, 7_800_001],
    [READER_BYTES, 7_800_001],
  ] as const;
  assertEquals(slowAt(...looks), [false, true, true, true, true, true, false, false]);
});

Deno.test("who takes more in a second than waits is not slow, however much that is", () => {
  assertEquals(slowAt([500_000, 0], [500_000, 3e6], [900_000, 6e6]), [false, false, false]);
});

Deno.test("the slowest is one who is slow, and it is known for one look more that there was one", () => {
  const readers = new Readers<string>();
  const look = (ann: number, ben: number, taken: number) =>
    readers.look([
      ["a", { who: "Ann", bytes: ann, taken }],
      ["b", { who: "Ben", bytes: ben, taken: 0 }],
    ]);
  look(900_000, 100_000, 0);
  assertEquals(look(900_000, 100_000, 5e6), {
    slowest: { who: "Ben", bytes: 100_000, isSlow: true },
    wasSlow: false,
  });
  assertEquals(look(0, 0, 5e6), { wasSlow: true });
  assertEquals(look(0, 0, 5e6), { wasSlow: false });
});

Deno.test("who comes back over another connection begins anew", () => {
  const readers = new Readers<number>();
  for (let connection = 0; connection < 4; connection++) {
    const { slowest } = readers.look([[connection, { who: "Ben", bytes: 200_000, taken: 0 }]]);
    assertEquals(slowest?.isSlow, false);
  }
});
