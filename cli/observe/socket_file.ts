/**
 * The file under which an observer's socket is found: made so that one user can connect, and removed at the end.
 *
 * Root that makes, owns and removes files at a path which a user chose could be led anywhere by a link. So what `sudo` runs
 * does this as the user that called it: it becomes that user for the moment of the call. The file is theirs from the
 * beginning, and nothing can be made or removed that they could not make or remove by themselves. Mode 0600 is given by the umask,
 * not afterwards.
 *
 * ```text
 *   nothing there            ─► make it
 *   a socket, nobody listens ─► left behind by a dead observer: replace it
 *   a socket, somebody does  ─► refuse
 *   anything else            ─► refuse: it is not ours to remove
 * ```
 *
 * Weak side: two observers that start at the same path in the same moment may both find the dead one's file, and one of
 * them is then not found.
 *
 * Closing the listener removes the file, and accepting needs no permission. So none has to be kept, except that to
 * become the user again for closing.
 *
 * @module
 */

import process from "node:process";
import { EXIT, Failure } from "../failure.ts";
import type { Permission } from "../privileges.ts";

/** Who may connect, by their numbers. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A connection of a reader. */
export type ReaderConnection = Pick<Deno.Conn, "read" | "write" | "close">;

/** A socket that is listened on. */
export interface SocketFile extends Disposable {
  readonly path: string;
  /** What must be kept to remove it. */
  readonly permissions: readonly Permission[];
  /** The next reader. Fails when the socket was disposed. */
  accept(): Promise<ReaderConnection>;
}

/** Bytes of a socket's path at most: the kernel's structure has 108, with a zero at the end. */
const PATH_BYTES_MAX = 107;

/**
 * Listens on a socket at a path.
 *
 * @throws {Failure} When something else is there, or it cannot be made.
 */
export async function openSocketFile(path: string): Promise<SocketFile> {
  if (new TextEncoder().encode(path).length > PATH_BYTES_MAX) {
    throw new Failure(`The path of a socket has at most ${PATH_BYTES_MAX} bytes.`, EXIT.usage);
  }
  const owner = ownerOf(Deno.env.toObject(), process.geteuid?.() ?? -1);
  using _user = new Acting(owner);
  try {
    await makeWay(path);
    const listener = listen(path);
    return {
      path,
      permissions: owner === undefined ? [] : ["sys"],
      accept: () => listener.accept(),
      [Symbol.dispose]() {
        using _user = new Acting(owner);
        listener.close();
      },
    };
  } catch (cause) {
    if (cause instanceof Failure || !(cause instanceof Error)) throw cause;
    throw new Failure(`${path} cannot be listened on: ${reason(cause, owner)}.`, EXIT.failed, {
      cause,
    });
  }
}

/** The user that called `sudo`, if it was called by one; only root can act for another. */
export function ownerOf(
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
): Owner | undefined {
  const number = (text = "") => /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  const owner = { uid: number(env["SUDO_UID"]), gid: number(env["SUDO_GID"]) };
  if (uid !== 0 || owner.uid === undefined || owner.gid === undefined) return undefined;
  return { uid: owner.uid, gid: owner.gid };
}

/** This process as somebody else, until it is disposed. */
class Acting implements Disposable {
  readonly #isOther: boolean;

  constructor(owner: Owner | undefined) {
    this.#isOther = owner !== undefined;
    if (owner === undefined) return;
    // The group first: who is not root any more cannot choose one.
    process.setegid?.(owner.gid);
    process.seteuid?.(owner.uid);
  }

  [Symbol.dispose](): void {
    if (!this.#isOther) return;
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

/** Removes what a dead observer left behind, and refuses anything else that is there. */
async function makeWay(path: string): Promise<void> {
  let there: Deno.FileInfo;
  try {
    there = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (!there.isSocket) {
    throw new Failure(`${path} is no socket: it is left as it is. Choose another path.`);
  }
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return await Deno.remove(path);
    throw error;
  }
  throw new Failure(`Somebody listens on ${path} already.`);
}

/** In one piece, since the umask is that of the whole process. */
function listen(path: string): Deno.UnixListener {
  const umask = Deno.umask(0o177);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(umask);
  }
}

function reason(cause: Error, owner: Owner | undefined): string {
  if (cause instanceof Deno.errors.NotFound) return "its directory is not there";
  if (cause instanceof Deno.errors.PermissionDenied && owner !== undefined) {
    return `user ${owner.uid}, for whom it would be, may not do that`;
  }
  return cause.message;
}
