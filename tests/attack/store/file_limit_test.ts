/**
 * Files that may not become larger (`ulimit -f`): what does not fit is refused, and the store goes on with what does.
 *
 * @module
 */

import assert from "node:assert/strict";
import { StoreError } from "../../../db/errors.ts";
import { openStore } from "../../../db/open.ts";
import type { Storage } from "../../../db/storage.ts";
import { verifyStore } from "../../../db/verify.ts";
import { folder } from "../../server/durable/place.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { simWorld } from "../../db/sim/world.ts";

Deno.test({
  name: "a write beyond the largest size of a file fails with the system's code, and ends nobody",
  ignore: Deno.build.os === "windows",
  async fn() {
    using place = folder();
    const child = new URL("file_limit_child.ts", import.meta.url).pathname;
    // Blocks of 512 bytes or of 1,024, as the shell likes: either way the limit is not above 1 GiB.
    const script = 'ulimit -f 1048576 && exec "$0" run -A --no-prompt --frozen "$@"';
    const { stdout, success } = await new Deno.Command("sh", {
      args: ["-c", script, Deno.execPath(), child, place.path],
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "EFBIG\n");
    assert.ok(success);
  },
});

Deno.test("a store whose segment may not grow refuses what does not fit, and takes what does", async () => {
  const disk = new SimDisk();
  const { storage: plain } = mount(disk);
  const largest = 8_192;
  const storage: Storage = {
    ...plain,
    create: (name) => {
      const file = plain.create(name);
      const write = (bytes: Uint8Array, at: number): number => {
        const taken = file.write(bytes.subarray(0, Math.max(0, largest - at)), at);
        if (taken === bytes.length) return taken;
        throw Object.assign(new Error("File too large"), { code: "EFBIG" });
      };
      return { ...file, write };
    },
  };
  {
    await using store = await openStore("s", { autoCompact: false, storage, world: simWorld(1) });
    await store.append("a", bytesOf("first"), { at: 1 }).done;
    const refused = store.append("a", new Uint8Array(largest), { at: 2 }).done;
    await assert.rejects(
      refused,
      (error) =>
        error instanceof StoreError && error.code === "full" && error.outcome === "not_written" &&
        /may not become larger/.test(error.message),
    );
    await store.append("a", bytesOf("second"), { at: 3 }).done;
    assert.equal(store.stream("a")?.last, 2);
  }
  assert.deepEqual((await verifyStore("s", { storage: disk })).damages, []);
});
