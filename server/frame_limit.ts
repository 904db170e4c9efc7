/**
 * How large frames may be at all.
 *
 * @module
 */

import { FRAME_BYTES_CEILING, FRAME_BYTES_DEFAULT } from "./wire/mod.ts";

/** @throws {RangeError} When frames cannot be limited so: their first byte would not tell them from text. */
export function refuseFrameLimit(bytes: number = FRAME_BYTES_DEFAULT): void {
  if (bytes >= 1 && bytes <= FRAME_BYTES_CEILING) return;
  throw new RangeError(
    `Cannot limit frames to ${bytes} bytes: a limit is from 1 to ${FRAME_BYTES_CEILING}`,
  );
}
