/**
 * Who uses how much, as rows of a screen, as text and as JSON. Pure.
 *
 * @module
 */

import { amount, bytes, shortTime } from "../observe/amounts.ts";
import { clipped } from "../tty/layout.ts";
import { safeText } from "../tty/safe.ts";
import type { Screen } from "../tty/screen.ts";
import type { Row } from "../tty/style.ts";
import { pad, shorten } from "../tty/width.ts";
import { sortedUses, type Top, type Use } from "./rows.ts";
import type { TopSort } from "./sorts.ts";

/** What is shown, besides the figures. */
export interface TopView {
  /** Where the server is. */
  readonly where: string;
  /** How the kernel is seen; absent when it is not. */
  readonly backend?: string | undefined;
  /** Why not, as a sentence. */
  readonly why?: string | undefined;
  readonly sort: TopSort;
  /** Rows of users, and of rooms, at most. */
  readonly most: number;
}

/** What is not known. */
const NOTHING = "–";
const NAME_COLUMNS = 20;

interface Column {
  readonly head: string;
  readonly width: number;
  readonly show: (use: Use) => string;
}

const SERVER: readonly Column[] = [
  { head: "in/s", width: 8, show: ({ inRate }) => bytes(inRate) },
  { head: "out/s", width: 8, show: ({ outRate }) => bytes(outRate) },
  { head: "queue", width: 8, show: ({ queued }) => bytes(queued) },
];
const KERNEL: readonly Column[] = [
  { head: "calls/s", width: 8, show: ({ kernel }) => kernel ? amount(kernel.callsRate) : NOTHING },
  { head: "unsent", width: 8, show: ({ kernel }) => kernel ? bytes(kernel.unsent) : NOTHING },
  {
    head: "delay",
    width: 7,
    show: ({ kernel }) => kernel?.delayNs === undefined ? NOTHING : shortTime(kernel.delayNs),
  },
  {
    head: "rtt",
    width: 7,
    show: ({ kernel }) => kernel?.rttUs === undefined ? NOTHING : shortTime(kernel.rttUs * 1_000),
  },
];

/** The lines of both tables. */
export function topLines(top: Top, view: TopView): readonly string[] {
  const columns = view.backend === undefined ? SERVER : [...SERVER, ...KERNEL];
  const users: readonly Column[] = [
    { head: "conns", width: 5, show: ({ count }) => `${count}` },
    { head: "rooms", width: 5, show: ({ rooms }) => `${rooms}` },
    ...columns,
  ];
  const rooms: readonly Column[] = [
    { head: "users", width: 5, show: ({ count }) => `${count}` },
    { head: "", width: 5, show: () => "" },
    // What comes in is somebody's, and a room's only when it goes out.
    ...columns.map((column) =>
      column.head === "in/s" ? { ...column, show: () => NOTHING } : column
    ),
  ];
  return [...table("user", top.users, users, view), "", ...table("room", top.rooms, rooms, view)];
}

function table(
  what: string,
  uses: readonly Use[],
  columns: readonly Column[],
  { sort, most }: TopView,
): readonly string[] {
  const line = (name: string, cells: readonly string[]) =>
    pad(shorten(name, NAME_COLUMNS), NAME_COLUMNS) +
    cells.map((cell, place) => ` ${cell.padStart(columns[place]?.width ?? 0)}`).join("");
  const more = uses.length - most;
  return [
    line(what, columns.map(({ head }) => head)).trimEnd(),
    ...sortedUses(uses, sort).slice(0, most).map((use) =>
      line(safeText(use.name), columns.map(({ show }) => show(use)))
    ),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

/** What stands above. */
export function topHead({ where, backend, why }: TopView): string {
  const kernel = backend === undefined
    ? "the server's figures alone"
    : `with the kernel's (${backend})`;
  return safeText(`${where} · ${kernel}${why === undefined ? "" : `: ${why}`}`);
}

/** One look as text. */
export function topText(top: Top, view: TopView): string {
  return `${[topHead(view), ...topLines(top, view), ""].join("\n")}\n`;
}

/** One look as a screen of exactly that size. */
export function topScreen(
  top: Top | undefined,
  view: TopView,
  size: { readonly columns: number; readonly rows: number },
): Screen {
  const lines = top === undefined ? ["waiting for the first figures …"] : topLines(top, view);
  const rows: Row[] = ([
    [{ text: pad(` ${topHead(view)}`, size.columns), role: "bar" }],
    ...lines.map((text): Row => [{ text, role: /^(user|room) /.test(text) ? "dim" : "text" }]),
  ] satisfies Row[]).slice(0, Math.max(0, size.rows - 1));
  while (rows.length < size.rows - 1) rows.push([]);
  const keys = ` s sort: ${view.sort}   q quit`;
  rows.push([{ text: pad(keys, size.columns), role: "bar" }]);
  return {
    rows: rows.slice(-size.rows).map((row) => clipped(row, size.columns)),
    cursor: { row: size.rows - 1, column: 0, hidden: true },
  };
}

/** One look as a line of JSON. */
export function topJson(top: Top, view: TopView, at: number): string {
  const uses = (uses: readonly Use[], count: string) =>
    sortedUses(uses, view.sort).slice(0, view.most).map((use) => ({
      name: use.name,
      [count]: use.count,
      ...(count === "connections"
        ? { rooms: use.rooms, bytes_received_per_s: Math.round(use.inRate) }
        : {}),
      bytes_sent_per_s: Math.round(use.outRate),
      queued: use.queued,
      calls_per_s: use.kernel && Math.round(use.kernel.callsRate),
      unsent: use.kernel?.unsent,
      delay_ns: use.kernel?.delayNs === undefined ? undefined : Math.round(use.kernel.delayNs),
      rtt_us: use.kernel?.rttUs,
    }));
  return `${
    JSON.stringify({
      type: "top",
      at,
      backend: view.backend ?? null,
      why: view.why,
      users: uses(top.users, "connections"),
      rooms: uses(top.rooms, "users"),
    })
  }\n`;
}
