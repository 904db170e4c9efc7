/**
 * What others put into the directory of a store, and what they do to its lock file.
 *
 * @module
 */

import assert from "node:assert/strict";
import { StoreError } from "../../../db/errors.ts";
import { openStore } from "../../../db/open.ts";
import { repairStore } from "../../../db/repair.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { within } from "../../within.ts";

/** Runs with a directory that has a store of one message. */
async function withStore(run: (path: string, base: string) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir();
  const path = `${base}/s`;
  try {
    {
      await using store = await openStore(path);
      await store.append("a", bytesOf("one"), { at: 1 }).done;
    }
    await run(path, base);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("what is not the store's is left alone, and keeps nobody from starting", async () => {
  await withStore(async (path) => {
    // A backup into the directory that was killed, somebody's download, and a directory with a name of ours.
    await Deno.mkdir(`${path}/.today.1a2b3c.part`);
    await Deno.writeTextFile(`${path}/.today.1a2b3c.part/LOCK`, "");
    await Deno.writeTextFile(`${path}/film.part`, "mine");
    await Deno.mkdir(`${path}/00000000.segment`);
    await Deno.symlink("film.part", `${path}/00000098.segment.part`);
    await Deno.writeTextFile(`${path}/00000099.segment.part`, "half a segment");
    await using store = await openStore(path);
    assert.equal(store.stream("a")?.last, 1);
    const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
    for (
      const kept of [".today.1a2b3c.part", "film.part", "00000000.segment", "00000098.segment.part"]
    ) {
      assert.ok(names.includes(kept), kept);
    }
    assert.ok(!names.includes("00000099.segment.part"));
    assert.equal(await Deno.readTextFile(`${path}/film.part`), "mine");
  });
});

Deno.test("a lock file that is a FIFO is named by repair and by opening, and not waited for", async () => {
  await withStore(async (path, base) => {
    await Deno.remove(`${path}/LOCK`);
    await new Deno.Command("mkfifo", { args: [`${path}/LOCK`] }).output();
    const refused = (error: unknown): boolean =>
      error instanceof StoreError && /LOCK: it is a FIFO/.test(error.message);
    await assert.rejects(within(openStore(path), "opening"), refused);
    // The other end is there, so that a program that would wait for it fails this test instead of hanging.
    using _other = await Deno.open(`${path}/LOCK`, { read: true, write: true });
    await assert.rejects(within(repairStore(path, `${base}/repaired`), "repair"), refused);
  });
});

Deno.test("what a lock file leads to that is a link is neither overwritten nor made", async () => {
  await withStore(async (path, base) => {
    await Deno.writeTextFile(`${base}/precious`, "precious");
    for (const target of ["precious", "missing"]) {
      await Deno.remove(`${path}/LOCK`);
      await Deno.symlink(`../${target}`, `${path}/LOCK`);
      await assert.rejects(openStore(path), /LOCK: it is a symbolic link/);
    }
    assert.equal(await Deno.readTextFile(`${base}/precious`), "precious");
    await assert.rejects(Deno.lstat(`${base}/missing`), Deno.errors.NotFound);
  });
});

Deno.test("a writer acknowledges nothing once another one began while its lock file was away", async () => {
  for (const manifests of [1, 3]) {
    await withStore(async (path) => {
      await using first = await openStore(path);
      // Of two groups the first is proved, so that the segment stays.
      for (const body of ["two", "three"]) await first.append("a", bytesOf(body), { at: 2 }).done;
      await Deno.rename(`${path}/LOCK`, `${path}/away`);
      for (let i = 0; i < manifests; i++) {
        await using second = await openStore(path);
        await second.append("a", bytesOf("of the second"), { at: 3 }).done;
      }
      await Deno.rename(`${path}/away`, `${path}/LOCK`);
      await assert.rejects(
        first.append("a", bytesOf("four"), { at: 4 }).done,
        (error: StoreError) => error.code === "failed",
      );
      await first.close();
      await using third = await openStore(path);
      assert.equal(third.stream("a")?.last, 3 + manifests);
    });
  }
});
