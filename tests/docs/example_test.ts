/**
 * The example in the README runs as it stands there, and prints what it says.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";

const root = new URL("../..", import.meta.url);

Deno.test("the library's example in the README prints what stands below it", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const [, code, args, printed] =
    /```ts\n(\/\/ example\.ts[\s\S]*?)```\n\n```\n\$ deno (run .*) example\.ts\n([\s\S]*?)```/
      .exec(readme) ?? [];
  assert(code !== undefined && args !== undefined, "the example is not there");
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/example.ts`;
    await Deno.writeTextFile(path, code.replace("./mod.ts", new URL("mod.ts", root).href));
    const config = new URL("deno.json", root).pathname;
    const words = [...args.split(" "), "--quiet", "--frozen", "--config", config, path];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: words }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals([text(stdout), text(stderr)], [printed, ""]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
