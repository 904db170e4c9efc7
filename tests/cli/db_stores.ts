/**
 * Stores for the tests of `chat db`, filled through the engine's door; and, when started as a program, a writer
 * that holds one open.
 *
 * @module
 */

import { openStore, type Store } from "../../db/mod.ts";
import { within } from "../harness.ts";

const root = new URL("../..", import.meta.url).pathname;

const QUIET = { autoCompact: false, durability: "os" } as const;
/** The time of the first message, in ms since 1970; each later one is a second after. */
export const FIRST_AT = 1_790_000_000_000;

const encoder = new TextEncoder();

/** A value as a store keeps it. */
export function json(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** A directory of its own, removed in the end. */
export function tempFolder(): { readonly path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "chat-db-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/**
 * A store with a bit of everything: 19 messages in 2 streams, of which one is edited, 2 are deleted; 3 keys. Each
 * time that it is closed a segment ends, so there are three of them, with 7, 7 and 11 records.
 */
export async function fillStore(directory: string): Promise<void> {
  for (const from of [1, 8]) {
    await using store = await openStore(directory, QUIET);
    for (let seq = from; seq < from + 7; seq++) await say(store, seq);
  }
  await using store = await openStore(directory, QUIET);
  for (let seq = 15; seq <= 20; seq++) await say(store, seq);
  await store.append("pair/alice/bob", Uint8Array.of(255, 0, 1), { at: FIRST_AT }).done;
  await store.put("room/lobby", json({ name: "lobby" })).done;
  await store.put("user/alice", json({ name: "Alice" })).done;
  await store.put("user/bob", json({ name: "Bob" })).done;
  await store.remove("room/lobby", 3);
  await store.remove("room/lobby", 20);
  await store.edit("room/lobby", 5, json({ content: "edited \u009b\u202e \"'" }));
}

async function say(store: Store, seq: number): Promise<void> {
  const at = FIRST_AT + 1_000 * seq;
  const content = `hello ${seq}`;
  const body = json({ type: "NewMessage", room: "lobby", seq, from: "Alice", content, at });
  await store.append("room/lobby", body, { at }).done;
}

/** Turns over one bit in the first message of the store's second segment: message 8 of the lobby. */
export function flipBit(directory: string): void {
  const path = `${directory}/${segmentNames(directory)[1]}`;
  const bytes = Deno.readFileSync(path);
  // Behind the segment's header and the record's.
  const at = 64 + 40 + 5;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  Deno.writeFileSync(path, bytes);
}

/** Removes the hints, so that opening must read the segments. */
export function removeHints(directory: string): void {
  for (const name of namesIn(directory)) {
    if (name.endsWith(".hint")) Deno.removeSync(`${directory}/${name}`);
  }
}

/** Names of the segment files, in order. */
export function segmentNames(directory: string): string[] {
  return namesIn(directory).filter((name) => name.endsWith(".segment"));
}

/** Names of all that is in a directory, in order. */
export function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

/** Makes a directory that holds something which is no store. */
export function makeForeign(directory: string): void {
  Deno.mkdirSync(directory);
  Deno.writeTextFileSync(`${directory}/letter.txt`, "dear Bob");
}

/** Another process that has a store open for writing. */
export interface Writer extends AsyncDisposable {
  readonly pid: number;
}

/** Starts a writer. `busy`: it also appends, deletes and compacts without a pause. */
export async function startWriter(directory: string, how: "idle" | "busy"): Promise<Writer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-A", "tests/cli/db_stores.ts", directory, how],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = child.stdout.getReader();
  await within(output.read(), "the writer's first word");
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await output.cancel();
      await within(child.status, "the writer's end");
    },
  };
}

/** Holds a store open until standard input ends. */
async function write(directory: string, how: string): Promise<void> {
  await using store = await openStore(directory, { segmentBytes: 16_384, durability: "os" });
  let ended = false;
  const ending = new Response(Deno.stdin.readable).text().then(() => ended = true);
  await Deno.stdout.write(encoder.encode("open\n"));
  while (how === "busy" && !ended) {
    const first = store.nextSeq("room/lobby");
    for (let seq = first; seq < first + 200; seq++) await say(store, seq);
    await store.trim("room/lobby", first - 400);
    await store.compact();
  }
  await ending;
}

if (import.meta.main) {
  const [directory, how] = Deno.args;
  if (directory !== undefined && how !== undefined) await write(directory, how);
}
