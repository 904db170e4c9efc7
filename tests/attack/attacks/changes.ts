/**
 * Taking back: storms of edits, of reactions, and of tries at others' words.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, lazy, login, MIB, times } from "../bytes.ts";

const HONEST = "honest";

/** Each edits what it said in the room of the honest, and deletes it, as fast as it may. */
const edits: Attack = {
  name: "edits",
  root: "an edit is read, judged, written and told to everybody",
  bound: { connections: 64, connectsPerSecond: 200, bytesPerSecond: 4 * MIB },
  *peer({ name }) {
    yield login(name);
    yield frame({ type: "Join", room: HONEST });
    for (let round = 0;; round++) {
      yield frame({ type: "Broadcast", room: HONEST, content: "e".repeat(500) });
      yield times(
        50,
        (i) => frame({ type: "Edit", room: HONEST, content: `${round}.${i}`, id: "e" }),
      );
      yield frame({ type: "Delete", room: HONEST });
    }
  },
};

/** Everybody reacts to the same few messages, with as many kinds as there may be, on and off. */
const reactions: Attack = {
  name: "reactions",
  root: "each reaction writes its message anew, with all that are there",
  bound: { connections: 128, connectsPerSecond: 400, bytesPerSecond: 4 * MIB },
  *peer({ name, index }) {
    yield login(name);
    yield frame({ type: "Join", room: HONEST });
    for (let round = 0;; round++) {
      yield times(100, (i) =>
        frame({
          type: "React",
          room: HONEST,
          seq: 1 + (i + index) % 5,
          emoji: `r${i % 40}`,
          on: round % 2 === 0,
        }));
    }
  },
};

const forgeries = lazy(() =>
  times(
    500,
    (i) =>
      frame({
        type: i % 2 === 0 ? "Edit" : "Delete",
        room: HONEST,
        seq: i,
        content: "forged",
        id: "f",
      }),
  )
);

/** Tries at everything that others said in the room of the honest. */
const othersWords: Attack = {
  name: "others-words",
  root: "whose a message is has to be found before it is refused",
  bound: { connections: 64, connectsPerSecond: 200, bytesPerSecond: 4 * MIB },
  *peer({ name }) {
    yield login(name);
    yield frame({ type: "Join", room: HONEST });
    for (;;) yield forgeries();
  },
};

/** The attacks of this file. */
export const changeAttacks: readonly Attack[] = [edits, reactions, othersWords];
