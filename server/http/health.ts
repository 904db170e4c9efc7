/**
 * Whether the server can do its work: let somebody in, and keep what is said.
 *
 * The store is believed until it refuses something. From then on it is asked, at most once a second, to keep
 * something small, so that health comes back with the space on the disk, also when nobody dares to speak.
 * A disk that hangs refuses nothing: it is known by how long what it was given has been waiting. So is the question
 * itself: who asks gets an answer in time, whatever the disk does.
 *
 * @module
 */

import {
  HEALTH_TRY_MS,
  HEALTH_TRY_WAIT_MS,
  READY_PLACES_MAX,
  STORE_PENDING_MS_MAX,
} from "./limits.ts";

/** What health is judged by. */
export interface Vitals {
  readonly closing: () => boolean;
  /** Whether all places are taken. */
  readonly full: () => boolean;
  /** Whether the store refused what it was given last. */
  readonly storageFailed: () => boolean;
  /** For how many ms the store has owed an answer. */
  readonly pendingMs: () => number;
  /** Gives the store something to keep. */
  readonly tryStore: () => Promise<boolean>;
  /** Milliseconds that never run backward. */
  readonly now: () => number;
}

/** The judgement: well, or why not. */
export type Health = { readonly kind: "well" } | { readonly kind: "ill"; readonly reason: string };

/** Judges. */
export class HealthCheck {
  readonly #vitals: Vitals;
  #trying: Promise<boolean> | undefined;
  #triedMs = -Infinity;

  constructor(vitals: Vitals) {
    this.#vitals = vitals;
  }

  /** How the server is now. */
  async check(): Promise<Health> {
    const { closing, full, pendingMs, storageFailed } = this.#vitals;
    if (closing()) return ill("The server is shutting down.");
    if (pendingMs() > STORE_PENDING_MS_MAX) {
      return ill("Messages wait to be stored: the disk does not answer.");
    }
    if (storageFailed() && !await this.#tryAgain()) {
      return ill("Messages cannot be stored: see the server's log.");
    }
    if (full()) return ill("All places are taken.");
    return { kind: "well" };
  }

  /** Whether the store works again, as far as it says so in time. */
  async #tryAgain(): Promise<boolean> {
    const { now, tryStore } = this.#vitals;
    if (this.#trying === undefined && now() - this.#triedMs < HEALTH_TRY_MS) return false;
    this.#triedMs = now();
    this.#trying ??= tryStore().finally(() => this.#trying = undefined);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), HEALTH_TRY_WAIT_MS);
    });
    try {
      return await Promise.race([this.#trying, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** An answer to who asks whether to send others here: who is well may be nearly full. */
export function readiness(health: Health, places: number, placesMax: number): Health {
  if (health.kind === "ill" || places < placesMax * READY_PLACES_MAX) return health;
  return ill("Nearly all places are taken.");
}

function ill(reason: string): Health {
  return { kind: "ill", reason };
}
