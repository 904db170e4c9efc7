/**
 * The file under which an observer's socket is found: made so that one user can connect, and removed at the end.
 *
 * What `sudo` runs makes and removes it as the user that called it (`acting.ts`). Mode 0600 is given by the umask, not
 * afterwards.
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

import { EXIT, Failure, reasonOf } from "../failure.ts";
import type { Permission } from "../privileges.ts";
import { Acting, callerOf, type Owner } from "./acting.ts";

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
  const owner = callerOf();
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
  return reasonOf(cause);
}
