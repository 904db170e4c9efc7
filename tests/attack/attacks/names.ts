/**
 * Names that are dear to fold, and names that look like somebody else's.
 *
 * @module
 */

import { anyOf, type Attack } from "../attack.ts";
import { frame, lazy, login, MIB, times } from "../bytes.ts";

const BOUND = { connections: 4, connectsPerSecond: 20, bytesPerSecond: 32 * MIB };

function longName(name: string, root: string, type: string, room: string): Attack {
  const piece = lazy(() => frame({ type, room, id: "n" }));
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

/** One letter under 262,000 combining marks. */
const stackedMarks: Attack = longName(
  "stacked-marks",
  "normalising is quadratic in stacked marks, and came before the length was judged",
  "Leave",
  `a${"\u0315\u0300".repeat(131_000)}`,
);

/** A letter that becomes eighteen, 340,000 times. */
const wideLigatures: Attack = longName(
  "wide-ligatures",
  "folding multiplies a text, and came before the length was judged",
  "Leave",
  "\ufdfa".repeat(340_000),
);

/** Marks in all fields that are a name, a little shorter each, and many of them. */
const mediumMarks: Attack = (() => {
  const marks = `a${"\u0315\u0300".repeat(2_000)}`;
  const piece = lazy(() =>
    times(
      20,
      () =>
        frame({
          type: "History",
          with: marks,
          room: marks,
          to: marks,
          from: marks,
          filename: marks,
        }),
    )
  );
  return {
    name: "medium-marks",
    root: "what is below a frame's limit is not below a name's",
    bound: { connections: 8, connectsPerSecond: 50, bytesPerSecond: 32 * MIB },
    *peer({ name }) {
      yield login(name);
      for (;;) yield piece();
    },
  };
})();

/** Names that people would take for those of the honest, or for the server's. */
const LOOK_ALIKES: readonly string[] = [
  "\u0410nna", // Cyrillic A
  "A\u0578\u0578a", // Armenian vo
  "\uff21nna", // full width
  "B\u0435n", // Cyrillic e
  "\ua4d0en", // Lisu
  "\u13f4en", // Cherokee
  "An\u200bna", // a space of no width
  "Anna.",
  "-",
  "...",
  "\u0405erver",
];

/** Attempts to stand beside Anna with a name that looks like hers. */
const lookAlikes: Attack = {
  name: "look-alikes",
  root: "a name is compared by its letters, and read by its looks",
  bound: { connections: 8, connectsPerSecond: 200, bytesPerSecond: MIB },
  reads: "messages",
  async *peer(me) {
    const name = anyOf(me, LOOK_ALIKES);
    yield login(name);
    const { username } = await me.next("Welcome");
    me.breach(`"${username}" stands beside the honest`);
  },
};

/** All of these. */
export const nameAttacks: readonly Attack[] = [
  stackedMarks,
  wideLigatures,
  mediumMarks,
  lookAlikes,
];
