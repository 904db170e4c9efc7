/**
 * The input line as a pure function of its state and a key. It may hold several rows of text.
 *
 * The text is a list of graphemes and the cursor stands between two of them, so that no key can cut
 * a character in two. Invariants: `0 ≤ at ≤ text.length`; the text is typed text (`safe.ts`) with
 * `\n` as its only control character; the line that was being typed survives a walk through the
 * history.
 *
 * Up and Down move within the text first and walk the history from its first and last row on; with Ctrl they do so at once.
 *
 * @module
 */

import { INPUT_HISTORY_MAX } from "./limits.ts";
import { typedText } from "./safe.ts";
import { graphemes } from "./width.ts";

/** An input line. */
export interface Edit {
  readonly text: readonly string[];
  /** The cursor: how many graphemes stand before it. */
  readonly at: number;
  /** What was cut last, for Ctrl+y. */
  readonly kill: string;
  /** Lines sent, oldest first. */
  readonly history: readonly string[];
  /** How many lines back in the history the text is from; 0 is the line being typed. */
  readonly back: number;
  /** The line being typed, kept while `back` is not 0. */
  readonly unsent: string;
}

/** An empty line without a past. */
export const EMPTY_EDIT: Edit = { text: [], at: 0, kill: "", history: [], back: 0, unsent: "" };

/** The whole text. */
export function content(edit: Edit): string {
  return edit.text.join("");
}

/** The text before the cursor. */
export function beforeCursor(edit: Edit): string {
  return edit.text.slice(0, edit.at).join("");
}

/** Puts text at the cursor. */
export function insert(edit: Edit, text: string): Edit {
  // Joined first, on both sides: a mark typed behind its letter makes one grapheme of the two.
  const left = graphemes(typedText(beforeCursor(edit) + text));
  const right = edit.text.slice(edit.at).join("");
  return { ...edit, text: graphemes(left.join("") + right), at: left.length };
}

/** Replaces the whole text and goes to its end. */
export function replaced(edit: Edit, text: string): Edit {
  const typed = graphemes(typedText(text));
  return { ...edit, text: typed, at: typed.length };
}

/** The line was sent: it becomes history, unless it is not to be kept, and a new one begins. */
export function submitted(edit: Edit, { keep = true }: { readonly keep?: boolean } = {}): Edit {
  const line = content(edit);
  const known = !keep || line.trim() === "" || line === edit.history.at(-1);
  const history = known ? edit.history : [...edit.history, line].slice(-INPUT_HISTORY_MAX);
  return { ...EMPTY_EDIT, kill: edit.kill, history };
}

/** What a key does to the line, or `undefined` when it is not a key of the editor. */
export function pressed(edit: Edit, key: string): Edit | undefined {
  const { at, text } = edit;
  switch (key) {
    case "left":
    case "ctrl+b":
      return to(edit, at - 1);
    case "right":
    case "ctrl+f":
      return to(edit, at + 1);
    case "home":
    case "ctrl+a":
      return to(edit, rowStart(edit));
    case "end":
    case "ctrl+e":
      return to(edit, rowEnd(edit));
    case "alt+b":
    case "ctrl+left":
      return to(edit, wordStart(edit));
    case "alt+f":
    case "ctrl+right":
      return to(edit, wordEnd(edit));
    case "backspace":
    case "shift+backspace":
    case "ctrl+h":
      return without(edit, at - 1, at);
    case "delete":
    case "ctrl+d":
      return without(edit, at, at + 1);
    case "ctrl+w":
    case "alt+backspace":
      return killed(edit, wordStart(edit), at);
    case "alt+d":
      return killed(edit, at, wordEnd(edit));
    case "ctrl+u":
      return killed(edit, rowStart(edit), at);
    case "ctrl+k":
      // At the end of a row the break itself is what there is to cut, as in other editors.
      return killed(edit, at, Math.max(rowEnd(edit), text[at] === "\n" ? at + 1 : at));
    case "ctrl+y":
      return insert(edit, edit.kill);
    case "alt+enter":
    case "shift+enter":
      return insert(edit, "\n");
    case "ctrl+up":
      return recalled(edit, edit.back + 1);
    case "ctrl+down":
      return recalled(edit, edit.back - 1);
    case "up":
      return rowStart(edit) === 0 ? recalled(edit, edit.back + 1) : rowUp(edit);
    case "down":
      return rowEnd(edit) === text.length ? recalled(edit, edit.back - 1) : rowDown(edit);
    default:
      return undefined;
  }
}

/**
 * The newest line of the history that contains `query`, at least `from` lines back.
 *
 * @returns How many lines back it is, or `undefined`.
 */
export function searched(edit: Edit, query: string, from: number): number | undefined {
  for (let back = Math.max(1, from); back <= edit.history.length; back++) {
    if (edit.history.at(-back)?.includes(query)) return back;
  }
  return undefined;
}

/** Shows the line that is `back` lines back; the line being typed is kept. */
export function recalled(edit: Edit, back: number): Edit {
  const target = Math.min(Math.max(0, back), edit.history.length);
  if (target === edit.back) return edit;
  const unsent = edit.back === 0 ? content(edit) : edit.unsent;
  const text = target === 0 ? unsent : edit.history.at(-target) ?? "";
  return { ...replaced(edit, text), back: target, unsent };
}

function to(edit: Edit, at: number): Edit {
  return { ...edit, at: Math.min(Math.max(0, at), edit.text.length) };
}

function without(edit: Edit, from: number, until: number): Edit {
  if (from < 0 || until > edit.text.length || from >= until) return edit;
  const left = edit.text.slice(0, from).join("");
  const right = edit.text.slice(until).join("");
  // What now meets may be one grapheme.
  const before = graphemes(left);
  return { ...edit, text: graphemes(left + right), at: before.length };
}

function killed(edit: Edit, from: number, until: number): Edit {
  if (from >= until) return edit;
  return { ...without(edit, from, until), kill: edit.text.slice(from, until).join("") };
}

const SPACE = /^\s+$/u;

function wordStart({ text, at }: Edit): number {
  let start = at;
  while (start > 0 && SPACE.test(text[start - 1] ?? "")) start--;
  while (start > 0 && !SPACE.test(text[start - 1] ?? "")) start--;
  return start;
}

function wordEnd({ text, at }: Edit): number {
  let end = at;
  while (end < text.length && SPACE.test(text[end] ?? "")) end++;
  while (end < text.length && !SPACE.test(text[end] ?? "")) end++;
  return end;
}

function rowStart({ text, at }: Edit): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}

function rowEnd({ text, at }: Edit): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function rowUp(edit: Edit): Edit {
  const start = rowStart(edit);
  const above = rowStart(to(edit, start - 1));
  return to(edit, Math.min(above + edit.at - start, start - 1));
}

function rowDown(edit: Edit): Edit {
  const below = to(edit, rowEnd(edit) + 1);
  return to(edit, Math.min(below.at + edit.at - rowStart(edit), rowEnd(below)));
}
