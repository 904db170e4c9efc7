/**
 * The built page in the repository is what its sources give.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { assertEquals } from "../assert.ts";

Deno.test("the page was built after it was changed last", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...manifest.tasks.page.split(" ").slice(1), "--check"],
    cwd: new URL("../..", import.meta.url).pathname,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
});
