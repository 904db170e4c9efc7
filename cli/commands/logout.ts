/**
 * `chat logout`: takes this machine's token away, here and on the server.
 *
 * @module
 */

import type { Command } from "@commander-js/extra-typings";
import { nameOption, serverOption } from "../log_in.ts";
import { tlsCaOption, tlsOption } from "../tls/dial_options.ts";
import { address } from "../values.ts";

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .argument("[host:port]", "the chat server", address)
    .addOption(serverOption())
    .addOption(tlsOption())
    .addOption(tlsCaOption())
    .addOption(nameOption())
    .addHelpText(
      "after",
      `
The server forgets this machine, and the file with its token is removed. When the server cannot be reached the file is removed
all the same; then take the device away from another one, with /devices and /revoke.

Examples:
  chat logout
  chat logout chat.example.org -n Anna`,
    )
    .action(async (positional, { server, name }) => {
      const { logOut } = await import("../account/log_out.ts");
      await logOut(positional ?? server, name);
    });
}
