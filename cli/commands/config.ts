/**
 * `chat config`: prints a commented example of the config file, made from the options themselves.
 *
 * @module
 */

import type { Command } from "@commander-js/extra-typings";
import { configPath, exampleConfig } from "../config_file.ts";
import { print } from "../streams.ts";

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .option("--path", "print where the file is looked for", false)
    .addHelpText(
      "after",
      `
Examples:
  chat config --path
  mkdir -p ~/.config/chat && chat config > ~/.config/chat/config.json`,
    )
    .action(({ path }) =>
      print(path ? `${configPath()}\n` : exampleConfig(command.parent ?? command))
    );
}
