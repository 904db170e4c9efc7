/**
 * Who gives up a place when places are short: text clients that were silent longest, and at last whoever has been connected
 * longest without logging in.
 *
 * A silent client that speaks frames is asked for a sign of life; one that speaks text cannot be asked, and may be
 * somebody who only reads. So it stays as long as there is room for others, and then goes with a sentence. Pure.
 *
 * @module
 */

import { PENDING_LOGIN_MS_MIN, PLACES_SPARE_SHARE } from "../limits.ts";
import { errorMessage } from "../perform.ts";
import type { ErrorMessage } from "../wire/mod.ts";

/**
 * Those who go now, so that a share of `places` is free. For how long each was silent is told in ms, as of the last look; 0 is
 * who is asked for signs of life instead.
 *
 * @param silentMsMin Whoever was silent for less stays.
 */
export function leavers<S extends { readonly silentMs: number }>(
  sessions: Iterable<S>,
  taken: number,
  places: number,
  silentMsMin: number,
): readonly S[] {
  const spare = Math.ceil(places * PLACES_SPARE_SHARE);
  const missing = taken - (places - spare);
  if (missing <= 0) return [];
  return [...sessions]
    .filter(({ silentMs }) => silentMs > 0 && silentMs >= silentMsMin)
    .sort((one, other) => other.silentMs - one.silentMs)
    .slice(0, missing);
}

/** Whoever is connected and may not have logged in. */
export interface PendingLogin {
  readonly openedMs: number;
  /** Whether it has not logged in. */
  readonly awaitsLogin: boolean;
}

/** Connections that have not logged in, the oldest first; those that have are dropped when they are met, or swept. */
export class PendingLogins<C extends PendingLogin> {
  readonly #connections = new Set<C>();

  /** A connection has come. */
  add(connection: C): void {
    this.#connections.add(connection);
  }

  /** A connection has ended. Idempotent. */
  delete(connection: C): void {
    this.#connections.delete(connection);
  }

  /** Forgets those that have logged in. To be called now and then: each would cost its entry for all its life. */
  sweep(): void {
    for (const connection of this.#connections) {
      if (!connection.awaitsLogin) this.#connections.delete(connection);
    }
  }

  /** The one whose place somebody else may have: it had time enough to say who it is. It is forgotten here. */
  takeOldest(nowMs: number): C | undefined {
    for (const connection of this.#connections) {
      if (connection.awaitsLogin && nowMs - connection.openedMs < PENDING_LOGIN_MS_MIN) {
        return undefined;
      }
      this.#connections.delete(connection);
      if (connection.awaitsLogin) return connection;
    }
    return undefined;
  }
}

/** What silent ones are told. */
export function placesShort(silentMs: number): ErrorMessage {
  const minutes = Math.round(silentMs / 60_000);
  const long = minutes === 1 ? "a minute" : minutes === 0 ? "a while" : `${minutes} minutes`;
  const msg =
    `Others need a place, and you have said nothing for ${long}. Come back when you like.`;
  return errorMessage("busy", msg);
}

/** Why somebody has to go who costs most when memory is short. */
export const MEMORY_SHORT =
  "The server is short of memory, and this connection was among those that took most of it.";

/** Why somebody has to go whose frame never ends. */
export function frameTooSlow(frameMsMax: number): ErrorMessage {
  return errorMessage("bad_frame", `A frame must be whole within ${frameMsMax / 1_000} seconds.`);
}
