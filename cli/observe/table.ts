/**
 * The table of connections as rows of the screen: as many columns as there is room for, the dearest first. Pure.
 *
 * @module
 */

import type { Role, Row } from "../tty/style.ts";
import { columns, fitEnd, pad, shorten } from "../tty/width.ts";
import { amount, shortTime } from "./amounts.ts";
import type { Connection } from "./connections.ts";
import type { Sort } from "./values.ts";

interface Column {
  readonly head: string;
  readonly width: number;
  /** Which columns are given up first when there is no room: those with the highest number. */
  readonly rank: number;
  readonly show: (row: Connection) => string;
  /** The keys of sorting for which this is the column. */
  readonly sorts?: readonly Sort[];
}

/** What is not known. */
const NOTHING = "–";
/** Columns of an address at least, and of the longest one (two hundred would only push the figures away). */
const ADDRESS_MIN = 12;
const ADDRESS = 21;
const ADDRESS_MAX = 47;

const FIGURES: readonly Column[] = [
  { head: "pid", width: 8, rank: 7, show: ({ pid }) => `${pid}` },
  // The kernel keeps 15 bytes of a name.
  { head: "program", width: 15, rank: 8, show: ({ comm }) => comm ?? NOTHING },
  {
    head: "calls/s",
    width: 7,
    rank: 9,
    show: ({ callsRate }) => amount(callsRate),
    sorts: ["calls"],
  },
  { head: "in/s", width: 5, rank: 4, show: ({ inRate }) => amount(inRate), sorts: ["bytes"] },
  { head: "out/s", width: 5, rank: 5, show: ({ outRate }) => amount(outRate), sorts: ["bytes"] },
  { head: "calls", width: 5, rank: 12, show: ({ calls }) => amount(calls) },
  { head: "in", width: 5, rank: 1, show: (row) => amount(row.in), sorts: ["total"] },
  { head: "out", width: 5, rank: 2, show: ({ out }) => amount(out), sorts: ["total"] },
  // Who waits to be read, and for how long: the first thing to know of a server that is too slow.
  {
    head: "oldest",
    width: 6,
    rank: 3,
    show: ({ oldestNs }) => oldestNs === undefined ? NOTHING : shortTime(oldestNs),
    sorts: ["oldest"],
  },
  {
    head: "rtt",
    width: 5,
    rank: 6,
    show: ({ rttUs }) => rttUs === undefined ? NOTHING : shortTime(rttUs * 1_000),
    sorts: ["rtt"],
  },
  {
    head: "resent",
    width: 6,
    rank: 10,
    show: ({ retransmits }) => retransmits === undefined ? NOTHING : amount(retransmits),
    sorts: ["retransmits"],
  },
  {
    head: "unsent",
    width: 6,
    rank: 11,
    show: ({ unsent }) => unsent === undefined ? NOTHING : amount(unsent),
    sorts: ["unsent"],
  },
  {
    head: "delay",
    width: 5,
    rank: 14,
    show: ({ delayNs }) => delayNs === undefined ? NOTHING : shortTime(delayNs),
  },
];
/** The rank of the second address. */
const LOCAL_RANK = 13;

/** How the table is to be drawn. */
export interface TableOptions {
  readonly width: number;
  readonly sort: Sort;
  /** Whether there are columns for the process. */
  readonly pids: boolean;
}

/** The row of names and one row per connection. */
export function tableRows(rows: readonly Connection[], options: TableOptions): Row[] {
  const { width, sort } = options;
  const figures = chosen(options);
  const taken = figures.columns.reduce((sum, column) => sum + column.width + 1, 0);
  const room = width - taken - (figures.local ? 1 : 0);
  const local = figures.local ? Math.min(ADDRESS_MAX, Math.max(ADDRESS, Math.floor(room / 2))) : 0;
  const peer = Math.max(1, Math.min(ADDRESS_MAX, room - local));
  const head: Row = [
    { text: pad("peer", peer), role: sort === "peer" ? "strong" : "dim" },
    ...(figures.local ? [{ text: ` ${pad("local", local)}`, role: "dim" } as const] : []),
    ...figures.columns.map((column) => ({
      text: ` ${column.head.padStart(column.width)}`,
      role: column.sorts?.includes(sort) ? "strong" as const : "dim" as const,
    })),
  ];
  return [
    head,
    ...rows.map((row): Row => {
      const role: Role = row.closed ? "dim" : "text";
      const cells = figures.columns.map((column) =>
        ` ${shorten(column.show(row), column.width).padStart(column.width)}`
      );
      const names = pad(address(row.peer, peer), peer) +
        (figures.local ? ` ${pad(address(row.local, local), local)}` : "");
      return [{ text: names + cells.join(""), role }];
    }),
  ];
}

/** As many columns as fit, in the order in which they stand. */
function chosen({ width, pids }: TableOptions): { columns: Column[]; local: boolean } {
  const wanted = FIGURES.filter(({ head }) => pids || (head !== "pid" && head !== "program"));
  let room = width - ADDRESS;
  // Very narrow: the two sums beside a stump of an address are better than an address alone.
  if (room < 12) room = width - ADDRESS_MIN;
  let local = false;
  const chosen = new Set<Column>();
  for (const rank of Array.from({ length: FIGURES.length + 1 }, (_, index) => index + 1)) {
    const column = wanted.find((column) => column.rank === rank);
    const need = 1 + (rank === LOCAL_RANK ? ADDRESS : column?.width ?? 0);
    if (column === undefined && rank !== LOCAL_RANK) continue;
    if (need > room) break;
    room -= need;
    if (column === undefined) local = true;
    else chosen.add(column);
  }
  return { columns: wanted.filter((column) => chosen.has(column)), local };
}

/** An address that is too long keeps its end: the port tells connections apart. */
function address(text: string, width: number): string {
  return columns(text) <= width || width < 2 ? shorten(text, width) : `…${fitEnd(text, width - 1)}`;
}
