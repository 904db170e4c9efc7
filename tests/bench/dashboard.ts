/**
 * The dashboard: what open pages cost the server, and how the page is to whoever looks at it.
 *
 *   cost     for each round:  nobody -> no page -> one page -> ten pages -> watched -> in a browser, in turns
 *   frames   for each round:  an empty page -> the page, or the other way round, while people talk all the time
 *   paint    for each load:   a page of one line -> the page
 *   size     built once more; as large as it is sent
 *
 * Each figure has its reference in the same run, and what is quoted is the median of the ratios or differences within the
 * rounds: what the machine does in a slow minute it does to both. How each is measured stands in dashboard/*.ts.
 * This file is the shell: options, order, table.
 *
 * @module
 */

import { compilePrograms, type Programs } from "./compile.ts";
import { type Browser, startBrowser } from "./dashboard/browser.ts";
import {
  type Audience,
  audiences,
  chatServer,
  OPERATOR,
  serve,
  type Served,
} from "./dashboard/cost.ts";
import { type FrameFigures, frameFigures, watchFrames } from "./dashboard/frames.ts";
import { measurePaints, type Paints, serveSmallPage } from "./dashboard/paint.ts";
import { HELP, parse, type Plan } from "./dashboard/plan.ts";
import { buildSeconds, sizes } from "./dashboard/size.ts";
import { startDashboard } from "./dashboard/started.ts";
import { talk } from "./dashboard/talk.ts";
import { note, print } from "./output.ts";
import { cpuSeconds } from "./processor.ts";
import { median } from "./results.ts";
import { startServer } from "./servers.ts";
import { line } from "./store/report.ts";

/** What is meant to be reached. */
const goals = { costMax: 0.03, framesPerSecond: 60, paintMsMax: 300, bytesMax: 100_000 } as const;

const DASHBOARD_PART = "  the dashboard's part of a processor";
const BROWSER_PART = "  the browser's";

/** Runs the benchmark; the exit code is 0, 1 something failed, 2 wrong usage, 77 not possible here. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const plan = parse(args);
  if (typeof plan === "string") {
    note(plan);
    return plan === HELP ? 0 : 2;
  }
  await using programs = await compilePrograms(signal);
  if (programs === undefined) {
    note("The benchmark needs a C compiler (cc or gcc) for its load generator.");
    return 77;
  }
  await using browser = await startBrowser();
  if (browser === undefined) {
    note("The benchmark needs Debian's chromium for its pages.");
    return 77;
  }
  const bench = new Bench(plan, { programs, browser, signal });
  const processors = navigator.hardwareConcurrency;
  print(`The dashboard: ${processors} processors, Chromium ${browser.version}\n`);
  print(line("what", "measured", "reference", "ratio", "goal"));
  if (plan.parts.has("cost")) await bench.cost();
  if (plan.parts.has("frames")) await bench.frames();
  if (plan.parts.has("paint")) await bench.paint();
  if (plan.parts.has("size")) await bench.size();
  return 0;
}

interface Means {
  readonly programs: Programs;
  readonly browser: Browser;
  readonly signal: AbortSignal;
}

class Bench {
  readonly #plan: Plan;
  readonly #means: Means;

  constructor(plan: Plan, means: Means) {
    this.#plan = plan;
    this.#means = means;
  }

  /** Prints what an audience costs the server. */
  async cost(): Promise<void> {
    const { rounds, workload } = this.#plan;
    const able = audiences.filter(({ watched }) => !watched || Deno.uid() === 0);
    const found = new Map<Audience, Served[]>(able.map((audience) => [audience, []]));
    for (let round = 0; round < rounds; round++) {
      const first = round % able.length;
      for (const audience of [...able.slice(first), ...able.slice(0, first)]) {
        const served = await serve(audience, { ...this.#plan, ...this.#means });
        found.get(audience)?.push(served);
        note(`${workload.title} round ${round + 1}, ${audience.title}: ${brief(served)}`);
      }
    }
    const [nobody] = audiences;
    const without = found.get(nobody) ?? [];
    for (const [audience, served] of found) {
      if (audience !== nobody) this.#costOf(audience, served, without);
    }
    if (able.length < audiences.length) print("Watched by the kernel it was not: that needs root.");
  }

  #costOf(audience: Audience, served: readonly Served[], without: readonly Served[]): void {
    const { hasGoal, title } = audience;
    const least = 1 - goals.costMax;
    const row = (
      what: string,
      of: (served: Served) => number,
      show: (value: number) => string,
      ratioOf: (one: number, reference: number) => number,
    ) => {
      const ratios = served.map((one, round) => {
        const reference = without[round];
        return reference === undefined ? NaN : ratioOf(of(one), of(reference));
      });
      const ratio = median(ratios);
      print(line(
        what,
        show(median(served.map(of))),
        show(median(without.map(of))),
        ratio.toFixed(3),
        hasGoal ? `≥ ${least.toFixed(2)}  ${verdict(ratio >= least)}` : "",
      ));
      print(line("  lowest and highest ratio", "", "", range(ratios)));
    };
    const name = `${this.#plan.workload.title}, ${title}`;
    row(`deliveries/s ${name}`, (s) => s.deliveriesPerS, millions, (one, ref) => one / ref);
    // Turned over, so that less than 1 is worse here, too.
    row("  the server's time per delivery", (s) => s.cpuNs, ns, (one, ref) => ref / one);
    print(line(DASHBOARD_PART, percent(median(served.map((s) => s.dashboardBusy)))));
    if (audience.real > 0) {
      print(line(BROWSER_PART, percent(median(served.map((s) => s.browserBusy)))));
    }
  }

  /** Prints how even the frames of the page come while people talk. */
  async frames(): Promise<void> {
    const { rounds, seconds, talk: pace } = this.#plan;
    const { programs, browser, signal } = this.#means;
    await using server = await startServer(chatServer(), programs, signal);
    await using dashboard = await startDashboard({
      port: server.port,
      operator: OPERATOR,
      signal,
    });
    await using talking = await talk(server.port, pace);
    const empty: FrameFigures[] = [];
    const page: FrameFigures[] = [];
    const paces: number[] = [];
    const busy: number[] = [];
    const drawn = new Map<FrameFigures[], number[]>([[empty, []], [page, []]]);
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? [empty, page] : [page, empty];
      for (const list of order) {
        const opened = await browser.open(list === page ? dashboard.url : "about:blank");
        if (list === page) await opened.getByText(/^\d+ here$/).waitFor();
        // The first frames are those of loading, and of what the room said before.
        await watchFrames(opened, this.#plan.warmup);
        const now = async () => ({
          said: talking.said,
          ms: performance.now(),
          dashboard: await cpuSeconds(dashboard.pid),
          browser: await browser.cpuSeconds(),
        });
        const before = await now();
        const figures = frameFigures(await watchFrames(opened, seconds));
        const after = await now();
        const passed = (after.ms - before.ms) / 1_000;
        await opened.context().close();
        list.push(figures);
        paces.push((after.said - before.said) / passed);
        drawn.get(list)?.push((after.browser - before.browser) / passed);
        if (list === page) busy.push((after.dashboard - before.dashboard) / passed);
        const what = list === page ? "the page" : "an empty page";
        note(`frames round ${round + 1}, ${what}: ${figures.perSecond.toFixed(1)} frames/s`);
      }
    }
    const row = (what: string, of: (figures: FrameFigures) => number, show = ms, goal = "") =>
      print(line(what, show(median(page.map(of))), show(median(empty.map(of))), "", goal));
    const fps = median(page.map(({ perSecond }) => perSecond));
    const whole = (value: number) => value.toFixed(1);
    print(line(
      "frames/s of the page, and of an empty one",
      whole(fps),
      whole(median(empty.map(({ perSecond }) => perSecond))),
      median(page.map(({ perSecond }, round) => perSecond / (empty[round]?.perSecond ?? NaN)))
        .toFixed(3),
      `≥ ${goals.framesPerSecond}  ${this.#smooth(fps, median(empty.map((e) => e.perSecond)))}`,
    ));
    print(line("  messages/s that were said meanwhile", whole(median(paces)), whole(pace)));
    row("  frames missing", ({ missing }) => missing, percent);
    row("  between two frames, p50", ({ p50Ms }) => p50Ms);
    row("  between two frames, p95", ({ p95Ms }) => p95Ms);
    row("  between two frames, longest", ({ longestMs }) => longestMs);
    row("  tasks above 50 ms", ({ longTasks }) => longTasks, whole);
    print(line(DASHBOARD_PART, percent(median(busy))));
    const part = (list: FrameFigures[]) => percent(median(drawn.get(list) ?? []));
    print(line(BROWSER_PART, part(page), part(empty)));
  }

  /** Where not even an empty page gets its frames, nothing is known of another. A frame in a hundred is the clock's. */
  #smooth(page: number, empty: number): string {
    const least = goals.framesPerSecond * 0.99;
    return page < least && empty < least ? "open, the machine is full" : verdict(page >= least);
  }

  /** Prints how soon the page can be seen. */
  async paint(): Promise<void> {
    const { programs, browser, signal } = this.#means;
    await using server = await startServer(chatServer(), programs, signal);
    await using small = serveSmallPage();
    const page: Paints[] = [];
    const reference: Paints[] = [];
    await using dashboard = await startDashboard({ port: server.port, operator: OPERATOR, signal });
    for (let load = 0; load < this.#plan.loads; load++) {
      reference.push(await measurePaints(browser, small.url));
      page.push(await measurePaints(browser, dashboard.url));
    }
    for (const kind of ["cold", "warm"] as const) {
      const of = (all: readonly Paints[]) => all.map((paints) => paints[kind]);
      const middle = median(of(page));
      print(line(
        `first paint, ${kind}`,
        ms(middle),
        ms(median(of(reference))),
        "",
        `≤ ${goals.paintMsMax} ms  ${verdict(middle <= goals.paintMsMax)}`,
      ));
      print(line("  the slowest", ms(Math.max(...of(page))), ms(Math.max(...of(reference)))));
    }
  }

  /** Prints how large the page is, and how long it takes to build. */
  async size(): Promise<void> {
    const { identity, gzip, br } = await sizes();
    print(line("the page, as it is", kilo(identity)));
    for (const [what, bytes] of [["gzip", gzip], ["brotli", br]] as const) {
      print(line(
        `  ${what}`,
        kilo(bytes),
        "",
        (bytes / identity).toFixed(3),
        `≤ ${kilo(goals.bytesMax)}  ${verdict(bytes <= goals.bytesMax)}`,
      ));
    }
    const build: number[] = [];
    const nothing: number[] = [];
    for (let round = 0; round < this.#plan.rounds; round++) {
      nothing.push(await buildSeconds("nothing", this.#means.signal));
      build.push(await buildSeconds("page", this.#means.signal));
    }
    const inMs = (all: readonly number[]) => ms(1_000 * median(all));
    print(line("built by Deno.bundle, and Deno's own start", inMs(build), inMs(nothing)));
  }
}

function brief({ deliveriesPerS, cpuNs, dashboardBusy, browserBusy }: Served): string {
  return [
    `${millions(deliveriesPerS)}/s`,
    `${ns(cpuNs)} of processor time each`,
    ...(dashboardBusy === 0 ? [] : [`dashboard ${percent(dashboardBusy)} busy`]),
    ...(browserBusy === 0 ? [] : [`browser ${percent(browserBusy)}`]),
  ].join(", ");
}

function verdict(good: boolean): string {
  return good ? "reached" : "missed";
}

function millions(value: number): string {
  return `${(value / 1e6).toPrecision(3)} M`;
}

function kilo(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

function ns(value: number): string {
  return `${Math.round(value)} ns`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)}`;
}
