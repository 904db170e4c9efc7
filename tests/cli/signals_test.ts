/**
 * Ctrl-C that comes twice at once is one wish; another one later insists.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { assertEquals } from "../assert.ts";
import { ScriptChild } from "../script_child.ts";

/** The child, which says what it hears; what it is told is the time on its clock. */
async function started(): Promise<ScriptChild> {
  const child = new ScriptChild(fileURLToPath(new URL("./signals_child.ts", import.meta.url)));
  assertEquals(await child.line(), "ready");
  return child;
}

Deno.test("Ctrl-C that reaches a program twice at once, and SIGTERM with it, lets it close", async () => {
  await using child = await started();
  for (const ms of [10_000, 10_000, 10_999]) {
    await child.write(String(ms));
    assertEquals(await child.line(), `at ${ms}`);
    child.kill("SIGINT");
    assertEquals(await child.line(), "heard");
  }
  child.kill("SIGTERM");
  assertEquals(await child.line(), "heard");
  await child.closeInput();
  assertEquals(await child.line(), "asked, and closed");
  assertEquals(await child.ended(), 0);
});

Deno.test("Ctrl-C a second after the first insists", async () => {
  await using child = await started();
  await child.write("10000");
  await child.line();
  child.kill("SIGINT");
  assertEquals(await child.line(), "heard");
  await child.write("11000");
  await child.line();
  child.kill("SIGINT");
  assertEquals(await child.ended(), 130);
});
