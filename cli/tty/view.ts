/**
 * A view: one room or one conversation as its reader has it, and everything that can happen to it.
 *
 * ```text
 *   lines    … message, notice, message        settled, in the order of their seq
 *   pending  my message, my message            not yet acknowledged, or refused
 * ```
 *
 * Invariants:
 * - Messages are in the order of their seq, each once: what is not newer than `newestSeq`
 *   comes a second time and is dropped.
 * - A message of mine stands in `pending` until its echo arrives under its id or seq, or its writer
 *   gives it up. Nothing else takes it away.
 * - While the reader has scrolled back (`anchor`), what arrives moves nothing; it is counted in
 *   `below`.
 *
 * @module
 */

import {
  foldText,
  type HistoryPage,
  type NewMessage,
  type PrivateMessage,
} from "../../server/wire/mod.ts";
import { caughtUp, type Heard, messageLine, quoting } from "./changes.ts";
import type { Line, MessageLine, PendingLine } from "./layout.ts";
import { LINES_MAX, LINES_SCROLLED_MAX, PRESENCE_NAMES_MAX } from "./limits.ts";
import {
  append,
  dropOldest,
  emptied,
  items,
  type Lines,
  newest,
  NO_LINES,
  prepend,
  withNewest,
} from "./lines.ts";
import { NOTHING_NEW, type Reading, unmarked } from "../../talk/mod.ts";
import { type Movement, presenceLine } from "./presence.ts";
import { safeText } from "./safe.ts";
import { marked } from "./unread.ts";

/** The row at the bottom of a screen that was scrolled back. */
export interface Anchor {
  /** The line's position. */
  readonly position: number;
  /** Which of the line's rows. */
  readonly row: number;
}

/** A room or a conversation. */
export interface View {
  /** Tells it from all others; see `roomKey` and `userKey`. */
  readonly key: string;
  readonly kind: "room" | "private";
  /** The room, or the other user, as the server writes it. */
  readonly name: string;
  readonly lines: Lines<Line>;
  readonly pending: readonly PendingLine[];
  readonly oldestSeq: number | undefined;
  readonly newestSeq: number | undefined;
  /** Lines before this position are from a history that is over: the server does not know them. */
  readonly rememberedUntil: number;
  /** Whether the server has older messages: not asked yet, asked, maybe more, or none. */
  readonly older: "unasked" | "asked" | "more" | "none";
  /** What happened to messages while older ones are asked for. */
  readonly late: readonly Heard[];
  readonly anchor: Anchor | undefined;
  /** Lines that came since the reader scrolled back. */
  readonly below: number;
  /** How far its reader has read, and what is new. */
  readonly reading: Reading;
  /** Position of the first line behind the mark, where that is here; see `unread.ts`. */
  readonly newFrom: number | undefined;
  /** Who is here: folded name → name. */
  readonly people: ReadonlyMap<string, string>;
  /** How many are here; known exactly even where `people` is not complete. */
  readonly count: number | undefined;
  /** Who spoke here, latest first. */
  readonly speakers: readonly string[];
  /** What was being typed here when its reader went elsewhere. */
  readonly draft: string;
}

/** Who reads, and what they do not want to read. */
export interface Reader {
  readonly name: string;
  readonly ignored: ReadonlyMap<string, string>;
}

/** Speakers remembered for completion. */
const SPEAKERS_MAX = 32;

/** The key of a room's view. */
export function roomKey(room: string): string {
  return foldText(room);
}

/** The key of the view of a conversation; no room has it, since a name cannot contain `@`. */
export function userKey(user: string): string {
  return `@${foldText(user)}`;
}

/** The key of a room's or a conversation's view. */
export function viewKey(kind: View["kind"], name: string): string {
  return kind === "room" ? roomKey(name) : userKey(name);
}

/** A view of which nothing is known yet. */
export function emptyView(kind: View["kind"], name: string): View {
  return {
    key: viewKey(kind, name),
    kind,
    name: safeText(name),
    lines: NO_LINES,
    pending: [],
    oldestSeq: undefined,
    newestSeq: undefined,
    rememberedUntil: -Infinity,
    older: "unasked",
    late: [],
    anchor: undefined,
    below: 0,
    reading: NOTHING_NEW,
    newFrom: undefined,
    people: new Map(),
    count: undefined,
    speakers: [],
    draft: "",
  };
}

/** What a message that arrives does to a view. */
export interface Arrival {
  readonly view: View;
  /** `undefined` when the view had it already. */
  readonly line: MessageLine | undefined;
}

/** A message arrives. `id` is what its sender called it. */
export function arrived(view: View, message: NewMessage | PrivateMessage, reader: Reader): Arrival {
  if (view.newestSeq !== undefined && message.seq <= view.newestSeq) {
    return { view, line: undefined };
  }
  const line = quoting(view, messageLine(message, reader));
  // Two people under these names may have whispered meanwhile who are not these: only a room has all its seqs.
  const missing = view.kind === "room" ? message.seq - (view.newestSeq ?? message.seq - 1) - 1 : 0;
  const gap = missing > 0 ? [missingLine(missing, message.at)] : [];
  const before = line.mine ? echoed(view, message) : view;
  const hidden = reader.ignored.has(foldText(message.from));
  const shown = [...gap, ...(hidden ? [] : [line])].reduce(added, before);
  return {
    view: {
      ...shown,
      newestSeq: message.seq,
      oldestSeq: view.oldestSeq ?? message.seq,
      speakers: line.mine ? view.speakers : spoke(view.speakers, line.from),
    },
    line: hidden ? undefined : line,
  };
}

/** Something that is not a message is said in the view. */
export function noticed(view: View, line: Line): View {
  return added(view, line);
}

/** Somebody comes or goes. Consecutive movements are one line. */
export function moved(view: View, movement: Movement, at: number): View {
  if (movement.joined.length + movement.left.length === 0) return view;
  const last = newest(view.lines);
  if (last?.kind === "presence" && last.moves.size < PRESENCE_NAMES_MAX) {
    return { ...view, lines: withNewest(view.lines, presenceLine(last, movement, at)) };
  }
  return added(view, presenceLine(undefined, movement, at));
}

/** A page of older messages, oldest first; those that the view has already are left out. */
export function pageLoaded(
  view: View,
  page: Pick<HistoryPage, "messages" | "more" | "next" | "lost">,
  reader: Reader,
): View {
  const isOlder = (seq: number): boolean => view.oldestSeq === undefined || seq < view.oldestSeq;
  const older = page.messages.filter(({ seq }) => isOlder(seq));
  const gaps = (page.lost ?? []).filter(({ to }) => isOlder(to));
  const at = older[0]?.at ?? 0;
  // Each gap stands before the first message behind it, the last ones at the end.
  const lines = [...older, undefined].flatMap((message) => {
    const missed = gaps.splice(
      0,
      gaps.findLastIndex(({ to }) => to < (message?.seq ?? Infinity)) + 1,
    );
    const count = missed.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    const gap = count > 0 ? [missingLine(count, message?.at ?? at)] : [];
    const shown = message !== undefined && !reader.ignored.has(foldText(message.from));
    return shown ? [...gap, messageLine(message, reader)] : gap;
  });
  const loaded: View = {
    ...view,
    lines: prepend(view.lines, lines),
    oldestSeq: page.next ?? older[0]?.seq ?? view.oldestSeq,
    newestSeq: view.newestSeq ?? older.at(-1)?.seq,
    older: page.more && (older.length > 0 || page.next !== undefined) ? "more" : "none",
  };
  return marked(caughtUp(loaded, reader));
}

/** A message of mine is on its way. Who answers has read. */
export function sending(view: View, pending: PendingLine): View {
  return {
    ...view,
    pending: [...view.pending, pending],
    anchor: undefined,
    below: 0,
    reading: unmarked(view.reading),
    newFrom: undefined,
  };
}

/** The server has stored a message of mine; its echo has come, or is about to. */
export function stored(view: View, id: string, seq: number): View {
  if (view.newestSeq !== undefined && seq <= view.newestSeq) return withoutPending(view, id);
  return {
    ...view,
    pending: view.pending.map((line) => line.id === id ? { ...line, seq } : line),
  };
}

/** A message of mine was refused. It stays, with the reason. */
export function refused(view: View, line: PendingLine): View {
  const known = view.pending.some(({ id }) => id === line.id);
  const pending = known
    ? view.pending.map((old) => old.id === line.id ? line : old)
    : [...view.pending, line];
  return { ...view, pending };
}

/** Takes messages of mine out of the waiting ones. */
export function withoutPending(view: View, id: string): View {
  return { ...view, pending: view.pending.filter((line) => line.id !== id) };
}

/** The reader wants none of the lines any more; the server still has them. */
export function cleared(view: View): View {
  const { lines, newestSeq } = view;
  return {
    ...view,
    lines: emptied(lines),
    oldestSeq: newestSeq === undefined ? undefined : newestSeq + 1,
    older: view.older === "none" && newestSeq !== undefined ? "more" : view.older,
    anchor: undefined,
    below: 0,
    reading: unmarked(view.reading),
    newFrom: undefined,
  };
}

/** The reader is back in the room: much may have been taken back meanwhile, and said. What is there is asked for anew. */
export function cameBack(view: View): View {
  return {
    ...cleared(view),
    oldestSeq: undefined,
    newestSeq: undefined,
    rememberedUntil: -Infinity,
    older: "unasked",
    late: [],
  };
}

/** The server began a new history: seqs count anew, and the lines so far are only memory. */
export function historyEnded(view: View): View {
  return {
    ...view,
    oldestSeq: undefined,
    newestSeq: undefined,
    rememberedUntil: view.lines.end,
    older: "none",
    late: [],
    reading: NOTHING_NEW,
    newFrom: undefined,
  };
}

/** Leaves out the oldest lines above the limit. */
function bounded(view: View): View {
  const keep = view.anchor === undefined ? LINES_MAX : LINES_SCROLLED_MAX;
  const lines = dropOldest(view.lines, keep);
  if (lines === view.lines) return view;
  if (lines.first < view.rememberedUntil) return { ...view, lines };
  let oldestSeq = view.oldestSeq;
  for (const line of items(lines)) {
    if (line.kind !== "message") continue;
    oldestSeq = line.seq;
    break;
  }
  return { ...view, lines, oldestSeq, older: view.older === "none" ? "more" : view.older };
}

function added(view: View, line: Line): View {
  const below = view.anchor === undefined ? 0 : view.below + 1;
  return bounded({ ...view, lines: append(view.lines, line), below });
}

/** My message came back: the one that waited for it waits no more. */
function echoed(view: View, message: NewMessage | PrivateMessage): View {
  const waiting = view.pending.filter(({ refusal }) => refusal === undefined);
  const own = waiting.find(({ id }) => id === message.id) ??
    waiting.find(({ seq }) => seq === message.seq) ??
    // An echo without an id (whispers have none): the same words, said first.
    (message.id === undefined
      ? waiting.find(({ content, seq }) => seq === undefined && content === message.content)
      : undefined);
  return own === undefined ? view : withoutPending(view, own.id);
}

function spoke(speakers: readonly string[], name: string): readonly string[] {
  if (speakers[0] === name) return speakers;
  return [name, ...speakers.filter((other) => other !== name)].slice(0, SPEAKERS_MAX);
}

function missingLine(count: number, at: number): Line {
  const messages = count === 1 ? "1 message is" : `${count} messages are`;
  return { kind: "notice", at, tone: "info", text: [`${messages} missing here.`] };
}
