/**
 * What the kernel is told of files, for a store whose disk it reads: the runtime has no call for it.
 *
 * It has nothing to do with sockets, but this room is the only one that opens libc.
 *
 * @module
 */

import { epollFault } from "./choose.ts";
import { closeLibc, openLibc, POSIX_FADV_WILLNEED } from "./libc.ts";

/** Beyond this byte a file's place does not fit into what a call takes. */
const PLACE_MAX = 0xffff_ffff;

/** A way to tell the kernel. */
export interface FileAdvice extends Disposable {
  /** Bytes of a file, by its descriptor, will be read soon. What cannot be told is left out. */
  readonly willNeed: (descriptor: number, at: number, bytes: number) => void;
}

/** Opens one; `undefined` where libc cannot be had. */
export function openFileAdvice(): FileAdvice | undefined {
  if (epollFault() !== undefined) return undefined;
  const libc = openLibc();
  let open = true;
  return {
    willNeed: (descriptor, at, bytes) => {
      if (!open || at > PLACE_MAX || bytes > PLACE_MAX) return;
      libc.posix_fadvise(descriptor, at, bytes, POSIX_FADV_WILLNEED);
    },
    [Symbol.dispose]: () => {
      if (open) closeLibc();
      open = false;
    },
  };
}
