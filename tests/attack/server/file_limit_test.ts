/**
 * A server under `ulimit -f`: the system sends a signal with the write that it refuses, which ends whoever does not expect it.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { serveArgs, ServerProcess } from "../../server/process.ts";

Deno.test({
  name: "the signal that comes with a file's largest size does not end the server",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using server = await ServerProcess.start(serveArgs("--port", "0"));
    for (let n = 0; n < 3; n++) server.signal("SIGXFSZ");
    await using alice = await server.frames("Alice");
    await alice.expectNothing();
    await alice.close();
    assertEquals(await server.end("SIGTERM", 30_000), 0);
  },
});
