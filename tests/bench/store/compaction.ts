/**
 * Compaction: how fast it is, and what it does to those who write meanwhile.
 *
 * @module
 */

import { openStore, type Store } from "../../../db/mod.ts";
import { BODY } from "./appends.ts";
import { fill } from "./fill.ts";
import { line, LoopWatch, ms, quantile, type Report } from "./report.ts";

const MESSAGES = 1_000_000;

/** Measures compaction of a store of which half is dead. */
export async function benchCompaction(directory: string, print: Report): Promise<void> {
  const path = `${directory}/compaction`;
  await using store = await openStore(path, { autoCompact: false });
  await fill(store, { count: MESSAGES, stride: 10_000 }, (i) => {
    store.append(i % 2 === 0 ? "kept" : "dropped", BODY, { at: 1_700_000_000_000 });
  });
  const quiet = await latencies(store, 1000);
  await store.trim("dropped", Infinity);
  const start = performance.now();
  using watch = new LoopWatch();
  const compaction = store.compact({ reach: "all" });
  const busy = await latencies(store, 1000, compaction);
  const { bytesBefore, bytesAfter } = await compaction;
  const seconds = (performance.now() - start) / 1000;
  print(line("compaction, half dead", `${(bytesBefore / seconds / 1e6).toFixed(0)} MB/s`));
  print(line("  before and after", `${mb(bytesBefore)} → ${mb(bytesAfter)}`));
  print(line("append latency p99, quiet", ms(quantile(quiet, 0.99))));
  print(line("append latency p99, while compacting", ms(quantile(busy, 0.99))));
  print(line("loop while compacting at full speed", watch.summary(), "", "", "never > 10 ms"));
}

/** Times of appends one by one: so many, or until something is done. */
async function latencies(
  store: Store,
  number: number,
  until?: Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  let done = false;
  void until?.finally(() => done = true);
  while (until === undefined ? times.length < number : !done) {
    const start = performance.now();
    await store.append("probe", BODY, { at: 1_700_000_000_000 }).done;
    times.push(performance.now() - start);
  }
  return times;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
