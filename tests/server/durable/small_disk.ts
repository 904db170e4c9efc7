/**
 * A file system of a few hundred kilobytes, mounted for one test.
 *
 * @module
 */

import { assert } from "../../assert.ts";

/** The file that takes the space that is to be missing. */
const BALLAST = "ballast";

/** A mounted file system. */
export interface SmallDisk extends AsyncDisposable {
  /** Where a store may be made. */
  readonly path: string;
  /** Takes all space but so many bytes. */
  fill(left: number): Promise<void>;
  /** Gives the space back. */
  empty(): void;
}

/** Mounts a file system of that size, in bytes. */
export async function smallDisk(size: number): Promise<SmallDisk> {
  const root = await Deno.makeTempDir({ prefix: "chat-small-disk-" });
  const umount = async () => {
    await run("umount", root);
    await Deno.remove(root);
  };
  await run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", root);
  return {
    path: `${root}/store`,
    async fill(left) {
      await using file = await Deno.open(`${root}/${BALLAST}`, { create: true, append: true });
      const step = new Uint8Array(4_096);
      try {
        for (;;) await file.write(step);
      } catch (error) {
        // Whatever the system calls it, there is no space left.
        if (!(error instanceof Error)) throw error;
      }
      const { size } = await file.stat();
      assert(size > left, `Only ${size} bytes were free`);
      await file.truncate(size - left);
    },
    empty: () => Deno.removeSync(`${root}/${BALLAST}`),
    [Symbol.asyncDispose]: umount,
  };
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  assert(success, `${program}: ${new TextDecoder().decode(stderr)}`);
}
