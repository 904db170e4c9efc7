/**
 * Ids that nobody else uses, and nobody can guess.
 *
 * @module
 */

/** A fresh one. */
export function freshId(): string {
  // Browsers keep `randomUUID` from pages of other machines that came without encryption.
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
