/**
 * A file of more than 4 GiB through the real server, whole and in time. It needs the space, and a minute that only a
 * machine has which checks everything: `CHAT_HUGE=1`, or where nothing may be skipped.
 *
 * @module
 */

import { statfsSync } from "node:fs";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { until } from "../../within.ts";
import { someone } from "./pair.ts";
import { namesIn } from "./place.ts";

const BYTES = 4 * 2 ** 30 + 1;
const SECONDS_MAX = 60;

const wanted = Deno.env.get("CHAT_HUGE") === "1" || Deno.env.get("CHAT_NO_SKIPS") === "1";
/** In memory if there is enough, so that the transfer is measured and not the disk. */
const folder = ["/dev/shm", Deno.env.get("TMPDIR") ?? "/tmp"].find((path) => {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize > 1.5 * BYTES;
  } catch {
    return false;
  }
});

Deno.test({
  name: `a sparse file of ${BYTES} bytes arrives within ${SECONDS_MAX} s`,
  ignore: !wanted || folder === undefined,
  async fn() {
    await using server = startServer();
    const at = await Deno.makeTempDir({ dir: folder ?? "/tmp", prefix: "chat-huge-" });
    try {
      await Deno.writeFile(`${at}/huge.bin`, new Uint8Array());
      await Deno.truncate(`${at}/huge.bin`, BYTES);
      const { port } = server;
      await using alice = await someone({ port, name: "Alice" });
      await using bob = await someone({ port, name: "Bob", directory: `${at}/in`, takes: true });
      const began = performance.now();
      alice.transfers.send(`${at}/huge.bin`, { user: "Bob" });
      await until(
        "The end of the transfer",
        () => alice.news.some(({ kind }) => kind === "ended"),
        SECONDS_MAX * 1_000,
      );
      const seconds = (performance.now() - began) / 1_000;
      assertEquals((await alice.until("ended")).end.kind, "done");
      assertEquals((await bob.until("ended")).end.kind, "done");
      assertEquals(namesIn(`${at}/in`), ["huge.bin"]);
      assertEquals((await Deno.stat(`${at}/in/huge.bin`)).size, BYTES);
      assert(seconds < SECONDS_MAX, `It took ${seconds} s`);
    } finally {
      await Deno.remove(at, { recursive: true });
    }
  },
});
