/**
 * A flame graph as SVG: each function is as wide as the time that was spent in it and below what it called. Pure.
 *
 * ```text
 *             ┌send───────┐
 *   ┌accept─┐ ┌wake───────────┐
 *   ┌turn────────────────────────────┐   the wider, the more time; hover for figures
 *   ┌all─────────────────────────────────────┐
 * ```
 *
 * It needs no script, and so is a picture wherever pictures are: light or dark as its reader likes it. What is too narrow to be
 * seen is left out, so that its size has a bound.
 *
 * @module
 */

import type { Call, Calls, Kind } from "./calls.ts";

/** Sizes in pixels. */
const WIDTH = 1200, ROW = 17, MARGIN = 10, HEAD = 34, FOOT = 26, CHAR = 6.35;
/** What is narrower is left out. */
const NARROWEST = 1;
/** Functions that are drawn at most: the widest. A picture is then below 300 KB. */
const DRAWN_MAX = 1_000;
/** Characters of a name, of where it is, and of a title that are told at most. */
const NAME_MAX = 120, WHERE_MAX = 80, TITLE_MAX = 120;
/** Rows at most: deeper calls are left out. */
const ROWS_MAX = 60;

const KINDS: Readonly<Record<Kind, readonly [legend: string, light: string, dark: string]>> = {
  sockets: ["sockets (server/transport)", "#f4a259", "#b8651b"],
  chat: ["chat (server)", "#7fc8a9", "#2f7d5b"],
  store: ["store (db)", "#8fb8ed", "#2f62a3"],
  other: ["other scripts", "#d8cf9a", "#7d7334"],
  runtime: ["runtime and libraries", "#cfd3d8", "#555c66"],
  engine: ["engine", "#e3c1e0", "#7a4a76"],
  kernel: ["kernel", "#ef9a9a", "#a23b3b"],
};

/** What stands above a graph. */
export interface GraphOptions {
  readonly title: string;
}

interface Box {
  readonly call: Call;
  readonly x: number;
  readonly width: number;
  readonly row: number;
}

/** Draws it. */
export function flameGraph(calls: Calls, options: GraphOptions): string {
  const title = options.title.slice(0, TITLE_MAX);
  const boxes = widest(boxesOf(calls.root));
  const rows = 1 + Math.max(0, ...boxes.map(({ row }) => row));
  const height = HEAD + rows * ROW + FOOT;
  const kinds = [...new Set(boxes.map(({ call }) => call.kind))];
  const drawn = boxes.map((box) => drawBox(box, calls, HEAD + (rows - 1 - box.row) * ROW));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" ` +
    `font-family="ui-monospace,Menlo,Consolas,monospace" font-size="10.5">
<title>${escape(title)}</title>
<style>${style(kinds)}</style>
<rect class="page" width="${WIDTH}" height="${height}"/>
<text x="${MARGIN}" y="20" font-size="13" font-weight="bold">${escape(title)}</text>
<text x="${WIDTH - MARGIN}" y="20" text-anchor="end">${escape(sumOf(calls))}</text>
${drawn.join("\n")}
${legend(kinds, height - FOOT + 9)}
</svg>
`;
}

function* boxesOf(root: Call): Generator<Box> {
  const scale = root.total === 0 ? 0 : (WIDTH - 2 * MARGIN) / root.total;
  const waiting: Box[] = [{ call: root, x: MARGIN, width: root.total * scale, row: 0 }];
  for (let box = waiting.pop(); box !== undefined; box = waiting.pop()) {
    yield box;
    let { x } = box;
    // The widest first: what counts begins at the left.
    const called = [...box.call.calls.values()].sort((one, other) => other.total - one.total);
    for (const call of called) {
      const width = call.total * scale;
      if (width >= NARROWEST && box.row + 1 < ROWS_MAX) {
        waiting.push({ call, x, width, row: box.row + 1 });
      }
      x += width;
    }
  }
}

/** Those that are drawn. What is above a narrow one is narrower, so none of them hangs in the air. */
function widest(boxes: Iterable<Box>): Box[] {
  return [...boxes].sort((one, other) => other.width - one.width || one.row - other.row)
    .slice(0, DRAWN_MAX);
}

function drawBox({ call, x, width, row }: Box, calls: Calls, y: number): string {
  // Of a path the end tells most.
  const where = call.where && ` (${call.where.slice(-WHERE_MAX)})`;
  const hint = `${call.name.slice(0, NAME_MAX)}${where}: ${figures(call, calls)}`;
  const text = row === 0 ? "all" : fitting(call, width);
  const label = text === "" ? "" : `<text x="${round(x + 3)}" y="${y + 12}">${escape(text)}</text>`;
  return `<g><title>${escape(hint)}</title><rect class="${call.kind}" x="${round(x)}" y="${y}" ` +
    `width="${round(Math.max(0.5, width - 0.6))}" height="${ROW - 1}" rx="1.5"/>${label}</g>`;
}

/** As much of a name, and of where it is, as fits. */
function fitting({ name, where }: Call, width: number): string {
  const room = Math.floor((width - 6) / CHAR);
  const file = where.slice(-WHERE_MAX).replace(/^.*\//, "");
  const whole = where === "" ? name : `${name} ${file}`;
  if (whole.length <= room) return whole;
  if (name.length <= room) return name;
  return room < 4 ? "" : `${name.slice(0, room - 1)}…`;
}

function figures({ total, self }: Call, calls: Calls): string {
  const part = (of: number) => calls.root.total === 0 ? 0 : 100 * of / calls.root.total;
  const percent = (of: number) => `${part(of) < 10 ? part(of).toFixed(1) : Math.round(part(of))} %`;
  return `${percent(total)}, ${amount(total, calls)}; itself ${percent(self)}`;
}

function amount(count: number, { unit }: Calls): string {
  if (unit === "looks") return count === 1 ? "1 look" : `${count} looks`;
  return count < 1_000_000 ? `${Math.round(count / 1_000)} ms` : `${(count / 1e6).toFixed(1)} s`;
}

function sumOf(calls: Calls): string {
  if (calls.unit === "looks") return amount(calls.looks, calls);
  return `${amount(calls.root.total, calls)} of the thread, ${calls.looks} looks`;
}

function style(kinds: readonly Kind[]): string {
  const fills = (at: 1 | 2) => kinds.map((kind) => `.${kind}{fill:${KINDS[kind][at]}}`).join("");
  return `.page{fill:#fff}text{fill:#1b1f24;pointer-events:none}${fills(1)}` +
    `@media(prefers-color-scheme:dark){.page{fill:#0d1117}text{fill:#f0f3f6}${fills(2)}}`;
}

function legend(kinds: readonly Kind[], y: number): string {
  let x = MARGIN;
  return (Object.keys(KINDS) as Kind[]).filter((kind) => kinds.includes(kind)).map((kind) => {
    const [name] = KINDS[kind];
    const at = x;
    x += 26 + name.length * CHAR;
    return `<rect class="${kind}" x="${at}" y="${y}" width="10" height="10" rx="1.5"/>` +
      `<text x="${at + 14}" y="${y + 9}">${name}</text>`;
  }).join("");
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}

function escape(text: string): string {
  // What no XML may hold, however it is written.
  // deno-lint-ignore no-control-regex -- these are the characters that are looked for
  return text.toWellFormed().replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "?")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
