/**
 * How long a round trip takes: an online client asks for a sign of life now and then. Whether one comes is watched over by `listening.ts`.
 *
 * @module
 */

import type { Ping, ServerMessage } from "./messages.ts";
import type { AddOptions } from "./outstanding.ts";

/** Asks the server. @throws {ChatError | ClosedError} Through the promise. */
type Ask = (question: Ping, how: Pick<AddOptions, "urgent">) => Promise<ServerMessage>;

/** A client's heartbeat. */
export class Heartbeat {
  readonly #ask: Ask;
  /** The last round trip in milliseconds; `undefined` before the first. */
  roundTripMs: number | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Asks for a sign of life. @returns The round trip in milliseconds. */
  async roundTrip(how: Pick<AddOptions, "urgent"> = {}): Promise<number> {
    const start = performance.now();
    await this.#ask({ type: "Ping" }, how);
    return this.roundTripMs = performance.now() - start;
  }

  /** It is time to ask. */
  beat(): void {
    // The break itself is told by the status.
    this.roundTrip({ urgent: true }).catch(() => {});
  }
}
