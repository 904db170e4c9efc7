/**
 * What its reader has not seen: counted, marked in the log, rung for, and, of an account, told to its other devices.
 *
 * The rules are those of every client (`talk/reading.ts`). The mark stands above the first new line. It stays while its reader looks
 * at it, and goes when they say something or go elsewhere.
 *
 * @module
 */

import {
  type Awaiting,
  came,
  cameIn,
  enteredAt,
  type Reading,
  readTo,
  sawTo,
  toTell,
} from "../../../../talk/mod.ts";
import type { ChatLine, UnreadPlace } from "../../page_messages.ts";
import { connection } from "../connection.ts";
import { account, changed, current, currentKey, views } from "../state.ts";
import { isSeen } from "./attention.ts";
import { bell, ring } from "./bell.ts";
import { notify } from "./notifying.ts";
import type { Said } from "./said.ts";
import { type View, viewKey } from "./view.ts";

/** Milliseconds between two words about how far one has read: the newest says it all, and each is told to every device. */
const TELL_MS = 1_000;

let telling: ReturnType<typeof setTimeout> | undefined;
let toldMs = -Infinity;

/** From now on its reader has read as far as that. Offers of files, which have no number, are counted beside. */
export function follow(view: View, reading: Reading): void {
  const before = view.reading;
  if (reading === before) return;
  view.reading = reading;
  view.unread = Math.max(0, view.unread + reading.unread - before.unread);
  view.mentions = Math.max(0, view.mentions + reading.mentions - before.mentions);
  if (reading.mark !== before.mark) view.remark();
}

/** An account has come in: what the server says is unread is, and all else is read. */
export function welcomed(unread: readonly UnreadPlace[]): void {
  const entries = new Map(unread.map((one) => [
    one.room === undefined ? viewKey("private", one.with ?? "") : viewKey("room", one.room),
    one,
  ]));
  for (const view of views.value) {
    const entry = entries.get(view.key);
    follow(view, cameIn(view.reading, entry && awaiting(entry, view)));
  }
}

/** The newest page of history is there: where nothing is said to be unread, it was read before. */
export function knownFrom(view: View, page: readonly ChatLine[], news: readonly Said[]): void {
  const first = news[0]?.seq ?? Infinity;
  const newest = page.findLast(({ seq }) => seq < first)?.seq;
  const { reading } = view;
  if (newest === undefined || reading.unread > 0 || newest <= reading.counted) return;
  follow(view, enteredAt(reading, newest));
}

/** Lines arrived that stand in the view now. */
export function heardIn(view: View, lines: readonly Said[]): void {
  const away = currentKey.value !== view.key || document.hidden;
  for (const { seq, mine, mention } of lines) {
    const urgent = mention || view.kind === "private";
    follow(view, came(view.reading, { seq, mine, here: !away, urgent }));
  }
  if (view.reading.mark !== undefined && view.newFrom === undefined) view.remark();
  if (!away && lines.length > 0) tellSoon();
  const others = lines.filter(({ mine }) => !mine);
  const urgent = others.some(({ mention }) => mention || view.kind === "private");
  const wanted = bell.value === "all" && others.length > 0 || bell.value === "mention" && urgent;
  if (!wanted || !away && document.hasFocus()) return;
  ring();
  const told = others.findLast(({ mention }) => mention) ?? others.at(-1);
  if (told !== undefined) notify(view, told);
}

/** Somebody who is not read said something: it is nothing new. */
export function passedIn(view: View, { seq }: ChatLine): void {
  const how = { seq, mine: false, here: false, urgent: false, hidden: true };
  follow(view, came(view.reading, how));
  tellSoon();
}

/** What is in the view that is looked at was seen, if its end is before its reader's eyes. */
export function seen(): void {
  const view = current.peek();
  // What is not here yet cannot have been seen.
  if (view.older === "asked" || !isSeen(view)) return;
  const isNews = view.unread > 0 || view.mentions > 0;
  follow(view, sawTo(view.reading, view.reading.head));
  view.unread = 0;
  view.mentions = 0;
  tellSoon();
  if (isNews) changed();
}

/** The account's position follows within a second, if it moved. A guest has none. */
function tellSoon(): void {
  if (account.peek() !== "own" || telling !== undefined) return;
  telling = setTimeout(tell, Math.max(0, toldMs + TELL_MS - performance.now()));
}

function tell(): void {
  telling = undefined;
  const here = current.peek();
  if (here.older !== "asked" && isSeen(here)) {
    follow(here, sawTo(here.reading, here.reading.head));
  }
  const [view, ...others] = views.peek().filter(({ reading }) => toTell(reading) !== undefined);
  const seq = view === undefined ? undefined : toTell(view.reading);
  if (view === undefined || seq === undefined) return;
  toldMs = performance.now();
  // Before the answer: what comes of it to all pages is no news here. A welcome says where it stands after a break.
  follow(view, readTo(view.reading, seq));
  const where = view.kind === "room" ? { room: view.name } : { with: view.name };
  void connection.ask({ type: "read", ...where, seq });
  if (others.length > 0) tellSoon();
}

/** Every whisper is meant for its reader. */
function awaiting(entry: UnreadPlace, { kind }: View): Awaiting {
  return kind === "private" ? { ...entry, mentioned: true } : entry;
}
