/**
 * Something that somebody said, as its reader has it, and what becomes of it: other words, none any more, reactions. Pure.
 *
 * What was deleted is nowhere any more: neither in its own place nor in a reply that quotes it.
 *
 * @module
 */

import { boundedText } from "../../../../ground/mod.ts";
import { foldText } from "../../../../server/wire/names/mod.ts";
import { ERASED_NAME, hookName, shownName } from "../../../../talk/mod.ts";
import type { ChatChange, ChatLine, Reacted } from "../../page_messages.ts";

/** Characters of a message that a reply to it shows. */
const QUOTE_CHARS = 80;
/** Kinds of reactions of a message: as many as a server takes. */
const REACTION_KINDS_MAX = 32;
/** A line that somebody said. */
export interface Said {
  readonly kind: "said";
  readonly seq: number;
  readonly from: string;
  readonly content: string;
  readonly at: number;
  readonly mine: boolean;
  readonly mention: boolean;
  /** The name was not proved. */
  readonly guest: boolean;
  /** A program said it, by a hook of that name. */
  readonly hook?: true;
  /** To what it is a reply. */
  readonly reply?: Quote;
  /** It has other words than once, or none any more. */
  readonly change?: "edited" | "deleted";
  /** Who changed it, when that was somebody else. */
  readonly by?: string;
  /** Who it is for is away, and it waits. */
  readonly waits?: true;
  /** The first kind first. */
  readonly reactions?: readonly Reacted[];
}

/** What a message is a reply to; whose words these are is absent while they are not at hand. */
export interface Quote {
  readonly seq: number;
  readonly from?: string;
  readonly hook?: true;
  readonly content?: string;
}

/** Who said something, as it is shown: a program never as somebody. @param guests Whether guests have their sign. */
export function signed(
  { from, guest = false, hook }: Pick<Said, "from" | "hook"> & Partial<Pick<Said, "guest">>,
  guests: boolean,
): string {
  return hook === true ? hookName(from) : shownName(from, guest && guests);
}

/** A line as its reader has it. */
export function said(line: ChatLine, me: string): Said {
  const { seq, from, content, at, mention = false, account = false } = line;
  const { reply, change, by, reactions = [], waits, hook } = line;
  const mine = foldText(from) === foldText(me);
  const other = by !== undefined && foldText(by) !== foldText(from);
  return {
    kind: "said",
    seq,
    from,
    content: change === "deleted" ? "" : boundedText(content),
    at,
    mine,
    mention: mention && change !== "deleted",
    guest: !mine && !account && hook !== true && from !== ERASED_NAME,
    ...(hook === undefined ? {} : { hook }),
    ...(reply === undefined || change === "deleted" ? {} : { reply: { seq: reply } }),
    ...(change === undefined ? {} : { change }),
    ...(other ? { by } : {}),
    ...(waits === undefined ? {} : { waits }),
    ...(reactions.length === 0 ? {} : { reactions: reactions.slice(0, REACTION_KINDS_MAX) }),
  };
}

/** A line after something happened to it, or to what it is a reply to; the same one when nothing did. */
export function reworked(line: Said, change: ChatChange): Said {
  if (line.seq === change.seq) return changedLine(line, change);
  if (change.kind !== "changed" || line.reply?.seq !== change.seq) return line;
  const named = line.reply.from !== undefined && isErased(change);
  const quote = named ? { ...line.reply, from: ERASED_NAME } : line.reply;
  return { ...line, reply: requoted(quote, change.content) };
}

/** A reply with what it is a reply to. */
export function quotingLine(line: Said, { seq, from, hook, content, change }: Said): Said {
  const words = change === "deleted" ? {} : { content: content.slice(0, QUOTE_CHARS) };
  const by = hook === undefined ? { from } : { from, hook };
  return { ...line, reply: { seq, ...by, ...words } };
}

function changedLine(line: Said, change: ChatChange): Said {
  if (change.kind === "reacted") {
    if (line.change === "deleted") return line;
    return { ...line, reactions: counted(line.reactions ?? [], change) };
  }
  const { by: _, ...rest } = line;
  const by = foldText(change.by) === foldText(line.from) ? {} : { by: change.by };
  const { content } = change;
  if (content !== undefined) {
    const mention = change.mention ?? false;
    return { ...rest, content: boundedText(content), mention, change: "edited", ...by };
  }
  const { reply: __, reactions: ___, ...bare } = rest;
  const gone = { content: "", mention: false, change: "deleted" } as const;
  if (isErased(change)) return { ...bare, ...gone, from: ERASED_NAME, guest: false, mine: false };
  return { ...bare, ...gone, ...by };
}

/** Whether the name goes with the words. */
function isErased(change: ChatChange): boolean {
  return change.kind === "changed" && change.content === undefined && change.by === ERASED_NAME;
}

function requoted(quote: Quote, content: string | undefined): Quote {
  const { content: _, ...whose } = quote;
  if (whose.from === undefined) return { seq: whose.seq };
  return content === undefined ? whose : { ...whose, content: content.slice(0, QUOTE_CHARS) };
}

function counted(
  known: readonly Reacted[],
  { emoji, count, mine: now }: Extract<ChatChange, { kind: "reacted" }>,
): readonly Reacted[] {
  const before = known.find((one) => one.emoji === emoji);
  if (count <= 0) return known.filter((one) => one !== before);
  const mine = now ?? before?.mine ?? false;
  const next: Reacted = { emoji, count, ...(mine ? { mine } : {}) };
  if (before !== undefined) return known.map((one) => one === before ? next : one);
  return known.length >= REACTION_KINDS_MAX ? known : [...known, next];
}
