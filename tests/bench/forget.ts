/**
 * Makes the system forget what it holds of files.
 *
 * @module
 */

/** Makes the system forget a folder's pages, as after a boot; false where that is not possible. */
export async function forgetPages(directory: string): Promise<boolean> {
  for await (const { name } of Deno.readDir(directory)) {
    try {
      const args = [`if=${directory}/${name}`, "iflag=nocache", "count=0"];
      const dd = new Deno.Command("dd", { args, stdout: "null", stderr: "null" });
      if (!(await dd.output()).success) return false;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }
  return true;
}
