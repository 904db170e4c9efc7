/**
 * Tests of what is measured when (schedule.ts), of the options (options.ts) and of the plot (plot.ts).
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { explained } from "./explained.ts";
import { judge, judgeTogether } from "./goals.ts";
import { parse, type Plan } from "./options.ts";
import { plot } from "./plot.ts";
import type { Measurement } from "./results.ts";
import { type Choice, Clock, keyOf, type Step, stepsOf } from "./schedule.ts";
import { servers, whyNot } from "./servers.ts";
import { allWorkloads, crowd, pages, type Workload, workloads } from "./workloads.ts";

const first = workloads[0] ?? crowd;

function choice(names: readonly string[], columns: readonly Workload[]): Choice {
  const rows = servers.filter(({ name }) => names.includes(name));
  return { rows, columns, probes: [], everywhere: false };
}

function planOf(...args: string[]): Plan {
  const plan = parse("peers", args);
  if (typeof plan === "string") throw new Error(plan);
  return plan;
}

Deno.test("stepsOf() lets the servers of a workload follow each other, and turns them round", () => {
  const asked = choice(["c", "chat", "nats"], [first, crowd]);
  deepStrictEqual(stepsOf(asked, 1).map(keyOf), [
    ...["c", "chat", "nats"].map((name) => `${first.name} ${name}`),
    ...["c", "chat", "nats"].map((name) => `${crowd.name} ${name}`),
  ]);
  deepStrictEqual(
    stepsOf({ ...asked, columns: [first] }, 2).map(keyOf),
    ["nats", "chat", "c"].map((name) => `${first.name} ${name}`),
  );
});

Deno.test("stepsOf() leaves out in even rounds those of whom no goal speaks", () => {
  const asked = choice(["c", "ngircd"], [first]);
  strictEqual(stepsOf(asked, 1).length, 2);
  strictEqual(stepsOf(asked, 2).length, 1);
  strictEqual(stepsOf(asked, 3).length, 2);
});

Deno.test("stepsOf() asks nobody for what it cannot do, even by name", () => {
  const asked = { ...choice(["c", "chat", "chat-durable"], [pages]), everywhere: true };
  deepStrictEqual(stepsOf(asked, 1).map(keyOf), ["pages chat-durable"]);
  for (const spec of servers) {
    for (const workload of allWorkloads.filter(({ needs }) => needs === undefined)) {
      strictEqual(whyNot({ ...spec, membersMax: Infinity }, workload), undefined);
    }
  }
});

Deno.test("every goal that the whole table tells is one that its steps can answer", () => {
  const { rows, columns } = planOf();
  const steps = stepsOf({ rows, columns, probes: [], everywhere: false }, 1);
  const measurements = steps.flatMap((step): Measurement[] => {
    if (step.kind === "probe") return [];
    const times = { p50: 1, p99: 2, max: 3 };
    const figures = { deliveriesPerS: 1, sent: 1, latencyUs: times, pageUs: times, answersPerS: 1 };
    const rest = { loginMs: 1, behind: 0, generatorBusy: 0, startKiB: 0, endKiB: 1, peakKiB: 1 };
    const outcome = { kind: "measured", figures: { ...figures, ...rest } } as const;
    return [{ server: step.spec.name, workload: step.workload.name, round: 1, outcome }];
  });
  const readings = (["start", "help", "page"] as const).map((probe) => ({
    probe,
    round: 1,
    ms: 1,
  }));
  const results = { measurements, readings };
  const open = [...judge(results, "chat"), ...judgeTogether(results)]
    .filter(({ figure, open }) => figure === undefined || open !== undefined).map(({ id }) => id);
  deepStrictEqual(open, ["old-w1", "old-w8"]);
});

Deno.test("explained names only goals that there are", () => {
  const ids = new Set(
    [
      ...judge({ measurements: [], readings: [] }, "chat"),
      ...judgeTogether({
        measurements: [],
        readings: [],
      }),
    ].map(({ id }) => id),
  );
  for (const key of Object.keys(explained)) {
    const [id = "", server] = key.split("/");
    ok(ids.has(id), key);
    ok(server === undefined || servers.some(({ name }) => name === server), key);
  }
});

Deno.test("a Clock believes what steps took, and guesses the others", () => {
  const clock = new Clock(2);
  const [step, other] = stepsOf(choice(["c", "chat"], [first]), 1) as [Step, Step];
  const guess = clock.estimate([step, other]);
  ok(guess >= 4, `${guess}`);
  clock.note(step, 100);
  ok(clock.estimate([step, other]) > 100 + guess / 3);
  strictEqual(clock.estimate([step, step]), 200);
});

Deno.test("parse() plans everything within its time, and what is asked for without a limit", () => {
  const whole = planOf();
  deepStrictEqual([whole.rounds, whole.minutes, whole.isWhole], [5, 25, true]);
  deepStrictEqual([planOf("--quick").rounds, planOf("--quick").minutes], [1, 4]);
  const part = planOf("--servers", "chat,c", "--rounds", "7");
  deepStrictEqual([part.rounds, part.minutes, part.isWhole], [7, undefined, false]);
  deepStrictEqual(part.rows.map(({ name }) => name), ["c", "chat"]);
  match(String(parse("peers", ["--only", "nothing"])), /--only does not know "nothing"/);
  match(String(parse("peers", ["--rounds", "0"])), /--rounds must be a number above 0/);
});

Deno.test("plot() draws a bar for each figure, the longest as wide as the panel", () => {
  const times = { p50: 1, p99: 2, max: 3 };
  const rest = { loginMs: 1, behind: 0, generatorBusy: 0, startKiB: 0, endKiB: 1, peakKiB: 1 };
  const measurements = [["c", 4e6], ["chat", 2e6]].map(([server, deliveriesPerS]) => ({
    server: String(server),
    workload: first.name,
    round: 1,
    outcome: {
      kind: "measured",
      figures: {
        deliveriesPerS: Number(deliveriesPerS),
        sent: 1,
        latencyUs: times,
        pageUs: times,
        answersPerS: 0,
        ...rest,
      },
    } as const,
  }));
  const rows = [{ name: "c", title: "C & co" }, { name: "chat", title: "chat" }];
  const svg = plot({ measurements, readings: [] }, rows, [first, crowd]);
  const widths = [...svg.matchAll(/<rect [^>]*width="(\d+)"/g)].map(([, width]) => Number(width));
  strictEqual(widths.length, 2);
  ok(Math.abs((widths[0] ?? 0) / (widths[1] ?? 1) - 2) < 0.02, `${widths}`);
  match(svg, /C &amp; co/);
  match(svg, /4\.00 M/);
  match(svg, /prefers-color-scheme: dark/);
});
