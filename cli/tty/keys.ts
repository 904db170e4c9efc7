/**
 * Bytes of a terminal → keys. A pure decoder: it takes what it kept from last time and the new
 * bytes, and gives keys and what it keeps for next time.
 *
 * What a terminal sends:
 *
 * ```text
 * printable UTF-8                text
 * 0x00–0x1f, 0x7f                ctrl+letter, enter, tab, backspace
 * ESC x                          alt+x
 * ESC [ 1 ; m A    ESC O A       arrows, home, end; m is 1 + shift 1 + alt 2 + ctrl 4
 * ESC [ n ; m ~                  home, insert, delete, end, pageup, pagedown
 * ESC [ code ; m u               any key, from terminals that report them all alike
 * ESC [ 200 ~ … ESC [ 201 ~      a paste: nothing between the two is a key
 * ```
 *
 * Invariants: however the bytes are cut into chunks, the keys are the same. The end of input is a
 * key of its own and invents no others. What is kept is bounded. An ESC that stays alone is the Esc
 * key; only time can tell, so the shell says when it has waited (`waited`).
 *
 * @module
 */

import { ESCAPE_CHARS_MAX, PASTE_CHARS_MAX } from "./limits.ts";

/** One thing that somebody did at the keyboard. */
export type Key =
  /** Printable text, one character or many. */
  | { readonly kind: "text"; readonly text: string }
  /** A key with a name: modifiers in the order `ctrl+alt+shift+`, as in `alt+enter`. */
  | { readonly kind: "key"; readonly name: string }
  /** Pasted text, as it came; `cut` says that it was too long and its end is missing. */
  | { readonly kind: "paste"; readonly text: string; readonly cut: boolean }
  /** The terminal gives no more input. */
  | { readonly kind: "end" };

/** What a decoder keeps between two chunks. */
export interface Pending {
  /** Bytes of a character whose rest has not come. */
  readonly bytes: Uint8Array;
  /** Text that may be the beginning of an escape sequence, or of a paste's end. */
  readonly text: string;
  /** The paste that is going on. */
  readonly paste: { readonly text: string; readonly cut: boolean } | undefined;
}

/** Keys, and what to give to the next call. */
export interface Decoding {
  readonly keys: readonly Key[];
  readonly pending: Pending;
}

/** The state before the first byte. */
export const NOTHING_PENDING: Pending = { bytes: new Uint8Array(), text: "", paste: undefined };

/** Without memory between calls; a byte order mark is a character like others. */
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });
const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** Decodes a chunk of input. */
export function decode(pending: Pending, chunk: Uint8Array): Decoding {
  const bytes = pending.bytes.length === 0 ? chunk : joined(pending.bytes, chunk);
  const whole = bytes.length - unfinishedBytes(bytes);
  const text = pending.text + UTF8.decode(bytes.subarray(0, whole));
  return scan(text, pending.paste, bytes.slice(whole), false);
}

/** The pause after an unfinished escape sequence was long enough: what came is all that comes. */
export function waited(pending: Pending): Decoding {
  if (pending.text === "" || pending.paste !== undefined) return { keys: [], pending };
  return scan(pending.text, undefined, pending.bytes, true);
}

/** The input has ended. */
export function ended(pending: Pending): Decoding {
  const { keys, pending: { paste } } = scan(pending.text, pending.paste, new Uint8Array(), true);
  const pasted: Key[] = paste === undefined ? [] : [{ kind: "paste", ...paste }];
  return { keys: [...keys, ...pasted, { kind: "end" }], pending: NOTHING_PENDING };
}

/** `final` says that nothing follows, so that no unfinished sequence is kept. */
function scan(
  input: string,
  startPaste: Pending["paste"],
  bytes: Uint8Array,
  final: boolean,
): Decoding {
  const keys: Key[] = [];
  let paste = startPaste;
  let at = 0;
  while (at < input.length) {
    if (paste !== undefined) {
      const end = input.indexOf(PASTE_END, at);
      const keep = final ? 0 : overlap(input, PASTE_END);
      const until = end >= 0 ? end : Math.max(at, input.length - keep);
      paste = extended(paste, input.slice(at, until));
      at = until;
      if (end < 0) break;
      keys.push({ kind: "paste", ...paste });
      paste = undefined;
      at += PASTE_END.length;
    } else if (input.startsWith(PASTE_START, at)) {
      paste = { text: "", cut: false };
      at += PASTE_START.length;
    } else {
      const step = nextKey(input, at, final);
      if (step === undefined) break;
      if (step.key !== undefined) keys.push(step.key);
      at += step.length;
    }
  }
  return { keys, pending: { bytes, text: input.slice(at), paste } };
}

interface Step {
  /** Absent for a sequence that means nothing here. */
  readonly key: Key | undefined;
  readonly length: number;
}

/** The key at `at`, or `undefined` when its end is still to come. */
function nextKey(input: string, at: number, final: boolean): Step | undefined {
  // deno-lint-ignore no-control-regex -- control characters are what separates text from keys
  const text = /[^\0-\x1f\x7f]+/y;
  text.lastIndex = at;
  const run = text.exec(input)?.[0];
  if (run !== undefined) return { key: { kind: "text", text: run }, length: run.length };
  if (input[at] !== "\x1b") return { key: named(controlName(input.charCodeAt(at))), length: 1 };
  return escapeKey(input, at, final);
}

function escapeKey(input: string, at: number, final: boolean): Step | undefined {
  const second = input[at + 1];
  if (second === undefined) return final ? { key: named("escape"), length: 1 } : undefined;
  if (second === "[" || second === "O") {
    const sequence = second === "[" ? /\[([\x20-\x3f]*)([\x40-\x7e])/y : /O()([\x40-\x7e])/y;
    sequence.lastIndex = at + 1;
    const found = sequence.exec(input);
    if (found !== null) {
      const [whole, parameters = "", letter = ""] = found;
      return { key: sequenceKey(parameters, letter), length: 1 + whole.length };
    }
    const unfinished = second === "[" ? /\[[\x20-\x3f]*$/y : /O$/y;
    unfinished.lastIndex = at + 1;
    if (unfinished.test(input)) {
      if (!final && input.length - at < ESCAPE_CHARS_MAX) return undefined;
      // Alone it was Alt with that letter; with parameters it is the torso of a key: dropped.
      const length = input.length - at;
      return { key: length === 2 ? named(`alt+${second}`) : undefined, length };
    }
    return { key: named(`alt+${second}`), length: 2 };
  }
  // Two ESC in a row: the first stands alone, the second may begin a sequence.
  if (second === "\x1b") return { key: named("escape"), length: 1 };
  const code = input.codePointAt(at + 1) ?? 0;
  if (code < 0x20 || code === 0x7f) return { key: named(`alt+${controlName(code)}`), length: 2 };
  const char = String.fromCodePoint(code);
  return { key: named(`alt+${char}`), length: 1 + char.length };
}

/** The keys that end in a letter of their own. */
const LETTERS: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
  M: "enter",
  Z: "shift+tab",
};

/** The keys that have a number before `~`. */
const NUMBERS: Readonly<Record<string, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
};

function sequenceKey(parameters: string, letter: string): Key | undefined {
  const [number = "", modifier = "1"] = parameters.split(";");
  const bits = Math.max(0, (parseInt(modifier, 10) || 1) - 1);
  if (letter === "~") return named(NUMBERS[number], bits);
  if (letter === "u") return reportedKey(parseInt(number, 10), bits);
  return named(LETTERS[letter], bits);
}

/** A key that the terminal reports by its code point. */
function reportedKey(code: number, bits: number): Key | undefined {
  if (!(code > 0 && code <= 0x10ffff)) return undefined;
  if (code === 0x1b || code < 0x20 || code === 0x7f) return named(controlName(code), bits);
  const char = String.fromCodePoint(code);
  return bits === 0 || bits === 1 ? { kind: "text", text: char } : named(char.toLowerCase(), bits);
}

function named(name: string | undefined, bits = 0): Key | undefined {
  if (name === undefined) return undefined;
  const modifiers = `${bits & 4 ? "ctrl+" : ""}${bits & 2 ? "alt+" : ""}${
    bits & 1 ? "shift+" : ""
  }`;
  return { kind: "key", name: modifiers + name };
}

function controlName(code: number): string {
  switch (code) {
    case 0x08:
    case 0x7f:
      return "backspace";
    case 0x09:
      return "tab";
    case 0x0a:
    case 0x0d:
      return "enter";
    case 0x1b:
      return "escape";
    case 0x00:
      return "ctrl+space";
    default:
      return `ctrl+${String.fromCharCode(0x60 + code)}`;
  }
}

/** How many bytes at the end of `bytes` are the beginning of a character. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** The length of the longest end of `text` with which `mark` could begin. */
function overlap(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}

function extended(
  paste: { readonly text: string; readonly cut: boolean },
  more: string,
): { text: string; cut: boolean } {
  const room = PASTE_CHARS_MAX - paste.text.length;
  return { text: paste.text + more.slice(0, room), cut: paste.cut || more.length > room };
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(left.length + right.length);
  bytes.set(left);
  bytes.set(right, left.length);
  return bytes;
}
