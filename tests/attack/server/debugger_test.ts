/**
 * Somebody's `kill -USR1` must not open the runtime's debugger, which every user of the machine could use.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { command } from "../../cli/program.ts";

Deno.test({
  name: "SIGUSR1 opens no debugger",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const child = command(["serve", "--port", "0", "--anonymous"], {}).spawn();
    await child.stdin.close();
    const errors: string[] = [];
    const [told, kept] = child.stderr.pipeThrough(new TextDecoderStream()).tee();
    const collected = (async () => {
      for await (const text of kept) errors.push(text);
    })();
    const reader = told.getReader();
    await child.stdout.cancel();
    await reader.read();
    child.kill("SIGUSR1");
    child.kill("SIGTERM");
    await reader.cancel();
    await child.status;
    await collected;
    assertEquals(errors.join("").match(/debugger|inspector/i), null);
  },
});
