/**
 * `chat invite`: lets others in by a token that they show, whether the server runs or not.
 *
 * @module
 */

import type { Command } from "@commander-js/extra-typings";
import { dataOption } from "../data_dir.ts";
import { serverOption } from "../log_in.ts";
import { duration, webAddress, wholeNumber } from "../values.ts";

/** How many may come in by one at most: what the server says of it, known here without loading the server. */
const USES_MAX = 1_000;

/** Says what it takes, and adds what is below it. */
export function define(invite: Command): void {
  invite
    .option("-r, --room <room>", "the room that whoever comes is in, also one for the invited")
    .option("--uses <n>", "how many may come in by it", wholeNumber(1, USES_MAX), 1)
    .option("--for <time>", "for how long it holds, at most a year (default: 7d)", duration)
    .option("--url <url>", "print a link to this page of the chat instead of the token", webAddress)
    .addOption(serverOption())
    .addOption(dataOption())
    .option("--json", "print JSON for programs", false)
    .addHelpText(
      "after",
      `
Whoever shows the token comes in, and may make an account, whatever --accounts says. It is told this once: what is kept is only its hash.

For operators: who may read the server's data directory (--data), has its token (CHAT_OPERATOR_TOKEN), or is logged in as one.
Where no server runs, it is done in the data directory itself.

Examples:
  chat invite --room team --uses 20 --for 3d
  chat invite --url https://chat.example
  chat login chats://chat.example.org --register -n Zoe --invite TOKEN
  chat connect chats://chat.example.org --invite TOKEN
  chat invite list
  chat invite revoke k3f9x2ab`,
    )
    .action(async (flags) => (await invitations()).invite(flags, { ...flags, ms: flags.for }));
  invite.command("list")
    .description("list the invitations that hold")
    .addOption(serverOption())
    .addOption(dataOption())
    .option("--json", "print JSON for programs, one object a line", false)
    .addHelpText("after", "\nExamples:\n  chat invite list\n  chat invite list --json | jq -r .id")
    .action(async (_own, command) => {
      const flags = command.optsWithGlobals();
      await (await invitations()).listInvitations(flags, flags.json);
    });
  invite.command("revoke")
    .description("take an invitation back; who has come in by it stays")
    .argument("<id>", "its id, as the list has it")
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText("after", "\nExamples:\n  chat invite revoke k3f9x2ab")
    .action(async (id, _own, command) => {
      await (await invitations()).revokeInvitation(command.optsWithGlobals(), id);
    });
}

function invitations(): Promise<typeof import("../account/invitations.ts")> {
  return import("../account/invitations.ts");
}
