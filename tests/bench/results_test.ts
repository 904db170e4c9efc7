/**
 * Tests of the arithmetic (results.ts), of the goals (goals.ts) and of what the report says about them (report.ts).
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Figures, Outcome } from "./generator.ts";
import { judge, judgeTogether, stateOf, type Verdict } from "./goals.ts";
import { asMarkdown, asText, intoPlace } from "./layout.ts";
import { report, type Row } from "./report.ts";
import {
  cell,
  geometricMean,
  type Measurement,
  median,
  p99,
  ranAhead,
  ratio,
  type Results,
  spread,
} from "./results.ts";
import { crowd, idle, pages, stalled, unstalled, type Workload, workloads } from "./workloads.ts";

function figures(changed: Partial<Figures>): Outcome {
  const times = { p50: 1, p99: 2, max: 3 };
  const memory = { startKiB: 0, endKiB: 0, peakKiB: 0 };
  const quiet = { sent: 1, loginMs: 0, behind: 0, generatorBusy: 0, deliveriesPerS: 0 };
  const none = { latencyUs: times, pageUs: times, answersPerS: 0 };
  return { kind: "measured", figures: { ...none, ...memory, ...quiet, ...changed } };
}

function said(
  server: string,
  { name: workload }: Workload,
  changed: Partial<Figures>,
  round = 1,
): Measurement {
  return { server, workload, round, outcome: figures(changed) };
}

function fast(server: string, workload: Workload, deliveriesPerS: number, round = 1): Measurement {
  return said(server, workload, { deliveriesPerS }, round);
}

function slow(server: string, workload: Workload, p99: number): Measurement {
  return said(server, workload, { deliveriesPerS: 1, latencyUs: { p50: 1, p99, max: p99 } });
}

function of(...measurements: readonly Measurement[]): Results {
  return { measurements, readings: [] };
}

function found(list: readonly Verdict[], id: string): Verdict {
  const verdict = list.find((one) => one.id === id);
  ok(verdict, `no goal ${id}`);
  return verdict;
}

const first = workloads[0] ?? crowd;
const rows: readonly Row[] = [{ name: "c", title: "C" }, { name: "chat", title: "chat" }];

function shown(results: Results, columns: readonly Workload[], isWhole = false): string {
  return asText(report(results, { rows, columns, isWhole, missing: [] }));
}

Deno.test("median() takes the middle, or the mean of the two middle values", () => {
  strictEqual(median([9, 1, 5]), 5);
  strictEqual(median([4, 1, 2, 100]), 3);
});

Deno.test("geometricMean() weighs halves and doubles alike", () => {
  ok(Math.abs(geometricMean([0.5, 2]) - 1) < 1e-12);
});

Deno.test("ratio() is taken within each round, so that a slow minute of both leaves it alone", () => {
  // The median of one is 10, that of the other 20; round by round it is always the half, but once.
  const all = [[10, 20], [1, 2], [50, 60]].flatMap(([mine, theirs], n) => [
    fast("chat", first, mine ?? 0, n + 1),
    fast("c", first, theirs ?? 0, n + 1),
  ]);
  const at = (server: string) => ({ server, workload: first.name });
  strictEqual(ratio(all, { of: at("chat"), to: at("c") }), 0.5);
  strictEqual(ratio(all, { of: at("chat"), to: at("nats") }), undefined);
});

Deno.test("ratio() pairs only rounds in which both were measured", () => {
  const all = [fast("chat", first, 10, 1), fast("chat", first, 90, 2), fast("c", first, 20, 1)];
  const at = (server: string) => ({ server, workload: first.name });
  strictEqual(ratio(all, { of: at("chat"), to: at("c") }), 0.5);
});

Deno.test("spread() is half of what lies between the extremes", () => {
  const all = [fast("c", first, 90, 1), fast("c", first, 100, 2), fast("c", first, 130, 3)];
  strictEqual(
    spread(cell(all, { server: "c", workload: first.name }), (f) => f.deliveriesPerS),
    0.2,
  );
});

Deno.test("cell() has no figures when one round failed, and the report goes on", () => {
  const failed: Outcome = { kind: "failed", reason: "lost a message" };
  const all = [
    fast("chat", crowd, 5),
    { server: "chat", workload: crowd.name, round: 2, outcome: failed },
    fast("chat", first, 2_000_000),
  ];
  deepStrictEqual(cell(all, { server: "chat", workload: crowd.name }), failed);
  const text = shown(of(...all), workloads);
  match(text, /chat +2\.00 M +failed/);
  match(text, /chat, 10000×1 w1: failed: lost a message/);
});

Deno.test("ranAhead() tells a full window from a server that let members wait", () => {
  const at = (behind: number) =>
    cell([said("c", crowd, { behind })], { server: "c", workload: crowd.name });
  strictEqual(ranAhead(at(1), crowd), false);
  strictEqual(ranAhead(at(3), crowd), true);
});

Deno.test("judge() says which columns a mean lacks, and leaves it open", () => {
  const all = workloads.filter((w) => w.inMean).slice(1)
    .flatMap((workload) => [fast("c", workload, 10), fast("chat", workload, 11)]);
  const mean = found(judge(of(...all), "chat"), "mean");
  ok(Math.abs((mean.figure ?? 0) - 1.1) < 1e-12);
  strictEqual(mean.open, `without ${first.title}`);
  strictEqual(stateOf(mean), "open");
});

Deno.test("judge() counts an idle connection as growth over the empty server", () => {
  const outcome = { startKiB: 50_000, endKiB: 150_000, loginMs: 2500 };
  const list = judge(of(said("chat", idle, outcome)), "chat");
  strictEqual(found(list, "idle").figure, 10);
  strictEqual(found(list, "login").figure, 2.5);
  strictEqual(stateOf(found(list, "idle")), "not met");
});

Deno.test("judge() takes the worst load, and names it", () => {
  const all = workloads.filter((w) => w.senders > 0)
    .flatMap((workload, n) => [fast("nats", workload, 10), fast("chat", workload, 13 + n)]);
  const all99 = workloads.filter((w) => w.senders > 0)
    .flatMap((workload, n) => [slow("c", workload, 10), slow("chat", workload, 10 + n)]);
  const nats = found(judge(of(...all), "chat"), "nats");
  deepStrictEqual([nats.figure, nats.where, stateOf(nats)], [1.3, first.title, "met"]);
  const p99 = found(judge(of(...all99), "chat"), "p99");
  deepStrictEqual([p99.figure, p99.where, stateOf(p99)], [1.5, crowd.title, "not met"]);
});

Deno.test("judge() does not need of the worst load what the other cannot do", () => {
  const all = [
    ...workloads.filter((w) => w.senders > 0),
    stalled,
  ].flatMap((workload) => [slow("c", workload, 10), slow("chat", workload, 11)]);
  strictEqual(stateOf(found(judge(of(...all), "chat"), "p99")), "met");
  strictEqual(stateOf(found(judge(of(...all.slice(2)), "chat"), "p99")), "open");
});

Deno.test("judge() holds a stalled member against the same load without one", () => {
  const all = [slow("chat", unstalled, 10), slow("chat", stalled, 12)];
  const verdict = found(judge(of(...all), "chat"), "stalled");
  deepStrictEqual([verdict.figure, stateOf(verdict)], [1.2, "not met"]);
  strictEqual(
    p99((figures({ latencyUs: { p50: 0, p99: 5000, max: 0 } }) as { figures: Figures }).figures),
    5,
  );
});

Deno.test("judgeTogether() takes no reading of which one failed", () => {
  const readings = [
    { probe: "help", round: 1, ms: 50 },
    { probe: "help", round: 2, ms: 40 },
    { probe: "start", round: 1, ms: 100 },
    { probe: "start", round: 2, reason: "it died" },
  ] as const;
  const list = judgeTogether({ measurements: [], readings });
  strictEqual(found(list, "help").figure, 45);
  strictEqual(found(list, "start").figure, undefined);
  strictEqual(stateOf(found(list, "start")), "open");
});

Deno.test("the report leaves a goal open that was reached by running ahead", () => {
  const ahead = said("chat", crowd, { deliveriesPerS: 20, behind: 40 });
  const text = shown(of(fast("c", crowd, 10), ahead), [crowd]);
  match(text, /≥ 0\.95 of C +2\.00 +open +not comparable in 10000×1 w1/);
  match(text, /the average member was 40 messages behind, with 1 in flight/);
});

Deno.test("the report of everything also tells goals without a figure", () => {
  const results = of(fast("c", crowd, 10), fast("chat", crowd, 9.6));
  match(shown(results, [crowd], true), /login of 10,000 +≤ 0\.5 s +not measured +open/);
  ok(!shown(results, [crowd]).includes("not measured"));
});

Deno.test("the report tells how many pages others had meanwhile", () => {
  const pageUs = { p50: 800, p99: 1900, max: 3000 };
  const measured = said("chat", pages, { deliveriesPerS: 1e6, answersPerS: 1234, pageUs });
  match(
    shown(of(measured), [pages]),
    /history, chat: 1,234 pages a second, p50 0\.80 ms, p99 1\.9 ms\./,
  );
});

Deno.test("intoPlace() replaces what lies between the marks, and nothing else", () => {
  const document = "a\n<!-- table -->\nold\n<!-- /table -->\nb\n";
  const once = intoPlace(document, "new");
  strictEqual(once, "a\n<!-- table -->\n\nnew\n\n<!-- /table -->\nb\n");
  strictEqual(intoPlace(once ?? "", "new"), once);
  strictEqual(intoPlace("a\n<!-- table -->\n", "new"), undefined);
});

Deno.test("asMarkdown() draws tables that text in cells cannot break", () => {
  const section = { title: "A", head: ["", "x"], rows: [["a|b\nc*", "1"]], behind: ["*"] };
  strictEqual(
    asMarkdown([section], 2),
    "## A\n\n|  | x |\n| --- | ---: |\n| a\\|b c\\* | 1 |\n\n- \\*",
  );
});
