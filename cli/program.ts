/**
 * The tree of commands.
 *
 * Values come from the flag, else the environment, else the config file, else the default.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import tab from "@bomb.sh/tab/commander";
import { Command } from "@commander-js/extra-typings";
import { addBench } from "./commands/bench.ts";
import { addConfig } from "./commands/config.ts";
import { addConnect } from "./commands/connect.ts";
import { addDashboard } from "./commands/dashboard.ts";
import { addDb } from "./commands/db.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addObserve } from "./commands/observe.ts";
import { addReceive } from "./commands/receive.ts";
import { addSend } from "./commands/send.ts";
import { addServe } from "./commands/serve.ts";
import { applyConfig } from "./config_file.ts";
import { applyEnvironment, nameVariables } from "./environment.ts";
import { EXIT } from "./failure.ts";
import { print, printError } from "./streams.ts";

/** Flags that belong to `chat` itself; any other means `chat connect`. */
const OWN_FLAGS: ReadonlySet<string> = new Set(["-h", "--help", "-V", "--version"]);

/** Builds the tree, and says what to parse: without a command, `chat` connects. */
export function addCommands(args: readonly string[]): { program: Command; args: string[] } {
  const program = new Command("chat")
    .description("A chat for small teams: server, client and tools.")
    .version(manifest.version)
    .showHelpAfterError("(chat --help lists what there is)")
    // What is wrong usage stays that when its sentence cannot be written.
    .configureOutput({ writeOut: print, writeErr: printError })
    // Before the subcommands, which inherit it.
    .exitOverride((error) => Deno.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage));
  addServe(program);
  addConnect(program);
  addSend(program);
  addReceive(program);
  addDashboard(program);
  addDb(program);
  addObserve(program);
  addBench(program);
  addDoctor(program);
  addConfig(program);
  program.addHelpText(
    "after",
    `
Examples:
  chat serve       start a server
  chat             talk to it
  chat send hello  say one thing from a script
  chat receive     take files that others send
  chat dashboard   see the chat and its server at work
  chat bench       see how much the server delivers
  sudo chat observe --pid N  see what a process really sends and receives`,
  );
  nameVariables(program);
  program.hook("preAction", (_program, command) => {
    applyEnvironment(command, (name) => Deno.env.get(name));
    return applyConfig(command);
  });
  tab(program as never, { completionCommandName: "completions" });
  const [first] = args;
  const connects = first === undefined || (first.startsWith("-") && !OWN_FLAGS.has(first));
  return { program, args: connects ? ["connect", ...args] : [...args] };
}
