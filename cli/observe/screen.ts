/**
 * The live view as a function of its model: rows of spans. Pure.
 *
 * ```text
 *   ┌──────────────────────────────────────────┐
 *   │ pid 4711 · tracepoint · lost 0 · 0:12    │  what watches, what it lost, what it costs
 *   │ ● Good. What arrives is read within 2 ms.│  the verdict, as on the dashboard
 *   │ sent      1.2k calls/s  …                │  totals, each way
 *   │ received  1.2k calls/s  …                │
 *   │                                          │
 *   │ call duration        arrival to read     │  two histograms, where there is room
 *   │ ▂█▁                  ▁▃█▂                │
 *   │                                          │
 *   │ peer      in/s  out/s  in  out  rtt      │  the table: all rows that are left
 *   │ …                                        │
 *   │ s sort: bytes  r reverse  p pause …      │  keys
 *   └──────────────────────────────────────────┘
 * ```
 *
 * Invariants: exactly as many rows as the terminal has, none wider than it; held for every size.
 *
 * @module
 */

import type { Flow, FlowChange, Snapshot } from "../../observe/mod.ts";
import { clipped } from "../tty/layout.ts";
import { safeText } from "../tty/safe.ts";
import type { Screen } from "../tty/screen.ts";
import { plain, type Row, type Span } from "../tty/style.ts";
import { columns, pad, shorten, wrap } from "../tty/width.ts";
import { amount, bytes, clock, share, time } from "./amounts.ts";
import { chartRows } from "./chart.ts";
import { connections } from "./connections.ts";
import {
  CHART_COLUMNS_MAX,
  CHART_COLUMNS_MIN,
  CHART_ROWS_MIN,
  TALL_ROWS_MIN,
  TOTALS_ROWS_MIN,
} from "./limits.ts";
import { LOSSES_HELP, shortLosses } from "./losses.ts";
import { firstRow, type Model } from "./model.ts";
import { livesText } from "./lives.ts";
import { verdictRow } from "./judged.ts";
import { callTimes, delays } from "./measures.ts";
import { slowestTexts } from "./slowest.ts";
import { tableRows } from "./table.ts";
import { isOfSeveral, whomShortly } from "./whom.ts";

/** Columns between two histograms. */
const GUTTER = 3;
/** Rows of the table at least, its head included, before histograms are drawn. */
const TABLE_ROWS_MIN = 4;

/** Draws a model. */
export function draw(model: Model): Screen {
  const { columns: width, rows: height } = model.size;
  const above = aboveTable(model);
  const table = model.help ? helpRows(model).slice(0, tableHeight(model)) : connectionRows(model);
  const filled = [...above, ...table];
  while (filled.length < height - 1) filled.push([]);
  const rows = [...filled.slice(0, Math.max(0, height - 1)), footer(model)]
    .slice(-height).map((row) => clipped(row, width));
  return { rows, cursor: { row: height - 1, column: 0, hidden: true } };
}

/** The rows of the table that are seen at once. */
export function pageRows(model: Model): number {
  return Math.max(1, tableHeight(model) - 1);
}

function tableHeight(model: Model): number {
  return Math.max(0, model.size.rows - 1 - aboveTable(model).length);
}

function aboveTable(model: Model): Row[] {
  if (model.size.rows < TOTALS_ROWS_MIN) return [header(model)];
  const { shown, help } = model;
  const verdict = shown === undefined || help ? [] : [verdictRow(shown.verdict)];
  const rows = [header(model), ...verdict, ...totals(model), ...slowestRow(model), []];
  // Help takes the room of all below the totals.
  const charts = model.charts && !model.help ? chartsPart(model) : [];
  const room = model.size.rows - 1 - rows.length - TABLE_ROWS_MIN;
  return charts.length === 0 || charts.length > room ? rows : [...rows, ...charts, []];
}

// ── What watches ─────────────────────────────────────────────────────────────────────────────────

/** Whatever does not fit is left out from the end; what was lost is always there. */
function header(model: Model): Row {
  const { start, shown, end, size } = model;
  const now = shown?.now;
  const lost = now?.lost ?? 0;
  const state = model.paused ? "PAUSED" : end === undefined ? undefined : ENDS[end.reason];
  const elapsed = clock(((now?.ts ?? start.ts) - start.ts) / 1e6);
  const loss = `lost ${amount(lost)}`;
  const pids = shorten(safeText(whomShortly(start)), size.columns - columns(` · ${loss}`) - 1);
  const parts: { text: string; role: Span["role"] }[] = [
    { text: pids, role: "barHere" },
    { text: loss, role: lost > 0 ? "barAlert" : "bar" },
    ...(state === undefined ? [] : [{ text: state, role: "barAlert" as const }]),
    ...(now === undefined ? [] : shortLosses(now)).map((text) => ({
      text,
      role: "barAlert" as const,
    })),
    { text: start.backend, role: "bar" },
    { text: elapsed, role: "bar" },
    ...costs(shown).map((text) => ({ text, role: "bar" as const })),
  ];
  const row: Span[] = [{ text: " ", role: "bar" }];
  let taken = 1;
  for (const [index, { text, role }] of parts.entries()) {
    const joint = index === 0 ? "" : " · ";
    // There is room for the first two.
    if (index > 1 && taken + columns(joint + text) > size.columns) break;
    row.push({ text: joint, role: "bar" }, { text, role });
    taken += columns(joint + text);
  }
  row.push({ text: " ".repeat(Math.max(0, size.columns - taken)), role: "bar" });
  return row;
}

/** What watching costs: in the kernel, and in the process that watches. */
function costs(shown: Model["shown"]): string[] {
  const { cost, own } = shown ?? {};
  const parts = [
    ...(cost?.share === undefined ? [] : [`kernel ${share(cost.share)}`]),
    ...(own === undefined ? [] : [`observer ${share(own)}`]),
  ];
  const run = cost?.nsPerRun === undefined ? [] : [`${Math.round(cost.nsPerRun)} ns a run`];
  return parts.length === 0 ? run : [`${parts.join(", ")} CPU`, ...run];
}

const ENDS = {
  exited: "PROCESS ENDED",
  time: "ENDED",
  stopped: "ENDED",
  cut: "CUT SHORT",
} as const;

// ── Totals ───────────────────────────────────────────────────────────────────────────────────────

function totals({ shown, size }: Model): Row[] {
  if (shown === undefined) return [[{ text: "waiting for the first figures …", role: "dim" }], []];
  const { now, changes } = shown;
  return [
    total("sent", now.send, changes.send, size.columns),
    total("received", now.recv, changes.recv, size.columns, unreadText(now.unread)),
    ...livesRow(now, size),
  ];
}

/** What waits to be read; nothing when nothing does. */
function unreadText({ ageNs, bytes: waiting = 0 }: NonNullable<Snapshot["unread"]> = {}): string {
  if (ageNs === undefined && waiting === 0) return "";
  const oldest = ageNs === undefined ? [] : [`oldest ${time(ageNs)}`];
  return [...(waiting > 0 ? [`${bytes(waiting)} unread`] : ["unread"]), ...oldest].join(", ");
}

/** The slowest call and the longest wait, as far as there is room. */
function slowestRow({ shown, size }: Model): Row[] {
  if (shown === undefined || size.rows < CHART_ROWS_MIN) return [];
  let text = "";
  for (const part of slowestTexts(shown.slowest, shown.now.ts)) {
    const next = text === "" ? part : `${text}   ${part}`;
    if (9 + columns(next) > size.columns) break;
    text = next;
  }
  return text === "" ? [] : [[{ text: pad("slowest", 9), role: "strong" }, { text, role: "text" }]];
}

/** What happened to connections, on a screen that has room for it. */
function livesRow({ connections }: Snapshot, { rows, columns: width }: Model["size"]): Row[] {
  const text = connections === undefined ? "" : livesText(connections);
  if (text === "" || rows < CHART_ROWS_MIN) return [];
  return [[{ text: pad("lives", 9), role: "strong" }, {
    text: shorten(text, Math.max(1, width - 9)),
    role: "text",
  }]];
}

function total(
  name: string,
  flow: Flow,
  { perSecond }: FlowChange,
  width: number,
  waiting = "",
): Row {
  const cells = [
    `${bytes(perSecond.bytes)}/s`.padStart(9),
    `${amount(perSecond.calls)} calls/s`.padStart(13),
    `   in all ${bytes(flow.bytes).padStart(7)}`,
    `${amount(flow.calls)} calls`.padStart(12),
    ...(waiting === "" ? [] : [`   ${waiting}`]),
    ...(flow.again > 0 ? [`   ${amount(flow.again)} would wait`] : []),
    ...(flow.errors > 0 ? [`   ${amount(flow.errors)} failed`] : []),
  ];
  let text = "";
  for (const cell of cells) {
    if (9 + columns(text + cell) > width) break;
    text += cell;
  }
  return [{ text: pad(name, 9), role: "strong" }, { text, role: "text" }];
}

// ── Histograms ───────────────────────────────────────────────────────────────────────────────────

/** Both, beside each other; where that is too narrow, none. */
function chartsPart({ shown, size }: Model): Row[] {
  if (shown === undefined || size.rows < CHART_ROWS_MIN) return [];
  if (size.columns < CHART_COLUMNS_MIN) return [];
  const width = Math.min(CHART_COLUMNS_MAX, Math.floor((size.columns - GUTTER) / 2));
  const height = size.rows < TALL_ROWS_MIN ? 3 : 6;
  const left = chartRows(callTimes(shown.now), width, height);
  const right = chartRows(delays(shown.now), width, height);
  return left.map((row, index) => beside(row, right[index] ?? [], width + GUTTER));
}

function beside(left: Row, right: Row, column: number): Row {
  const gap = Math.max(0, column - columns(plain(left)));
  return [...left, { text: " ".repeat(gap), role: "text" }, ...right];
}

// ── The table ────────────────────────────────────────────────────────────────────────────────────

function connectionRows(model: Model): Row[] {
  const { shown, start, sort, size } = model;
  if (shown === undefined) return [];
  const all = connections(shown.changes.rows, sort, model.reverse);
  const page = pageRows(model);
  // The table may have become shorter since it was scrolled.
  const first = firstRow(model, model.scroll, page);
  return tableRows(all.slice(first, first + page), {
    width: size.columns,
    sort,
    pids: isOfSeveral(start),
  });
}

// ── Keys and help ────────────────────────────────────────────────────────────────────────────────

function footer(model: Model): Row {
  const { shown, sort, reverse, paused, size } = model;
  const count = shown?.changes.rows.length ?? 0;
  const page = pageRows(model);
  const first = firstRow(model, model.scroll, page);
  const range = model.help || count <= page
    ? ""
    : `${first + 1}–${Math.min(count, first + page)} of ${count}`;
  const keys = [
    `s sort: ${sort}${reverse ? " reversed" : ""}`,
    "q quit",
    "? help",
    paused ? "p go on" : "p pause",
    "r reverse",
    "h histograms",
  ];
  const room = size.columns - (range === "" ? 0 : columns(range) + 2);
  let text = "";
  for (const key of keys) {
    const next = text === "" ? ` ${key}` : `${text}   ${key}`;
    if (columns(next) > room) break;
    text = next;
  }
  const end = range === "" ? "" : `${range} `;
  return [{ text: pad(text, size.columns - columns(end)) + end, role: "bar" }];
}

const HELP = [
  "s sorts by the next column, r turns it round; arrows, PgUp and PgDn move. p or space stops the picture (figures are " +
  "still taken), h hides the histograms, q quits.",
  "in, out: bytes that were read and written. oldest: how long the oldest byte waits that is not read. rtt: round trip as " +
  "TCP smooths it. resent: segments that TCP sent again. unsent: bytes in the send buffer. delay: mean of arrival to read.",
  LOSSES_HELP,
  "would wait: calls that found nothing to read, or no room to write.",
  "slowest: what took longest, kept for 15 minutes or until something is slower.",
  "lives: what happened to TCP connections. accepted: used for the first time. Queues are those of all listeners.",
  "Histograms and figures without /s count from the start.",
];

function helpRows({ start, size }: Model): Row[] {
  const sentences = [
    ...HELP,
    `Watched through: ${start.probes.map(safeText).join(", ")}.`,
    ...start.blind.map(safeText),
  ];
  return sentences.flatMap((sentence) =>
    wrap(sentence, { first: size.columns, rest: size.columns - 2 }).map((text, index): Row => [
      { text: index === 0 ? text : `  ${text}`, role: "text" },
    ])
  );
}
