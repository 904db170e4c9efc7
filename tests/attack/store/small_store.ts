/**
 * A small store with everything in it that a store can hold, as files, and all that is true of it.
 *
 * @module
 */

import { openStore } from "../../../db/open.ts";
import type { ReadStore } from "../../../db/reader.ts";
import type { Store } from "../../../db/store.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { simWorld } from "../../db/sim/world.ts";

/** The files of a directory. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** What a store holds: each message and key as one line, and the next seq of each stream. */
export type Content = ReadonlyMap<string, string>;

/** A store as it was left. */
export interface SmallStore {
  readonly files: Files;
  /** What it holds. */
  readonly content: Content;
  /** What it held before that, state by state; a torn end may bring back one of these. */
  readonly earlier: readonly Content[];
  /** Everything that ever stood at each place: an older version may show where the newest is damaged. */
  readonly versions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether the process was killed, so that the last segment is not complete. */
  readonly killed: boolean;
}

const decoder = new TextDecoder();

/** The name of its stream stands in every body, as in a chat's messages. */
export function streamOfBody(body: Uint8Array): string | undefined {
  const text = decoder.decode(body);
  return text.includes("|") ? text.slice(0, text.indexOf("|")) : undefined;
}

/** Reads all that a store holds. Throws on damage. */
export async function contentOf(store: ReadStore): Promise<Content> {
  const content = new Map<string, string>();
  for (const { name, last } of store.streams()) {
    for (const entry of await store.read(name, { after: 0, limit: 10_000 })) {
      if (entry.kind === "damaged") throw new Error(`${name} ${entry.seq}: ${entry.damage.reason}`);
      const edited = entry.edited ? " edited" : "";
      content.set(`${name} ${entry.seq}`, `${entry.at} ${decoder.decode(entry.body)}${edited}`);
    }
    content.set(`last of ${name}`, String(last));
  }
  for (const key of store.keys()) {
    content.set(`key ${key}`, decoder.decode(await store.get(key)));
  }
  return content;
}

/** Makes a store: compacted parts, complete segments, and one that is written to. */
export async function smallStore(killed: boolean): Promise<SmallStore> {
  const disk = new SimDisk();
  const store = await openStore("small", {
    storage: disk,
    world: simWorld(1),
    segmentBytes: 1500,
    autoCompact: false,
  });
  const earlier: Content[] = [];
  const versions = new Map<string, Set<string>>();
  const step = async (done: unknown): Promise<void> => {
    await done;
    await store.flush();
    const content = await contentOf(store);
    for (const [place, what] of content) {
      const known = versions.get(place) ?? new Set();
      versions.set(place, known.add(what));
    }
    earlier.push(content);
  };
  await fill(store, step);
  if (!killed) await store.close();
  const files = disk.contents();
  if (killed) await store.close();
  const content = earlier.pop() ?? new Map();
  return { files, content, earlier, versions, killed };
}

async function fill(store: Store, step: (done: unknown) => Promise<void>): Promise<void> {
  const say = (stream: string, text: string, at = 1000): Promise<void> =>
    step(store.append(stream, bytesOf(`${stream}|${text}`), { at }).done);
  for (let i = 1; i <= 3; i++) await say("room/ended", `old ${i}`, 0);
  for (let i = 1; i <= 14; i++) await say(i % 3 === 0 ? "room/b" : "room/a", `early ${i}`, i);
  await step(store.put("key/one", bytesOf("1")).done);
  await step(store.put("key/gone", bytesOf("2")).done);
  await step(store.edit("room/a", 2, bytesOf("room/a|edited and compacted")));
  await step(store.remove("room/a", 3));
  await step(store.delete("key/gone").done);
  await step(store.trim("room/b", 2));
  await step(store.retain((stream) => stream === "room/ended" ? 1 : undefined));
  await step(store.compact({ reach: "all" }));
  for (let i = 1; i <= 22; i++) {
    await say(i % 4 === 0 ? "pair/x/y" : "room/a", `middle ${i}`, 100 + i);
  }
  await step(store.edit("room/a", 9, bytesOf("room/a|edited")));
  await step(store.remove("room/b", 3));
  await step(
    store.batch([
      { kind: "append", stream: "room/c", body: bytesOf("room/c|in a batch"), at: 500 },
      { kind: "append", stream: "room/a", body: bytesOf("room/a|in a batch"), at: 500 },
      { kind: "put", key: "key/one", value: bytesOf("3") },
    ]).done,
  );
  await say("room/ended", "begun again", 400);
  for (let i = 1; i <= 7; i++) {
    await say(i % 2 === 0 ? "room/late" : "room/a", `late ${i}`, 600 + i);
  }
}
