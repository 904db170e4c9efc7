/**
 * The tree of commands.
 *
 * Values come from the flag, else the environment, else the config file, else the default.
 *
 * Of each command the name and one sentence stand here, which is all that `chat --help` shows. The rest is in a module of its own,
 * which is loaded when that command is meant, or when all of them are asked about their options.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { Command } from "@commander-js/extra-typings";
import { applyConfig, configPlace } from "./config_file.ts";
import { applyEnvironment, nameVariables } from "./environment.ts";
import { EXIT } from "./failure.ts";
import { expandHome, refuseNoPlaces } from "./home_paths.ts";
import { print, printError } from "./streams.ts";
import { settleTls } from "./tls/dial_options.ts";

/** A command, as the list of them shows it. */
interface Entry {
  readonly name: string;
  /** What can stand behind it. */
  readonly takes: string;
  readonly about: string;
}

const COMMANDS: readonly Entry[] = [
  { name: "serve", takes: "[options]", about: "run the chat server" },
  {
    name: "connect",
    takes: "[options] [host:port]",
    about: "talk: full screen on a terminal, plain lines in a pipe (the default command)",
  },
  {
    name: "send",
    takes: "[options] [text...]",
    about: "send one message or file; done when the server or the receiver has it for sure",
  },
  {
    name: "receive",
    takes: "[options]",
    about: "receive files; asks on a terminal, prints the path of each that is whole",
  },
  {
    name: "login",
    takes: "[options] [host:port]",
    about: "prove that a name is yours, once on each machine; --register makes it yours",
  },
  {
    name: "logout",
    takes: "[options] [host:port]",
    about: "take this machine's proof away again",
  },
  {
    name: "dashboard",
    takes: "[options]",
    about: "the chat, its server and the kernel on one page",
  },
  {
    name: "user",
    takes: "",
    about: "look after the accounts of a server: list, add, change, remove",
  },
  {
    name: "ban",
    takes: "",
    about: "keep people and addresses out of a server: list, add, remove",
  },
  {
    name: "invite",
    takes: "[options]",
    about: "print an invitation for others, also into a closed server or room; list, revoke",
  },
  {
    name: "mark",
    takes: "[options] <text>",
    about: "mark this moment on the time axis of whoever watches the server",
  },
  {
    name: "hook",
    takes: "",
    about: "let programs speak in a room, or post what is said there: list, add, remove",
  },
  {
    name: "cert",
    takes: "[options] [names...]",
    about: "make a certificate for a server of your own, by which it speaks TLS",
  },
  {
    name: "service",
    takes: "",
    about: "let systemd run the server from boot on: install, remove, status",
  },
  { name: "db", takes: "", about: "look after the store: check, copy, compact, repair" },
  {
    name: "observe",
    takes: "[options]",
    about: "show what a process really sends and receives, from the kernel (needs root)",
  },
  {
    name: "top",
    takes: "[options]",
    about: "show who uses how much of a server, by user and by room",
  },
  {
    name: "bench",
    takes: "[options]",
    about: "load a chat server, and show how much it delivers and how soon",
  },
  { name: "doctor", takes: "[options]", about: "say what works on this machine, and why not" },
  { name: "config", takes: "[options]", about: "print a commented example of the config file" },
  { name: "man", takes: "[options] [command...]", about: "print a page of the manual" },
];

/** The commands of the library that completes. */
const COMPLETIONS: Entry = {
  name: "completions",
  takes: "<shell>",
  about: "Generate shell completion scripts",
};

/** What a command's module has. */
export interface CommandModule {
  /** Says what the command takes, and what it does. */
  define(command: Command): void;
}

/** Loads the module of the command of that name. */
export type LoadCommand = (name: string) => Promise<CommandModule>;

/** Words that ask about the options of all commands. */
const ABOUT_ALL: ReadonlySet<string> = new Set([
  "complete",
  COMPLETIONS.name,
  "config",
  "doctor",
  "man",
]);

/** Commands with which one mends a config file, so that a wrong one must not stop them. */
const MENDS_CONFIG: ReadonlySet<string> = new Set(["config", "doctor"]);

/** Flags that belong to `chat` itself; any other means `chat connect`. */
const OWN_FLAGS: ReadonlySet<string> = new Set(["-h", "--help", "-V", "--version"]);

/** What no command is called like: a server. */
const ADDRESS = /^(?:[^-].*[.:].*|localhost|\[.*)$/;

/** Builds the tree as far as `args` need it, and says what to parse: without a command, `chat` connects. */
export async function addCommands(
  args: readonly string[],
  load: LoadCommand,
): Promise<{ program: Command; args: string[] }> {
  const [first] = args;
  const connects = first === undefined || (first.startsWith("-") && !OWN_FLAGS.has(first)) ||
    ADDRESS.test(first);
  const words = connects ? ["connect", ...args] : [...args];
  const all = words.some((word) => ABOUT_ALL.has(word)) ||
    // It may speak of every option.
    configPlace().isThere;
  const program = await build((name) => all || words.includes(name), load);
  return { program, args: words };
}

/** Builds it. @param isMeant Whether a command's options are wanted. */
export async function build(
  isMeant: (name: string) => boolean,
  load: LoadCommand,
): Promise<Command> {
  const program = new Command("chat")
    .description("A chat for small teams: server, client and tools.")
    .version(manifest.version)
    .showHelpAfterError("(chat --help lists what there is)")
    // What is wrong usage stays that when its sentence cannot be written.
    .configureOutput({ writeOut: print, writeErr: printError })
    // Before the subcommands, which inherit it.
    .exitOverride((error) => Deno.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage));
  const defined = COMMANDS.map(async (entry) => {
    if (!isMeant(entry.name)) return list(program, entry);
    const command = program.command(entry.name).description(entry.about);
    (await load(entry.name)).define(command);
  });
  await Promise.all(defined);
  program.addHelpText(
    "after",
    `
Examples:
  chat serve       start a server
  chat             talk to it
  chat chat.example.org  talk to one elsewhere
  chat send hello  say one thing from a script
  chat receive     take files that others send
  chat login --register  make your name yours
  chat dashboard   see the chat and its server at work
  chat bench       see how much the server delivers
  sudo chat observe --pid N  see what a process really sends and receives`,
  );
  nameVariables(program);
  program.hook("preAction", async (_program, command) => {
    applyEnvironment(command, (name) => Deno.env.get(name));
    if (!MENDS_CONFIG.has(command.name())) await applyConfig(command);
    refuseNoPlaces(command);
    expandHome(command, Deno.env.get("HOME"));
    await settleTls(command);
  });
  if (isMeant(COMPLETIONS.name)) {
    const { default: tab } = await import("@bomb.sh/tab/commander");
    tab(program as never, { completionCommandName: COMPLETIONS.name });
  } else list(program, COMPLETIONS);
  return program;
}

/** Shows a command in the list of them. */
function list(program: Command, { name, takes, about }: Entry): void {
  program.command(`${name} ${takes}`).description(about);
}
