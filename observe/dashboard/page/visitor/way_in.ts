/**
 * Whether the page asks who comes in.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";

/** What is asked. */
export interface WayIn {
  /** As whom the reader was here last. */
  readonly name?: string;
  /** Whether an invitation is shown, by which one comes in whatever is asked of others. */
  readonly invited?: boolean;
  /** Why it is asked again, as a sentence. */
  readonly why?: string | undefined;
}

/** What is asked now; `undefined` when somebody is in. */
export const wayIn: Signal<WayIn | undefined> = signal(undefined);

/** Asks who comes in, or does not any more. */
export function asks(what: WayIn | undefined): void {
  wayIn.value = what;
}
