/**
 * What was being written and not sent, kept by the browser: a page that is loaded again, or that a phone has put away, has it still.
 *
 * Nothing that may hold a password is kept, and nothing where the page does not ask for it (`keepDrafts`). Who logs out leaves none.
 *
 * @module
 */

import { mayHoldPassword } from "../../../../talk/mod.ts";

const KEY = "chat.drafts";
/** Drafts that are kept, the newest: more than anybody has begun. */
const DRAFTS_MAX = 50;
/** Characters of one: more cannot be sent. */
const CHARS_MAX = 8_192;
/** How long what is typed is gathered before it is written, in ms: a disk is not asked for each letter. */
const GATHER_MS = 300;

let drafts: Map<string, string> | undefined;
let writing: ReturnType<typeof setTimeout> | undefined;

/** From now on drafts are kept. */
export function keepDrafts(): void {
  drafts = read();
  addEventListener("pagehide", write);
}

/** What was being written in a view; empty for nothing. */
export function keptDraft(view: string): string {
  return drafts?.get(view) ?? "";
}

/** This is being written in a view. */
export function keepDraft(view: string, text: string): void {
  if (drafts === undefined || (drafts.get(view) ?? "") === text) return;
  // Anew at the end: the oldest goes first.
  drafts.delete(view);
  if (text !== "" && text.length <= CHARS_MAX && !mayHoldPassword(text)) drafts.set(view, text);
  for (const oldest of drafts.keys()) {
    if (drafts.size <= DRAFTS_MAX) break;
    drafts.delete(oldest);
  }
  writing ??= setTimeout(write, GATHER_MS);
}

/** Nothing is kept any more of what was. */
export function forgetDrafts(): void {
  drafts?.clear();
  write();
}

function write(): void {
  clearTimeout(writing);
  writing = undefined;
  if (drafts === undefined) return;
  try {
    if (drafts.size === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify([...drafts]));
  } catch {
    // A browser that blocks storage, or whose is full: then it is kept until the page is loaded again.
  }
}

function read(): Map<string, string> {
  const kept = new Map<string, string>();
  try {
    const pairs: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    if (!Array.isArray(pairs)) return kept;
    for (const [view, text] of pairs) {
      if (typeof view === "string" && typeof text === "string") kept.set(view, text);
    }
  } catch {
    // As above.
  }
  return kept;
}
