/**
 * The file that is sent. What was offered is what is sent: size and SHA-256 are taken first, and when the file
 * changes after that, sending ends with an error instead of bytes that nobody offered.
 *
 * A change is noticed by size, time of the last change (milliseconds) and inode, before the first byte, every
 * `CHECK_BYTES`, and before the last piece. One that hides from all three is found by the receiver's SHA-256.
 *
 * @module
 */

import * as fs from "node:fs/promises";
import { constants } from "node:fs";
import { Failure } from "../failure.ts";
import { codeOf, type Handle } from "./disk.ts";
import { diskSentence } from "./disk_error.ts";
import { hashInto, type HashOptions, newHash } from "./hash.ts";
import { CHECK_BYTES, CHUNK_BYTES } from "./limits.ts";

/** A file to be sent. It holds nothing open; any number of readers may read it. */
export interface Source {
  readonly path: string;
  /** The last component of the path. */
  readonly name: string;
  readonly size: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
  /** What tells one state of the file from another. */
  readonly mark: string;
}

/** The file to be sent is not any more what was offered. */
export class SourceChanged extends Failure {
  constructor(path: string) {
    super(`${path} has changed since it was offered: offer it again.`);
  }
}

/** Makes sure that a file can be sent, without reading it. @throws {Failure} When it cannot. */
export async function demandSendable(path: string): Promise<void> {
  const { handle } = await open(path);
  await handle.close();
}

/** Takes a file's size and SHA-256. @throws {Failure} When it is no regular file or cannot be read. */
export async function openSource(path: string, options: HashOptions = {}): Promise<Source> {
  const { handle, size, mark } = await open(path);
  try {
    const hash = newHash();
    const read = await hashInto(hash, handle, size, options);
    if (read !== size || await markOf(path) !== mark) throw new SourceChanged(path);
    const name = path.slice(path.lastIndexOf("/") + 1);
    return { path, name, size, sha256: hash.digest("hex"), mark };
  } finally {
    await handle.close();
  }
}

/** Whether the file is still what was read; `false` also when it is gone. */
export async function isUnchanged({ path, mark }: Source): Promise<boolean> {
  return await markOf(path) === mark;
}

/**
 * A source's bytes from an offset on. A piece holds until the next one is asked for: all share one memory, since
 * a garbage collector lets gigabytes of used pieces pile up before it looks.
 *
 * @throws {SourceChanged} When it is not any more what was offered; also when it is gone.
 */
export async function* readSource(
  source: Source,
  offset: number = 0,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const { path, size, mark } = source;
  const demandSame = async (): Promise<void> => {
    if (await markOf(path) !== mark) throw new SourceChanged(path);
  };
  await demandSame();
  const opened = await open(path);
  const { handle } = opened;
  try {
    if (opened.mark !== mark) throw new SourceChanged(path);
    const piece = new Uint8Array(CHUNK_BYTES);
    let checked = offset;
    for (let at = offset; at < size;) {
      const wanted = Math.min(piece.length, size - at);
      const { bytesRead } = await handle.read(piece, 0, wanted, at);
      if (bytesRead === 0) throw new SourceChanged(path);
      at += bytesRead;
      if (at === size || at - checked >= CHECK_BYTES) {
        await demandSame();
        checked = at;
      }
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

interface Opened {
  readonly handle: Handle;
  readonly size: number;
  readonly mark: string;
}

async function open(path: string): Promise<Opened> {
  let handle: Handle;
  try {
    // Without O_NONBLOCK, a pipe that nobody writes to would never open.
    handle = await fs.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT") throw new Failure(`There is no file ${path}.`);
    const sentence = diskSentence(cause);
    if (sentence === undefined) throw cause;
    throw new Failure(sentence, undefined, { cause });
  }
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw new Failure(`${path} is not a regular file.`);
    return { handle, size: Number(stats.size), mark: markFrom(stats) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The mark of what a path leads to now; `undefined` when that is nothing. */
async function markOf(path: string): Promise<string | undefined> {
  try {
    return markFrom(await fs.stat(path, { bigint: true }));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

function markFrom(
  { dev, ino, size, mtimeNs }: Record<"dev" | "ino" | "size" | "mtimeNs", bigint>,
): string {
  return [dev, ino, size, mtimeNs].join(":");
}
