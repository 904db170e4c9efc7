/**
 * Slash commands about what was said: other words for it, taking it back, replies and reactions.
 *
 * What is meant is the last that was said where one is: of one's own, or of others, or of one of them who is named.
 *
 * @module
 */

import { userName } from "../server/wire/names/mod.ts";
import { type Command, named } from "./commands.ts";

/** What a typed line asks for about something that was said. */
export type ChangeWish =
  /** Other words for what the reader said last. */
  | { readonly kind: "edit"; readonly text: string }
  /** Take back what the reader said last; with a name, what that user did. */
  | { readonly kind: "delete"; readonly name?: string }
  /** Say it as a reply to what others, or that user, said last. */
  | { readonly kind: "quote"; readonly name?: string; readonly text: string }
  /** Put a reaction to what others, or that user, said last; or take one's own away. */
  | { readonly kind: "react"; readonly emoji: string; readonly name?: string };

/** The commands. */
export const CHANGING: readonly Command<ChangeWish>[] = [
  {
    name: "edit",
    aliases: [],
    usage: "TEXT",
    summary: "give what you said last here other words",
    read: (rest) => rest === "" ? undefined : { kind: "edit", text: rest },
  },
  {
    name: "delete",
    aliases: ["del"],
    usage: "[NAME]",
    summary: "take back what you said last here; moderators: what NAME did",
    argument: "user",
    read: (rest) =>
      rest === ""
        ? { kind: "delete" }
        : named(withoutAt(rest), userName, (name) => ({ kind: "delete", name })),
  },
  {
    name: "quote",
    aliases: ["re"],
    usage: "[@NAME] TEXT",
    summary: "reply here, to what was said last, or by NAME",
    read: (rest) => {
      if (rest === "") return undefined;
      const [, at, text = ""] = /^@(\S+)\s+([^]+)$/u.exec(rest) ?? [];
      if (at === undefined) return { kind: "quote", text: rest };
      return named(at, userName, (name) => ({ kind: "quote", name, text }));
    },
  },
  {
    name: "react",
    aliases: [],
    usage: "EMOJI [NAME]",
    summary: "react to what was said last, or by NAME; once more takes it away",
    read: (rest) => {
      const [emoji = "", name, more] = rest.split(/\s+/u);
      if (emoji === "" || more !== undefined) return undefined;
      if (name === undefined) return { kind: "react", emoji };
      return named(withoutAt(name), userName, (name) => ({ kind: "react", emoji, name }));
    },
  },
];

function withoutAt(word: string): string {
  return word.replace(/^@/, "");
}

/** What somebody is told who means what another one said last, when that came while they typed: they may not have seen it. */
export function saidMeanwhile(name: string): string {
  return `${name} said that while you typed. Once more if you mean it.`;
}

/** What somebody is told who edits a message to which something happens meanwhile, by a moderator or on another device of theirs. */
export const OVERTAKEN: Readonly<Record<"edited" | "deleted", string>> = {
  edited: "What you are editing has other words meanwhile: Enter replaces them, Esc leaves them.",
  deleted: "What you are editing was deleted: Esc gives it up.",
};
