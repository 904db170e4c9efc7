/**
 * Ctrl-C that comes twice at once is one wish; another one later insists.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { assertEquals } from "../assert.ts";

const CHILD = fileURLToPath(new URL("./signals_child.ts", import.meta.url));

/** The child, its next line, and what its clock shows. */
function start() {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", CHILD],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const lines = linesOf(child.stdout);
  return {
    child,
    line: async () => (await lines.next()).value,
    at: (ms: number) => input.write(new TextEncoder().encode(String(ms))),
    end: () => input.close(),
    rest: () => lines.return(undefined),
  };
}

async function* linesOf(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const chunk of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

Deno.test("Ctrl-C that reaches a program twice at once, and SIGTERM with it, lets it close", async () => {
  const { child, line, at, end, rest } = start();
  assertEquals(await line(), "ready");
  for (const ms of [10_000, 10_000, 10_999]) {
    await at(ms);
    assertEquals(await line(), `at ${ms}`);
    child.kill("SIGINT");
    assertEquals(await line(), "heard");
  }
  child.kill("SIGTERM");
  await end();
  assertEquals(await line(), "asked, and closed");
  assertEquals((await child.status).code, 0);
  await rest();
});

Deno.test("Ctrl-C a second after the first insists", async () => {
  const { child, line, at, end, rest } = start();
  assertEquals(await line(), "ready");
  await at(10_000);
  await line();
  child.kill("SIGINT");
  assertEquals(await line(), "heard");
  await at(11_000);
  await line();
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  await end().catch(() => {});
  await rest();
});
