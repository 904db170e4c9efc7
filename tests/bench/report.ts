/**
 * What was measured, as sections of a report. Pure.
 *
 *   fan-out, people, durable   deliveries/s, ratios, 99th percentiles; a block of columns each
 *   memory                     what mere connections cost
 *   goals                      what was to be reached, what was, and why not
 *   remarks                    what failed, what is not there, what is different
 *
 * `±` is half of what lies between the lowest and the highest round, as part of the middle one: ratios finer than it say
 * nothing. An empty cell: that was not asked of it, or it cannot do it.
 *
 * @module
 */

import { explained } from "./explained.ts";
import { judge, judgeTogether, stateOf, type Verdict } from "./goals.ts";
import type { Section } from "./layout.ts";
import {
  type Cell,
  cell,
  medianOf,
  p99,
  type Pick,
  ranAhead,
  ratio,
  type Results,
  speed,
  spread,
} from "./results.ts";
import { type Block, crowd, idle, messageBytes, type Workload } from "./workloads.ts";

/** A row of tables. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** What is to be known about its figures. */
  readonly differs?: string;
  /** No goal speaks of it. */
  readonly isAside?: boolean;
}

/** What a report is about. */
export interface Subject {
  readonly rows: readonly Row[];
  readonly columns: readonly Workload[];
  /** Goals for which nothing was measured are told, too. */
  readonly isWhole: boolean;
  /** What is not there, as sentences. */
  readonly missing: readonly string[];
}

/** The whole report. */
export function report(results: Results, subject: Subject): Section[] {
  return [
    ...blockSections(results, subject, "fan-out"),
    ...memory(results, subject),
    ...blockSections(results, subject, "people"),
    ...blockSections(results, subject, "durable"),
    ...goals(results, subject),
    ...remarks(results, subject),
  ];
}

const titles: Readonly<Record<Block, string>> = {
  "fan-out": "One room",
  people: "As people use it",
  durable: "Durable messages",
  idle: "Memory",
};

function blockSections(results: Results, subject: Subject, block: Block): Section[] {
  const { measurements } = results;
  const columns = subject.columns.filter((workload) =>
    workload.block === block && measurements.some((m) => m.workload === workload.name)
  );
  if (columns.length === 0) return [];
  const at = (server: string) => (workload: Workload) =>
    cell(measurements, { server, workload: workload.name });
  const rows = subject.rows.filter(({ name }) =>
    columns.some((workload) => at(name)(workload).kind !== "absent")
  );
  const table = (text: (row: Row, workload: Workload) => string) =>
    rows.map((row) => [row.title, ...columns.map((workload) => text(row, workload))]);
  const head = ["", ...columns.map(({ title }) => title)];

  const ratios = ratioRows(results, rows, columns);
  const asked = columns.filter(({ movers, readers }) => movers || readers);
  return [
    {
      title: `${titles[block]}: deliveries a second`,
      before: [`Messages of ${messageBytes} bytes; ${roundsOf(results)}.`],
      head,
      rows: table((row, workload) => withSpread(at(row.name)(workload), speed, amount)),
      behind: columns.flatMap(({ title, about }) => about ? [`${title}: ${about}.`] : []),
    },
    ...(ratios.length > 0
      ? [{ title: `${titles[block]}: beside others`, head, rows: ratios }]
      : []),
    {
      title: `${titles[block]}: until everybody has a message, 99th percentile, ms`,
      head,
      rows: table((row, workload) => number(medianOf(at(row.name)(workload), p99))),
      behind: asked.flatMap((workload) =>
        rows.flatMap((row) => answers(row, workload, at(row.name)(workload)))
      ),
    },
  ];
}

/** Each of ours as part of the others, of whom ratios say something. */
function ratioRows(
  { measurements }: Results,
  rows: readonly Row[],
  columns: readonly Workload[],
): string[][] {
  const others = rows.filter(({ name }) => ["c", "nats", "chat", "old-durable"].includes(name));
  return rows.filter(({ name }) => name !== "c").flatMap((row) =>
    others.filter((other) => isAsked(row, other)).flatMap((other) => {
      const values = columns.map(({ name: workload }) =>
        ratio(measurements, {
          of: { server: row.name, workload },
          to: { server: other.name, workload },
        })?.toFixed(2) ?? ""
      );
      return values.some((text) => text !== "")
        ? [[`${row.title} / ${other.title}`, ...values]]
        : [];
    })
  );
}

/** All against C; ours against nats-server; those of ours that do more against the one that does not. */
function isAsked(row: Row, other: Row): boolean {
  if (row.name === other.name || row.name === "old-durable") return false;
  if (other.name === "old-durable") return row.name === "chat-durable";
  if (other.name === "chat") return ["chat-ids", "chat-durable"].includes(row.name);
  if (other.name === "c") return row.name !== "chat-ids";
  return row.name.startsWith("chat") && row.name !== "chat-ids" && !row.isAside;
}

function answers(row: Row, workload: Workload, of: Cell): string[] {
  const rate = medianOf(of, (f) => f.answersPerS);
  if (rate === undefined) return [];
  const what = workload.readers ? "pages" : "moves";
  const line = `${workload.title}, ${row.title}: ${
    Math.round(rate).toLocaleString("en")
  } ${what} a second`;
  if (!workload.readers) return [`${line}.`];
  const ms = (pick: Pick) => number(medianOf(of, (f) => pick(f) / 1000));
  return [`${line}, p50 ${ms((f) => f.pageUs.p50)} ms, p99 ${ms((f) => f.pageUs.p99)} ms.`];
}

function memory(results: Results, { rows, columns }: Subject): Section[] {
  const { measurements } = results;
  if (!columns.some((workload) => workload === idle || workload === crowd)) return [];
  const at = (server: string, workload: Workload) =>
    cell(measurements, { server, workload: workload.name });
  const lines = rows.map(({ name, title }) => {
    const still = at(name, idle);
    return [
      title,
      number(medianOf(still, (f) => f.loginMs / 1000)),
      number(medianOf(still, (f) => (f.endKiB - f.startKiB) / idle.receivers)),
      number(medianOf(still, (f) => f.peakKiB / 1024)),
      number(medianOf(at(name, crowd), (f) => f.peakKiB / 1024)),
    ];
  }).filter(([, ...cells]) => cells.some((text) => text !== ""));
  if (lines.length === 0) return [];
  return [{
    title: titles.idle,
    before: ["Resident memory of the whole process."],
    head: ["", "login of 10,000, s", "each, KiB", "peak, idle, MiB", `peak, ${crowd.title}, MiB`],
    rows: lines,
  }];
}

function goals(results: Results, { rows, isWhole }: Subject): Section[] {
  // What costs more, or is not what users get, has no goals of its own.
  const judged = rows.filter(({ name, isAside }) =>
    name.startsWith("chat") && name !== "chat-ids" && !isAside
  );
  // What is not asked of the others, is asked of what users get.
  const asked = (list: readonly Verdict[], name: string) =>
    list.filter(({ figure }) => figure !== undefined || (isWhole && name === "chat"));
  const lines = [
    ...judged.flatMap(({ name, title }) =>
      asked(judge(results, name), name).map((of) => goalLine(of, title, name))
    ),
    ...asked(judgeTogether(results), "chat").map((of) => goalLine(of, "chat", "chat")),
  ];
  if (lines.length === 0) return [];
  return [{
    title: "Goals",
    head: ["who", "what", "goal", "measured", "", "why"],
    rows: lines,
    isProse: true,
  }];
}

function goalLine(of: Verdict, who: string, server: string): string[] {
  const { id, title, figure, goal, bound, unit, where, open } = of;
  const state = stateOf(of);
  const measured = figure === undefined
    ? "not measured"
    : `${figure.toFixed(figure < 100 ? 2 : 0)}${where === undefined ? "" : ` (${where})`}`;
  const why = state === "met" ? undefined : explained[`${id}/${server}`] ?? explained[id];
  const words = state === "not met"
    ? why ?? `no reason is written down as "${id}/${server}"`
    : [open, why].filter((text) => text).join("; ");
  return [
    who,
    title,
    `${bound === "min" ? "≥" : "≤"} ${goal} ${unit}`,
    measured,
    state,
    words ?? "",
  ];
}

function remarks(results: Results, { rows, columns, missing }: Subject): Section[] {
  const lines: string[] = [];
  for (const { name, title, differs } of rows) {
    if (differs !== undefined) lines.push(`${title}: ${differs}.`);
    for (const workload of columns) {
      const of = cell(results.measurements, { server: name, workload: workload.name });
      const where = `${title}, ${workload.title}`;
      if (of.kind === "failed" || of.kind === "impossible") {
        lines.push(`${where}: ${of.kind}: ${of.reason}`);
      } else if (ranAhead(of, workload)) {
        const behind = Math.round(medianOf(of, (f) => f.behind) ?? NaN);
        lines.push(
          `* ${where}: the average member was ${behind} messages behind, with ${
            workload.senders * workload.window
          } in flight: senders had their own long before the others. Compare with --landed all.`,
        );
      }
    }
  }
  for (const { probe, reason } of results.readings) {
    if (reason !== undefined) lines.push(`${probe}: failed: ${reason}`);
  }
  lines.push(...missing);
  if (lines.length === 0) return [];
  return [{ title: "Remarks", head: [], rows: [], behind: lines }];
}

/** How many rounds the figures are the middle of. */
function roundsOf({ measurements }: Results): string {
  const counts = new Map<string, number>();
  for (const { server, workload } of measurements) {
    const key = `${server} ${workload}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [least, most] = [Math.min(...counts.values()), Math.max(...counts.values())];
  if (most === 1) return "one round";
  return `medians of ${
    least === most ? most : `${least} to ${most}`
  } rounds, in which all take turns`;
}

function withSpread(of: Cell, pick: Pick, text: (value: number) => string): string {
  const value = medianOf(of, pick);
  if (value === undefined) return of.kind === "absent" ? "" : of.kind;
  const share = spread(of, pick);
  return share === undefined ? text(value) : `${text(value)} ±${Math.round(100 * share)} %`;
}

/** Millions or thousands, in three digits. */
export function amount(value: number): string {
  return value >= 1e6
    ? `${(value / 1e6).toPrecision(3)} M`
    : `${Math.round(value / 1e3).toLocaleString("en")} k`;
}

function number(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  return value >= 100 ? `${Math.round(value)}` : value.toPrecision(2);
}
