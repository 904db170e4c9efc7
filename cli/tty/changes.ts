/**
 * What becomes of messages that stand in a view already: other words, none any more, reactions; and which of them a command means.
 *
 * ```text
 *   12:03 anna  Shall we meet at three? (edited) ┊ 👍 2*      * one of the two is the reader's
 *   12:04 ben   ↪ anna: Shall we meet at three?
 *         Yes.
 *   12:05 cleo  × (deleted by anna)
 * ```
 *
 * What was deleted is nowhere in the view any more: neither in its own place nor in a reply that quotes it. A page of history that
 * was asked for before it happened may come behind the news of it, so these are kept until the page is there.
 *
 * @module
 */

import {
  foldText,
  type MessageDeleted,
  type MessageEdited,
  type NewMessage,
  type PrivateMessage,
  type Reactions,
} from "../../server/wire/mod.ts";
import { ERASED_NAME, mentions, withoutSigns } from "../../talk/mod.ts";
import type { Change, Line, MessageLine, Quote, Reacted } from "./layout.ts";
import { LATE_CHANGES_MAX, QUOTE_CHARS_MAX, REACTION_KINDS_MAX } from "./limits.ts";
import { findNewest, type Lines, mapped } from "./lines.ts";
import { safeLines, safeText } from "./safe.ts";

/** Stands in the place of words that were taken back: no colour alone says so. */
const DELETED = "×";

/** What is known of a view. */
interface Said {
  readonly lines: Lines<Line>;
  /** Lines before this position count by other numbers. */
  readonly rememberedUntil: number;
}

/** Whoever reads. */
interface Reader {
  readonly name: string;
}

/** A message as a line; what it is a reply to is not looked for. */
export function messageLine(message: NewMessage | PrivateMessage, reader: Reader): MessageLine {
  const { from, content, reply, edited, deleted = false, by, reactions = [] } = message;
  const mine = foldText(from) === foldText(reader.name);
  const hook = message.type === "NewMessage" && message.hook === true;
  const other = by === undefined || foldText(by) === foldText(from) ? {} : { by: safeText(by) };
  const line: MessageLine = {
    kind: "message",
    at: message.at,
    from: safeText(from),
    text: wordsOf(content),
    seq: message.seq,
    mine,
    guest: !mine && message.account !== true && !hook && from !== ERASED_NAME,
    ...(hook ? { hook } : {}),
    mention: !mine && mentions(content, reader.name),
    ...(mine ? { content } : {}),
    ...(reply === undefined ? {} : { reply: { seq: reply } }),
    ...(edited === undefined ? {} : { changed: { what: "edited", ...other } as const }),
    ...(reactions.length === 0 ? {} : {
      reactions: reactions.slice(0, REACTION_KINDS_MAX).map(({ emoji, count, mine = false }) => ({
        emoji: safeText(emoji),
        count,
        mine,
      })),
    }),
  };
  return deleted ? withoutWords(line, other) : line;
}

/** What somebody said, as it is shown: lines that are safe, and hold no sign that is the client's own. */
export function wordsOf(content: string): string[] {
  return safeLines(content).map(withoutSigns);
}

/** The line without what was said. */
function withoutWords(line: MessageLine, by: Pick<Change, "by">): MessageLine {
  const { content: _, reply: __, reactions: ___, ...rest } = line;
  return { ...rest, text: [DELETED], mention: false, changed: { what: "deleted", ...by } };
}

/** What happens to a message that was said before. */
export type Heard = MessageEdited | MessageDeleted | Reactions;

/** What is known of a view that may wait for a page of history. */
interface Waiting extends Said {
  readonly older: "unasked" | "asked" | "more" | "none";
  /** What happened since the page was asked for. */
  readonly late: readonly Heard[];
}

/** The view after something happened to a message. Of one that it has not, nothing changes. */
export function happened<V extends Waiting>(view: V, change: Heard, reader: Reader): V {
  const next = applied(view, change, reader);
  if (view.older !== "asked") return next;
  return { ...next, late: [...view.late, change].slice(-LATE_CHANGES_MAX) };
}

/** The view with a page of history that was asked for before some of it happened. */
export function caughtUp<V extends Waiting>(view: V, reader: Reader): V {
  const whole = allQuoting(view);
  return view.late.reduce(
    (next, change) => applied(next, change, reader),
    view.late.length === 0 ? whole : { ...whole, late: [] },
  );
}

function applied<V extends Said>(view: V, change: Heard, reader: Reader): V {
  return change.type === "Reactions"
    ? reacted(view, change, reader)
    : revised(view, change, reader);
}

function revised<V extends Said>(
  view: V,
  change: MessageEdited | MessageDeleted,
  reader: Reader,
): V {
  const lines = mapped(view.lines, view.rememberedUntil, (line) => {
    if (line.kind !== "message") return line;
    if (line.seq === change.seq) return revisedLine(line, change, reader);
    if (line.reply?.seq !== change.seq || line.reply.of === undefined) return line;
    const from = isErased(change) ? ERASED_NAME : line.reply.of.from;
    const text = change.type === "MessageEdited"
      ? beginning(change.content)
      : `${DELETED} (deleted)`;
    return { ...line, reply: { seq: change.seq, of: { from, text } } };
  });
  return { ...view, lines };
}

function revisedLine(
  line: MessageLine,
  change: MessageEdited | MessageDeleted,
  { name }: Reader,
): MessageLine {
  const by = foldText(safeText(change.by)) === foldText(line.from)
    ? {}
    : { by: safeText(change.by) };
  if (isErased(change)) {
    return withoutWords({ ...line, from: ERASED_NAME, guest: false, mine: false }, {});
  }
  if (change.type === "MessageDeleted") return withoutWords(line, by);
  const { content } = change;
  return {
    ...line,
    text: wordsOf(content),
    mention: !line.mine && mentions(content, name),
    ...(line.mine ? { content } : {}),
    changed: { what: "edited", ...by },
  };
}

/** Whether the name goes, too. */
function isErased({ type, by }: MessageDeleted | MessageEdited): boolean {
  return type === "MessageDeleted" && by === ERASED_NAME;
}

function reacted<V extends Said>(view: V, change: Reactions, reader: Reader): V {
  const lines = mapped(view.lines, view.rememberedUntil, (line) => {
    if (line.kind !== "message" || line.seq !== change.seq) return line;
    if (line.changed?.what === "deleted") return line;
    return { ...line, reactions: counted(line.reactions ?? [], change, reader) };
  });
  return { ...view, lines };
}

function counted(
  known: readonly Reacted[],
  { emoji: said, count, by, on }: Reactions,
  { name }: Reader,
): readonly Reacted[] {
  const emoji = safeText(said);
  const before = known.find((one) => one.emoji === emoji);
  const mine = foldText(by) === foldText(name) ? on : before?.mine ?? false;
  const now = { emoji, count, mine };
  if (count <= 0) return known.filter((one) => one !== before);
  if (before !== undefined) return known.map((one) => one === before ? now : one);
  return known.length >= REACTION_KINDS_MAX ? known : [...known, now];
}

/** The line with what it is a reply to, if that is in the view. */
export function quoting<L extends { readonly reply?: Quote }>(view: Said, line: L): L {
  const { reply } = line;
  if (reply === undefined || reply.of !== undefined) return line;
  const said = newestOf(view, ({ seq }) => seq === reply.seq);
  return said === undefined ? line : { ...line, reply: quoteOf(said) };
}

/** All lines with what they are replies to: what is loaded later may be what was replied to. */
function allQuoting<V extends Said>(view: V): V {
  const wanted = new Map<number, Quote | undefined>();
  mapped(view.lines, view.rememberedUntil, (line) => {
    const { seq, of } = line.kind === "message" && line.reply || { seq: 0, of: {} };
    if (of === undefined) wanted.set(seq, undefined);
    return line;
  });
  if (wanted.size === 0) return view;
  mapped(view.lines, view.rememberedUntil, (line) => {
    if (line.kind === "message" && wanted.has(line.seq)) wanted.set(line.seq, quoteOf(line));
    return line;
  });
  const lines = mapped(view.lines, view.rememberedUntil, (line) => {
    if (line.kind !== "message" || line.reply === undefined || line.reply.of !== undefined) {
      return line;
    }
    const reply = wanted.get(line.reply.seq);
    return reply === undefined ? line : { ...line, reply };
  });
  return { ...view, lines };
}

/** How a message is quoted in a reply to it. */
export function quoteOf({ seq, from, text, changed }: MessageLine): Quote {
  const words = changed?.what === "deleted" ? `${DELETED} (deleted)` : short(text);
  return { seq, of: { from, text: words } };
}

function beginning(content: string): string {
  return short(wordsOf(content));
}

function short(text: readonly string[]): string {
  return [...text.join(" ").slice(0, 2 * QUOTE_CHARS_MAX)].slice(0, QUOTE_CHARS_MAX).join("");
}

/** The newest message that is as wanted and was not deleted. */
function lineOf(view: Said, wanted: (line: MessageLine) => boolean): MessageLine | undefined {
  return newestOf(view, (line) => line.changed?.what !== "deleted" && wanted(line));
}

function newestOf(
  { lines, rememberedUntil }: Said,
  wanted: (line: MessageLine) => boolean,
): MessageLine | undefined {
  const found = findNewest(
    lines,
    rememberedUntil,
    (line) => line.kind === "message" && wanted(line),
  );
  return found?.kind === "message" ? found : undefined;
}

/** What the reader said last. */
export function lastOwn(view: Said): MessageLine | undefined {
  return lineOf(view, ({ mine }) => mine);
}

/** What the reader said last before what has a seq, or first after it. */
export function ownBeside(
  view: Said,
  seq: number,
  where: "before" | "after",
): MessageLine | undefined {
  if (where === "before") return lineOf(view, (line) => line.mine && line.seq < seq);
  let next: MessageLine | undefined;
  // The first after it is the last that is found on the way back.
  lineOf(view, (line) => {
    if (line.mine && line.seq > seq) next = line;
    return line.seq <= seq;
  });
  return next;
}

/** The number of the newest message; `undefined` where there is none. */
export function newestSeq(view: Said): number | undefined {
  return newestOf(view, () => true)?.seq;
}

/** Whom of others is meant, and up to which message: what came behind that, its reader may not have seen. */
export interface Meant {
  readonly name?: string | undefined;
  readonly upTo: number;
}

/** What was said last by others, or by one of them. */
export function lastOf(view: Said, meant: Meant): MessageLine | undefined {
  return lineOf(view, isMeant(meant));
}

/** The same, also if it was taken back: who reports it means nothing that stands above. */
export function lastSaidBy(view: Said, meant: Meant): MessageLine | undefined {
  return newestOf(view, isMeant(meant));
}

function isMeant({ name, upTo }: Meant): (line: MessageLine) => boolean {
  const isHis = isBy(name);
  return (line) => line.seq <= upTo && isHis(line);
}

function isBy(name: string | undefined): (line: MessageLine) => boolean {
  if (name === undefined) return ({ mine }) => !mine;
  const folded = foldText(safeText(name));
  return ({ from }) => foldText(from) === folded;
}
