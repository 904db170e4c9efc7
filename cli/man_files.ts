/**
 * Pages of the manual: made here, and written as files.
 *
 * @module
 */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Failure, reasonOf } from "./failure.ts";
import { manual, type Page } from "./man.ts";

/** The manual, in which nothing tells whose machine it was made on. */
export function pagesHere(program: CommandUnknownOpts): Page[] {
  return manual(program, Deno.env.get("HOME"));
}

/** Writes them, over older ones. @returns A sentence on what was done. */
export async function writePages(dir: string, pages: readonly Page[]): Promise<string> {
  try {
    await Deno.mkdir(dir, { recursive: true });
    for (const { name, text } of pages) await Deno.writeTextFile(`${dir}/${name}.1`, text);
  } catch (cause) {
    throw new Failure(`The pages cannot be written to ${dir}: ${reasonOf(cause)}.`, undefined, {
      cause,
    });
  }
  return `${pages.length} pages were written to ${dir}`;
}
