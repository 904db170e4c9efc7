/**
 * What the guest tells the host, one JSON line each.
 *
 * @module
 */

/** Milliseconds that a claim may take in the guest: it is emulated, and starting a program takes seconds there. */
export const CASE_MS = 150_000;

/** How one claim went. */
export interface Report {
  readonly name: string;
  readonly ms: number;
  /** Why it does not hold. */
  readonly error?: string;
}
