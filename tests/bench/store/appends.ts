/**
 * Durable appends: acknowledged messages a second with 1, 8, 64 and 512 in flight, against SQLite.
 *
 * SQLite is synchronous, so "in flight" means nothing to it: one insert for each transaction is what a server would do
 * that acknowledges one by one, and as many rows as are in flight for each is what one would do that gathers as well as
 * the store does. Each rate stands beside both.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { openStore } from "../../../db/mod.ts";
import { count, line, LoopWatch, type Report } from "./report.ts";

/** A message's body. */
export const BODY: Uint8Array = crypto.getRandomValues(new Uint8Array(200));

const SECONDS = 2;
const REPEATS = 3;

/** Measures appends. */
export async function benchAppends(directory: string, print: Report): Promise<void> {
  const single = sqliteRate(`${directory}/1.sqlite`, 1);
  const hundred = sqliteRate(`${directory}/hundred.sqlite`, 100);
  for (const inFlight of [1, 8, 64, 512]) {
    const rates: number[] = [];
    for (let i = 0; i < REPEATS; i++) {
      rates.push(await storeRate(`${directory}/${inFlight}-${i}`, inFlight));
    }
    const rate = Math.max(...rates);
    const what = `appends/s, ${inFlight} in flight (best of ${REPEATS})`;
    const goal = inFlight === 64 ? "≥ 100,000 and ≥ 20 ×" : "";
    print(line(what, count(rate), count(single), `${(rate / single).toFixed(1)} ×`, goal));
    if (inFlight === 1) continue;
    const gathered = sqliteRate(`${directory}/${inFlight}.sqlite`, inFlight);
    const beside = `  beside ${inFlight} rows for each of SQLite's commits`;
    print(line(beside, "", count(gathered), `${(rate / gathered).toFixed(1)} ×`));
  }
  const batches = await batchRate(`${directory}/batches`);
  const ratio = `${(batches / hundred).toFixed(1)} ×`;
  print(
    line("batches of 100, rows/s, 64 in flight", count(batches), count(hundred), ratio, "≥ 2 ×"),
  );
  const latency = await loopUnderLoad(`${directory}/latency`);
  print(line("loop while 64 are in flight", latency, "", "", "never > 10 ms"));
}

async function storeRate(directory: string, inFlight: number): Promise<number> {
  await using store = await openStore(directory);
  let acknowledged = 0;
  const end = performance.now() + SECONDS * 1000;
  const start = performance.now();
  const sender = async (): Promise<void> => {
    while (performance.now() < end) {
      await store.append("lobby", BODY, { at: Date.now() }).done;
      acknowledged++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  return acknowledged / (performance.now() - start) * 1000;
}

async function batchRate(directory: string): Promise<number> {
  await using store = await openStore(directory);
  const writes = Array.from({ length: 100 }, () => (
    { kind: "append" as const, stream: "lobby", body: BODY, at: Date.now() }
  ));
  let acknowledged = 0;
  const start = performance.now();
  const end = start + SECONDS * 1000;
  const sender = async (): Promise<void> => {
    while (performance.now() < end) {
      await store.batch(writes).done;
      acknowledged += writes.length;
    }
  };
  await Promise.all(Array.from({ length: 64 }, sender));
  return acknowledged / (performance.now() - start) * 1000;
}

async function loopUnderLoad(directory: string): Promise<string> {
  await using store = await openStore(directory);
  using watch = new LoopWatch();
  const end = performance.now() + SECONDS * 1000;
  const sender = async (): Promise<void> => {
    while (performance.now() < end) await store.append("lobby", BODY, { at: Date.now() }).done;
  };
  await Promise.all(Array.from({ length: 64 }, sender));
  return watch.summary();
}

function sqliteRate(path: string, rows: number): number {
  using database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  database.exec(
    "CREATE TABLE m (stream TEXT, seq INTEGER, at INTEGER, body BLOB, PRIMARY KEY (stream, seq)) WITHOUT ROWID",
  );
  const insert = database.prepare("INSERT INTO m VALUES ('lobby', ?, ?, ?)");
  let seq = 0;
  const start = performance.now();
  const end = start + SECONDS * 1000;
  while (performance.now() < end) {
    database.exec("BEGIN");
    for (let i = 0; i < rows; i++) insert.run(++seq, Date.now(), BODY);
    database.exec("COMMIT");
  }
  return seq / (performance.now() - start) * 1000;
}
