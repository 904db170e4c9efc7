/**
 * Where kernel figures come from: an observer, or the reason why there is none.
 *
 * @module
 */

import type { Observer } from "../mod.ts";

/** An observer, or why not and what to do about it, both as sentences. */
export type KernelSource =
  | { readonly kind: "watching"; readonly observer: Observer }
  | { readonly kind: "absent"; readonly why: string; readonly remedy: string };
