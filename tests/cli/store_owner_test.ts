/**
 * What is another user's store stays that user's.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { testByRoot } from "../skips.ts";
import { fillStore, namesIn, tempFolder } from "./db_stores.ts";
import { chat } from "./program.ts";

const NOBODY = 65_534;

testByRoot(
  "root compacts and fills no store of another user, and says as whom to do it",
  async () => {
    using folder = tempFolder();
    const data = `${folder.path}/store`;
    await fillStore(data);
    const dump = (await chat(["db", "dump", data])).out;
    for (const path of [data, ...namesIn(data).map((name) => `${data}/${name}`)]) {
      await Deno.chown(path, NOBODY, NOBODY);
    }
    const before = namesIn(data);
    for (
      const [args, input] of [[["db", "compact", "--yes", data], ""], [
        ["db", "import", data],
        dump,
      ]] as const
    ) {
      const { code, err } = await chat(args, { input });
      assertEquals(code, 1, err);
      assert(err.includes("belongs to another user (65534): do this as that one"), err);
    }
    assertEquals(namesIn(data), before);
  },
);
