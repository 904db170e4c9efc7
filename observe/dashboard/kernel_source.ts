/**
 * Where kernel figures come from: an observer, or the reason why there is none.
 *
 * @module
 */

import type { Observer } from "../mod.ts";

/** An observer, or why not and what to do about it, both as sentences. */
export type KernelSource =
  | {
    readonly kind: "watching";
    readonly observer: Observer;
    /** The socket of an observer that was started apart: it may have been at work for long. */
    readonly socket?: string;
  }
  | { readonly kind: "absent"; readonly why: string; readonly remedy: string };
