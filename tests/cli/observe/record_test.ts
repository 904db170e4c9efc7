/**
 * `--record` by root for the user that called sudo: what they could not write, it does not write.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { testByRoot } from "../../skips.ts";
import { chat } from "../program.ts";

const NOBODY = 65_534;
const SUDO = { SUDO_UID: `${NOBODY}`, SUDO_GID: `${NOBODY}` };

/** Where the kernel cannot be asked this is refused, but behind the opening of the file. */
function record(path: string) {
  const options = ["--pid", `${Deno.pid}`, "--duration", "1", "--record", path];
  return chat(["observe", ...options], { env: SUDO });
}

testByRoot(
  "a recording is its user's alone, and no link of theirs leads root to another file",
  async () => {
    const directory = await Deno.makeTempDir();
    const secret = await Deno.makeTempFile();
    try {
      await Deno.chown(directory, NOBODY, NOBODY);
      await Deno.writeTextFile(secret, "root's\n");
      await Deno.symlink(secret, `${directory}/link`);
      const { code, err } = await record(`${directory}/link`);
      assertEquals(code, 1, err);
      assert(err.includes(`${directory}/link cannot be opened`), err);
      assertEquals(await Deno.readTextFile(secret), "root's\n");

      await record(`${directory}/own`);
      const { uid, mode } = await Deno.stat(`${directory}/own`);
      assertEquals([uid, (mode ?? 0) & 0o777], [NOBODY, 0o600]);
    } finally {
      await Deno.remove(directory, { recursive: true });
      await Deno.remove(secret);
    }
  },
);
