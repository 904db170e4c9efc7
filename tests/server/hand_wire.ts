/**
 * A wire from which nothing comes, and which takes what the test says.
 *
 * @module
 */

import type { Wire } from "../../server/transport/mod.ts";

/** Makes one. @param take How many bytes of a write are taken at once; all, unless it is told otherwise. */
export function handWire(take: (bytes: Uint8Array) => number = ({ length }) => length): Wire {
  return {
    readBytesMax: 0,
    heldBytes: 0,
    unfinishedBytes: 0,
    open: () => {},
    trySend: take,
    finish: () => {},
    close: () => {},
  };
}
