/**
 * `chat user`: the accounts of a server, whether it runs or not.
 *
 * @module
 */

import { Argument, type Command, Option } from "@commander-js/extra-typings";
import { passwordFileOption } from "../account/password.ts";
import { dataOption } from "../data_dir.ts";
import { EXIT, Failure } from "../failure.ts";
import { serverOption } from "../log_in.ts";

const ROLES = ["user", "operator"] as const;

/** Adds what is below it. */
export function define(user: Command): void {
  user.addHelpText(
    "after",
    `
For operators: who may read the server's data directory (--data), has its token (CHAT_OPERATOR_TOKEN), or is logged in as one.
Where no server runs, all of this is done in the data directory itself, also before the first start.

Examples:
  chat user list
  chat user add anna                    asks for the password
  chat user add --from users.jsonl      {"username": "anna", "password": "…"} a line
  chat user role anna operator`,
  );
  for (const add of [addList, addAdd, addPasswd, addRole, addRemove, addErase]) add(user);
}

function addList(user: Command): void {
  user.command("list")
    .description("list the accounts")
    .addOption(serverOption())
    .addOption(dataOption())
    .option("--json", "print JSON for programs, one object a line", false)
    .addHelpText(
      "after",
      `
Examples:
  chat user list
  chat user list --json | jq -r .name`,
    )
    .action(async (flags) => (await users()).listUsers(flags, flags.json));
}

function addAdd(user: Command): void {
  user.command("add")
    .description("make a name an account")
    .argument("[name]", "the name")
    .option("--from <file>", "make one of each line of this file instead")
    .addOption(new Option("--role <role>", "what it may do (default: user)").choices(ROLES))
    .addOption(passwordFileOption())
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
The password is asked for, or comes from CHAT_PASSWORD or --password-file. Of a file all lines are looked at first: when one is
wrong, nothing is done. Where a line has no password one is made, and printed. Each password is hashed, which takes the server a
thirtieth of a second or so; hashes of other programs are not taken.

Examples:
  chat user add anna
  chat user add ben --role operator --password-file ben.txt
  chat user add --from users.jsonl > passwords.jsonl`,
    )
    .action(async (name, { from, ...flags }) => {
      if ((name === undefined) === (from === undefined)) {
        throw new Failure("Give a name, or --from FILE.", EXIT.usage);
      }
      const { addUser, addUsers } = await users();
      if (from !== undefined) await addUsers(flags, from);
      else await addUser(flags, name ?? "", flags);
    });
}

function addPasswd(user: Command): void {
  user.command("passwd")
    .description("give an account another password, and log its devices out")
    .argument("<name>", "the name")
    .addOption(passwordFileOption())
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
For who has forgotten it, or has lost a device. One's own password is changed in the chat, with /password.

Examples:
  chat user passwd anna`,
    )
    .action(async (name, flags) => (await users()).setPassword(flags, name, flags.passwordFile));
}

function addRole(user: Command): void {
  user.command("role")
    .description("say what an account may do")
    .argument("<name>", "the name")
    .addArgument(new Argument("<role>", "what it may do").choices(ROLES))
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText("after", "\nExamples:\n  chat user role anna operator\n  chat user role anna user")
    .action(async (name, role, flags) => (await users()).setRole(flags, name, role));
}

function addRemove(user: Command): void {
  user.command("remove")
    .description("take an account away; its name is free then")
    .argument("<name>", "the name")
    .option("-y, --yes", "do not ask", false)
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
Its devices are logged out, and that is all: what it said and whispered stays, and who has the name later reads none of its whispers.
To erase that, too, see 'chat user erase'.

Examples:
  chat user remove anna
  chat user remove --yes anna`,
    )
    .action(async (name, flags) => (await users()).removeUser(flags, name, flags.yes));
}

function addErase(user: Command): void {
  user.command("erase")
    .description("erase an account, and with it all that it said and whispered")
    .argument("<name>", "the name")
    .option("-y, --yes", "do not ask", false)
    .option("--json", "print JSON for programs", false)
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
Says first what there is, and asks. The account goes, its devices, and how far it has read; what it said in rooms becomes places without
words and name, what it whispered places without words. Within some minutes that is in no file of the server ('chat db verify'). The name is free at
once, and who has it later reads nothing of it. What others wrote stays theirs, and so do records of what moderators did, and backups: make
a new one, and remove the older ones. To take only the account away, see 'chat user remove'.

Examples:
  chat user erase anna
  chat user erase --yes --json anna`,
    )
    .action(async (name, flags) => (await users()).eraseUser(flags, name, flags));
}

function users(): Promise<typeof import("../account/users.ts")> {
  return import("../account/users.ts");
}
