/**
 * What was being written and not sent, kept by the browser for who wrote it: a page that is loaded again, or that a phone has put away, has
 * it still.
 *
 * Nothing that may hold a password is kept, and nothing where the page does not ask for it (`keepDrafts`). Who logs out leaves none. Tabs of one
 * account each write what was written in them, and leave the rest as it is.
 *
 * @module
 */

import { mayHoldPassword } from "../../../../talk/mod.ts";
import { type Keeper, readKept, writeKept } from "./keeper.ts";

const KEY = "chat.drafts";
/** Drafts that are kept, the newest: more than anybody has begun. */
const DRAFTS_MAX = 50;
/** Characters of one: more cannot be sent. */
const CHARS_MAX = 8_192;
/** How long what is typed is gathered before it is written, in ms: a disk is not asked for each letter. */
const GATHER_MS = 300;

let keeper: Keeper | undefined;
let drafts = new Map<string, string>();
/** Views in which something was written since it was put away. */
const touched = new Set<string>();
let writing: ReturnType<typeof setTimeout> | undefined;
let isListening = false;

/** From now on drafts are kept for that one. A guest who has made the name an account is the same. */
export function keepDrafts(of: Keeper): void {
  const before = keeper;
  keeper = of;
  if (!isListening) addEventListener("pagehide", write);
  isListening = true;
  if (before?.name !== of.name) {
    touched.clear();
    drafts = read(of);
  } else if (before.where !== of.where) {
    writeKept(before, KEY, undefined);
    for (const view of drafts.keys()) touched.add(view);
    write();
  }
}

/** What was being written in a view; empty for nothing. */
export function keptDraft(view: string): string {
  return keeper === undefined ? "" : drafts.get(view) ?? "";
}

/** This is being written in a view. */
export function keepDraft(view: string, text: string): void {
  if (keeper === undefined || (drafts.get(view) ?? "") === text) return;
  drafts.delete(view);
  if (text !== "" && text.length <= CHARS_MAX && !mayHoldPassword(text)) drafts.set(view, text);
  touched.add(view);
  writing ??= setTimeout(write, GATHER_MS);
}

/** Nothing is kept any more of what was. */
export function forgetDrafts(): void {
  drafts.clear();
  touched.clear();
  if (keeper !== undefined) writeKept(keeper, KEY, undefined);
  keeper = undefined;
}

function write(): void {
  clearTimeout(writing);
  writing = undefined;
  if (keeper === undefined || touched.size === 0) return;
  const all = read(keeper);
  for (const view of touched) {
    // Anew at the end: the oldest goes first.
    all.delete(view);
    const text = drafts.get(view);
    if (text !== undefined) all.set(view, text);
  }
  touched.clear();
  for (const oldest of all.keys()) {
    if (all.size <= DRAFTS_MAX) break;
    all.delete(oldest);
  }
  writeKept(keeper, KEY, all.size === 0 ? undefined : [...all]);
}

function read(of: Keeper): Map<string, string> {
  const pairs = readKept(of, KEY);
  const kept = new Map<string, string>();
  for (const [view, text] of Array.isArray(pairs) ? pairs : []) {
    if (typeof view === "string" && typeof text === "string") kept.set(view, text);
  }
  return kept;
}
