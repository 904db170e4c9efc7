/**
 * Files that claim to be larger than they can be, and than all memory: sparse, so that they take nothing of the disk.
 *
 * @module
 */

import assert from "node:assert/strict";
import { diskStorage } from "../../../db/disk.ts";
import { DamageError } from "../../../db/errors.ts";
import { gatherEvidence } from "../../../db/evidence.ts";
import { openReadOnly, openStore } from "../../../db/open.ts";
import { verifyStore } from "../../../db/verify.ts";
import { bytesOf } from "../../db/sim/model.ts";

/** More than one array can hold where memory is short, and more than any file of a store has. */
const HUGE = 3 * 2 ** 30;

/** Makes a store of three segments with hints and two manifests; 12 messages. */
async function makeStore(directory: string): Promise<void> {
  await using store = await openStore(directory, { segmentBytes: 300, autoCompact: false });
  for (let i = 1; i <= 12; i++) await store.append("a", bytesOf(`message ${i}`), { at: i }).done;
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name);
}

/** The first name with an ending, or the last one. */
function named(directory: string, ending: string, which: 0 | -1): string {
  return namesIn(directory).filter((name) => name.endsWith(ending)).sort().at(which) ?? "";
}

async function inStore(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await makeStore(directory);
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

for (const which of ["hint", "manifest"] as const) {
  Deno.test(`a ${which} that is far too long is damaged, and all data is there`, async () => {
    await inStore(async (directory) => {
      const name = named(directory, `.${which}`, which === "hint" ? 0 : -1);
      await Deno.truncate(`${directory}/${name}`, HUGE);
      const verified = await verifyStore(directory);
      assert.deepEqual(verified.damages.filter(({ file }) => file !== name), []);
      const storage = diskStorage(directory);
      const evidence = await gatherEvidence(storage, await storage.list());
      assert.ok(evidence.damages.some(({ file }) => file === name), "repair goes on without it");
      using reader = await openReadOnly(directory);
      assert.equal((await reader.read("a", { limit: 100 })).length, 12);
      await using store = await openStore(directory, { autoCompact: false });
      assert.equal((await store.read("a", { limit: 100 })).length, 12);
      await store.close();
      if (which === "hint") assert.ok((await Deno.stat(`${directory}/${name}`)).size < 10_000);
    });
  });
}

Deno.test("a last segment that is far too long is damaged", async () => {
  await inStore(async (directory) => {
    const unclosed = `${directory}/killed`;
    {
      await using store = await openStore(directory, { autoCompact: false });
      await store.append("a", bytesOf("message 13"), { at: 13 }).done;
      const names = namesIn(directory);
      await Deno.mkdir(unclosed);
      for (const name of names) {
        await Deno.copyFile(`${directory}/${name}`, `${unclosed}/${name}`);
      }
    }
    const name = named(unclosed, ".segment", -1);
    await Deno.truncate(`${unclosed}/${name}`, HUGE);
    await assert.rejects(openStore(unclosed), (error) => {
      assert.ok(error instanceof DamageError, String(error));
      assert.match(error.damages[0]?.reason ?? "", /at most/);
      return true;
    });
  });
});
