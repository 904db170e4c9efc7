/**
 * Loads a command's module from the sources.
 *
 * It is named by a value: of an `import` with a literal name the runtime reads all that it leads to before anything runs, which is
 * every file of the program for a page of help.
 *
 * @module
 */

import type { CommandModule } from "./program.ts";

/** The module in `commands/` of that name. */
export function loadCommand(name: string): Promise<CommandModule> {
  return import(import.meta.resolve(`./commands/${name}.ts`));
}
