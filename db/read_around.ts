/**
 * Reading around the places that the disk does not give.
 *
 * One bad sector fails every read that touches it, however much else was asked for. So what fails is asked for again in
 * smaller pieces, down to what a kernel reads at once; a place that still fails is zeros, and is named. What stands
 * beside it is then as good as ever, and what stands in it is no record.
 *
 * @module
 */

import { systemCode } from "./errors.ts";
import { READ_EXTENT_BYTES } from "./limits.ts";

/** Reads bytes of a file; fewer only at its end. */
export type ReadAt = (into: Uint8Array, at: number) => Promise<number>;

/** Bytes of a file that the disk did not give. */
export interface Unread {
  readonly from: number;
  readonly to: number;
}

/** What is wrong with such a place. */
export const NOT_READ = "the disk failed to read it";

/** Bytes that are given up where the disk cannot be read: a page of the kernel. */
const SECTOR_BYTES = 4096;

/** Pieces in which bytes are asked for, one after the other while it fails. */
const PIECES = [Infinity, READ_EXTENT_BYTES, SECTOR_BYTES] as const;

/**
 * Reads from byte `at` on, as far as the disk gives it.
 *
 * @returns How many bytes there are, and which of them are zeros because they could not be read, in order.
 */
export async function readAround(
  read: ReadAt,
  into: Uint8Array,
  at: number,
): Promise<{ readonly got: number; readonly unread: readonly Unread[] }> {
  const unread: Unread[] = [];
  const got = await readPieces(read, into, at, { level: 0, unread });
  return { got, unread };
}

async function readPieces(
  read: ReadAt,
  into: Uint8Array,
  at: number,
  { level, unread }: { readonly level: number; readonly unread: Unread[] },
): Promise<number> {
  const size = PIECES[level] ?? SECTOR_BYTES;
  let done = 0;
  while (done < into.length) {
    const from = at + done;
    // A bad place lies between two borders of the disk, wherever the reading began.
    const piece = into.subarray(done, size === Infinity ? into.length : done + size - from % size);
    const got = await tried(read, piece, from) ??
      (level + 1 < PIECES.length
        ? await readPieces(read, piece, from, { level: level + 1, unread })
        : givenUp(piece, from, unread));
    done += got;
    if (got < piece.length) break;
  }
  return done;
}

/** Reads; `undefined` when the disk fails. */
async function tried(read: ReadAt, into: Uint8Array, at: number): Promise<number | undefined> {
  try {
    return await read(into, at);
  } catch (error) {
    if (systemCode(error) !== "EIO") throw error;
    return undefined;
  }
}

function givenUp(piece: Uint8Array, at: number, unread: Unread[]): number {
  piece.fill(0);
  const last = unread.at(-1);
  const to = at + piece.length;
  if (last?.to === at) unread[unread.length - 1] = { from: last.from, to };
  else unread.push({ from: at, to });
  return piece.length;
}
