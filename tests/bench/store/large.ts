/**
 * A large store: how fast it opens, what a message costs in memory, and how fast pages come.
 *
 * The messages go to a thousand streams in turn, so a page's messages lie far apart: the worst case for reading.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { openStore, type Store } from "../../../db/mod.ts";
import { BODY } from "./appends.ts";
import { fill } from "./fill.ts";
import type { Opening } from "./open_child.ts";
import { line, LoopWatch, ms, quantile, type Report } from "./report.ts";

const CHILD = fileURLToPath(new URL("./open_child.ts", import.meta.url));
const STREAMS = 1000;
const PAGES = 2000;
const PAGE = 50;

/** Measures a store of so many messages. */
export async function benchLarge(
  directory: string,
  messages: number,
  print: Report,
): Promise<void> {
  const path = `${directory}/large`;
  const millions = `${messages / 1e6} M`;
  await fillRooms(path, messages);
  const cold = dropCaches();
  const { ms: opened, indexBytes, rss } = await opening(path);
  const goal = messages === 1e7 ? "≤ 1 s" : "";
  print(line(`open ${millions}${cold ? ", cold" : ""}`, ms(opened), "", "", goal));
  print(
    line(
      "memory for a message, index",
      `${(indexBytes / messages).toFixed(1)} B`,
      "",
      "",
      "≤ 16 B",
    ),
  );
  print(line("memory for a message, whole process", `${(rss / messages).toFixed(1)} B`));
  await using store = await openStore(path, { autoCompact: false });
  const reference = sqlitePages(`${directory}/large.sqlite`, Math.min(messages, 1_000_000));
  for (const isCold of cold ? [true, false] : [false]) {
    if (isCold) dropCaches();
    else await fillCache(path);
    const { times, loop } = await pages(store, isCold ? 200 : PAGES);
    const name = `page of ${PAGE} from ${millions}, ${isCold ? "cold" : "warm"}`;
    print(
      line(`${name}, p50`, ms(quantile(times, 0.5)), isCold ? "" : ms(quantile(reference, 0.5))),
    );
    const goal = "≤ 2 ms";
    print(
      line(
        `${name}, p99`,
        ms(quantile(times, 0.99)),
        isCold ? "" : ms(quantile(reference, 0.99)),
        "",
        goal,
      ),
    );
    print(line("loop while pages are read", loop));
  }
}

/** Opens the store in a process of its own. */
async function opening(path: string): Promise<Opening> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", CHILD, path],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function fillRooms(path: string, messages: number): Promise<void> {
  await using store = await openStore(path, { durability: "os", autoCompact: false });
  await fill(store, { count: messages, stride: 10_000 }, (i) => {
    store.append(`room ${i % STREAMS}`, BODY, { at: 1_700_000_000_000 + i });
  });
}

async function pages(store: Store, number: number): Promise<{ times: number[]; loop: string }> {
  using watch = new LoopWatch();
  const times: number[] = [];
  for (let i = 0; i < number; i++) {
    const stream = `room ${Math.floor(Math.random() * STREAMS)}`;
    const last = store.stream(stream)?.last ?? 0;
    const before = PAGE + Math.floor(Math.random() * last);
    const start = performance.now();
    const page = await store.read(stream, { before, limit: PAGE });
    times.push(performance.now() - start);
    await new Promise<void>((resolve) => void setImmediate(resolve));
    if (page.some(({ kind }) => kind === "damaged")) throw new Error("A page is damaged");
  }
  return { times, loop: watch.summary() };
}

/** The same pages from SQLite, which keeps a stream's messages side by side. */
function sqlitePages(path: string, messages: number): number[] {
  using database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
  database.exec(
    "CREATE TABLE m (stream INTEGER, seq INTEGER, body BLOB, PRIMARY KEY (stream, seq)) WITHOUT ROWID",
  );
  const insert = database.prepare("INSERT INTO m VALUES (?, ?, ?)");
  database.exec("BEGIN");
  for (let i = 0; i < messages; i++) insert.run(i % STREAMS, 1 + Math.floor(i / STREAMS), BODY);
  database.exec("COMMIT");
  const select = database.prepare(
    "SELECT seq, body FROM m WHERE stream = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
  );
  return Array.from({ length: PAGES }, () => {
    const before = PAGE + Math.floor(Math.random() * messages / STREAMS);
    const start = performance.now();
    select.all(Math.floor(Math.random() * STREAMS), before, PAGE);
    return performance.now() - start;
  });
}

/** Brings a store's files into the page cache. */
async function fillCache(path: string): Promise<void> {
  for await (const { name } of Deno.readDir(path)) {
    const file = await Deno.open(`${path}/${name}`);
    await file.readable.pipeTo(new WritableStream());
  }
}

/** Empties the page cache, where that is allowed. */
function dropCaches(): boolean {
  try {
    Deno.writeTextFileSync("/proc/sys/vm/drop_caches", "1");
    return true;
  } catch {
    // Only root may, and only outside of a container; the figures are then all warm.
    return false;
  }
}
