/**
 * What a server pays at its start for a long past: a hundred thousand rooms, a million users whom earlier versions have
 * written down twice each, and as many messages, spread over all rooms.
 *
 * The reference is SQLite that is asked for the newest number of each room, which is what a start must know.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { openStore } from "../../../db/mod.ts";
import { fill } from "./fill.ts";
import { line, ms, type Report } from "./report.ts";
import type { Start } from "./start_child.ts";

const CHILD = fileURLToPath(new URL("./start_child.ts", import.meta.url));
/** Ten messages a second: ten million are eleven days. */
const MESSAGE_EVERY_MS = 100;
/** Records between two waits for the disk. */
const STRIDE = 10_000;
const encoder = new TextEncoder();

/** How long the past is. */
export interface Past {
  readonly rooms: number;
  readonly users: number;
  readonly messages: number;
}

/** Measures the start with such a past. */
export async function benchStart(
  directory: string,
  { rooms, users, messages }: Past,
  print: Report,
): Promise<void> {
  const path = `${directory}/start`;
  await fillPast(path, { rooms, users, messages });
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    // As `deno task chat` runs it.
    args: ["run", "--v8-flags=--max-semi-space-size=2", "--no-check", "--allow-all", CHILD, path],
  }).output();
  const start: Start = JSON.parse(new TextDecoder().decode(stdout));
  const reference = sqliteStart(`${directory}/start.sqlite`, rooms, Math.min(messages, 1_000_000));
  const isWhole = messages === 1e7;
  const name = `start: ${rooms / 1e3} k rooms, ${users / 1e6} M users, ${
    messages / 1e6
  } M messages`;
  print(line(name, ms(start.ms), ms(reference), "", isWhole ? "≤ 3 s" : ""));
  const memory = `${(start.rss / 1e6).toFixed(0)} MB`;
  print(line("  memory of the whole process", memory, "", "", isWhole ? "≤ 400 MB" : ""));
}

async function fillPast(path: string, { rooms, users, messages }: Past): Promise<void> {
  await using store = await openStore(path, { durability: "os", autoCompact: false });
  await fill(store, { count: rooms, stride: STRIDE }, (i) => {
    store.put(`room/room${i}`, encoder.encode(`{"name":"Room${i}","topic":"about ${i}"}`));
  });
  for (const seen of [1, 2]) {
    await fill(store, { count: users, stride: STRIDE }, (i) => {
      const value = `{"name":"user${i}","first":1764000000000,"last":176400000000${seen}}`;
      store.put(`user/user${i}`, encoder.encode(value));
    });
  }
  await fill(store, { count: messages, stride: STRIDE }, (i) => {
    const at = 1_764_000_000_000 + i * MESSAGE_EVERY_MS;
    store.append(`room/room${i % rooms}`, encoder.encode(messageOf(i, rooms, at)), { at });
  });
}

/** A message as a server writes it. */
function messageOf(i: number, rooms: number, at: number): string {
  const seq = 1 + Math.floor(i / rooms);
  return `{"type":"NewMessage","seq":${seq},"room":"Room${i % rooms}","from":"user${i % 997}",` +
    `"content":"words of number ${i}","at":${at},"id":"id-${i}"}`;
}

/** Opens a database with as many messages and asks for the newest of each room. */
function sqliteStart(path: string, rooms: number, messages: number): number {
  {
    using database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
    database.exec(
      "CREATE TABLE m (room INTEGER, seq INTEGER, body BLOB, PRIMARY KEY (room, seq)) WITHOUT ROWID",
    );
    const insert = database.prepare("INSERT INTO m VALUES (?, ?, ?)");
    const body = encoder.encode(messageOf(0, rooms, 0));
    database.exec("BEGIN");
    for (let i = 0; i < messages; i++) insert.run(i % rooms, 1 + Math.floor(i / rooms), body);
    database.exec("COMMIT");
  }
  const start = performance.now();
  using database = new DatabaseSync(path);
  database.prepare("SELECT room, max(seq) FROM m GROUP BY room").all();
  return performance.now() - start;
}
