/**
 * What becomes of a stored message when it is changed: another body in its place, under its seq and its time.
 *
 * ```text
 *   { …, content: "helo", at, id }  ─ edit ───►  { …, content: "hello", at, id, edited }
 *                                   ├ delete ─►  { …, content: "", at, id, edited, deleted: true, by? }
 *                                   └ react ──►  { …, reactions: [{ emoji, count }], reacted: ["marks…"] }
 * ```
 *
 * A message keeps its place whatever becomes of it, so seqs stay dense, and its `id`, so that whoever says it again within ten
 * minutes gets its answer and not a second message. A client that knows nothing of this shows the new words, or none.
 *
 * Reactions stand in the message, so they are read with it, go with it, and cost a message without any nothing. Who gave
 * one is known by the beginning of the tag, a mark, which is for the server alone (`shownTo`); names are told when it happens and
 * not kept. Since each reaction writes the message anew, they are bounded, so many kinds and so many in all, and short: the
 * marks of a kind are one text, 8 kB for a thousand. Of a thousand people two have the same mark once in a billion messages; their
 * reactions count as one then. Whole tags in a list, as earlier versions wrote them, are read, too.
 *
 * Pure.
 *
 * @module
 */

import { REACTION_KINDS_MAX, REACTIONS_MAX } from "../limits.ts";
import type { NewMessage, PrivateMessage, Reaction } from "../wire/mod.ts";

/** What is to become of a message. */
export type Revision =
  | { readonly kind: "edit"; readonly content: string }
  | { readonly kind: "delete" }
  | { readonly kind: "react"; readonly emoji: string; readonly on: boolean };

/** A message as it stands in the store. */
export type StoredMessage = (NewMessage | PrivateMessage) & {
  /** The marks of those who gave each of its `reactions`. */
  readonly reacted?: unknown;
};

/**
 * The message after that; the same object when nothing is to be changed.
 *
 * @param by Who does it, and when.
 */
export function revise(
  message: StoredMessage,
  revision: Revision,
  by: { readonly name: string; readonly tag: string; readonly at: number },
): StoredMessage {
  if (revision.kind === "react") return withReaction(message, revision, by.tag);
  // A clock that was set back does not make an edit older than what it edits, nor as old: by it is known which is the newer one.
  const edited = Math.max(by.at, message.at, (message.edited ?? -1) + 1);
  const others = by.name === message.from ? {} : { by: by.name };
  if (revision.kind === "edit") {
    const { content } = revision;
    if (content === message.content) return message;
    const { by: _, ...rest } = message;
    return withTagsLast({ ...rest, content, edited, ...others });
  }
  if (message.deleted === true) return message;
  const { by: _, reply: __, reactions: ___, reacted: ____, ...rest } = message;
  return withTagsLast({ ...rest, content: "", edited, deleted: true, ...others });
}

/** Characters of a mark: 48 bits. */
const MARK_CHARS = 8;

/** A kind of reaction, with who gave it. */
interface Kind {
  readonly emoji: string;
  readonly marks: readonly string[];
}

/** By what it is known that somebody has reacted. */
function markOf(tag: string): string {
  return tag.slice(0, MARK_CHARS).padEnd(MARK_CHARS, "-");
}

/** The marks of a kind as they are kept. */
function marksIn(kept: unknown): readonly string[] {
  if (typeof kept === "string") return kept.match(MARKS) ?? [];
  if (!Array.isArray(kept)) return [];
  return kept.filter((tag) => typeof tag === "string").map(markOf);
}

const MARKS = new RegExp(`[^]{${MARK_CHARS}}`, "g");

/** The reactions of a message, as far as it says who gave them: an import may have brought anything. */
function kindsOf({ reactions = [], reacted }: StoredMessage): Kind[] {
  const lists: readonly unknown[] = Array.isArray(reacted) ? reacted : [];
  return reactions.map(({ emoji }, i) => ({ emoji, marks: marksIn(lists[i]) }));
}

function withReaction(
  message: StoredMessage,
  { emoji, on }: Extract<Revision, { kind: "react" }>,
  tag: string,
): StoredMessage {
  const kinds = kindsOf(message);
  const mark = markOf(tag);
  const had = kinds.find((kind) => kind.emoji === emoji);
  if ((had?.marks.includes(mark) ?? false) === on) return message;
  const marks = on ? [...had?.marks ?? [], mark] : had?.marks.filter((one) => one !== mark) ?? [];
  const changed = { emoji, marks };
  const all = had === undefined
    ? [...kinds, changed]
    : kinds.map((kind) => kind === had ? changed : kind);
  const { reactions: _, reacted: __, ...rest } = message;
  const left = all.filter((kind) => kind.marks.length > 0);
  return withTagsLast(
    left.length === 0 ? rest : {
      ...rest,
      reactions: left.map(({ emoji, marks }) => ({ emoji, count: marks.length })),
      reacted: left.map(({ marks }) => marks.join("")),
    },
  );
}

/** How many have given a message a reaction. */
export function countOf({ reactions = [] }: StoredMessage, emoji: string): number {
  return reactions.find((reaction) => reaction.emoji === emoji)?.count ?? 0;
}

/** Whether a message has as many reactions as it may, or as many kinds of them. */
export function isFullOfReactions({ reactions = [] }: StoredMessage, emoji: string): boolean {
  const isKnown = reactions.some((reaction) => reaction.emoji === emoji);
  return (!isKnown && reactions.length >= REACTION_KINDS_MAX) ||
    reactions.reduce((sum, { count }) => sum + count, 0) >= REACTIONS_MAX;
}

/** Whether a message bears what its readers are not shown as it is. */
export function bearsReactions({ reactions, reacted }: StoredMessage): boolean {
  return reactions !== undefined || reacted !== undefined;
}

/** The body of such a message as its reader may have it: of who reacted no more than whether the reader did. */
export function shownTo(tag: string, message: StoredMessage): Uint8Array {
  const kinds = kindsOf(message);
  const { reactions = [], reacted: _, ...rest } = message;
  const seen = reactions.map((reaction, i): Reaction => {
    const isMine = kinds[i]?.marks.includes(markOf(tag)) === true;
    return { emoji: reaction.emoji, count: reaction.count, ...(isMine ? { mine: true } : {}) };
  });
  return encodeStored(withTagsLast({ ...rest, ...(seen.length > 0 ? { reactions: seen } : {}) }));
}

/** `between` at the very end, where `whispers.ts` finds it without reading the rest. */
function withTagsLast(message: StoredMessage): StoredMessage {
  if (message.type === "NewMessage" || message.between === undefined) return message;
  const { between, ...rest } = message;
  return { ...rest, between };
}

/** Its body. */
export function encodeStored(message: StoredMessage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}
