/**
 * `chat mark`: a mark on the time axis of everybody who watches the server, so that a change is seen beside what follows from it.
 *
 * @module
 */

import type { Command } from "@commander-js/extra-typings";
import { dataOption } from "../data_dir.ts";
import { serverOption } from "../log_in.ts";

/** Says what it takes, and what it does. */
export function define(mark: Command): void {
  mark
    .argument("<text>", "what happens now, at most 200 characters: 'deployed 1.4'")
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
It stands on the time axis of each dashboard, and on record among what operators did.

For operators: who may read the server's data directory (--data), has its token (CHAT_OPERATOR_TOKEN), or is logged in as one.

Examples:
  chat mark 'deployed 1.4'
  chat mark 'new disk' --data /var/lib/chat`,
    )
    .action(async (text, flags) => {
      const { mark } = await import("../account/marks.ts");
      await mark(flags, text);
    });
}
