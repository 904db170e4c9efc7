/**
 * Whether a log can be written now, and the refusal when not.
 *
 * @module
 */

import { StoreError } from "./errors.ts";

/** How it stands with writing. */
export type Writing =
  | { readonly kind: "open" }
  /** A failed write is being cut off. */
  | { readonly kind: "mending"; readonly error: StoreError }
  /** Nothing more is written until the store is opened again. */
  | { readonly kind: "failed"; readonly error: StoreError }
  | { readonly kind: "closed" };

/**
 * Refuses unless something can be appended. What is refused so was never written.
 *
 * @param closing Whether only what was appended is still written.
 * @throws {StoreError} Why not.
 */
export function refuseUnlessOpen(writing: Writing, closing: boolean): void {
  switch (writing.kind) {
    case "open":
      if (closing) throw new StoreError("closed", "Cannot append: the store is closing");
      return;
    case "mending":
    case "failed": {
      const { error } = writing;
      throw new StoreError(error.code, error.message, { cause: error });
    }
    case "closed":
      throw new StoreError("closed", "Cannot append: the store is closed");
    default:
      writing satisfies never;
  }
}
