/**
 * Tells a connection why it cannot come in, in its own way of speaking, and closes it.
 *
 * The server speaks only after the client's first byte, so this one is waited for, briefly; it is what
 * tells frames from text. Only a few are waited for at once: they hold descriptors of the reserve.
 *
 * @module
 */

import { TURNED_AWAY_MAX, TURNED_AWAY_MS, UNSENT_BYTES_MAX } from "../limits.ts";
import { type Handler, Link } from "../link/link.ts";
import { encodeLine } from "../text/render.ts";
import { alertRecord, speaksTls, type Wire } from "../transport/mod.ts";
import { encodeFrame, ERROR_SENTENCES, type ErrorMessage } from "../wire/mod.ts";

/** In the way of speaking that begins so. Whoever begins TLS is not worth a handshake: an alert says no. */
function wordsFor(first: Uint8Array, last: ErrorMessage): Uint8Array | undefined {
  if (speaksTls(first)) return alertRecord("access denied");
  return first[0] === 0x00 ? encodeFrame(last) : encodeLine(last);
}

/** There is no place for anybody. */
export const FULL: ErrorMessage = { type: "Error", code: "busy", msg: ERROR_SENTENCES.busy };

/** Connections that are being turned away: a bounded number at a time. */
export class TurnedAway {
  readonly #waiting = new Set<Link>();

  /** Turns `wire` away, with `last`. Never throws; when it resolves, the wire is closed. */
  async turnAway(wire: Wire, last: ErrorMessage): Promise<void> {
    if (this.#waiting.size >= TURNED_AWAY_MAX) return wire.close();
    const link = new Link(wire, UNSENT_BYTES_MAX);
    this.#waiting.add(link);
    const timer = setTimeout(() => link.close(), TURNED_AWAY_MS);
    const handler: Handler = {
      hear: (chunk) => {
        link.finish(wordsFor(chunk, last), "send");
        return undefined;
      },
      hearEnd: () => undefined,
    };
    await new Promise<void>((onOver) => link.run(handler, { onOver }));
    clearTimeout(timer);
    this.#waiting.delete(link);
  }

  /** Closes all that still wait. */
  close(): void {
    for (const link of this.#waiting) link.close();
  }
}
