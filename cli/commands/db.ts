/**
 * `chat db`: looks after the store, offline or beside a running server.
 *
 * What only reads (`stat`, `verify`, `dump`, `backup`) works beside a server. What writes into a store (`compact`,
 * `import`) needs to be its only writer, and says which process is one already. What makes a store (`backup`,
 * `restore`, `repair`) makes a new one and replaces none.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import { dataOption } from "../data_dir.ts";
import { wholeNumber } from "../values.ts";
import { pointInTime } from "../db/since.ts";

const DIR = "directory of the store (default: --data)";

/** Adds what is below it. */
export function define(db: Command): void {
  db
    .addHelpText(
      "after",
      `
Examples:
  chat db stat                    what the store holds
  chat db verify                  whether every byte of it is good
  chat db backup /mnt/chat-today  a copy, while the server runs`,
    );
  for (const add of [addStat, addVerify, addDump, addCompact, addBackup, addRestore]) add(db);
  for (const add of [addRepair, addImport]) add(db);
}

function addStat(db: Command): void {
  db.command("stat")
    .description("say what the store holds, and draw a map of it")
    .argument("[dir]", DIR)
    .addOption(dataOption())
    .option("--check", "read everything, and draw what is damaged (ends with 3 then)", false)
    .addOption(json())
    .addHelpText(
      "after",
      `
Works beside a running server. The shares of live and dead bytes are estimated from the records.

Examples:
  chat db stat
  chat db stat --check
  chat db stat /mnt/chat-today --json`,
    )
    .action(async (dir, flags) => {
      const { stat } = await import("../db/stat.ts");
      await stat(dir ?? flags.data, flags);
    });
}

function addVerify(db: Command): void {
  db.command("verify")
    .description("read and check every byte; ends with 3 when something is damaged")
    .argument("[dir]", DIR)
    .addOption(dataOption())
    .addOption(json())
    .addHelpText(
      "after",
      `
Works beside a running server, and changes nothing.

Examples:
  chat db verify
  chat db verify --json /mnt/chat-today && echo good`,
    )
    .action(async (dir, flags) => {
      const { verify } = await import("../db/verify.ts");
      await verify(dir ?? flags.data, flags);
    });
}

function addDump(db: Command): void {
  db.command("dump")
    .description("print messages and keys as lines of JSON, which 'chat db import' reads")
    .argument("[dir]", DIR)
    .addOption(dataOption())
    .option("--room <room>", "only the messages of this room")
    .option("--without-accounts", "leave out accounts, and the hashes of their passwords", false)
    .option("--audit", "only what moderators and operators did, and what was reported", false)
    .addOption(
      new Option("--since <time>", "only messages of this time or later: 2026-11-24T12:30, 12h, 7d")
        .argParser((text) => pointInTime(text, Date.now())),
    )
    .addHelpText(
      "after",
      `
Works beside a running server. A whole dump holds accounts with the hashes of their passwords: whoever has it can guess these
undisturbed, so keep it for yourself alone. With --room, --since or --audit there are none in it.

Examples:
  (umask 077; chat db dump > chat.jsonl)
  chat db dump --without-accounts > for-others.jsonl
  chat db dump --room ops --since 7d | jq -r .body.content
  chat db dump --audit --since 30d`,
    )
    .action(async (dir, flags) => {
      const { dump } = await import("../db/dump.ts");
      await dump(dir ?? flags.data, flags);
    });
}

function addCompact(db: Command): void {
  db.command("compact")
    .description("free the space of what is dead, and erase what was deleted")
    .argument("[dir]", DIR)
    .addOption(dataOption())
    .addOption(yes("do not ask"))
    .addOption(json())
    .addHelpText(
      "after",
      `
Not beside a running server, which compacts by itself.

Examples:
  chat db compact
  chat db compact --yes /var/lib/chat`,
    )
    .action(async (dir, flags) => {
      const { compact } = await import("../db/compact.ts");
      await compact(dir ?? flags.data, flags);
    });
}

function addBackup(db: Command): void {
  db.command("backup")
    .description("copy the store as it is now into a new directory")
    .argument("<to>", "a directory that is new or empty; with --keep, the one of all backups")
    .argument("[dir]", DIR)
    .addOption(
      new Option(
        "--keep <n>",
        "add one to those in <to>, named by its time and checked, and keep so many of them",
      ).argParser(wholeNumber(1, 100_000)),
    )
    .addOption(dataOption())
    .addOption(json())
    .addHelpText(
      "after",
      `
Works beside a running server. On the same file system the copy shares files with the store and takes no
space; put it on another disk to survive the loss of this one. What is edited or deleted later stays in it: to be rid of
that, make a new backup when 'chat db stat' speaks of nothing that is still to be erased, and remove the older ones.

With --keep, what the last backup has already is shared with it and not copied again; all of the new one is read and checked before
an older one goes, and damage ends with 3.

Examples:
  chat db backup /mnt/chat-today
  chat db backup "/mnt/chat-$(date +%F)" /var/lib/chat
  chat db backup --keep 14 /mnt/chat-backups   each night, from cron or a timer`,
    )
    .action(async (to, dir, { keep, ...flags }) => {
      const { backup, backupAmong } = await import("../db/backup.ts");
      const from = dir ?? flags.data;
      if (keep === undefined) await backup(from, to, flags);
      else await backupAmong(from, to, { ...flags, keep, now: new Date() });
    });
}

function addRestore(db: Command): void {
  db.command("restore")
    .description("check a backup and make a store of it, in a new directory")
    .argument("<from>", "directory of the backup")
    .argument("[dir]", "directory of the new store, missing or empty (default: --data)")
    .addOption(dataOption())
    .addOption(json())
    .addHelpText(
      "after",
      `
Replaces nothing: move a store that is there away first. A backup is as old as it is, also in who may do what: tokens of devices that were
revoked since, passwords that were changed, roles, bans and accounts that were removed or erased are as they were then.

Examples:
  chat db restore /mnt/chat-today
  chat db restore /mnt/chat-today /var/lib/chat`,
    )
    .action(async (from, dir, flags) => {
      const { restore } = await import("../db/backup.ts");
      await restore(from, dir ?? flags.data, flags);
    });
}

function addRepair(db: Command): void {
  db.command("repair")
    .description("save what is left of a damaged store into a new directory, and say what is lost")
    .argument("[dir]", DIR)
    .requiredOption("--into <new>", "a directory that is new or empty")
    .addOption(dataOption())
    .addOption(yes("do not ask"))
    .addOption(json())
    .addHelpText(
      "after",
      `
The damaged store is only read. Stop its server first: beside one nothing is done.
Ends with 0 when everything is saved, and with 3 when anything is lost or may be. Where a change of what was said is lost and something
tells that there was one, the older words do not come back; where nothing tells it, they may. Where an account is lost, its name is held: 'chat user
passwd' gives it to its owner again, 'chat user remove' frees it.

Examples:
  chat db repair --into ./repaired
  chat db repair /var/lib/chat --into /var/lib/chat-repaired --json`,
    )
    .action(async (dir, flags) => {
      const { repair } = await import("../db/repair.ts");
      await repair(dir ?? flags.data, flags);
    });
}

function addImport(db: Command): void {
  db.command("import")
    .description("fill a store from the lines of 'chat db dump'")
    .argument("[dir]", "directory of the store, which is made if it is missing (default: --data)")
    .addOption(dataOption())
    .option("--from <file>", "read this file instead of standard input")
    .addOption(yes("replace keys that have another value"))
    .option("--as-is", "take also what the server cannot show, for a faithful copy", false)
    .addOption(json())
    .addHelpText(
      "after",
      `
Not beside a running server. What the store has already is passed over, so an import that was broken off
can be done again.

In a store a number that is gone stays gone, so messages that were deleted or lost here are not put back: they
are counted and named, and the exit code is 1. What was lost, and is in an older dump, comes back in a new store:
import the older dump there first, and then a dump of the store with the holes. Nor does an account, a hook or an invitation come back that was taken away here, or a
room's own time ('/room retain') that was taken away, unless --yes is given. With --yes a key gets the value of the dump, also one
that is older: a password, a role, a token of a device or a ban is then as it was when the dump was made.

Examples:
  chat db import < chat.jsonl
  ssh old chat db dump | chat db import /var/lib/chat`,
    )
    .action(async (dir, flags) => {
      const { importDump } = await import("../db/import.ts");
      await importDump(dir ?? flags.data, flags);
    });
}

function json(): Option<"--json", undefined, false> {
  return new Option("--json", "print JSON for programs").default(false as const);
}

function yes(description: string): Option<"-y, --yes", undefined, false> {
  return new Option("-y, --yes", description).default(false as const);
}
