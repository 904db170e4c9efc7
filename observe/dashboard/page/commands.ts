/**
 * Slash commands of the page: the same words as in the terminal client, as far as they have a meaning here. Pure.
 *
 * @module
 */

/** What a typed line asks for. */
export type Wish =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "join"; readonly room: string }
  | { readonly kind: "leave" }
  | { readonly kind: "topic"; readonly text: string }
  | { readonly kind: "whisper"; readonly to: string; readonly text: string }
  | { readonly kind: "query"; readonly name: string }
  | { readonly kind: "names" }
  | { readonly kind: "list" }
  | { readonly kind: "rooms" }
  | { readonly kind: "ignore"; readonly name: string }
  | { readonly kind: "unignore"; readonly name: string }
  | { readonly kind: "clear" }
  | { readonly kind: "help" }
  /** It means nothing; the sentence says why. */
  | { readonly kind: "problem"; readonly sentence: string };

/** What `/help` says. */
export const HELP: readonly string[] = [
  "/join ROOM, /leave, /rooms, /topic TEXT",
  "/msg NAME TEXT whispers, /query NAME opens the conversation",
  "/names who is here, /list who is online",
  "/ignore NAME, /unignore NAME, /clear, /me TEXT",
  "//text says /text. Shift+Enter makes a new line. Up brings back what you said.",
  "Alt+Up and Alt+Down go to the next conversation. Space pauses a chart, arrows move its moment.",
];

/** What a typed line asks for; `undefined` when it is empty. */
export function parseLine(line: string): Wish | undefined {
  if (line.trim() === "") return undefined;
  if (line.startsWith("//")) return { kind: "say", text: line.slice(1) };
  if (!line.startsWith("/")) return { kind: "say", text: line };
  const [, word = "", behind = ""] = /^\/(\S*)([^]*)$/.exec(line) ?? [];
  const rest = behind.trim();
  switch (word.toLowerCase()) {
    case "join":
    case "j":
      return rest === "" ? usage("/join ROOM") : { kind: "join", room: rest.replace(/^#/, "") };
    case "leave":
    case "part":
      return { kind: "leave" };
    case "topic":
      return rest === "" ? usage("/topic TEXT") : { kind: "topic", text: rest };
    case "msg":
    case "w": {
      const [, to = "", text = ""] = /^(\S+)\s+([^]+)$/.exec(rest) ?? [];
      return text === "" ? usage("/msg NAME TEXT") : { kind: "whisper", to, text };
    }
    case "query":
      return rest === "" ? usage("/query NAME") : { kind: "query", name: rest };
    case "me":
      return rest === "" ? usage("/me TEXT") : { kind: "say", text: `*${rest}*` };
    case "names":
    case "who":
      return { kind: "names" };
    case "list":
      return { kind: "list" };
    case "rooms":
      return { kind: "rooms" };
    case "ignore":
      return rest === "" ? usage("/ignore NAME") : { kind: "ignore", name: rest };
    case "unignore":
      return rest === "" ? usage("/unignore NAME") : { kind: "unignore", name: rest };
    case "clear":
      return { kind: "clear" };
    case "help":
      return { kind: "help" };
    default:
      return {
        kind: "problem",
        sentence: `Unknown command '/${word}'. Try /help, or // to say a slash.`,
      };
  }
}

function usage(text: string): Wish {
  return { kind: "problem", sentence: `Usage: ${text}` };
}
