/**
 * What open pages cost the server: its deliveries per second, and its processor time for each.
 *
 * ```text
 *   round 1   nobody      no page    one page    ten pages   …
 *   round 2   no page     one page   ten pages   …           nobody     each begins one further
 * ```
 *
 * Each is held against "nobody" of the same round: no dashboard at all. The dashboard is the server's guest like any
 * other, and is an operator that asks for all figures each second; how many pages it has, the server does not know.
 *
 * Pages are WebSockets that read all they are told, and one is a real page in a browser. That browser wants the same two
 * or more processors as server and load generator, so its row tells what it takes of a full machine, and not what a
 * page costs the server: for that the others stand.
 *
 * The server's processor time per delivery is what it pays itself; it is rough, as the warm-up is taken to be as fast as
 * what is measured.
 *
 * @module
 */

import type { Programs } from "../compile.ts";
import { measure } from "../generator.ts";
import { cpuSeconds } from "../processor.ts";
import { servers, type ServerSpec, startServer } from "../servers.ts";
import type { Workload } from "../workloads.ts";
import { type BarePage, openBare } from "./bare.ts";
import type { Browser } from "./browser.ts";
import { type Dashboard, startDashboard } from "./started.ts";

/** Who looks. */
export interface Audience {
  readonly title: string;
  readonly dashboard: boolean;
  /** Pages in a browser. */
  readonly real: number;
  /** Pages without one. */
  readonly bare: number;
  /** Whether the kernel watches the server, which needs root. */
  readonly watched: boolean;
  /** Whether the goal is about it. */
  readonly hasGoal: boolean;
}

const nobody: Audience = {
  title: "nobody",
  dashboard: false,
  real: 0,
  bare: 0,
  watched: false,
  hasGoal: false,
};

/** All, what the others are held against first. */
export const audiences: readonly [Audience, ...Audience[]] = [
  nobody,
  { ...nobody, title: "no page", dashboard: true },
  { ...nobody, title: "one page", dashboard: true, bare: 1, hasGoal: true },
  { ...nobody, title: "ten pages", dashboard: true, bare: 10, hasGoal: true },
  { ...nobody, title: "one page, watched", dashboard: true, bare: 1, watched: true },
  { ...nobody, title: "one in a browser", dashboard: true, real: 1 },
];

/** The operator's token of the servers that are measured. */
export const OPERATOR = "only for this benchmark";

/** One run of the server. */
export interface Served {
  readonly deliveriesPerS: number;
  /** The server's processor time per delivery. */
  readonly cpuNs: number;
  /** Parts of one processor that dashboard and browser took meanwhile. */
  readonly dashboardBusy: number;
  readonly browserBusy: number;
}

/** With what to measure. */
export interface CostOptions {
  readonly workload: Workload;
  readonly seconds: number;
  readonly warmup: number;
  readonly programs: Programs;
  readonly browser: Browser | undefined;
  readonly signal: AbortSignal;
}

/** The server that users start, with an operator. Without a store: the disk's syncs would hide what is measured here. */
export function chatServer(): ServerSpec {
  const chat = servers.find(({ name }) => name === "chat");
  if (chat === undefined) throw new Error("The chat server is not in the list");
  return { ...chat, env: { CHAT_OPERATOR_TOKEN: OPERATOR } };
}

/** Runs the workload once, before an audience. */
export async function serve(audience: Audience, options: CostOptions): Promise<Served> {
  const { workload, seconds, warmup, programs, browser, signal } = options;
  await using server = await startServer(chatServer(), programs, signal);
  await using dashboard = audience.dashboard
    ? await startDashboard({
      port: server.port,
      operator: OPERATOR,
      ...(audience.watched ? { watched: server.pid } : {}),
      signal,
    })
    : undefined;
  await using seats = new AsyncDisposableStack();
  const broken = dashboard === undefined
    ? () => undefined
    : await sit(audience, dashboard, options, seats);
  const taken = async () => ({
    server: await cpuSeconds(server.pid),
    dashboard: dashboard === undefined ? 0 : await cpuSeconds(dashboard.pid),
    browser: audience.real === 0 ? 0 : await browser?.cpuSeconds() ?? 0,
  });
  const before = await taken();
  const start = performance.now();
  const outcome = await measure(server, programs, {
    workload,
    seconds,
    warmup,
    landed: "own",
    signal,
  });
  const passed = (performance.now() - start) / 1_000;
  const after = await taken();
  if (outcome.kind !== "measured") {
    throw new Error(`${workload.title}, ${audience.title}: ${outcome.reason}`);
  }
  const why = broken();
  if (why !== undefined) throw new Error(`${workload.title}, ${audience.title}: a page was ${why}`);
  const { deliveriesPerS } = outcome.figures;
  return {
    deliveriesPerS,
    cpuNs: 1e9 * (after.server - before.server) / (deliveriesPerS * (seconds + warmup)),
    dashboardBusy: (after.dashboard - before.dashboard) / passed,
    browserBusy: (after.browser - before.browser) / passed,
  };
}

/** Opens the audience's pages. @returns What tells of a page that did not stay open. */
async function sit(
  { real, bare }: Audience,
  dashboard: Dashboard,
  { browser }: CostOptions,
  seats: AsyncDisposableStack,
): Promise<() => string | undefined> {
  if (real > 0 && browser === undefined) throw new Error("A real page needs a browser");
  for (let n = 0; n < real; n++) {
    const page = await browser?.open(dashboard.url);
    seats.defer(async () => await page?.context().close());
    await page?.getByRole("log").waitFor();
  }
  const pages: BarePage[] = [];
  for (let n = 0; n < bare; n++) pages.push(seats.use(await openBare(dashboard)));
  return () => pages.find((page) => page.broken !== undefined)?.broken;
}
