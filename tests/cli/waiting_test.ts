/**
 * Who waits for a server is told so within about two seconds, and for what.
 *
 * @module
 */

import { assertEquals } from "../assert.ts";
import { ScriptedServer } from "../server/wire/scripted_server.ts";
import { within } from "../within.ts";
import { command } from "./program.ts";

/** The first line that a program says on standard error; it is ended then. */
async function firstWords(args: readonly string[]): Promise<string> {
  const child = command(args, {}).spawn();
  let said = "";
  const told = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (said.includes("\n")) break;
    }
  })();
  await within(told, "What it waits for");
  child.kill("SIGKILL");
  await child.status;
  await child.stdin.close();
  await child.stdout.cancel();
  return said.split("\n")[0] ?? "";
}

Deno.test("chat says what it waits for when a server takes the connection and says nothing", async () => {
  using server = new ScriptedServer();
  const where = `127.0.0.1:${server.port}`;
  const said = await Promise.all([
    firstWords(["connect", where, "--name", "Anna"]),
    firstWords(["send", "--server", where, "--name", "Bob", "hello"]),
  ]);
  const sentence = `${where} took the connection and says nothing. Waiting for its answer…`;
  assertEquals(said, [sentence, sentence]);
});

Deno.test("and why, when nobody listens there yet", async () => {
  const { port } = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr;
  })();
  const said = await firstWords(["connect", `127.0.0.1:${port}`, "--name", "Anna"]);
  const where = `127.0.0.1:${port}`;
  assertEquals(said, `Cannot connect to ${where}: nothing listens there. Trying again…`);
});
