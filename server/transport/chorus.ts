/**
 * The same bytes to many descriptors, in one loop.
 *
 * @module
 */

import { type Libc, MSG_NOSIGNAL } from "./libc.ts";
import type { Chorus } from "./wire.ts";

/** Sends by libc. */
export function chorusOf(libc: Libc): Chorus {
  return {
    send(voices, { from, to, bytes }) {
      const short: { readonly at: number; readonly taken: number }[] = [];
      const view = bytes as Uint8Array<ArrayBuffer>;
      const size = bytes.length;
      for (let at = from; at < to; at++) {
        const taken = libc.send(voices[at] ?? -1, view, size, MSG_NOSIGNAL);
        if (taken !== size) short.push({ at, taken: Math.max(0, taken) });
      }
      return short;
    },
  };
}
