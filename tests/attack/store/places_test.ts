/**
 * A directory in which something is not as it should be: files that are missing, cut, or no files at all.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DamageError, StoreError } from "../../../db/errors.ts";
import { memoryStorage } from "../../../db/memory.ts";
import { openReadOnly, openStore } from "../../../db/open.ts";
import { repairStore } from "../../../db/repair.ts";
import type { Storage } from "../../../db/storage.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { Session } from "../../db/sim/session.ts";
import { simWorld } from "../../db/sim/world.ts";
import { within } from "../../within.ts";

/** The files of a store whose process was killed behind its first segment, with 3 messages in the active one. */
async function killed(): Promise<{ files: Map<string, Uint8Array>; active: string }> {
  await using session = new Session({ segmentBytes: 300 });
  await session.open();
  for (let i = 1; i <= 12; i++) {
    session.append("a", `message ${i}`);
    await session.settle();
  }
  const files = session.disk.contents();
  const segments = [...files].filter(([name]) => name.endsWith(".segment")).sort();
  const active = segments.findLast(([, bytes]) => bytes.length > 64)?.[0] ?? "";
  return { files, active };
}

/** What opening, opening for reading and verifying say of files. */
async function judged(files: Map<string, Uint8Array>): Promise<(string | undefined)[]> {
  const options = (): { storage: SimDisk; world: ReturnType<typeof simWorld> } => ({
    storage: new SimDisk(files),
    world: simWorld(7),
  });
  const refusal = async (open: () => Promise<Disposable | AsyncDisposable>) => {
    try {
      await using _ = await open() as AsyncDisposable;
      return undefined;
    } catch (error) {
      assert.ok(error instanceof DamageError, String(error));
      return error.damages[0]?.reason;
    }
  };
  return [
    await refusal(() => openStore("x", { ...options(), autoCompact: false })),
    await refusal(() => openReadOnly("x", options())),
    (await verifyStore("x", options())).damages[0]?.reason,
  ];
}

Deno.test("a missing active segment is damage for opening, reading and verifying", async () => {
  const { files, active } = await killed();
  assert.deepEqual(await judged(files), [undefined, undefined, undefined]);
  files.delete(active);
  for (const reason of await judged(files)) assert.match(String(reason), /missing/);
});

Deno.test("an active segment that is cut within its header is damage, at every length", async () => {
  const { files, active } = await killed();
  const whole = files.get(active) ?? new Uint8Array();
  for (let length = 0; length < 64; length++) {
    files.set(active, whole.slice(0, length));
    for (const reason of await judged(files)) {
      assert.match(String(reason), /cut short/, `cut at ${length}`);
    }
  }
});

Deno.test("an active segment that is another store's, and good, is damage", async () => {
  const { files, active } = await killed();
  await using other = new Session({ seed: 99, segmentBytes: 300 });
  await other.open();
  files.set(active, other.disk.contents().get("00000001.segment") ?? new Uint8Array());
  for (const reason of await judged(files)) assert.match(String(reason), /another store/);
});

/** What else can bear a file's name, and how it gets there. */
const OTHERS: Record<string, (path: string) => Promise<unknown>> = {
  "a FIFO": (path) => new Deno.Command("mkfifo", { args: [path] }).output(),
  "a directory": (path) => Deno.mkdir(path),
  "a symbolic link": async (path) => {
    await new Deno.Command("mkfifo", { args: [`${path}.fifo`] }).output();
    await Deno.symlink(`${path}.fifo`, path);
  },
  "a socket": async (path) => {
    const other = `${path}.listener`;
    // Closing the listener removes the name that it was given, not the second one.
    using _ = Deno.listen({ transport: "unix", path: other });
    await Deno.link(other, path);
  },
};

for (const [what, make] of Object.entries(OTHERS)) {
  Deno.test(`${what} with the name of a segment, hint or manifest holds nothing up`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      {
        await using store = await openStore(directory);
        await store.append("a", bytesOf("one"), { at: 1 }).done;
      }
      for (const name of ["00000009.segment", "00000001.hint", "00000009.manifest"]) {
        await Deno.remove(`${directory}/${name}`).catch(() => {});
        await make(`${directory}/${name}`);
        const verified = await within(verifyStore(directory), `verify with ${what} as ${name}`);
        const isSegment = name.endsWith("segment");
        assert.equal(verified.damages.length, isSegment ? 1 : 0, name);
        if (isSegment) assert.match(verified.damages[0]?.reason ?? "", new RegExp(what));
        const opened = await within(
          openStore(directory).then(
            (store) => store.close(),
            (error) => error,
          ),
          `opening with ${what} as ${name}`,
        );
        if (isSegment) assert.ok(opened instanceof DamageError, String(opened));
        else assert.ok(opened === undefined || opened instanceof StoreError, String(opened));
        const report = await within(
          repairStore(directory, `${directory}/repaired`),
          `repair with ${what} as ${name}`,
        );
        assert.equal(report.messages, 1);
        await Deno.remove(`${directory}/repaired`, { recursive: true });
        await Deno.remove(`${directory}/${name}`, { recursive: true }).catch(() => {});
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

/** A storage whose process may have only so many files open. */
function withFew(storage: Storage, most: number): Storage {
  let open = 0;
  return {
    ...storage,
    open: (name) => {
      if (open >= most) throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
      const file = storage.open(name);
      open++;
      let counted = true;
      const close = (): void => {
        if (counted) open--;
        counted = false;
        file.close();
      };
      return { ...file, close, [Symbol.dispose]: close };
    },
    filesMax: () => most,
    at: storage.at,
  };
}

Deno.test("who may open no more files is refused in the store's words, and edits when there are some again", async () => {
  const disk = memoryStorage("none");
  {
    await using store = await openStore("none", { storage: disk, autoCompact: false });
    await store.append("a", new Uint8Array(9), { at: 1 }).done;
  }
  let most = 9;
  const few: Storage = {
    ...disk,
    open: (name) => {
      if (most === 0) throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
      return disk.open(name);
    },
  };
  await using store = await openStore("none", { storage: few, autoCompact: false });
  most = 0;
  const isBusy = (error: unknown): boolean =>
    error instanceof StoreError && error.code === "busy" && error.outcome === "not_written";
  await assert.rejects(store.edit("a", 1, new Uint8Array(1)), isBusy);
  await assert.rejects(store.read("a"), isBusy);
  most = 9;
  await store.edit("a", 1, new Uint8Array(1));
  const [entry] = await store.read("a");
  assert.equal(entry?.kind === "message" && entry.body.length, 1);
});

Deno.test("a store of far more segments than files may be open is read, verified, copied and repaired", async () => {
  const disk = memoryStorage("many");
  await using store = await openStore("many", {
    storage: disk,
    segmentBytes: 256,
    autoCompact: false,
  });
  for (let i = 0; i < 300; i++) {
    await store.append("a", new Uint8Array(250), { at: i }).done;
  }
  await store.close();
  const segments = (await disk.list()).filter((name) => name.endsWith(".segment")).length;
  assert.ok(segments >= 150, `${segments} segments`);
  const storage = withFew(disk, 40);
  assert.deepEqual((await verifyStore("many", { storage })).damages, []);
  using reader = await openReadOnly("many", { storage });
  assert.equal((await reader.read("a", { limit: 1000 })).length, 300);
  await reader.backup("copy", { link: false });
  assert.equal((await repairStore("many", "repaired", { storage })).messages, 300);
});
