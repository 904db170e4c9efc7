/**
 * The real disk: lock, modes, a reader beside a writer, and writers that are killed.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  type DamageError,
  diskStorage,
  LockedError,
  openReadOnly,
  openStore,
  repairStore,
  type StoreError,
  verifyStore,
} from "../../db/mod.ts";
import { bytesOf } from "./sim/model.ts";

const KILLS = Number(Deno.env.get("CHAT_KILLS") ?? 5);
const WRITER = fileURLToPath(new URL("./writer_child.ts", import.meta.url));

/** A directory that is gone afterwards. */
async function tempFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name);
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test("a second writer is refused with the pid of the first, also in the same process", async () => {
  await using folder = await tempFolder();
  await using store = await openStore(`${folder.path}/s`);
  await assert.rejects(openStore(`${folder.path}/s`), (error: LockedError) => {
    assert.ok(error instanceof LockedError);
    assert.equal(error.pid, Deno.pid);
    assert.match(error.message, new RegExp(String(Deno.pid)));
    return true;
  });
  await store.close();
  await store.close();
  await using again = await openStore(`${folder.path}/s`);
  assert.equal(again.stat().messages, 0);
});

Deno.test("repairs go on beside each other; a writer beside them is not told of one who has gone", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/s`;
  const repair = async (into: string): Promise<number> =>
    (await repairStore(path, `${folder.path}/${into}`)).messages;
  {
    await using store = await openStore(path);
    await store.append("a", bytesOf("x"), { at: 1 }).done;
    await assert.rejects(repair("no"), { name: "LockedError", pid: Deno.pid, by: "write" });
  }
  const storage = diskStorage(path);
  const [one, two] = [storage.lock("keep_out"), storage.lock("keep_out")];
  assert.deepEqual([one.kind, two.kind], ["held", "held"]);
  assert.deepEqual(await Promise.all([repair("a"), repair("b")]), [1, 1]);
  await assert.rejects(openStore(path), (error: LockedError) => {
    assert.deepEqual([error.name, error.pid], ["LockedError", undefined]);
    assert.match(error.message, /is being repaired/);
    return true;
  });
  for (const outcome of [one, two]) if (outcome.kind === "held") outcome.lock[Symbol.dispose]();
  await using again = await openStore(path);
  assert.equal(again.stat().messages, 1);
});

Deno.test("what the system says of an open file names the file", async () => {
  await using folder = await tempFolder();
  const storage = diskStorage(folder.path);
  storage.create("00000001.segment").close();
  using file = storage.open("00000001.segment");
  const path = `${folder.path}/00000001.segment`;
  assert.throws(() => file.write(Uint8Array.of(1), 0), { code: "EBADF", path });
});

Deno.test("files are 0600 and the directory is 0700", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/deep/s`;
  {
    await using store = await openStore(path);
    await store.append("a", bytesOf("x"), { at: 1 }).done;
  }
  assert.equal(modeOf(path), 0o700);
  for (const name of namesIn(path)) assert.equal(modeOf(`${path}/${name}`), 0o600, name);
});

Deno.test("a directory that is no store is refused in one sentence, and nothing is made in it", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/notes.txt`, "mine");
  const refused = (error: StoreError): boolean => error.code === "not_a_store";
  await assert.rejects(openStore(folder.path), refused);
  await assert.rejects(openReadOnly(folder.path), refused);
  await assert.rejects(verifyStore(folder.path), refused);
  await assert.rejects(openReadOnly(`${folder.path}/missing`), refused);
  assert.deepEqual(namesIn(folder.path), ["notes.txt"]);
});

Deno.test("a store is read and verified beside its writer, and what is read stays readable over compaction", async () => {
  await using folder = await tempFolder();
  await using store = await openStore(folder.path, { segmentBytes: 2000, autoCompact: false });
  for (let i = 1; i <= 100; i++) store.append("a", bytesOf(`m${i}`), { at: i });
  await store.flush();
  using reader = await openReadOnly(folder.path);
  await store.trim("a", 90);
  await store.compact({ reach: "all" });
  assert.equal((await reader.read("a", { after: 0, limit: 1000 })).length, 100);
  using later = await openReadOnly(folder.path);
  assert.equal((await later.read("a", { after: 0, limit: 1000 })).length, 11);
  assert.deepEqual((await verifyStore(folder.path)).damages, []);
});

Deno.test("a reader backs up what it sees, over writes and compaction, linked or copied", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/s`;
  await using store = await openStore(path, { segmentBytes: 2000, autoCompact: false });
  for (let i = 1; i <= 100; i++) await store.append("a", bytesOf(`m${i}`), { at: i }).done;
  using reader = await openReadOnly(path);
  const { lsn, segments } = reader.stat();
  await reader.backup(`${folder.path}/linked`);
  await store.append("a", bytesOf("later"), { at: 101 }).done;
  await store.trim("a", 90);
  await store.compact({ reach: "all" });
  const told: number[] = [];
  const report = await reader.backup(`${folder.path}/copied`, {
    link: false,
    onProgress: (done) => told.push(done),
  });
  assert.deepEqual(report, { segments: segments.length, bytes: told.at(-1), lsn });
  await reader.backup(`${folder.path}/gone`);
  await assert.rejects(reader.backup(path), (error: StoreError) => error.code === "not_empty");
  for (const name of ["linked", "copied", "gone"]) {
    const made = `${folder.path}/${name}`;
    assert.deepEqual((await verifyStore(made)).damages, []);
    await using copy = await openStore(made);
    assert.equal(copy.stat().lsn, lsn, name);
    assert.equal((await copy.read("a", { after: 0, limit: 1000 })).length, 100);
  }
  assert.deepEqual((await verifyStore(path)).damages, []);
});

Deno.test("flush(), backup() and compact() end while others go on writing", async () => {
  await using folder = await tempFolder();
  await using store = await openStore(`${folder.path}/s`, { segmentBytes: 20_000 });
  let open = true;
  const sender = async (): Promise<void> => {
    while (open) await store.append("a", bytesOf("x"), { at: 1 }).done;
  };
  const senders = [sender(), sender()];
  await store.flush();
  const { lsn } = await store.backup(`${folder.path}/b`);
  await store.compact({ reach: "all" });
  open = false;
  await Promise.all(senders);
  await using copy = await openStore(`${folder.path}/b`);
  assert.equal(copy.stat().messages, lsn - 1);
  assert.deepEqual((await verifyStore(`${folder.path}/b`)).damages, []);
  await assert.rejects(
    store.backup(folder.path),
    (error: StoreError) => error.code === "not_empty",
  );
});

Deno.test("a batch is all or nothing, and a refused one takes no seq", async () => {
  await using folder = await tempFolder();
  await using store = await openStore(folder.path);
  const bad = [
    { kind: "append" as const, stream: "a", body: bytesOf("1"), at: 1 },
    { kind: "put" as const, key: "", value: bytesOf("") },
  ];
  assert.throws(() => store.batch(bad), RangeError);
  assert.equal(store.nextSeq("a"), 1);
  assert.deepEqual(store.batch(bad.slice(0, 1)).seqs, [1]);
  await store.flush();
  assert.equal(store.stream("a")?.count, 1);
});

Deno.test("a store in memory touches no directory", async () => {
  await using folder = await tempFolder();
  await using store = await openStore(`${folder.path}/s`, { durability: "none" });
  await store.append("a", bytesOf("x"), { at: 1 }).done;
  assert.equal((await store.read("a")).length, 1);
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test(`what a writer has acknowledged is there after kill -9 (${KILLS} kills of one store)`, async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/s`;
  for (let round = 0; round < KILLS; round++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--allow-all", WRITER, path],
      stdout: "piped",
    }).spawn();
    const acknowledged = await killAfter(child, 1 + Math.floor(Math.random() * 60));
    await using store = await openStore(path, { segmentBytes: 20_000 });
    for (const [stream, seq] of acknowledged) {
      assert.ok((store.stream(stream)?.last ?? 0) >= seq, `round ${round}: ${stream} ${seq}`);
    }
    for (const { name, first, last, count } of store.streams()) {
      const entries = await store.read(name, { after: 0, limit: 10_000 });
      assert.equal(count, last - first + 1, "Seqs are dense");
      for (const entry of entries) {
        assert.equal(
          entry.kind === "message" && new TextDecoder().decode(entry.body),
          `${name} ${entry.seq}`,
        );
      }
    }
    await store.close();
    assert.deepEqual((await verifyStore(path)).damages as DamageError["damages"], []);
  }
});

/** Reads what a writer acknowledges, kills it after some milliseconds, and gives the last seq of each stream. */
async function killAfter(child: Deno.ChildProcess, ms: number): Promise<Map<string, number>> {
  const last = new Map<string, number>();
  let text = "";
  const decoder = new TextDecoder();
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const chunk of child.stdout) {
    timer ??= setTimeout(() => child.kill("SIGKILL"), ms);
    text += decoder.decode(chunk, { stream: true });
  }
  clearTimeout(timer);
  await child.status;
  for (const line of text.split("\n").slice(0, -1)) {
    const [stream = "", seq] = line.split(" ");
    last.set(stream, Number(seq));
  }
  return last;
}
