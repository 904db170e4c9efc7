/**
 * Why a program cannot listen at an address, as one sentence for all commands that do.
 *
 * @module
 */

import { EXIT, Failure } from "./failure.ts";
import { type Address, showAddress } from "./values.ts";

/** The failure to be told; what has nothing to do with the address is thrown as it is. */
export function cannotListen(address: Address, cause: unknown): Failure {
  const why = reasonOf(cause);
  if (why === undefined) throw cause;
  return new Failure(`Cannot listen on ${showAddress(address)}: ${why}.`, EXIT.failed, { cause });
}

function reasonOf(cause: unknown): string | undefined {
  if (cause instanceof Deno.errors.AddrInUse) return "the port is in use";
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "ports below 1024 need root, or CAP_NET_BIND_SERVICE";
  }
  // A name that means nothing is an error without a class of its own.
  const isUnknown = cause instanceof Error && cause.message.includes("lookup address");
  return isUnknown || cause instanceof Deno.errors.AddrNotAvailable
    ? "this machine has no such address"
    : undefined;
}
