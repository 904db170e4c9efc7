/**
 * Bytes that come in any pieces become messages; cut by hand, so that nothing of the server's is trusted. Pure.
 *
 * @module
 */

import type { Heard } from "./attack.ts";

const decoder = new TextDecoder();
const HEADER_BYTES = 4;

/** Cuts a stream of bytes into messages. */
export class FrameCutter {
  #held: Uint8Array = new Uint8Array(0);

  /** Takes the next bytes; gives the messages that are whole now. */
  *take(bytes: Uint8Array): Generator<Heard> {
    const all = new Uint8Array(this.#held.length + bytes.length);
    all.set(this.#held);
    all.set(bytes, this.#held.length);
    const view = new DataView(all.buffer);
    let at = 0;
    while (all.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + view.getUint32(at);
      if (end > all.length) break;
      yield JSON.parse(decoder.decode(all.subarray(at + HEADER_BYTES, end)));
      at = end;
    }
    this.#held = all.subarray(at);
  }
}
