/**
 * `chat top`: who uses how much of a server, by user and by room.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import { dataOption } from "../data_dir.ts";
import { serverOption } from "../log_in.ts";
import { DURATION_S_MAX, TOP_DEFAULT, TOP_MAX } from "../observe/limits.ts";
import { seconds } from "../observe/values.ts";
import { TOP_SORTS } from "../top/sorts.ts";
import { wholeNumber } from "../values.ts";

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .addOption(serverOption())
    .addOption(dataOption())
    .addOption(
      new Option("--interval <seconds>", "how often it is asked")
        .argParser(seconds(0.2, 60)).default(1),
    )
    .addOption(
      new Option("--duration <seconds>", "end after so long (default: with Ctrl-C)")
        .argParser(seconds(0.2, DURATION_S_MAX)),
    )
    .addOption(new Option("--sort <key>", "order").choices(TOP_SORTS).default("bytes" as const))
    .addOption(
      new Option("--top <n>", "users and rooms at most, each")
        .argParser(wholeNumber(1, TOP_MAX)).default(TOP_DEFAULT),
    )
    .option("--json", "print JSON for programs, one object an interval", false)
    .addHelpText(
      "after",
      `
For operators: who may read the server's data directory (--data), has its token (CHAT_OPERATOR_TOKEN), or is logged in as one.
The server tells bytes, and what waits in it (queue). With root, on the server's machine, the kernel adds for the same connections
calls, bytes that wait in TCP (unsent), how long data lay unread (delay) and round trips. Without root it says that they are missing.
A room has the kernel's figures of all who are in it. On a terminal s sorts by the next column, and q quits.

Examples:
  chat top
  sudo chat top --data ~/.local/share/chat
  chat top --json --duration 10 | jq '.users[0]'`,
    )
    .action(async (flags) => {
      const { runTop } = await import("../top/run.ts");
      await runTop(flags);
    });
}
