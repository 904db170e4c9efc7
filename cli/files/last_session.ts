/**
 * Which session to go on with, so that senders know whoever was cut off: the one that receives what lies here unfinished.
 *
 * Only under the same name: who comes to this machine under another one is somebody else, and not to be where the first one may be.
 * Only of the same server, which knows the secret already, and only when no process holds any of its files: two programs with
 * one session would drive each other out. From here on its files are held by this one (`claims.ts`).
 *
 * @module
 */

import type { Claims } from "./claims.ts";
import { type Handle, lockFile, lookAt, openRegular } from "./disk.ts";
import { diskSentence } from "./disk_error.ts";
import { type Directory, openDirectory } from "./directory.ts";
import { PART_MS_MAX } from "./limits.ts";
import { foldText } from "../../server/wire/names/mod.ts";
import { readState } from "./partial.ts";

const ENDING = ".part.state";

/** An unfinished file: its path, and when it was saved last, in ms since 1970. */
interface Unfinished {
  readonly path: string;
  readonly atMs: number;
}

/** @param name Under which it goes on. @returns The secret of that session; `undefined` when nothing is unfinished, or the directory cannot be read. */
export async function lastSession(
  path: string,
  server: { readonly host: string; readonly port: number },
  claims: Claims,
  name: string,
): Promise<string | undefined> {
  try {
    if (!(await lookAt(path))?.isDirectory()) return undefined;
    const sessions = await unfinishedIn(await openDirectory(path), server, name);
    const latest = (files: readonly Unfinished[]): number =>
      Math.max(...files.map(({ atMs }) => atMs));
    const inOrder = [...sessions].sort(([, one], [, other]) => latest(other) - latest(one));
    for (const [session, files] of inOrder) if (await claim(files, claims)) return session;
  } catch (error) {
    if (diskSentence(error) === undefined) throw error;
  }
  return undefined;
}

/** What each session has left; not what is so old that it is about to be removed. */
async function unfinishedIn(
  directory: Directory,
  { host, port }: { readonly host: string; readonly port: number },
  name: string,
): Promise<Map<string, Unfinished[]>> {
  const sessions = new Map<string, Unfinished[]>();
  for (const file of await directory.names()) {
    if (!file.endsWith(ENDING)) continue;
    const state = await readState(directory, file.slice(0, -ENDING.length));
    if (state?.owner === undefined || !state.from.endsWith(` at ${host}:${port}`)) continue;
    const atMs = Number((await lookAt(directory.at(file)))?.mtimeMs ?? 0n);
    if (Date.now() - atMs > PART_MS_MAX) continue;
    const { session, name: owner = name } = state.owner;
    if (foldText(owner) !== foldText(name)) continue;
    const files = sessions.get(session) ?? [];
    files.push({ path: directory.at(file.slice(0, -".state".length)), atMs });
    sessions.set(session, files);
  }
  return sessions;
}

/** Takes hold of all files of a session; `false`, and of none, when another program holds one, or none is there. */
async function claim(files: readonly Unfinished[], claims: Claims): Promise<boolean> {
  await using handles = new AsyncDisposableStack();
  using locks = new DisposableStack();
  const held: { readonly handle: Handle; readonly lock: Disposable }[] = [];
  for (const { path } of files) {
    const handle = await openRegular(path, "write");
    if (handle === undefined) continue;
    handles.defer(() => handle.close());
    const lock = await lockFile(path, handle);
    if (lock === undefined) return false;
    held.push({ handle, lock: locks.use(lock) });
  }
  locks.move();
  for (const { handle, lock } of held) await claims.keep(handle, lock);
  return held.length > 0;
}
