/**
 * Frames that are dear to parse: few bytes for many values, or bytes that are no message after all.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, joined, lazy, login, times } from "../bytes.ts";

const FRAME_BYTES = 1 << 20;
const BOUND = { connections: 8, connectsPerSecond: 50, bytesPerSecond: 64 << 20 };

function large(name: string, root: string, make: () => Uint8Array<ArrayBuffer>): Attack {
  const piece = lazy(make);
  return {
    name,
    root,
    bound: BOUND,
    *peer({ name }) {
      yield login(name);
      for (;;) yield piece();
    },
  };
}

/** Frames of 1 MiB that are a third of a million empty arrays. */
const jsonArrays: Attack = large(
  "json-arrays",
  "parsing is paid by bytes, but costs by values",
  () => frame(`{"type":"Ping","id":"a","more":[${"[],".repeat(FRAME_BYTES / 3 - 40)}[]]}`),
);

/** Half a million arrays, each in the one before. */
const jsonDepth: Attack = large(
  "json-depth",
  "what is nested costs a stack",
  () => {
    const depth = FRAME_BYTES / 2 - 40;
    return frame(`{"type":"Ping","more":${"[".repeat(depth)}${"]".repeat(depth)}}`);
  },
);

/** Objects with many keys, among them those that every object has. */
const jsonKeys: Attack = large(
  "json-keys",
  "each new key changes an object's shape",
  () => {
    const keys = Array.from({ length: 80_000 }, (_, i) => `"k${i}":1`).join(",");
    return frame(`{"type":"Ping","__proto__":{"type":"Login"},"constructor":1,${keys}}`);
  },
);

/** Numbers with very many digits. */
const jsonDigits: Attack = large(
  "json-digits",
  "a number's digits are worked through one by one",
  () => frame(`{"type":"Ping","more":${"7".repeat(FRAME_BYTES - 60)}}`),
);

/** Texts of nothing but escapes: each letter is looked at, and none can be jumped over. */
const jsonEscapes: Attack = large(
  "json-escapes",
  "a text is copied as it lies, unless it is escaped",
  () => frame(`{"type":"Ping","id":"p","more":"${"\\n".repeat(FRAME_BYTES / 2 - 40)}"}`),
);

/** As many large frames as fit through a hundred connections of one address. */
const framesFromOne: Attack = {
  ...large(
    "frames-from-one",
    "each connection has bytes to spend, and an address has a hundred",
    () => frame({ type: "Ping", id: "p", more: "é".repeat(FRAME_BYTES / 2 - 100) }),
  ),
  from: "one address",
  bound: { connections: 100, connectsPerSecond: 200, bytesPerSecond: 256 << 20 },
};

/** Nine frames that are no message, and one that is: just below what ends a connection. */
const badFrames: Attack = large(
  "bad-frames",
  "what is wrong is answered, and forgiven nine times in a row",
  () => {
    const nine = times(9, (i) => frame(i % 2 === 0 ? new Uint8Array([0xff, 0xfe]) : "[1,2"));
    return times(100, () => joined([nine, frame({ type: "Ping" })]));
  },
);

/** All of these. */
export const parsingAttacks: readonly Attack[] = [
  jsonArrays,
  jsonDepth,
  jsonKeys,
  jsonDigits,
  jsonEscapes,
  framesFromOne,
  badFrames,
];
