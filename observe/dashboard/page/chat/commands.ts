/**
 * Slash commands of the page: the words of the terminal client, as far as they have a meaning here. Pure.
 *
 * A line that begins with `/` is a command; `//text` says "/text". The table is data: help, completion and reading
 * take the same rows, so they cannot disagree. What the terminal has and a page has not: leaving the chat (one
 * closes the tab), and searching what was sent with Ctrl+r, which reloads a page.
 *
 * @module
 */

/** When the page makes a sound. */
export type Bell = "off" | "mention" | "all";

/** What a typed line asks for. */
export type Wish =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "join"; readonly room: string }
  /** Leave a room, or close a conversation; without `name` the one that is looked at. */
  | { readonly kind: "leave"; readonly name?: string }
  | { readonly kind: "topic"; readonly text: string }
  | { readonly kind: "whisper"; readonly to: string; readonly text: string }
  /** Say it to whoever whispered last. */
  | { readonly kind: "reply"; readonly text: string }
  | { readonly kind: "query"; readonly name: string }
  | { readonly kind: "names" }
  | { readonly kind: "list" }
  | { readonly kind: "rooms" }
  | { readonly kind: "history"; readonly count: number }
  /** Without `bell`, say when it rings. */
  | { readonly kind: "bell"; readonly bell?: Bell }
  /** Hide what somebody says; without `name`, say who is hidden. */
  | { readonly kind: "ignore"; readonly name?: string }
  | { readonly kind: "unignore"; readonly name: string }
  /** Send again what was refused, or give it up. */
  | { readonly kind: "retry" }
  | { readonly kind: "discard" }
  | { readonly kind: "clear" }
  | { readonly kind: "help"; readonly text: string }
  /** It means nothing; the sentence says why. */
  | { readonly kind: "problem"; readonly sentence: string };

/** What can stand behind a command, for completion. */
export type Argument = "user" | "room" | "command" | "bell";

/** One row of the table. */
export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  /** What stands behind the name, for people. */
  readonly usage: string;
  readonly summary: string;
  /** What its first word is, when that can be completed. */
  readonly argument?: Argument;
  /** The wish, or `undefined` when it is used wrongly. */
  readonly read: (rest: string) => Wish | undefined;
}

/** Messages that `/history` loads, and at most. */
const HISTORY = 100;
const HISTORY_MAX = 500;

/** The words of `/bell`. */
export const BELLS: readonly Bell[] = ["off", "mention", "all"];

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: "join",
    aliases: ["j"],
    usage: "ROOM",
    summary: "enter a room",
    argument: "room",
    read: (rest) => oneWord(rest, (word) => ({ kind: "join", room: word.replace(/^#/, "") })),
  },
  {
    name: "leave",
    aliases: ["part"],
    usage: "[ROOM]",
    summary: "leave a room, or close a conversation",
    argument: "room",
    read: (rest) => rest === "" ? { kind: "leave" } : { kind: "leave", name: rest },
  },
  {
    name: "topic",
    aliases: [],
    usage: "TEXT",
    summary: "say what this room is about",
    read: (rest) => rest === "" ? undefined : { kind: "topic", text: rest },
  },
  {
    name: "msg",
    aliases: ["w"],
    usage: "NAME TEXT",
    summary: "say something to one user",
    argument: "user",
    read: (rest) => {
      const [, to = "", text = ""] = /^(\S+)\s+([^]+)$/.exec(rest) ?? [];
      return text === "" ? undefined : { kind: "whisper", to, text };
    },
  },
  {
    name: "reply",
    aliases: ["r"],
    usage: "TEXT",
    summary: "answer whoever wrote to you last",
    read: (rest) => rest === "" ? undefined : { kind: "reply", text: rest },
  },
  {
    name: "query",
    aliases: [],
    usage: "NAME",
    summary: "open the conversation with a user",
    argument: "user",
    read: (rest) => oneWord(rest, (name) => ({ kind: "query", name })),
  },
  {
    name: "me",
    aliases: [],
    usage: "TEXT",
    summary: "say what you are doing: /me waves is sent as *waves*",
    read: (rest) => rest === "" ? undefined : { kind: "say", text: `*${rest}*` },
  },
  {
    name: "names",
    aliases: ["who"],
    usage: "",
    summary: "who is in this room",
    read: (rest) => alone(rest, { kind: "names" }),
  },
  {
    name: "list",
    aliases: [],
    usage: "",
    summary: "who is online",
    read: (rest) => alone(rest, { kind: "list" }),
  },
  {
    name: "rooms",
    aliases: [],
    usage: "",
    summary: "which rooms there are",
    read: (rest) => alone(rest, { kind: "rooms" }),
  },
  {
    name: "history",
    aliases: [],
    usage: "[N]",
    summary: `load N older messages (${HISTORY})`,
    read: (rest) => {
      if (!/^\d{0,4}$/.test(rest)) return undefined;
      const count = rest === "" ? HISTORY : Number(rest);
      return count < 1 ? undefined : { kind: "history", count: Math.min(count, HISTORY_MAX) };
    },
  },
  {
    name: "bell",
    aliases: [],
    usage: "[off|mention|all]",
    summary: "when to make a sound while you look elsewhere",
    argument: "bell",
    read: (rest) => {
      const bell = BELLS.find((word) => word === rest);
      if (rest === "") return { kind: "bell" };
      return bell === undefined ? undefined : { kind: "bell", bell };
    },
  },
  {
    name: "ignore",
    aliases: [],
    usage: "[NAME]",
    summary: "hide what a user says; without a name: who is hidden",
    argument: "user",
    read: (rest) =>
      rest === "" ? { kind: "ignore" } : oneWord(rest, (name) => ({ kind: "ignore", name })),
  },
  {
    name: "unignore",
    aliases: [],
    usage: "NAME",
    summary: "show it again",
    argument: "user",
    read: (rest) => oneWord(rest, (name) => ({ kind: "unignore", name })),
  },
  {
    name: "retry",
    aliases: [],
    usage: "",
    summary: "send again what was refused",
    read: (rest) => alone(rest, { kind: "retry" }),
  },
  {
    name: "discard",
    aliases: [],
    usage: "",
    summary: "give up what was refused",
    read: (rest) => alone(rest, { kind: "discard" }),
  },
  {
    name: "clear",
    aliases: [],
    usage: "",
    summary: "empty the screen",
    read: (rest) => alone(rest, { kind: "clear" }),
  },
  {
    name: "help",
    aliases: [],
    usage: "[COMMAND]",
    summary: "this list, or one command",
    argument: "command",
    read: (rest) => ({ kind: "help", text: help(rest) }),
  },
];

const KEYS: readonly string[] = [
  "Tab completes. Shift+Enter makes a new line. Up brings back what you said.",
  "Alt+Up and Alt+Down go to the next conversation, Alt+A to one where something is new.",
  "Page up and Page down scroll. Alt+U goes to the first new line, Alt+N to the next that names you.",
  "Ctrl+F searches here: Enter finds an older line, Shift+Enter a newer one, Escape goes back.",
  "In a chart, arrows move the moment and Space stops the time.",
];

const BY_NAME: ReadonlyMap<string, Command> = new Map(
  COMMANDS.flatMap((command) =>
    [command.name, ...command.aliases].map((name) => [name, command] as const)
  ),
);

/** The command of that name or alias, with or without its slash. */
export function commandNamed(word: string): Command | undefined {
  return BY_NAME.get(word.replace(/^\//, "").toLowerCase());
}

/** What a typed line asks for; `undefined` when it is empty. */
export function parseLine(line: string): Wish | undefined {
  if (line.trim() === "") return undefined;
  if (line.startsWith("//")) return { kind: "say", text: line.slice(1) };
  if (!line.startsWith("/")) return { kind: "say", text: line };
  const [, word = "", rest = ""] = /^\/(\S*)([^]*)$/.exec(line) ?? [];
  if (/^(quit|exit)$/i.test(word)) return problem("Close this tab to leave the page.");
  const command = commandNamed(word);
  if (command === undefined) {
    return problem(`Unknown command '/${word}'. Try /help, or // to say a slash.`);
  }
  return command.read(rest.trim()) ?? problem(`Usage: ${usage(command)}`);
}

function help(word: string): string {
  const command = commandNamed(word);
  if (word === "") {
    const rows = COMMANDS.map((command) => `${usage(command)}: ${command.summary}`);
    return [...rows, "//text says /text.", ...KEYS].join("\n");
  }
  if (command === undefined) return `There is no command '${word}'.`;
  const aliases = command.aliases.map((alias) => ` (or /${alias})`).join("");
  return `${usage(command)}${aliases}: ${command.summary}`;
}

function usage({ name, usage }: Command): string {
  return `/${name} ${usage}`.trimEnd();
}

function problem(sentence: string): Wish {
  return { kind: "problem", sentence };
}

/** The wish about one word; no name has a space in it. */
function oneWord(rest: string, wish: (word: string) => Wish): Wish | undefined {
  return /^\S+$/.test(rest) ? wish(rest) : undefined;
}

/** The wish of a command that stands alone. */
function alone(rest: string, wish: Wish): Wish | undefined {
  return rest === "" ? wish : undefined;
}
