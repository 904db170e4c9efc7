/**
 * How sure a write is when it is acknowledged, and what becomes of writes.
 *
 * @module
 */

import type { StoreError } from "./errors.ts";

/** How sure a write is when it is acknowledged. */
export type Durability =
  /** It is on the disk. */
  | "durable"
  /** The operating system has it: it outlives the process, not the power. */
  | "os";

/** What has become of writes, in the order of the log. */
export type Commit =
  /** Everything up to this LSN is durable as configured, and readers see it. */
  | { readonly kind: "durable"; readonly lsn: number }
  /** All that was appended after this LSN so far is rejected; its LSNs and seqs are given out again. */
  | { readonly kind: "rejected"; readonly lsn: number; readonly error: StoreError };
