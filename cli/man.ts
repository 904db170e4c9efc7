/**
 * The manual: a page for each command, made from what `--help` says. Pure.
 *
 * The text behind a command's options becomes paragraphs; `Examples:` and any other line that ends with a colon before indented
 * lines stays as it is set.
 *
 * @module
 */

import type { EventEmitter } from "node:events";
import type { CommandUnknownOpts, Help } from "@commander-js/extra-typings";

/** A page. */
export interface Page {
  /** `chat-db-stat`. */
  readonly name: string;
  /** For `man`: in roff. */
  readonly text: string;
}

/** What the program's end says, whatever the command. */
const EXIT_STATUS: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "failed; one sentence on standard error says why"],
  ["2", "wrong usage"],
  ["3", "damage was found (chat db verify, chat db repair)"],
  ["77", "not possible on this machine: a privilege or a library is missing"],
];

/**
 * All pages, the program's own first.
 *
 * @param program The tree, with the options of all commands.
 * @param home The home of whoever runs this, which is `~` to others.
 */
export function manual(program: CommandUnknownOpts, home?: string): Page[] {
  const version = `${program.name()} ${program.version() ?? ""}`;
  const below = (command: CommandUnknownOpts, words: readonly string[]): Page[] => [
    { name: words.join("-"), text: atHome(page(command, words, version), home) },
    ...command.createHelp().visibleCommands(command)
      .filter((inner) => inner.name() !== "help")
      .flatMap((inner) => below(inner, [...words, inner.name()])),
  ];
  return below(program, [program.name()]);
}

function atHome(text: string, home: string | undefined): string {
  return home === undefined || home === "/" ? text : text.replaceAll(`${escape(home)}/`, "~/");
}

function page(command: CommandUnknownOpts, words: readonly string[], version: string): string {
  const help = command.createHelp();
  const name = words.join("-");
  const about = help.commandDescription(command);
  const inner = help.visibleCommands(command).filter((each) => each.name() !== "help");
  const parents = words.slice(1).map((_word, at) => words.slice(0, at + 1).join("-"));
  const others = [...parents, ...inner.map((each) => `${name}-${each.name()}`)];
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" ${quoted(version)} "User Commands"`,
    section("NAME"),
    `${escape(name)} \\- ${escape(about)}`,
    section("SYNOPSIS"),
    `.B ${escape(words.join(" "))}`,
    escape(command.usage()),
    ...listed("ARGUMENTS", argumentsOf(command, help)),
    ...listed("OPTIONS", optionsOf(command, help)),
    ...listed("COMMANDS", inner.map((each) => [each.name(), help.subcommandDescription(each)])),
    ...afterwards(command),
    ...listed("EXIT STATUS", EXIT_STATUS),
    ...(others.length === 0 ? [] : [
      section("SEE ALSO"),
      others.map((other) => `.BR ${escape(other)} (1)`).join("\n"),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function argumentsOf(command: CommandUnknownOpts, help: Help): (readonly [string, string])[] {
  return help.visibleArguments(command).map((each) =>
    [help.argumentTerm(each), help.argumentDescription(each)] as const
  );
}

function optionsOf(command: CommandUnknownOpts, help: Help): (readonly [string, string])[] {
  return help.visibleOptions(command).map((option) =>
    [help.optionTerm(option), help.optionDescription(option)] as const
  );
}

/** Terms and what they mean. */
function listed(title: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return [];
  const items = rows.map(([term, meaning]) => `.TP\n.B ${escape(term)}\n${escape(meaning)}`);
  return [section(title), ...items];
}

/** What help says behind the options. */
function afterwards(command: CommandUnknownOpts): string[] {
  let text = "";
  const write = (part: string) => text += part;
  // Commander keeps such texts as listeners of its help, and its types do not tell that it emits.
  (command as unknown as Pick<EventEmitter, "emit">).emit("afterHelp", {
    error: false,
    command,
    write,
  });
  const blocks = text.split(/\n{2,}/).map((block) => block.replace(/^\n+|\s+$/g, ""))
    .filter((block) => block !== "");
  const isExamples = (block: string) => /^Examples?:\n/.test(block);
  const words = blocks.filter((block) => !isExamples(block));
  const examples = blocks.filter(isExamples).map((block) => block.replace(/^.*\n/, ""));
  return [
    ...(words.length === 0 ? [] : [section("DESCRIPTION"), ...words.map(paragraph)]),
    ...(examples.length === 0 ? [] : [section("EXAMPLES"), ...examples.map(asSet)]),
  ];
}

/** Lines that are set: as they are. Others flow. */
function paragraph(block: string): string {
  const lines = block.split("\n");
  const indented = lines.findIndex((line) => /^\s{2}/.test(line));
  if (indented < 0) return `.PP\n${escape(lines.join("\n"))}`;
  const before = lines.slice(0, indented);
  const set = asSet(lines.slice(indented).join("\n"));
  return before.length === 0 ? set : `.PP\n${escape(before.join("\n"))}\n${set}`;
}

function asSet(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^ {2}/, ""));
  return `.PP\n.RS 4\n.nf\n${escape(lines.join("\n"))}\n.fi\n.RE`;
}

function section(title: string): string {
  return `.SH ${quoted(title)}`;
}

function quoted(text: string): string {
  return `"${escape(text).replaceAll('"', '""')}"`;
}

/** Text that roff prints as it is: its sign, hyphens that are to be copied, and lines that begin like a request. */
function escape(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/gm, "\\&");
}
