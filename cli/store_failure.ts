/**
 * Why a store cannot be opened, in one sentence that says what to do.
 *
 * @module
 */

import { DamageError, LockedError, StoreError } from "../db/mod.ts";
import { EXIT, Failure } from "./failure.ts";

/** What to tell the user of an error from opening the store in `directory`. */
export function storeFailure(cause: unknown, directory: string): Failure {
  const code = cause instanceof DamageError ? EXIT.damage : EXIT.failed;
  return new Failure(sentence(cause, directory), code, { cause });
}

function sentence(error: unknown, directory: string): string {
  if (error instanceof LockedError) {
    if (error.by === "keep_out") {
      return `The store in ${directory} is being repaired into another directory.`;
    }
    const owner = error.pid === undefined ? "another process" : `process ${error.pid}`;
    return `The store in ${directory} is in use by ${owner}.`;
  }
  if (error instanceof DamageError) {
    return `The store in ${directory} is damaged: see chat db verify, and chat db repair.`;
  }
  if (error instanceof StoreError) return `${error.message}.`;
  if (error instanceof Deno.errors.PermissionDenied) {
    return `The store in ${directory} cannot be opened: permission denied.`;
  }
  if (error instanceof Deno.errors.NotCapable) {
    return `The store in ${directory} cannot be opened: that belongs to the system, and this program keeps out of it.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `The store in ${directory} cannot be opened: ${reason}`;
}
