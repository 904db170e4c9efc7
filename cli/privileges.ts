/**
 * Gives up what a command does not need, before it touches anything from outside.
 *
 * `deno task chat` starts with what the widest subcommand needs. Each subcommand keeps only its own, so that a
 * defect in one that listens to strangers cannot read files or start programs.
 *
 * @module
 */

import { printError } from "./streams.ts";

const ALL = ["env", "ffi", "import", "net", "read", "run", "sys", "write"] as const;

/** A kind of permission. */
export type Permission = (typeof ALL)[number];

/** Whether it is to be said; asked once, while the environment may be read. */
let debug: boolean | undefined;

/** Gives up every permission but these, for the rest of the process's life. */
export function keepOnly(...kept: readonly Permission[]): void {
  debug ??= Deno.env.get("CHAT_DEBUG") === "1";
  for (const name of ALL) {
    if (!kept.includes(name)) Deno.permissions.revokeSync({ name } as Deno.PermissionDescriptor);
  }
  if (debug) printError(`permissions: ${granted().join(" ")}\n`);
}

/** The permissions that the process has now. */
export function granted(): Permission[] {
  return ALL.filter((name) =>
    Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state === "granted"
  );
}
