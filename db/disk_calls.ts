/**
 * How the disk is called: again when a signal came in between, and which file one had to do with.
 *
 * @module
 */

import { systemCode } from "./errors.ts";
import { INTERRUPTIONS_MAX } from "./limits.ts";

/** Makes a call again as long as it is interrupted; not for ever. */
export function persist<T>(call: () => T): T {
  for (let again = 0;; again++) {
    try {
      return call();
    } catch (error) {
      if (!isInterrupted(error) || again === INTERRUPTIONS_MAX) throw coded(error);
    }
  }
}

/** The same for a call on a thread. */
export async function persistently<T>(call: () => Promise<T>): Promise<T> {
  for (let again = 0;; again++) {
    try {
      return await call();
    } catch (error) {
      if (!isInterrupted(error) || again === INTERRUPTIONS_MAX) throw coded(error);
    }
  }
}

function isInterrupted(error: unknown): boolean {
  return error instanceof Deno.errors.Interrupted || systemCode(error) === "EINTR";
}

/** The error with the code that the runtime leaves out of this one alone. */
function coded(error: unknown): unknown {
  if (!(error instanceof Deno.errors.Interrupted)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: "EINTR" });
}

/** A call that tells its end to a function, as a promise. Not made again: see the top of `disk.ts`. */
export function settle(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error) reject(coded(error));
      else resolve();
    });
  });
}

/** Which file a path leads to; `undefined` when it leads nowhere. */
export function identityAt(path: string): string | undefined {
  return identityBy(Deno.statSync, path);
}

/** What bears a name, be it a link; `undefined` when nothing does. */
export function identityOfName(path: string): string | undefined {
  return identityBy(Deno.lstatSync, path);
}

/** Deno's own looks take 3 µs, node's 10, and this is asked for each group. */
function identityBy(look: (path: string) => Deno.FileInfo, path: string): string | undefined {
  try {
    return identityOf(persist(() => look(path)));
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Which file was looked at. */
export function identityOf(
  { dev, ino, birthtime }: Pick<Deno.FileInfo, "dev" | "ino" | "birthtime">,
): string {
  return `${dev} ${ino} ${birthtime?.getTime()}`;
}
