/**
 * `chat ban`: who is kept out of a server, whether it runs or not.
 *
 * @module
 */

import type { Command } from "@commander-js/extra-typings";
import { dataOption } from "../data_dir.ts";
import { serverOption } from "../log_in.ts";
import { duration } from "../values.ts";

/** Adds what is below it. */
export function define(ban: Command): void {
  ban.addHelpText(
    "after",
    `
For operators: who may read the server's data directory (--data), has its token (CHAT_OPERATOR_TOKEN), or is logged in as one.
Where no server runs, it is done in the data directory itself. Out of one room people are kept in the chat, with /ban.

Examples:
  chat ban list
  chat ban add Ben --for 2h --why spam
  chat ban add 203.0.113.0/24
  chat ban remove Ben`,
  );
  for (const add of [addList, addAdd, addRemove]) add(ban);
}

function addList(ban: Command): void {
  ban.command("list")
    .description("list who is banned")
    .addOption(serverOption())
    .addOption(dataOption())
    .option("--json", "print JSON for programs, one object a line", false)
    .addHelpText(
      "after",
      `
Examples:
  chat ban list
  chat ban list --json | jq -r .address`,
    )
    .action(async (flags) => (await bans()).listBans(flags, flags.json));
}

function addAdd(ban: Command): void {
  ban.command("add")
    .description("keep a user, an address or a range of addresses out")
    .argument("<whom>", "a name, 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32")
    .option("--for <time>", "for how long: 30m, 12h, 7d (default: for ever)", duration)
    .option("--why <text>", "why; whoever is banned reads it")
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
Whoever is here is out at once. A user is banned under the name, under those that look like it, and whatever name the session takes
later. Addresses without limits, by default the server's own machine, are never banned.

Examples:
  chat ban add Ben --for 2h --why spam
  chat ban add 203.0.113.0/24`,
    )
    .action(async (whom, flags) => {
      const { for: ms, why } = flags;
      await (await bans()).addBan(flags, whom, { ms, why });
    });
}

function addRemove(ban: Command): void {
  ban.command("remove")
    .description("lift a ban")
    .argument("<whom>", "the name or the addresses, as they were banned")
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText("after", "\nExamples:\n  chat ban remove Ben\n  chat ban remove 203.0.113.0/24")
    .action(async (whom, flags) => (await bans()).removeBan(flags, whom));
}

function bans(): Promise<typeof import("../account/bans.ts")> {
  return import("../account/bans.ts");
}
