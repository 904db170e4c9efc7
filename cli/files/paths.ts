/**
 * Paths as people type them: `~`, and what a beginning can become.
 *
 * @module
 */

import * as fs from "node:fs/promises";
import { diskSentence } from "./disk_error.ts";
import { PATHS_SHOWN_MAX } from "./limits.ts";

/** A typed path with the home directory in the place of `~`. */
export function expanded(typed: string, home: string | undefined): string {
  return home === undefined ? typed : typed.replace(/^~(?=\/|$)/, () => home);
}

/**
 * What a typed path can become, in order: names in its folder that begin so, folders with a slash behind. Hidden ones
 * only when their dot was typed; none with characters that cannot be typed.
 */
export async function completions(typed: string, home: string | undefined): Promise<string[]> {
  const cut = typed.lastIndexOf("/") + 1;
  const [lead, start] = [typed.slice(0, cut), typed.slice(cut)];
  const folder = expanded(lead, home);
  try {
    const entries = await fs.readdir(folder === "" ? "." : folder, { withFileTypes: true });
    const fitting = entries.filter(({ name }) =>
      name.startsWith(start) && (start.startsWith(".") || !name.startsWith(".")) &&
      !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(name)
    );
    return fitting.slice(0, PATHS_SHOWN_MAX).map((entry) =>
      `${lead}${entry.name}${entry.isDirectory() ? "/" : ""}`
    ).sort();
  } catch (error) {
    if (diskSentence(error) === undefined) throw error;
    return [];
  }
}
