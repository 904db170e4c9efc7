/**
 * Stores of every version of the format that was ever released: they are read as they were written.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { isComplete, openReadOnly, openStore, repairStore, verifyStore } from "../../db/mod.ts";
import { bytesOf, pictureOf } from "./sim/model.ts";

const GOLDEN = fileURLToPath(new URL("../golden/", import.meta.url));
/** The second has what was added to version 1: the LSNs of a compacted segment, the salt of the one that is written to. */
const VERSIONS = ["store-v1", "store-v1-ranged"];

for (const version of VERSIONS) {
  Deno.test(`${version} is read as it was written, verified, repaired, written on and compacted`, async () => {
    const wanted = (await Deno.readTextFile(`${GOLDEN}${version}.txt`)).trimEnd();
    const directory = await Deno.makeTempDir();
    try {
      for await (const { name } of Deno.readDir(`${GOLDEN}${version}`)) {
        await Deno.copyFile(`${GOLDEN}${version}/${name}`, `${directory}/${name}`);
      }
      {
        using reader = await openReadOnly(directory);
        assert.equal(await pictureOf(reader), wanted);
      }
      assert.deepEqual((await verifyStore(directory)).damages, []);
      const report = await repairStore(directory, `${directory}/saved`);
      assert.ok(isComplete(report), JSON.stringify(report.maybe));
      {
        using saved = await openReadOnly(`${directory}/saved`);
        assert.equal(await pictureOf(saved), wanted);
      }
      await using store = await openStore(directory, { segmentBytes: 600 });
      assert.equal(await pictureOf(store), wanted);
      await store.append("a", bytesOf("new"), { at: 9000 }).done;
      await store.compact({ reach: "all" });
      assert.equal(store.stream("a")?.last, 10);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
