/**
 * `chat hook`: programs that speak in a room, or are told what is said there; whether the server runs or not.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import { dataOption } from "../data_dir.ts";
import { serverOption } from "../log_in.ts";
import { webAddress } from "../values.ts";

/** Adds what is below it. */
export function define(hook: Command): void {
  hook.addHelpText(
    "after",
    `
For operators: who may read the server's data directory (--data), has its token (CHAT_OPERATOR_TOKEN), or is logged in as one.
Where no server runs, it is done in the data directory itself.

Examples:
  chat hook list
  chat hook add ci --room builds
  curl -d "build is green" http://localhost:9090/hooks/TOKEN
  chat hook remove ci`,
  );
  for (const add of [addList, addAdd, addRemove]) add(hook);
}

function addList(hook: Command): void {
  hook.command("list")
    .description("list the hooks")
    .addOption(serverOption())
    .addOption(dataOption())
    .option("--json", "print JSON for programs, one object a line", false)
    .addHelpText("after", "\nExamples:\n  chat hook list\n  chat hook list --json | jq -r .name")
    .action(async (flags) => (await hooks()).listHooks(flags, flags.json));
}

function addAdd(hook: Command): void {
  hook.command("add")
    .description("let a program speak in a room, or be told what is said there")
    .argument("<name>", "under which it speaks, and is listed; nobody else can have that name then")
    .option("--room <room>", "the room", "lobby")
    .addOption(
      new Option("--url <url>", "post there what is said in the room").argParser(webAddress),
    )
    .option("--match <text>", "with --url: only what holds this text, whatever its case")
    .addOption(serverOption())
    .addOption(dataOption())
    .option("--json", "print JSON for programs", false)
    .addHelpText(
      "after",
      `
Prints the path that a program posts to, with the hook's token, which is told this once: what is kept is only its hash. The server has
to answer HTTP (chat serve --http). The body of a request is what is said, or JSON such as {"content": "…"}; what Alertmanager posts
is understood as well. Under the same Idempotency-Key nothing is said twice.

With --url, each message of the room is posted there from now on, as JSON and in order, signed as Standard Webhooks are, by the secret that
is printed this once. What is not taken is posted again, for hours; of more than 1,000 that wait the oldest go (chat hook list says so).
To addresses that are not of the internet nothing is posted, unless the server allows them (chat serve --hook-to).

Examples:
  chat hook add ci --room builds
  curl -d "build is green" http://localhost:9090/hooks/TOKEN
  chat hook add deploy --room ops --url https://ci.example/chat --match '!deploy'
  curl --json '{"content": "build is green"}' https://chat.example/hooks/TOKEN`,
    )
    .action(async (name, flags) => (await hooks()).addHook(flags, name, flags));
}

function addRemove(hook: Command): void {
  hook.command("remove")
    .description("take a hook away: its token works no more, and its name is free")
    .argument("<name>", "the hook's name")
    .addOption(serverOption())
    .addOption(dataOption())
    .addHelpText("after", "\nExamples:\n  chat hook remove ci")
    .action(async (name, flags) => (await hooks()).removeHook(flags, name));
}

function hooks(): Promise<typeof import("../account/hooks.ts")> {
  return import("../account/hooks.ts");
}
