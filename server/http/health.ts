/**
 * Whether the server can do its work: let somebody in, and keep what is said.
 *
 * The store is believed until it refuses something. From then on it is asked, at most once a second, to keep
 * something small, so that health comes back with the space on the disk, also when nobody dares to speak.
 *
 * @module
 */

import { HEALTH_TRY_MS } from "../limits.ts";

/** What health is judged by. */
export interface Vitals {
  readonly closing: () => boolean;
  /** Whether all places are taken. */
  readonly full: () => boolean;
  /** Whether the store refused what it was given last. */
  readonly storageFailed: () => boolean;
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
    const { closing, full, storageFailed } = this.#vitals;
    if (closing()) return ill("The server is shutting down.");
    if (storageFailed() && !await this.#tryAgain()) {
      return ill("Messages cannot be stored: see the server's log.");
    }
    if (full()) return ill("All places are taken.");
    return { kind: "well" };
  }

  /** Whether the store works again. */
  async #tryAgain(): Promise<boolean> {
    const { now, tryStore } = this.#vitals;
    if (this.#trying === undefined && now() - this.#triedMs < HEALTH_TRY_MS) return false;
    this.#triedMs = now();
    this.#trying ??= tryStore().finally(() => this.#trying = undefined);
    return await this.#trying;
  }
}

function ill(reason: string): Health {
  return { kind: "ill", reason };
}
