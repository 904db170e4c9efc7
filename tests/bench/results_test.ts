/**
 * Tests of the arithmetic (results.ts) and of what the table says about it (table.ts).
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Figures, Outcome } from "./generator.ts";
import {
  cell,
  geometricMean,
  type Measurement,
  median,
  ranAhead,
  ratio,
  verdicts,
} from "./results.ts";
import { table } from "./table.ts";
import { crowd, idle, workloads } from "./workloads.ts";

function figures(changed: Partial<Figures>): Outcome {
  const latencyUs = { p50: 1, p99: 2, max: 3 };
  const memory = { startKiB: 0, endKiB: 0, peakKiB: 0 };
  const quiet = { sent: 1, loginMs: 0, behind: 0, generatorBusy: 0, deliveriesPerS: 0 };
  return { kind: "measured", figures: { latencyUs, ...memory, ...quiet, ...changed } };
}

function speed(server: string, workload: string, deliveriesPerS: number, round = 1): Measurement {
  return { server, workload, round, outcome: figures({ deliveriesPerS }) };
}

Deno.test("median() takes the middle, or the mean of the two middle values", () => {
  strictEqual(median([9, 1, 5]), 5);
  strictEqual(median([4, 1, 2, 100]), 3);
});

Deno.test("geometricMean() weighs halves and doubles alike", () => {
  ok(Math.abs(geometricMean([0.5, 2]) - 1) < 1e-12);
});

Deno.test("ratio() compares medians with those of the C reference", () => {
  const rounds = [10, 20, 90].flatMap((value, i) => [
    speed("c", "100x4w8", value, i + 1),
    speed("chat", "100x4w8", 10, i + 1),
  ]);
  strictEqual(ratio(rounds, "chat", "100x4w8"), 0.5);
  strictEqual(ratio(rounds, "chat", "100x4w128"), undefined);
});

Deno.test("cell() has no figures when one round failed", () => {
  const failed: Outcome = { kind: "failed", reason: "lost a message" };
  const all = [speed("chat", crowd.name, 5), {
    server: "chat",
    workload: crowd.name,
    round: 2,
    outcome: failed,
  }];
  deepStrictEqual(cell(all, "chat", crowd.name), failed);
  match(table(all, [{ name: "chat", title: "chat" }], [crowd]), /failed: lost a message/);
});

Deno.test("ranAhead() tells a full window from a server that let members wait", () => {
  const of = (behind: number) =>
    cell(
      [{ server: "c", workload: crowd.name, round: 1, outcome: figures({ behind }) }],
      "c",
      crowd.name,
    );
  strictEqual(ranAhead(of(1), crowd), false);
  strictEqual(ranAhead(of(3), crowd), true);
});

Deno.test("verdicts() says how many columns a mean lacks", () => {
  const all = workloads.filter((w) => w.inMean).slice(1)
    .flatMap(({ name }) => [speed("c", name, 10), speed("chat", name, 9)]);
  const [mean] = verdicts(all, "chat");
  strictEqual(mean?.missing, 1);
  ok(Math.abs(mean.figure - 0.9) < 1e-12);
});

Deno.test("verdicts() counts an idle connection as growth over the empty server", () => {
  const outcome = figures({ startKiB: 50_000, endKiB: 150_000, loginMs: 2500 });
  const list = verdicts([{ server: "chat", workload: idle.name, round: 1, outcome }], "chat");
  deepStrictEqual(list.map(({ figure, unit }) => [figure, unit]), [[10, "KiB each"], [2.5, "s"]]);
});

Deno.test("table() leaves a goal open that was reached by running ahead", () => {
  const ahead = figures({ deliveriesPerS: 20, behind: 40 });
  const all = [speed("c", crowd.name, 10), {
    server: "chat",
    workload: crowd.name,
    round: 1,
    outcome: ahead,
  }];
  const text = table(all, [{ name: "c", title: "C" }, { name: "chat", title: "chat" }], [crowd]);
  match(text, /2\.00 of C +goal ≥ 0\.95 +open, not comparable \*/);
  match(text, /the average member was 40 messages behind, with 1 in flight/);
});
