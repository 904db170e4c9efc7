/**
 * Sockets that nobody has chosen: those by epoll where they can be had, and always some that serve.
 *
 * @module
 */

import { epollFault, openTransport, TransportUnavailable } from "../../../server/transport/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { run, serveArgs, ServerProcess } from "../process.ts";

const CHILD = new URL("auto_child.ts", import.meta.url).pathname;

/** Runs a program that serves as a library, and gives what it says. */
async function embedded(...permissions: readonly string[]): Promise<{
  readonly listening: { readonly transport: string; readonly insteadBecause?: string };
  readonly heard: string;
}> {
  const flags = ["run", "--frozen", "--no-prompt", "--allow-net=127.0.0.1", ...permissions];
  const { code, stdout, stderr } = await run([Deno.execPath(), ...flags, CHILD]);
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

Deno.test("where sockets by epoll can be had they are chosen, and else the runtime's", () => {
  const fault = epollFault();
  assertEquals(openTransport("auto").kind, fault === undefined ? "epoll" : "runtime");
  assertEquals(openTransport("runtime").kind, "runtime");
  if (fault !== undefined) assertThrows(() => void openTransport("epoll"), TransportUnavailable);
});

Deno.test("a program without the permission to call C serves over the runtime's sockets, and is told why", async () => {
  const { listening, heard } = await embedded();
  const mightBe = Deno.build.os === "linux";
  assertEquals([listening.transport, heard], ["runtime", "Hello"]);
  assertEquals(listening.insteadBecause?.includes("--allow-ffi") ?? false, mightBe);
});

Deno.test("with that permission it serves over the best that the machine has", async () => {
  const { listening, heard } = await embedded("--allow-ffi");
  assertEquals(
    [listening.transport, heard],
    [epollFault() === undefined ? "epoll" : "runtime", "Hello"],
  );
});

Deno.test("a log says which sockets nobody has chosen, and why not others", async () => {
  const auto = serveArgs("--port", "0", "--transport", "auto");
  for (const args of [auto, auto.filter((arg) => arg !== "--allow-ffi")]) {
    await using server = await ServerProcess.start(args);
    assertEquals(await server.end("SIGTERM", 10_000), 0);
    const [line = ""] = server.stderr.split("\n");
    const why = "those by epoll need the permission to call libc (--allow-ffi)";
    const isOurs = args === auto && epollFault() === undefined;
    assertEquals(line.endsWith("with sockets by epoll"), isOurs, line);
    if (args !== auto && Deno.build.os === "linux") assert(line.endsWith(why), line);
  }
});
