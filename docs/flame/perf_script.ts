/**
 * Reads what `perf script` prints: the kernel's view, with the kernel's own functions. Pure.
 *
 * ```text
 *   deno 4711 12.345678: 1000000 cpu-clock:
 *           ffffffff81a2 tcp_sendmsg+0x12 ([kernel.kallsyms])       the innermost first
 *               7f3a10c2 JS:*send file:///…/chorus.ts:15:9+0x40 (/tmp/perf-4711.map)
 * ```
 *
 * Functions of scripts have names where the engine was told to write a map of them (`--perf-basic-prof`).
 *
 * @module
 */

import { addUp, callAt, calledFrom, type Calls, type Kind, kindOf, shortName } from "./calls.ts";

/** How a line of a stack begins. */
const ADDRESS = /^\s+[0-9a-f]+ /;
/** The engine's name for a function of a script: how well it is compiled, its name, its address. */
const SCRIPT = /^(?:JS|Script|Function|LazyCompile|Eval|RegExp)?:?[*~^+]?'?(\S*) (\S+?):(\d+):\d+$/;

/** A function whose name nobody knows. */
const UNKNOWN = "(unknown)";

/** The calls in such a text. @throws {TypeError} When there are none in it. */
export function callsOfPerf(text: string): Calls {
  const root = callAt({ name: "all", where: "", kind: "engine" });
  let stack: Frame[] = [];
  let looks = 0;
  const end = (): void => {
    if (stack.length === 0) return;
    looks++;
    let call = root;
    for (const { symbol, library } of stack.reverse()) {
      const place = placeOf(symbol.replace(/\+0x[0-9a-f]+$/, ""), library);
      // A library without names is one box, however deep it is.
      const again = place.name === UNKNOWN && call.name === UNKNOWN && call.where === place.where;
      if (!again) call = calledFrom(call, place);
    }
    call.self++;
    stack = [];
  };
  for (const line of text.split("\n")) {
    const frame = frameOf(line);
    if (frame === undefined) end();
    else stack.push(frame);
  }
  end();
  if (looks === 0) throw new TypeError("This is neither a profile nor what perf script prints.");
  addUp(root);
  return { root, unit: "looks", looks };
}

interface Frame {
  readonly symbol: string;
  readonly library: string;
}

/** A line of a stack: an address, a symbol that may hold anything, and behind the last bracket the library. */
function frameOf(line: string): Frame | undefined {
  const begin = ADDRESS.exec(line)?.[0].length;
  if (begin === undefined || !line.endsWith(")")) return undefined;
  const bracket = line.lastIndexOf(" (");
  if (bracket < begin) return undefined;
  return { symbol: line.slice(begin, bracket), library: line.slice(bracket + 2, -1) };
}

function placeOf(symbol: string, library: string) {
  const [, name = "", url = "", line = ""] = SCRIPT.exec(symbol) ?? [];
  if (url.includes(":")) {
    return { name: name || "(anonymous)", where: `${shortName(url)}:${line}`, kind: kindOf(url) };
  }
  return { name: nameOf(symbol), where: shortLibrary(library), kind: kindOfLibrary(library) };
}

/** A symbol without what only a compiler wants to know. */
function nameOf(symbol: string): string {
  if (symbol === "[unknown]") return UNKNOWN;
  return symbol.replace(/::h[0-9a-f]{16}$/, "").replaceAll(/<[^<>]{40,}>/g, "<…>").slice(0, 120);
}

function shortLibrary(library: string): string {
  if (/^\/tmp\/perf-\d+\.map$/.test(library)) return "compiled by V8";
  return library.replace(/^\[(.*?)(?:\.kallsyms)?\]$/, "$1").replace(/^.*\//, "");
}

function kindOfLibrary(library: string): Kind {
  if (/^\[(?:kernel|guest\.kernel)/.test(library) || /\.ko$|\[vdso\]/.test(library)) {
    return "kernel";
  }
  return /perf-\d+\.map$/.test(library) ? "engine" : "runtime";
}

/**
 * The map of compiled functions as it was at the end: where something was compiled over what had gone, what came last counts.
 * perf takes whichever it finds.
 */
export function lastOfMap(text: string): string {
  const lines: { readonly start: number; readonly end: number; readonly line: string }[] = [];
  for (const line of text.split("\n").reverse()) {
    const [, from = "", size = ""] = /^([0-9a-f]+) ([0-9a-f]+) /.exec(line) ?? [];
    const start = Number.parseInt(from, 16);
    const end = start + Number.parseInt(size, 16);
    if (end > start && !overlaps(lines, start, end)) insert(lines, { start, end, line });
  }
  return lines.map(({ line }) => `${line}\n`).join("");
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where something that begins there has its place among those that begin in order. */
function placeIn(ranges: readonly Range[], start: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function overlaps(ranges: readonly Range[], start: number, end: number): boolean {
  const at = placeIn(ranges, start);
  return (ranges[at - 1]?.end ?? 0) > start || (ranges[at]?.start ?? Infinity) < end;
}

function insert<R extends Range>(ranges: R[], range: R): void {
  ranges.splice(placeIn(ranges, range.start), 0, range);
}
