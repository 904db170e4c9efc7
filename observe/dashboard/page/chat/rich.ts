/**
 * What a message consists of: text, links, and code. Pure.
 *
 * ```text
 *   see https://example.com/a, and `deno task ok`       text · link · text · code
 *   ```ts ⏎ const a = 1; ⏎ ```                          block
 * ```
 *
 * Code is what stands between as many backticks on one line, or between lines that begin with three. It is shown as it is: there are no
 * links in it. A link is an address that is written out with `http://` or `https://`; where it ends is decided by linkify-it, which
 * knows of brackets and full stops. A name like `main.rs` is none. All of it takes time by the length of the text, whatever is in it.
 *
 * @module
 */

import { LinkifyIt } from "linkify-it";

/** A part of a message. */
export type Part =
  | { readonly kind: "text" | "code" | "block"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly url: string };

const linkify = new LinkifyIt({
  fuzzyLink: false,
  fuzzyEmail: false,
  fuzzyIP: false,
  urlAuth: false,
});
for (const other of ["ftp:", "//", "mailto:"]) linkify.add(other, null);

const FENCE = "```";
/** What may follow the fence on its line: the name of a language. */
const LANGUAGE = /^[\w+#.-]{0,32}[ \t]*$/;

/** The parts of a text, in order; put together they are the text, but for the marks of code. */
export function partsOf(text: string): readonly Part[] {
  // Most of what is said has neither.
  if (!text.includes("`")) return linksIn(text);
  const parts: Part[] = [];
  let plain: string[] = [];
  const flush = (): void => {
    if (plain.length > 0) parts.push(...inlineIn(plain.join("\n")));
    plain = [];
  };
  const lines = text.split("\n");
  const ends = lines.flatMap((line, index) => line.trimEnd() === FENCE ? [index] : []);
  let next = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const opens = line.startsWith(FENCE) && LANGUAGE.test(line.slice(FENCE.length));
    while (opens && (ends[next] ?? Infinity) <= at) next++;
    const end = opens ? ends[next] : undefined;
    if (end === undefined || end === at + 1) {
      plain.push(line);
      continue;
    }
    flush();
    parts.push({ kind: "block", text: lines.slice(at + 1, end).join("\n") });
    at = end;
  }
  flush();
  return parts;
}

const TICKS = /`+/g;

/** Code within lines, and what stands around it. */
function inlineIn(text: string): readonly Part[] {
  const runs = [...text.matchAll(TICKS)].map((run) => ({ at: run.index, length: run[0].length }));
  /** By length the places of the runs that may close one, the last first. */
  const closing = new Map<number, number[]>();
  for (const { at, length } of runs.toReversed()) {
    const places = closing.get(length) ?? [];
    places.push(at);
    closing.set(length, places);
  }
  const parts: Part[] = [];
  let from = 0;
  for (const { at, length } of runs) {
    if (at < from) continue;
    const places = closing.get(length) ?? [];
    while ((places.at(-1) ?? Infinity) <= at) places.pop();
    const end = places.at(-1);
    const code = end === undefined ? "" : text.slice(at + length, end);
    if (end === undefined || code.trim() === "" || code.includes("\n")) continue;
    parts.push(...linksIn(text.slice(from, at)), { kind: "code", text: code });
    from = end + length;
  }
  return [...parts, ...linksIn(text.slice(from))];
}

function linksIn(text: string): readonly Part[] {
  if (text === "") return [];
  if (!text.includes("://")) return [{ kind: "text", text }];
  const parts: Part[] = [];
  let from = 0;
  for (const { index, lastIndex, url } of linkify.match(text) ?? []) {
    const target = URL.parse(url);
    if (target === null || !/^https?:$/.test(target.protocol)) continue;
    if (index > from) parts.push({ kind: "text", text: text.slice(from, index) });
    // As a browser reads it, so that it leads where its host says, in letters that cannot pass for others.
    parts.push({ kind: "link", text: text.slice(index, lastIndex), url: target.href });
    from = lastIndex;
  }
  if (from < text.length) parts.push({ kind: "text", text: text.slice(from) });
  return parts;
}
