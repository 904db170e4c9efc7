/**
 * The dump's lines: one JSON object each, from which the same store can be made again. They are written here and
 * read in `line_reader.ts`.
 *
 * ```text
 *   {"kind":"dump","version":1}                                              the first line
 *   {"kind":"message","stream":"room/lobby","seq":7,"at":1790000000000,"body":{…}}
 *   {"kind":"lost","stream":"room/lobby","seq":8,"reason":"…"}               there is one, and it is damaged
 *   {"kind":"stream","stream":"room/lobby","next":10}                        after its messages
 *   {"kind":"key","key":"user/alice","body":{…}}
 *   {"kind":"lost_key","key":"user/bob","reason":"…"}
 *   {"kind":"end","lines":1234}                                              the last line, itself counted
 * ```
 *
 * - The keys of rooms for the invited come before all messages: what is cut off opens none of them.
 * - A body is there as JSON if its bytes are exactly what `JSON.stringify` makes of it; any other stands as
 *   `base64` in the place of `body`. So reading a line gives the very same bytes.
 * - An edited message has `"edited":true`.
 * - Seqs that are passed over were deleted. `next` is the seq that the stream's next message gets, so that also
 *   deleted messages at the end stay deleted.
 * - Below which seqs new streams may not begin, since streams of old have ended, is the value of a key of the store's
 *   own, `\u0000floors`.
 * - Without the last line a dump is not whole: a pipe broke, a disk was full.
 * - Lines are harmless on a terminal: control characters stand escaped.
 *
 * Pure.
 *
 * @module
 */

import { harmlessJson } from "../json_text.ts";

/** Version of the lines. */
export const DUMP_VERSION = 1;

/** One line. */
export type DumpLine =
  | { readonly kind: "dump"; readonly version: number }
  | {
    readonly kind: "message";
    readonly stream: string;
    readonly seq: number;
    readonly at: number;
    readonly edited: boolean;
    readonly body: Uint8Array;
  }
  | {
    readonly kind: "lost";
    readonly stream: string;
    readonly seq: number;
    readonly reason: string;
  }
  | { readonly kind: "stream"; readonly stream: string; readonly next: number }
  | { readonly kind: "key"; readonly key: string; readonly body: Uint8Array }
  | { readonly kind: "lost_key"; readonly key: string; readonly reason: string }
  | { readonly kind: "end"; readonly lines: number };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Writes a line, with its end. */
export function encodeLine(line: DumpLine): string {
  return `${harmlessJson(textOf(line))}\n`;
}

function textOf(line: DumpLine): string {
  switch (line.kind) {
    case "message": {
      const { kind, stream, seq, at, edited, body } = line;
      return withBody({ kind, stream, seq, at, ...(edited ? { edited } : {}) }, body);
    }
    case "key":
      return withBody({ kind: line.kind, key: line.key }, line.body);
    case "dump":
    case "lost":
    case "stream":
    case "lost_key":
    case "end":
      return JSON.stringify(line);
    default:
      return line satisfies never;
  }
}

/** The body goes in as the text that it is: it need not be made anew. */
function withBody(fields: object, body: Uint8Array): string {
  const start = JSON.stringify(fields).slice(0, -1);
  const json = asJson(body);
  return json === undefined
    ? `${start},"base64":${JSON.stringify(body.toBase64())}}`
    : `${start},"body":${json}}`;
}

/** The text of a body that is exactly what `JSON.stringify` would make. */
function asJson(body: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(body);
    return JSON.stringify(JSON.parse(text)) === text ? text : undefined;
  } catch (error) {
    // Neither UTF-8 (TypeError) nor JSON.
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
