/**
 * Backups of one store beside each other, each in a directory with the time at which it was made as its name.
 *
 * Only such directories are counted and removed, and only when they hold a store: whatever else lies there is somebody's, and what
 * cannot be looked into is, too. The clock may have been wrong, now or then: what was made just now is never the oldest.
 *
 * @module
 */

import { readdir, rm } from "node:fs/promises";
import { diskStorage } from "../../db/mod.ts";
import { codeOf } from "../files/disk.ts";

/** `2026-11-28T03-30-00Z`: times in the order of their names. */
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/;
const MANIFEST = /^\d+\.manifest$/;
/** Why a directory cannot be looked into: it is another's, or a file, or a link to nothing. */
const CLOSED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ENOENT", "ENOTDIR", "ELOOP"]);

/** Backups in one directory. */
export interface Series {
  /** The newest, if there is one. */
  readonly newest: string | undefined;
  /** Where the one of that time goes. */
  next(now: Date): string;
  /** Removes one that turned out to be none. */
  remove(path: string): Promise<void>;
  /** Removes the oldest beyond so many, of which `made` is one. @returns How many. */
  keepNewest(count: number, made: string): Promise<number>;
}

/** Looks at those in a directory, which is made if it is missing. */
export async function openSeries(directory: string): Promise<Series> {
  const at = (name: string): string => `${directory.replace(/\/+$/, "")}/${name}`;
  await diskStorage(directory).make();
  const backups = async (): Promise<string[]> => {
    const names = (await readdir(directory)).filter((name) => NAME.test(name)).sort();
    const holding = await Promise.all(names.map((name) => holdsStore(at(name))));
    return names.filter((_, index) => holding[index]).map(at);
  };
  return {
    newest: (await backups()).at(-1),
    next: (now) => at(`${now.toISOString().slice(0, 19).replaceAll(":", "-")}Z`),
    remove: (path) => rm(path, { recursive: true }),
    keepNewest: async (count, made) => {
      const others = (await backups()).filter((path) => path !== made);
      const old = others.slice(0, Math.max(0, others.length - (count - 1)));
      for (const path of old) await rm(path, { recursive: true });
      return old.length;
    },
  };
}

async function holdsStore(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).some((name) => MANIFEST.test(name));
  } catch (error) {
    if (CLOSED.has(codeOf(error) ?? "")) return false;
    throw error;
  }
}
