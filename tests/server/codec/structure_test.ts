/**
 * Which frames hold too much to be parsed.
 *
 * @module
 */

import fc from "fast-check";
import { FRAME_BYTES_PLAIN, FRAME_VALUES_MAX } from "../../../server/limits.ts";
import { isIntricate } from "../../../server/codec/structure.ts";
import { assert, assertEquals } from "../../assert.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

for (
  const [name, text] of [
    ["nested arrays", "[".repeat(1 << 20)],
    ["empty arrays", `{"a":[${"[],".repeat(300_000)}0]}`],
    ["empty objects", `{"a":[${"{},".repeat(300_000)}0]}`],
    ["keys", `{${'"a":1,'.repeat(100_000)}"type":"Ping"}`],
    ["numbers", `[${"1,".repeat(500_000)}1]`],
  ] as const
) {
  Deno.test(`a megabyte of ${name} is not parsed`, () => assert(isIntricate(bytesOf(text))));
}

for (
  const [name, value] of [
    ["text that looks like structure", { type: "x", content: '[{,"]}'.repeat(50_000) }],
    ["backslashes before quotes", { type: "x", content: '\\"[,'.repeat(50_000) }],
    [
      "two hundred rooms to come back to",
      {
        type: "Login",
        resume: Object.fromEntries(
          Array.from({ length: 200 }, (_, n) => ["ü".repeat(30) + n, Number.MAX_SAFE_INTEGER]),
        ),
      },
    ],
  ] as const
) {
  Deno.test(`a frame with ${name} is parsed`, () => {
    assert(!isIntricate(bytesOf(JSON.stringify(value))));
  });
}

Deno.test("what is not intricate has no more values than allowed, whatever it is", () => {
  const filler = "x".repeat(FRAME_BYTES_PLAIN);
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.nat(3_000), (json, numbers) => {
      const text = `[${JSON.stringify(filler)},${json},[${Array(numbers).fill(1).join(",")}]]`;
      let values = 0;
      JSON.parse(text, (_key, value) => {
        values++;
        return value;
      });
      const judged = isIntricate(bytesOf(text));
      if (values > FRAME_VALUES_MAX * 2) assertEquals(judged, true);
      if (values <= FRAME_VALUES_MAX / 2) assertEquals(judged, false);
    }),
    { numRuns: 50 },
  );
});
