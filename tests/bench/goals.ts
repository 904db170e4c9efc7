/**
 * The goals, and how each was reached. Pure.
 *
 * They are ratios to the C reference, or to another server, within one run, never absolute speeds: those are the machine's.
 * Memory and the times of logging in and starting are absolute, because users pay them.
 *
 *   Results -> judge(results, server) -> Verdict[]   met | not met | open: not measured, or not comparable
 *
 * @module
 */

import {
  cell,
  geometricMean,
  medianOf,
  medianReading,
  p99,
  type Pick,
  ranAhead,
  ratio,
  type Results,
  speed,
} from "./results.ts";
import {
  crowd,
  durableWorkloads,
  idle,
  pages,
  peopleWorkloads,
  stalled,
  unstalled,
  type Workload,
  workloads,
} from "./workloads.ts";

/** One goal, and how a server did. */
export interface Verdict {
  /** By which explained.ts knows it. */
  readonly id: string;
  readonly title: string;
  readonly goal: number;
  /** Whether the figure must be at least, or at most, the goal. */
  readonly bound: "min" | "max";
  readonly unit: string;
  readonly figure?: number;
  /** Which column it was. */
  readonly where?: string;
  /** Why it stays open, although there may be a figure. */
  readonly open?: string;
}

/** What became of it. */
export type State = "met" | "not met" | "open";

/** What became of a goal. */
export function stateOf({ figure, goal, bound, open }: Verdict): State {
  if (figure === undefined) return "open";
  if (bound === "min" ? figure < goal : figure > goal) return "not met";
  return open === undefined ? "met" : "open";
}

const inMean = workloads.filter((workload) => workload.inMean);
const inFanout = workloads.filter(({ senders }) => senders > 0);
const besideOthers = [...inFanout, ...peopleWorkloads.filter(({ needs }) => needs !== "pages")];

/** How a server, a chat of ours, did in all that is asked of any. */
export function judge(results: Results, server: string): Verdict[] {
  const { measurements } = results;
  const of = (workload: Workload) => ({ server, workload: workload.name });
  const to = (other: string, workload: Workload) => ({ server: other, workload: workload.name });
  const here = (workload: Workload) => cell(measurements, of(workload));
  const against = (other: string, workload: Workload, figure: Pick = speed) =>
    ratio(measurements, { of: of(workload), to: to(other, workload), figure });
  const doubt = (columns: readonly Workload[]) => {
    const found = columns.find((workload) => ranAhead(here(workload), workload));
    return found && `not comparable in ${found.title}: senders ran ahead of the others`;
  };

  const means = column(inMean, (workload) => against("c", workload));
  const peers = column(besideOthers, (workload) => against("nats", workload));
  const slow = column(besideOthers, (workload) => against("c", workload, p99));
  // Only those at hand: C knows one room, and nats-server no lines of text.
  const worst = peers.found.toSorted((a, b) => a.value - b.value)[0];
  const slowest = slow.found.toSorted((a, b) => b.value - a.value)[0];
  return [
    verdict("mean", "fan-out, geometric mean of the first five", [1, "min", "of C"], {
      figure: means.found.length > 0
        ? geometricMean(means.found.map(({ value }) => value))
        : undefined,
      open: means.missing.length > 0 ? `without ${means.missing.join(", ")}` : doubt(inMean),
    }),
    verdict("crowd-c", crowd.title, [0.95, "min", "of C"], {
      figure: against("c", crowd),
      open: doubt([crowd]),
    }),
    verdict("crowd-nats", crowd.title, [1.2, "min", "of nats-server"], {
      figure: against("nats", crowd),
      open: doubt([crowd]),
    }),
    verdict("nats", "every load", [1.2, "min", "of nats-server"], {
      figure: worst?.value,
      where: worst?.title,
      open: lacking(peers.missing, inFanout),
    }),
    verdict("p99", "the 99th percentile in each load", [1.3, "max", "of C's"], {
      figure: slowest?.value,
      where: slowest?.title,
      open: lacking(slow.missing, inFanout),
    }),
    verdict("stalled", "the 99th percentile beside a stalled member", [1.1, "max", "of without"], {
      figure: ratio(measurements, { of: of(stalled), to: of(unstalled), figure: p99 }),
    }),
    verdict("peak", `${crowd.title}, peak of memory`, [120, "max", "MiB"], {
      figure: medianOf(here(crowd), (f) => f.peakKiB / 1024),
    }),
    verdict("idle", "10,000 idle, the whole process, each", [4, "max", "KiB"], {
      figure: medianOf(here(idle), (f) => (f.endKiB - f.startKiB) / idle.receivers),
    }),
    verdict("login", "login of 10,000", [0.5, "max", "s"], {
      figure: medianOf(here(idle), (f) => f.loginMs / 1000),
    }),
  ];
}

/** How ours did in what is asked of one of them beside another, and of the program by itself. */
export function judgeTogether(results: Results): Verdict[] {
  const { measurements, readings } = results;
  const beside = (one: string, other: string, workload: Workload) =>
    ratio(measurements, {
      of: { server: one, workload: workload.name },
      to: { server: other, workload: workload.name },
    });
  const ids = column(inFanout, (workload) => beside("chat-ids", "chat", workload));
  const least = ids.found.toSorted((a, b) => a.value - b.value)[0];
  const withOld = measurements.some(({ server }) => server === "old-durable");
  const waits = medianOf(
    cell(measurements, { server: "chat-durable", workload: pages.name }),
    (f) => f.pageUs.p99 / 1000,
  );
  return [
    verdict("ids", "with an id on each message, geometric mean", [0.9, "min", "of without"], {
      figure: ids.found.length > 0 ? geometricMean(ids.found.map(({ value }) => value)) : undefined,
      where: least && `the lowest ${least.value.toFixed(2)} in ${least.title}`,
      open: ids.missing.length > 0 ? `without ${ids.missing.join(", ")}` : undefined,
    }),
    ...durableWorkloads.flatMap((workload) => [
      verdict(`durable-w${workload.window}`, `durable, ${workload.title}`, [
        0.75,
        "min",
        "of memory only",
      ], { figure: beside("chat-durable", "chat", workload) }),
      verdict(`old-w${workload.window}`, `durable, ${workload.title}`, [
        1.15,
        "min",
        "of the older commit",
      ], {
        figure: beside("chat-durable", "old-durable", workload),
        open: withOld ? undefined : "needs `--old DIR`, a checkout of it",
      }),
    ]),
    verdict("start", "start until it listens, empty store", [150, "max", "ms"], {
      figure: medianReading(readings, "start"),
    }),
    verdict("help", "`chat --help`", [60, "max", "ms"], {
      figure: medianReading(readings, "help"),
    }),
    verdict("page", "page of history, cold, 99th percentile", [2, "max", "ms"], {
      figure: medianReading(readings, "page"),
      where: waits === undefined ? undefined : `warm, while others talk, ${waits.toFixed(1)} ms`,
    }),
  ];
}

function verdict(
  id: string,
  title: string,
  [goal, bound, unit]: readonly [number, "min" | "max", string],
  found: {
    readonly figure: number | undefined;
    readonly where?: string | undefined;
    readonly open?: string | undefined;
  },
): Verdict {
  const { figure, where, open } = found;
  return {
    id,
    title,
    goal,
    bound,
    unit,
    ...(figure === undefined ? {} : { figure }),
    ...(where === undefined ? {} : { where }),
    ...(open === undefined ? {} : { open }),
  };
}

/** One value for each column, and the titles of those that lack it. */
function column(
  columns: readonly Workload[],
  value: (workload: Workload) => number | undefined,
): { found: { title: string; value: number }[]; missing: string[] } {
  const found: { title: string; value: number }[] = [];
  const missing: string[] = [];
  for (const workload of columns) {
    const here = value(workload);
    if (here === undefined) missing.push(workload.title);
    else found.push({ title: workload.title, value: here });
  }
  return { found, missing };
}

/** Those of the columns that must not be missing. */
function lacking(missing: readonly string[], needed: readonly Workload[]): string | undefined {
  const titles = needed.map(({ title }) => title).filter((title) => missing.includes(title));
  return titles.length > 0 ? `without ${titles.join(", ")}` : undefined;
}
