/**
 * Frames of 1 MiB that are half a million empty arrays.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, login } from "../bytes.ts";

const FRAME = frame(
  `{"type":"Ping","id":"a","more":[${"[],".repeat((1 << 20) / 3 - 40)}[]]}`,
);

/** The attack. */
export const jsonArrays: Attack = {
  name: "json-arrays",
  root: "parsing is paid by bytes, but costs by values",
  bound: { connections: 8, connectsPerSecond: 50, bytesPerSecond: 64 << 20 },
  *peer({ name }) {
    yield login(name);
    for (;;) yield FRAME;
  },
};
