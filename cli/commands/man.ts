/**
 * `chat man`: prints a page of the manual, or writes all of them into a folder for `man` to find.
 *
 * @module
 */

import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { EXIT, Failure } from "../failure.ts";
import { print } from "../streams.ts";

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .argument("[command...]", "the command whose page is wanted (default: chat itself)")
    .option("--dir <dir>", "write all pages into this folder")
    .addHelpText(
      "after",
      `
Examples:
  chat man serve | man -l -
  chat man db verify | man -l -
  chat man --dir ~/.local/share/man/man1`,
    )
    .action(async (words, { dir }) => {
      const { pagesHere, writePages } = await import("../man_files.ts");
      const program: CommandUnknownOpts = command.parent ?? command;
      const pages = pagesHere(program);
      if (dir !== undefined) {
        if (words.length > 0) throw new Failure("With --dir all pages are written.", EXIT.usage);
        return print(`${await writePages(dir, pages)}\n`);
      }
      const name = [program.name(), ...words].join("-");
      const page = pages.find((each) => each.name === name);
      if (page === undefined) {
        throw new Failure(`There is no command '${words.join(" ")}'.`, EXIT.usage);
      }
      print(page.text);
    });
}
