/**
 * `--record` by root: what the user that called sudo could not write, it does not write, and no name that somebody else made
 * leads it to another file.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { testByRoot } from "../../skips.ts";
import { chat } from "../program.ts";

const NOBODY = 65_534;
const SUDO = { SUDO_UID: `${NOBODY}`, SUDO_GID: `${NOBODY}` };
const SECRET = "root's\n";

/** Where the kernel cannot be asked this is refused, but behind the opening of the file. */
function record(path: string, env: Readonly<Record<string, string>>) {
  const options = ["--pid", `${Deno.pid}`, "--duration", "0.1", "--record", path];
  return chat(["observe", ...options], { env });
}

/** A directory of a user's, and a file of root's that they may not read. */
async function withUserAndSecret(run: (directory: string, secret: string) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  const secret = await Deno.makeTempFile();
  try {
    await Deno.chown(directory, NOBODY, NOBODY);
    await Deno.writeTextFile(secret, SECRET, { mode: 0o600 });
    await run(directory, secret);
    assertEquals(await Deno.readTextFile(secret), SECRET);
  } finally {
    await Deno.remove(directory, { recursive: true });
    await Deno.remove(secret);
  }
}

testByRoot(
  "a recording is its user's alone, and no link of theirs leads root to another file",
  () =>
    withUserAndSecret(async (directory, secret) => {
      await Deno.symlink(secret, `${directory}/link`);
      const { code, err } = await record(`${directory}/link`, SUDO);
      assertEquals([code, err], [
        1,
        `chat: ${directory}/link cannot be opened: it is a link, and a recording follows none.\n`,
      ]);
      await record(`${directory}/own`, SUDO);
      const { uid, mode } = await Deno.stat(`${directory}/own`);
      assertEquals([uid, (mode ?? 0) & 0o777], [NOBODY, 0o600]);
    }),
);

testByRoot(
  "root itself follows no link either, and writes into no file with another name or owner",
  () =>
    withUserAndSecret(async (directory, secret) => {
      const cases: readonly [string, (path: string) => Promise<void>, string][] = [
        [
          "link",
          (path) => Deno.symlink(secret, path),
          "it is a link, and a recording follows none",
        ],
        ["lost", (path) => Deno.symlink(`${directory}/nothing`, path), "it is a link, and a "],
        ["second", (path) => Deno.link(secret, path), "it has a second name elsewhere"],
        ["folder", (path) => Deno.mkdir(path), "it is a directory"],
        ["theirs", async (path) => {
          await Deno.writeTextFile(path, SECRET);
          await Deno.chown(path, NOBODY, NOBODY);
        }, "it is another user's"],
      ];
      for (const [name, make, why] of cases) {
        const path = `${directory}/${name}`;
        await make(path);
        const { code, err } = await record(path, {});
        assertEquals(code, 1, err);
        assert(err.startsWith(`chat: ${path} cannot be opened: ${why}`), err);
      }
      assertEquals(await Deno.readTextFile(`${directory}/theirs`), SECRET);
      // What the link that led nowhere pointed to was not made.
      const names = (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).sort();
      assertEquals(names, ["folder", "link", "lost", "second", "theirs"]);
    }),
);

testByRoot(
  "a recording that is there is written anew, and is its owner's alone from then on",
  () =>
    withUserAndSecret(async (directory) => {
      const path = `${directory}/old`;
      await Deno.writeTextFile(path, "x".repeat(100_000));
      await Deno.chmod(path, 0o644);
      await record(path, {});
      const { mode } = await Deno.stat(path);
      assertEquals((mode ?? 0) & 0o777, 0o600);
      assert(!(await Deno.readTextFile(path)).includes("x".repeat(100)));
    }),
);
