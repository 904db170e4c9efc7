/**
 * Lines of text that are dear, endless or slow.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { lazy, utf8 } from "../bytes.ts";

function lines(name: string, root: string, make: () => Uint8Array<ArrayBuffer>): Attack {
  const piece = lazy(make);
  return {
    name,
    root,
    bound: { connections: 16, connectsPerSecond: 50, bytesPerSecond: 32 << 20 },
    *peer({ name }) {
      yield utf8(`${name}\n`);
      for (;;) yield piece();
    },
  };
}

/** A whisper of ten thousand spaces. */
const textSpaces: Attack = lines(
  "text-spaces",
  "a pattern that is tried from each space on is quadratic in spaces",
  () => utf8(`/w x${" ".repeat(10_000)}\n`.repeat(10)),
);

/** Nothing but line feeds. */
const emptyLines: Attack = lines(
  "empty-lines",
  "a line costs, also an empty one",
  () => utf8("\n".repeat(100_000)),
);

/** Commands that are answered by long lists. */
const textLists: Attack = lines(
  "text-lists",
  "an answer may be much longer than its question",
  () => utf8("/list\n/rooms\n/help\n".repeat(2_000)),
);

/** A line that never ends. */
const endlessLine: Attack = lines(
  "endless-line",
  "a limit that is judged at the end of a line is none",
  () => utf8("a".repeat(1 << 20)),
);

/** Invisible and controlling characters, which must be taken out of what others see. */
const controlCharacters: Attack = lines(
  "control-characters",
  "cleaning costs by character",
  () => utf8(`${"\u001b[2J\u0007\u202e".repeat(1_000)}\n`.repeat(20)),
);

/** All of these. */
export const textAttacks: readonly Attack[] = [
  textSpaces,
  emptyLines,
  textLists,
  endlessLine,
  controlCharacters,
];
