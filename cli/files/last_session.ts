/**
 * Which session to go on with, so that senders know whoever was cut off: the one that receives what lies here unfinished.
 *
 * Only of the same server, which knows the secret already, and only when no process holds the file: two programs with
 * one session would drive each other out.
 *
 * @module
 */

import { lockFile, lookAt, openRegular } from "./disk.ts";
import { diskSentence } from "./disk_error.ts";
import { openDirectory } from "./directory.ts";
import { readState } from "./partial.ts";

const ENDING = ".part.state";

/** The secret of that session; `undefined` when nothing is unfinished, or the directory cannot be read. */
export async function lastSession(
  path: string,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string | undefined> {
  try {
    if (!(await lookAt(path))?.isDirectory()) return undefined;
    const directory = await openDirectory(path);
    let last: { readonly at: bigint; readonly session: string } | undefined;
    for (const file of await directory.names()) {
      if (!file.endsWith(ENDING)) continue;
      const state = await readState(directory, file.slice(0, -ENDING.length));
      if (state?.owner === undefined || !state.from.endsWith(` at ${host}:${port}`)) continue;
      const { session } = state.owner;
      if (await isHeld(directory.at(file.slice(0, -".state".length)))) continue;
      const at = (await lookAt(directory.at(file)))?.mtimeMs ?? 0n;
      if (last === undefined || at > last.at) last = { at, session };
    }
    return last?.session;
  } catch (error) {
    if (diskSentence(error) === undefined) throw error;
    return undefined;
  }
}

/** Whether a process receives it now, or it cannot be gone on with. */
async function isHeld(path: string): Promise<boolean> {
  const handle = await openRegular(path, "write");
  if (handle === undefined) return true;
  try {
    using lock = await lockFile(path, handle);
    return lock === undefined;
  } finally {
    await handle.close();
  }
}
