/**
 * The model: everything that the terminal client knows, as one immutable value.
 *
 * ```text
 *   key ──────────┐
 *   client event ─┤                         ┌─► model ─► screen ─► bytes
 *   outcome ──────┼─► update(model, event) ─┤
 *   resize, tick ─┘                         └─► effects ─► client, terminal ─► outcomes
 * ```
 *
 * `update.ts` is a pure function, so a whole conversation can be played in a test without a server
 * and without a terminal. Effects say what should be done outside; what comes of them returns as an
 * outcome.
 *
 * This file holds the shapes and the few helpers that all parts of the update share.
 *
 * @module
 */

import { type ClientEvent, type ClientStatus, foldText, LOBBY } from "../../server/wire/mod.ts";
import type { News } from "../../server/wire/transfers/mod.ts";
import { type Bell, NOBODY_TYPES, type Spot, type Typists } from "../../talk/mod.ts";
import type { Cycle } from "./complete.ts";
import { content, type Edit, EMPTY_EDIT, replaced } from "./editor.ts";
import type {
  AccountEffect,
  ChangeEffect,
  FileEffect,
  OrderEffect,
  ReadEffect,
} from "./effects.ts";
import type { Key } from "./keys.ts";
import type { NoticeLine, PendingLine } from "./layout.ts";
import { VIEWS_MAX } from "./limits.ts";
import { type Files, NO_FILES } from "./on_files.ts";
import type { Outcome } from "./outcomes.ts";
import { safeText } from "./safe.ts";
import type { Search } from "./search.ts";
import { leftBehind, lookedAt } from "./unread.ts";
import { type Anchor, emptyView, noticed, type Reader, type View, viewKey } from "./view.ts";

/** Columns and rows of a terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What the keyboard is used for right now. */
export type Mode =
  | { readonly kind: "edit"; readonly cycle: Cycle | undefined }
  /** A paste of several lines waits for a yes. */
  | { readonly kind: "paste"; readonly text: string; readonly cut: boolean }
  /** Looking for a line in the input history; `back` is how many lines back it was found. */
  | { readonly kind: "recall"; readonly query: string; readonly back: number | undefined }
  /** Looking for a text in the view. */
  | SearchMode
  /** A password is typed. */
  | SecretMode;

/** A password is asked for, perhaps the second of three. */
export interface SecretMode {
  readonly kind: "secret";
  readonly wish: "register" | "password";
  /** What was typed at the questions before. */
  readonly given: readonly string[];
  readonly text: string;
}

/** A message of the reader's in the view on the screen, which gets other words. */
export interface Aim {
  readonly seq: number;
  /** When it was said. */
  readonly at: number;
  /** Its words until now. */
  readonly words: string;
}

/** Up to which message its reader had seen a view when they began to write there. */
export interface Begun {
  readonly view: string;
  readonly seq: number;
}

/** A search that goes on. */
export interface SearchMode extends Search {
  readonly kind: "search";
  /** The lowest line on the screen when it began: what is above it is found first. */
  readonly from: number;
  /** Where its reader was, and Esc leads back to. */
  readonly origin: Anchor | undefined;
}

/** Why the terminal client ended. */
export type TerminalEnd =
  /** Its user left. */
  | { readonly kind: "quit"; readonly unsent: readonly string[] }
  /** The client can do no more; the sentence says why. */
  | { readonly kind: "closed"; readonly sentence: string; readonly unsent: readonly string[] }
  /** A signal told the process to end. */
  | { readonly kind: "signal"; readonly signal: string; readonly unsent: readonly string[] }
  /** The terminal is gone. */
  | { readonly kind: "hangup"; readonly unsent: readonly string[] };

/** Everything that the terminal client knows. */
export interface Model {
  /** The reader's name. */
  readonly me: string;
  /** HOST:PORT of the server. */
  readonly where: string;
  readonly status: ClientStatus;
  /** Whether somebody with an account was seen: from then on guests have a sign. Where all are guests, none has. */
  readonly accounts: boolean;
  /** Whether the server keeps how far the reader has read: for who has an account. */
  readonly keepsReading: boolean;
  /** When `status` began, in milliseconds since 1970. */
  readonly statusSince: number;
  /** The time of the last event. */
  readonly now: number;
  readonly roundTripMs: number | undefined;
  readonly size: Size;
  /** At least one. */
  readonly views: readonly View[];
  /** Index of the view on the screen. */
  readonly current: number;
  readonly edit: Edit;
  readonly mode: Mode;
  /** What the text in the line is to be, where it is not something new. */
  readonly aim: Aim | undefined;
  /** When what is in the line was begun: what somebody else says meanwhile is not meant by it. */
  readonly begun: Begun | undefined;
  readonly bell: Bell;
  /** Whether rooms that want it are told when the reader types. */
  readonly tellsTyping: boolean;
  /** Who else does. */
  readonly typists: Typists;
  /** Folded name → name of those who are not to be read. */
  readonly ignored: ReadonlyMap<string, string>;
  /** Offers of files from those, by their numbers: nothing is told of them. */
  readonly unheard: ReadonlySet<number>;
  /** Keys of rooms that were left: what still comes from there is not shown. */
  readonly left: ReadonlySet<string>;
  /** Rooms to enter at the first login. */
  readonly wanted: readonly string[];
  /** Rooms that others have, for completion. */
  readonly knownRooms: readonly string[];
  /** Files that come and go, as they were told last. */
  readonly files: Files;
  readonly lastWhisperFrom: string | undefined;
  /** The mention that was jumped to last. */
  readonly lastMention: Spot | undefined;
  /** Names the history in which the server's seqs count. */
  readonly epoch: string | undefined;
  /** What the ids of this run's messages are made from. */
  readonly idSecret: string;
  readonly nextId: number;
  /** Until when another Ctrl+c quits. */
  readonly quitUntil: number;
  /** The reader was told that leaving now loses messages. */
  readonly warned: boolean;
  readonly end: TerminalEnd | undefined;
}

/** What the model hears. */
export type Event =
  | { readonly kind: "key"; readonly key: Key }
  | { readonly kind: "client"; readonly event: ClientEvent }
  | { readonly kind: "resize"; readonly size: Size }
  | { readonly kind: "files"; readonly files: Files }
  | { readonly kind: "news"; readonly news: News }
  | { readonly kind: "tick"; readonly roundTripMs: number | undefined }
  | { readonly kind: "signal"; readonly signal: string }
  | Outcome;

/** What should be done outside. */
export type Effect =
  | {
    readonly kind: "say";
    readonly view: string;
    readonly to: { readonly room: string } | { readonly user: string };
    readonly pending: PendingLine;
  }
  | ChangeEffect
  | OrderEffect
  | { readonly kind: "join"; readonly room: string; readonly show: boolean }
  | { readonly kind: "leave"; readonly room: string }
  /** Lets a room know that the reader types, if it wants that. */
  | { readonly kind: "typing"; readonly room: string }
  | { readonly kind: "topic"; readonly room: string; readonly text: string }
  | { readonly kind: "people"; readonly room: string | undefined; readonly show: boolean }
  | { readonly kind: "rooms"; readonly show: boolean }
  | {
    readonly kind: "page";
    readonly view: string;
    readonly of: { readonly room: string } | { readonly with: string };
    readonly before: number | undefined;
    readonly limit: number;
    readonly show: boolean;
  }
  | FileEffect
  | AccountEffect
  | ReadEffect
  /** Keeps whom the reader ignores, over the end of this program. */
  | { readonly kind: "ignore"; readonly name: string; readonly on: boolean }
  | { readonly kind: "ping" }
  | { readonly kind: "ring" }
  | { readonly kind: "redraw" }
  | { readonly kind: "suspend" };

/** A model, and what should be done. */
export interface Step {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

/** What a model begins with. */
export interface StartOptions {
  readonly me: string;
  readonly where: string;
  readonly bell: Bell;
  /** Default: yes. */
  readonly tellsTyping?: boolean;
  readonly size: Size;
  readonly now: number;
  readonly idSecret: string;
  readonly rooms: readonly string[];
  /** Who is not to be read. */
  readonly ignored?: readonly string[];
}

/** The model before the first event: the lobby, and nothing in it. */
export function start(options: StartOptions): Model {
  return {
    me: options.me,
    where: options.where,
    status: { kind: "connecting", attempt: 1 },
    accounts: false,
    keepsReading: false,
    statusSince: options.now,
    now: options.now,
    roundTripMs: undefined,
    size: options.size,
    views: [emptyView("room", LOBBY)],
    current: 0,
    edit: EMPTY_EDIT,
    mode: { kind: "edit", cycle: undefined },
    aim: undefined,
    begun: undefined,
    bell: options.bell,
    tellsTyping: options.tellsTyping ?? true,
    typists: NOBODY_TYPES,
    ignored: new Map(options.ignored?.map((name) => [foldText(name), safeText(name)])),
    unheard: new Set(),
    left: new Set(),
    wanted: options.rooms,
    knownRooms: [],
    files: NO_FILES,
    lastWhisperFrom: undefined,
    lastMention: undefined,
    epoch: undefined,
    idSecret: options.idSecret,
    nextId: 1,
    quitUntil: 0,
    warned: false,
    end: undefined,
  };
}

/** A step without effects. */
export function only(model: Model): Step {
  return { model, effects: [] };
}

/** One step after another. */
export function then(step: Step, next: (model: Model) => Step): Step {
  const { model, effects } = next(step.model);
  return { model, effects: [...step.effects, ...effects] };
}

/** The view on the screen. */
export function currentView(model: Model): View {
  const view = model.views[model.current];
  if (view === undefined) throw new RangeError(`There is no view ${model.current}.`);
  return view;
}

/** The view of that key. */
export function viewOf(model: Model, key: string): View | undefined {
  return model.views.find((view) => view.key === key);
}

/** Changes the view of that key; without such a view, nothing. */
export function changed(model: Model, key: string, change: (view: View) => View): Model {
  const index = model.views.findIndex((view) => view.key === key);
  const view = model.views[index];
  if (view === undefined) return model;
  return { ...model, views: model.views.with(index, change(view)) };
}

/** Makes sure that there is such a view. Where there are too many, another one gives way. */
export function opened(model: Model, kind: View["kind"], name: string): Model {
  if (viewOf(model, viewKey(kind, name)) !== undefined) return model;
  const next = model.views.length < VIEWS_MAX ? model : withoutOne(model);
  return { ...next, views: [...next.views, emptyView(kind, name)] };
}

/**
 * Without the view that is missed the least: a conversation before a room, what was read before what was not, and of those
 * the oldest. What it showed stands in the history. Where the reader is, or has written something, stays.
 */
function withoutOne(model: Model): Model {
  const rank = ({ kind, reading }: View) =>
    (kind === "room" ? 2 : 0) + (reading.unread > 0 ? 1 : 0);
  let goes: number | undefined;
  for (const [index, view] of model.views.entries()) {
    const mine = index === model.current || view.pending.length > 0 || view.draft !== "";
    const least = goes === undefined ? undefined : model.views[goes];
    if (!mine && (least === undefined || rank(view) < rank(least))) goes = index;
  }
  if (goes === undefined) return model;
  const current = model.current - (goes < model.current ? 1 : 0);
  return { ...model, views: model.views.toSpliced(goes, 1), current };
}

/** Puts the view of that key on the screen. What is being typed waits in its own view. */
export function shown(model: Model, key: string): Model {
  const index = model.views.findIndex((view) => view.key === key);
  const next = model.views[index];
  if (next === undefined || index === model.current) return model;
  const draft = model.aim === undefined ? content(model.edit) : "";
  const kept = changed(model, currentView(model).key, (view) => leftBehind(view, draft));
  return {
    ...changed(kept, key, lookedAt),
    current: index,
    edit: { ...replaced(model.edit, next.draft), back: 0, unsent: "" },
    mode: { kind: "edit", cycle: undefined },
    aim: undefined,
  };
}

/** Says something to the reader, in the view of that key or else in the one on the screen. */
export function told(
  model: Model,
  text: string | readonly string[],
  { key, tone = "info", ...column }: {
    readonly key?: string;
    readonly tone?: NoticeLine["tone"];
    readonly column?: number;
  } = {},
): Model {
  const where = key !== undefined && viewOf(model, key) ? key : currentView(model).key;
  const lines = typeof text === "string" ? [text] : text;
  return changed(
    model,
    where,
    (view) => noticed(view, { kind: "notice", at: model.now, tone, text: lines, ...column }),
  );
}

/** What was written and not acknowledged. */
export function unsent(model: Model): string[] {
  return model.views.flatMap((view) => view.pending)
    .filter(({ seq }) => seq === undefined)
    .map((line) => line.content);
}

/** Somebody with an account was seen, or not. */
export function accountSeen(model: Model, seen: boolean | undefined): Model {
  return seen === true && !model.accounts ? { ...model, accounts: true } : model;
}

/** Who reads, as views need to know it. */
export function readerOf({ me, ignored }: Model): Reader {
  return { name: me, ignored };
}

/** Whether two names are the same. */
export function sameName(left: string, right: string): boolean {
  return foldText(left) === foldText(right);
}
