/**
 * A reader beside a writer that ends segments and compacts them without a pause.
 *
 * Whatever the moment, a reader sees a whole store: nothing is missing, nothing is called damaged, no file is
 * said to be gone, and all is there that was acknowledged before the reader began to look.
 *
 * `CHAT_BESIDE_READS` says how many reads; the default is a few seconds' worth.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { lookBeside } from "../../db/beside.ts";
import { memoryStorage } from "../../db/memory.ts";
import {
  type Damage,
  openReadOnly,
  openStore,
  type ReadOnlyStore,
  verifyStore,
} from "../../db/mod.ts";
import { turns } from "../within.ts";

const READS = Number(Deno.env.get("CHAT_BESIDE_READS") ?? 300);
const WRITER = fileURLToPath(new URL("./beside_child.ts", import.meta.url));
const decoder = new TextDecoder();

Deno.test(`a reader beside a busy writer sees a whole store (${READS} reads)`, async () => {
  const directory = await Deno.makeTempDir();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", WRITER, directory],
    stdout: "piped",
  }).spawn();
  const acknowledged = new Map<string, number>();
  const begun = Promise.withResolvers<void>();
  const listening = listen(child.stdout, acknowledged, begun.resolve);
  const faults: string[] = [];
  try {
    await Promise.race([begun.promise, listening]);
    for (let i = 0; i < READS; i++) {
      try {
        if (i % 3 === 2) await checkVerify(directory);
        else await checkRead(directory, new Map(acknowledged));
      } catch (error) {
        faults.push(`read ${i}: ${error}`);
      }
      // The listener gets its turn, so that what is known to be acknowledged is fresh.
      await turns();
    }
  } finally {
    child.kill("SIGKILL");
    await listening;
    await child.status;
    await Deno.remove(directory, { recursive: true });
  }
  assert.deepEqual(faults, []);
});

async function checkRead(directory: string, expected: ReadonlyMap<string, number>): Promise<void> {
  using store = await openReadOnly(directory);
  for (const [stream, seq] of expected) {
    const last = store.stream(stream)?.last ?? 0;
    assert.ok(last >= seq, `${stream} ends at ${last}, and ${seq} was acknowledged`);
  }
  for (const { name } of store.streams()) await checkStream(store, name);
}

async function checkStream(store: ReadOnlyStore, name: string): Promise<void> {
  const { first, last, count } = store.stream(name) ?? assert.fail(`No stream ${name}`);
  assert.equal(count, last - first + 1, `${name} is dense`);
  const entries = await store.read(name, { after: first - 1, limit: 10_000 });
  const texts = entries.map((entry) => entry.kind === "message" ? decoder.decode(entry.body) : "?");
  assert.deepEqual(texts, Array.from({ length: count }, (_, i) => `${name} ${first + i}`));
}

async function checkVerify(directory: string): Promise<void> {
  const { damages, messages } = await verifyStore(directory);
  assert.deepEqual(damages, []);
  assert.ok(messages > 0);
}

/** Keeps the last acknowledged seq of each stream. */
async function listen(
  stdout: ReadableStream<Uint8Array>,
  acknowledged: Map<string, number>,
  begun: () => void,
): Promise<void> {
  let rest = "";
  for await (const text of stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [stream = "", seq] = line.split(" ");
      acknowledged.set(stream, Number(seq));
    }
    begun();
  }
}

/** A damaged place, for looks that are made up. */
const damageAt = (offset: number): Damage => ({ file: "x", offset, bytes: 0, reason: "bad" });

/** A store's directory that changes with each look, and looks that find one of these after the other. */
function looks(found: readonly (readonly Damage[] | Error)[], options = { changing: true }) {
  const storage = memoryStorage("s");
  void storage.make();
  let count = 0;
  const look = (): Promise<{ damages: readonly Damage[] }> => {
    const now = found[Math.min(count, found.length - 1)] ?? [];
    if (options.changing) storage.create(`${count}.manifest`).close();
    count++;
    return now instanceof Error ? Promise.reject(now) : Promise.resolve({ damages: now });
  };
  return { storage, look, count: () => count };
}

const gone = Object.assign(new Error("gone"), { code: "ENOENT" });

Deno.test("damage counts where nothing changes when a second look sees all of it again", async () => {
  const { storage, look, count } = looks([[damageAt(1)]], { changing: false });
  assert.deepEqual((await lookBeside(storage, look)).damages, [damageAt(1)]);
  assert.equal(count(), 2);
  const written = looks([[damageAt(1)], []], { changing: false });
  assert.deepEqual((await lookBeside(written.storage, written.look)).damages, []);
});

Deno.test("damage that only one look sees is none, and damage that two in a row see is", async () => {
  const none = looks([[damageAt(1)], gone, [damageAt(2)], []]);
  assert.deepEqual((await lookBeside(none.storage, none.look)).damages, []);
  assert.equal(none.count(), 4);
  const some = looks([[damageAt(1)], [damageAt(2), damageAt(3)], [damageAt(3), damageAt(4)]]);
  assert.deepEqual((await lookBeside(some.storage, some.look)).damages, [damageAt(3)]);
});

Deno.test("a store that changes during every look is busy, and a file that is gone is never shown", async () => {
  const { storage, look, count } = looks([gone]);
  await assert.rejects(lookBeside(storage, look), { code: "busy" });
  assert.equal(count(), 20);
});

Deno.test("damage is seen beside a writer too", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await using store = await openStore(directory, { segmentBytes: 256, autoCompact: false });
    for (let i = 0; i < 20; i++) await store.append("a", new Uint8Array(50), { at: 1 }).done;
    const { file } = store.stat().segments[0] ?? assert.fail("No segment");
    using raw = await Deno.open(`${directory}/${file}`, { write: true });
    await raw.seek(100, Deno.SeekMode.Start);
    await raw.write(new Uint8Array(8).fill(0xff));
    let open = true;
    const send = async (): Promise<void> => {
      while (open) await store.append("a", new Uint8Array(50), { at: 1 }).done;
    };
    const sending = send();
    const { damages } = await verifyStore(directory);
    open = false;
    await sending;
    assert.equal(damages[0]?.file, file);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
