/**
 * The directory that received files go to. The way to it may lead over the user's own symbolic links; from then on it
 * is that one directory, and when something else stands in its place, nothing more is written.
 *
 * Deno has no `openat`, so between a look and the call after it a swap can still succeed. Whoever can do that may
 * already rename the user's folders.
 *
 * @module
 */

import * as fs from "node:fs/promises";
import { Failure } from "../failure.ts";
import { isSame, lookAt, syncDirectory } from "./disk.ts";
import { diskSentence } from "./disk_error.ts";

/** A directory that has been looked at. */
export interface Directory {
  /** Without symbolic links. */
  readonly path: string;
  /** The path of a name in it. */
  readonly at: (name: string) => string;
  /** The names in it. */
  readonly names: () => Promise<Set<string>>;
  /** @throws {Failure} When another directory, or something else, stands in its place. */
  readonly check: () => Promise<void>;
  /** Makes all changes of names in it durable. */
  readonly sync: () => Promise<void>;
}

/** Opens the directory, and makes it if it is missing. @throws {Failure} When that cannot be. */
export async function openDirectory(wanted: string): Promise<Directory> {
  const path = await make(wanted);
  const first = await lookAt(path);
  if (!first?.isDirectory()) throw new Failure(`${wanted} is not a directory.`);
  const check = async (): Promise<void> => {
    const now = await lookAt(path);
    if (!now?.isDirectory() || !isSame(now, first)) {
      throw new Failure(`${path} is not the directory any more that it was.`);
    }
  };
  return {
    path,
    at: (name) => `${path === "/" ? "" : path}/${name}`,
    names: async () => new Set(await fs.readdir(path)),
    check,
    sync: () => syncDirectory(path),
  };
}

async function make(wanted: string): Promise<string> {
  try {
    await fs.mkdir(wanted, { recursive: true });
    return await fs.realpath(wanted);
  } catch (cause) {
    const sentence = diskSentence(cause);
    if (sentence === undefined) throw cause;
    throw new Failure(sentence, undefined, { cause });
  }
}
