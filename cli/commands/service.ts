/**
 * `chat service`: a server that systemd runs, as a user of its own, from boot on.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { Failure } from "../failure.ts";
import { print } from "../streams.ts";

/** Adds what is below it. */
export function define(service: Command): void {
  service.addHelpText(
    "after",
    `
The server is a user of its own, starts with the machine and again when it fails, and its store is backed up each night. What it is
told stands in /etc/chat/config.json, what it keeps in /var/lib/chat, and the backups of the last two weeks in /var/backups/chat.

Examples:
  chat service install --dry-run   what installing does
  sudo chat service install        do it; again: bring it up to date
  chat service status
  sudo systemctl reload chat       read the config file and the certificate again
  sudo journalctl -u chat -f       its log
  sudo chat user list --data /var/lib/chat`,
  );
  for (const add of [addInstall, addRemove, addStatus]) add(service);
}

function addInstall(service: Command): void {
  service.command("install")
    .description("copy this program, make a user and units of systemd for it, and start the server")
    .addOption(
      new Option("--user <name>", "whose the server is; made, if there is none")
        .argParser(userName).default("chat"),
    )
    .addOption(dryRun()).addOption(root()).addOption(yes())
    .addHelpText(
      "after",
      `
Shows first what it does. The config file is written only when there is none. Who is connected while a newer version is installed
comes back by itself.

Examples:
  chat service install --dry-run
  sudo chat service install`,
    )
    .action(async (flags) => {
      const { install } = await import("../service/commands.ts");
      await install(flags);
    });
}

function addRemove(service: Command): void {
  service.command("remove")
    .description("stop the server, and take away its units and its copy of the program")
    .addOption(dryRun()).addOption(root()).addOption(yes())
    .addHelpText(
      "after",
      `
What was said, the config file, the backups and the user stay.

Examples:
  sudo chat service remove`,
    )
    .action(async (flags) => {
      const { remove } = await import("../service/commands.ts");
      await remove(flags);
    });
}

function addStatus(service: Command): void {
  service.command("status")
    .description("say whether the server runs, and when it is backed up next; ends with 1 when not")
    .option("--json", "print JSON for programs", false)
    .addHelpText(
      "after",
      `
Examples:
  chat service status`,
    )
    .action(async ({ json }) => {
      const { status } = await import("../service/commands.ts");
      const { text, runs } = await status(json);
      print(text);
      if (!runs) throw new Failure("The server does not run: journalctl -u chat says why.");
    });
}

function dryRun(): Option<"--dry-run", undefined, false> {
  return new Option("--dry-run", "only show what would be done").default(false as const);
}

function root(): Option<"--root <dir>", undefined, string, string> {
  return new Option(
    "--root <dir>",
    "put the files below this directory and start nothing: an image",
  )
    .argParser(imageRoot).default("", "this machine");
}

function yes(): Option<"-y, --yes", undefined, false> {
  return new Option("-y, --yes", "do not ask").default(false as const);
}

/** Where an image has its root: not what a script's variable without a value says, which would be this machine. */
function imageRoot(text: string): string {
  if (/[^/]/.test(text)) return text;
  throw new InvalidArgumentError(
    "An image lies in a directory; without --root it is this machine.",
  );
}

/** A name that `useradd` takes everywhere. */
function userName(text: string): string {
  if (/^[a-z_][a-z0-9_-]{0,30}$/.test(text) && text !== "root") return text;
  throw new InvalidArgumentError(
    "A user is a name of small letters, digits, - and _, and not root.",
  );
}
