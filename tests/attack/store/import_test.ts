/**
 * Dumps that meet a store which has given out their seqs, and what a dump remembers of streams that have ended.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Importer } from "../../../cli/db/importer.ts";
import { dumpLines } from "../../../cli/db/dump.ts";
import { memoryStorage } from "../../../db/memory.ts";
import { openStore } from "../../../db/open.ts";
import type { Storage, StorageFile } from "../../../db/storage.ts";
import { verifyStore } from "../../../db/verify.ts";
import type { Store } from "../../../db/store.ts";
import { bytesOf } from "../../db/sim/model.ts";

/** Opens a store in memory. */
function store(storage = memoryStorage()): Promise<Store> {
  return openStore(storage.path, { storage, autoCompact: false });
}

/** Brings all that one store holds into another one. */
async function bring(from: Store, to: Store): Promise<Importer> {
  const importer = new Importer(to, { replace: false, asIs: true });
  for await (const line of dumpLines(from)) await importer.take(line);
  await importer.settle();
  return importer;
}

Deno.test("messages that cannot come back, since their seqs were given out, are counted and named", async () => {
  await using whole = await store();
  await using holed = await store();
  for (let i = 1; i <= 8; i++) await whole.append("a", bytesOf(`message ${i}`), { at: i }).done;
  await holed.append("a", bytesOf("message 1"), { at: 1 }).done;
  await holed.skip("a", 5, { lost: true });
  await holed.append("a", bytesOf("message 5"), { at: 5 }).done;
  const { counts } = await bring(whole, holed);
  assert.deepEqual(
    { messages: counts.messages, passed: counts.passed, missing: counts.missing },
    { messages: 3, passed: 2, missing: 3 },
  );
  assert.deepEqual(counts.missingAt, [{ stream: "a", from: 2, to: 4 }]);
  const again = await bring(whole, holed);
  assert.equal(again.counts.missing, 3);
});

Deno.test("what a store has lost comes back in a new one, into which an older dump goes first and the store's own then", async () => {
  await using whole = await store();
  for (let i = 1; i <= 8; i++) await whole.append("a", bytesOf(`message ${i}`), { at: i }).done;
  const disk = memoryStorage();
  {
    await using holed = await store(disk);
    for (let i = 1; i <= 12; i++) await holed.append("a", bytesOf(`message ${i}`), { at: i }).done;
    await holed.put("k", bytesOf("newer")).done;
    await holed.compact({ reach: "all" });
  }
  await using holed = await store(disk);
  for (const name of (await disk.list()).filter((name) => name.endsWith(".segment"))) {
    damageMessages(disk, name, ["message 3", "message 4"]);
  }
  await using made = await store();
  assert.equal((await bring(whole, made)).counts.messages, 8);
  const { counts } = await bring(holed, made);
  assert.deepEqual(
    {
      messages: counts.messages,
      passed: counts.passed,
      lost: counts.lost,
      missing: counts.missing,
    },
    { messages: 4, passed: 8, lost: 0, missing: 0 },
  );
  const entries = await made.read("a", { after: 0 });
  assert.deepEqual(
    entries.map(({ seq, kind }) => [seq, kind]),
    Array.from({ length: 12 }, (_, i) => [i + 1, "message"]),
  );
  // Without the older dump they are lost, and said to be.
  await using alone = await store();
  assert.equal((await bring(holed, alone)).counts.lost, 2);
});

/** Changes a letter of messages where they lie. */
function damageMessages(disk: Storage, name: string, texts: readonly string[]): void {
  using file = disk.open(name);
  const bytes = new Uint8Array(file.size());
  file.readNow(bytes, 0);
  const text = new TextDecoder("latin1").decode(bytes);
  for (const one of texts) {
    const at = text.indexOf(one);
    if (at !== -1) file.write(bytesOf("?"), at);
  }
}

/** A place in memory, and how often its disk was waited for. */
function counting(): { storage: Storage; syncs: () => number } {
  let syncs = 0;
  const storage = memoryStorage();
  const counted = (file: StorageFile): StorageFile => {
    const sync = file.sync.bind(file);
    return Object.assign(file, {
      sync: () => {
        syncs++;
        return sync();
      },
    });
  };
  const [create, open] = [storage.create.bind(storage), storage.open.bind(storage)];
  Object.assign(storage, {
    create: (name: string) => counted(create(name)),
    open: (name: string) => counted(open(name)),
  });
  return { storage, syncs: () => syncs };
}

Deno.test("a dump of edited messages waits for the disk no more often than one of others, and leaves no text of theirs twice", async () => {
  const waits: number[] = [];
  for (const edits of [0, 200]) {
    await using from = await store();
    for (let i = 1; i <= 200; i++) await from.append("a", bytesOf(`message ${i}`), { at: i }).done;
    for (let i = 1; i <= edits; i++) await from.edit("a", i, bytesOf(`message ${i}!`));
    const { storage, syncs } = counting();
    {
      await using made = await store(storage);
      const before = syncs();
      assert.equal((await bring(from, made)).counts.messages, 200);
      waits.push(syncs() - before);
      // What was edited says so still, in another dump, too.
      let edited = 0;
      for await (const line of dumpLines(made)) {
        if (line.kind === "message" && line.edited) edited++;
      }
      assert.equal(edited, edits);
    }
    const { dead, damages } = await verifyStore(storage.path, { storage });
    assert.deepEqual([dead, damages], [0, []]);
  }
  assert.equal(waits[1], waits[0]);
});

Deno.test("a stream that has ended does not begin with seqs of old in a store made of a dump", async () => {
  await using old = await store();
  for (let i = 1; i <= 50; i++) await old.append("a", bytesOf(`message ${i}`), { at: i }).done;
  await old.retain(() => 1_000);
  assert.equal(old.nextSeq("a"), 51);
  const storage = memoryStorage();
  {
    await using made = await store(storage);
    await bring(old, made);
    assert.equal((await bring(old, made)).counts.keys, 0, "once is enough");
  }
  await using made = await store(storage);
  assert.equal(made.nextSeq("a"), 51);
  assert.deepEqual([...made.keys()], [], "the store's own key is nobody's");
});
