/**
 * Claims about what waits for a reader: bounds, order, and that every lost call is counted.
 *
 * @module
 */

import fc from "fast-check";
import { callsOf, figuresOf, ReaderQueue } from "../../../cli/observe/reader_queue.ts";
import { READER_GROUP_CALLS } from "../../../cli/observe/limits.ts";
import type { End, Io, Snapshot } from "../../../observe/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { BEGIN, io, snapshot } from "./made.ts";

/** What a reader takes, as observations. */
function taken(bytes: Uint8Array | undefined): (Io | Snapshot | End)[] {
  const text = new TextDecoder().decode(bytes);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

function all(queue: ReaderQueue): (Io | Snapshot | End)[] {
  const told = [];
  for (let bytes = queue.take(); bytes !== undefined; bytes = queue.take()) {
    told.push(...taken(bytes));
  }
  return told;
}

/** The figures after so many calls. */
function figures(calls: number): Snapshot {
  return { ...snapshot(0), ts: BEGIN + calls, produced: calls + 5, received: calls, lost: 5 };
}

Deno.test("calls and figures come out in the order in which they came in", () => {
  const queue = new ReaderQueue();
  for (const piece of callsOf([io({ bytes: 1 }), io({ bytes: 2 })])) queue.offer(piece);
  queue.offer(figuresOf(figures(2)));
  for (const piece of callsOf([io({ bytes: 3 })])) queue.offer(piece);
  const told = all(queue).map((one) => one.kind === "io" ? one.bytes : one.kind);
  assertEquals(told, [1, 2, "snapshot", 3]);
  assertEquals([queue.take(), queue.lost], [undefined, 0]);
});

Deno.test("figures that still wait give way to newer ones, behind the calls between them", () => {
  const queue = new ReaderQueue();
  queue.offer(figuresOf(figures(0)));
  for (const piece of callsOf([io({ bytes: 1 })])) queue.offer(piece);
  queue.offer(figuresOf(figures(1)));
  assertEquals(all(queue).map(({ kind }) => kind), ["io", "snapshot"]);
});

Deno.test("many calls are kept or lost in groups", () => {
  const counts = callsOf(Array.from({ length: 2 * READER_GROUP_CALLS + 1 }, () => io()))
    .map(({ count }) => count);
  assertEquals(counts, [READER_GROUP_CALLS, READER_GROUP_CALLS, 1]);
  assertEquals(callsOf([]), []);
});

Deno.test("the end tells losses, too, and figures never have less than nothing received", () => {
  const queue = new ReaderQueue(1);
  for (const piece of callsOf([io(), io()])) queue.offer(piece);
  const last = { ...figures(1), produced: 6 };
  queue.offer(figuresOf({ kind: "end", ts: last.ts, reason: "time", last }));
  const [end] = all(queue);
  assert(end?.kind === "end");
  assertEquals([end.last.received, end.last.lost, end.last.produced], [0, 6, 6]);
});

Deno.test("whatever is offered and taken: bounded, in order, and received + lost = produced", () => {
  const steps = fc.array(fc.oneof(
    fc.record({ offer: fc.integer({ min: 1, max: 600 }) }),
    fc.constant("figures" as const),
    fc.constant("take" as const),
  ));
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 200_000 }), (steps, max) => {
      const queue = new ReaderQueue(max);
      let calls = 0;
      let waiting = 0;
      const told: (Io | Snapshot | End)[] = [];
      const take = () => {
        const bytes = queue.take();
        const observations = taken(bytes);
        if (observations[0]?.kind === "io") waiting -= bytes?.length ?? 0;
        told.push(...observations);
        return bytes !== undefined;
      };
      for (const step of steps) {
        if (step === "take") take();
        else if (step === "figures") queue.offer(figuresOf(figures(calls)));
        else {
          const ios = Array.from({ length: step.offer }, () => io({ ts: BEGIN + ++calls }));
          for (const piece of callsOf(ios)) {
            const before = queue.lost;
            queue.offer(piece);
            if (queue.lost === before) waiting += piece.bytes.length;
            assert(waiting <= max, "Calls wait within the bound");
          }
        }
      }
      queue.offer(figuresOf(figures(calls)));
      while (take());
      const last = told.at(-1);
      assert(last?.kind === "snapshot", "The latest figures always arrive");
      assertEquals(last.ts, BEGIN + calls);
      let ios = 0;
      let ts = 0;
      for (const one of told) {
        assert(one.ts >= ts, "Nothing is out of order");
        ts = one.ts;
        if (one.kind === "io") ios++;
        else if (one.kind === "snapshot") {
          assertEquals(one.received + one.lost, one.produced);
          assertEquals(one.received, ios, "What is not lost has been told before");
        }
      }
      assertEquals(ios + queue.lost, calls);
    }),
    { numRuns: 40 },
  );
});
