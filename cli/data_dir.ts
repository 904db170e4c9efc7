/**
 * Where the store is: one option for every command that reads or writes it.
 *
 * @module
 */

import { InvalidArgumentError, Option } from "@commander-js/extra-typings";

/** The data directory unless told otherwise: `$XDG_DATA_HOME/chat`, else `~/.local/share/chat`. */
export function defaultDataDir(): string {
  // An empty variable counts as none, as the XDG specification says.
  const home = Deno.env.get("XDG_DATA_HOME") || `${Deno.env.get("HOME") || "."}/.local/share`;
  return `${home}/chat`;
}

/** `--data DIR`, also by `CHAT_DATA` and the config file. */
export function dataOption(): Option<"--data <dir>", undefined, string, string> {
  return new Option("--data <dir>", "directory of the store")
    .env("CHAT_DATA").argParser(directory).default(defaultDataDir());
}

/** A directory's name. */
function directory(text: string): string {
  if (text === "") throw new InvalidArgumentError("The name of a directory cannot be empty.");
  return text;
}
