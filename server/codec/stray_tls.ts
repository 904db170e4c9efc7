/**
 * Whoever speaks TLS to a server that has no certificate: an alert says at once that it is no use, and it is the end.
 *
 * @module
 */

import type { Codec, Heard } from "./codec.ts";
import { alertRecord } from "../transport/mod.ts";

/** The codec of a peer that cannot be understood. */
export class StrayTlsCodec implements Codec {
  readonly speech = "text";
  readonly midFrame = false;
  readonly heldBytes = 0;
  readonly heardBytes = 0;
  readonly restBytes = 0;
  #told = false;

  feed(): void {}

  feedEnd(): void {}

  next(): Heard {
    if (this.#told) return { kind: "end" };
    this.#told = true;
    return { kind: "answer", bytes: alertRecord("handshake failure") };
  }

  release(): void {}

  takeRest(): Uint8Array {
    return new Uint8Array(0);
  }

  encode(): undefined {
    return undefined;
  }
}
