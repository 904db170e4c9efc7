/**
 * Pings as fast as they go.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, login, times } from "../bytes.ts";

const PINGS = times(2_000, () => frame({ type: "Ping", id: "p" }));

/** The attack. */
export const pingFlood: Attack = {
  name: "ping-flood",
  root: "what is not a message has no price: a connection's next chunk is worked through whole",
  bound: { connections: 16, connectsPerSecond: 50, bytesPerSecond: 32 << 20 },
  *peer({ name }) {
    yield login(name);
    for (;;) yield PINGS;
  },
};
