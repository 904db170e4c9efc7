/**
 * Messages far above the rate, which are refused one by one.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, login, times } from "../bytes.ts";

const WORDS = times(
  1_000,
  (i) => frame({ type: "Broadcast", content: "buy", room: "nowhere", id: `${i}` }),
);

/** The attack. */
export const refusedBroadcasts: Attack = {
  name: "refused-broadcasts",
  root: "refusing costs as much as serving",
  bound: { connections: 16, connectsPerSecond: 50, bytesPerSecond: 32 << 20 },
  *peer({ name }) {
    yield login(name);
    for (;;) yield WORDS;
  },
};
