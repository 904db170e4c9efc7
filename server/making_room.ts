/**
 * Who gives up a place when places are short: text clients that were silent longest, and at last whoever has been connected
 * longest without logging in.
 *
 * A silent client that speaks frames is asked for a sign of life; one that speaks text cannot be asked, and may be
 * somebody who only reads. So it stays as long as there is room for others, and then goes with a sentence. Pure.
 *
 * @module
 */

import { PLACES_SPARE_SHARE, STRANGER_MS_MIN } from "./limits.ts";
import { errorMessage } from "./perform.ts";
import type { ErrorMessage } from "./wire/mod.ts";

/** Whoever may have to go. */
export interface Sitting {
  /** For how long it was silent, in ms, as of the last look; 0 for who is asked for signs of life instead. */
  readonly silentMs: number;
}

/** Those who go now, so that a share of `places` is free. @param silentMsMin Whoever was silent for less stays. */
export function leavers<S extends Sitting>(
  sitting: Iterable<S>,
  taken: number,
  places: number,
  silentMsMin: number,
): readonly S[] {
  const spare = Math.ceil(places * PLACES_SPARE_SHARE);
  const missing = taken - (places - spare);
  if (missing <= 0) return [];
  return [...sitting]
    .filter(({ silentMs }) => silentMs > 0 && silentMs >= silentMsMin)
    .sort((one, other) => other.silentMs - one.silentMs)
    .slice(0, missing);
}

/** Whoever is connected and may not have logged in. */
export interface Stranger {
  readonly openedMs: number;
  /** Whether it has not logged in. */
  readonly isStranger: boolean;
}

/** Connections that have not logged in, the oldest first; those that have are dropped when they are met. */
export class Strangers<S extends Stranger> {
  readonly #strangers = new Set<S>();

  /** A connection has come. */
  add(stranger: S): void {
    this.#strangers.add(stranger);
  }

  /** A connection has ended. Idempotent. */
  delete(stranger: S): void {
    this.#strangers.delete(stranger);
  }

  /** The one whose place somebody else may have: it had time enough to say who it is. It is forgotten here. */
  takeOldest(nowMs: number): S | undefined {
    for (const stranger of this.#strangers) {
      if (stranger.isStranger && nowMs - stranger.openedMs < STRANGER_MS_MIN) return undefined;
      this.#strangers.delete(stranger);
      if (stranger.isStranger) return stranger;
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
  "The server is short of memory, and this connection took the most of it.";

/** Why somebody has to go whose frame never ends. */
export function frameTooSlow(frameMsMax: number): ErrorMessage {
  return errorMessage("bad_frame", `A frame must be whole within ${frameMsMax / 1_000} seconds.`);
}
