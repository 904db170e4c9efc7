/**
 * `chat serve --transport`: what the program says of its sockets, and what it says where it cannot have them.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { run, serveArgs, ServerProcess } from "../process.ts";
import { KINDS } from "./kinds.ts";

const SAID = { runtime: "with the runtime's sockets", epoll: "with sockets by epoll" } as const;

for (const kind of KINDS) {
  Deno.test(`${kind}: a server says in its first line of log which sockets it has, and serves over them`, async () => {
    await using server = await ServerProcess.start(
      serveArgs("--port", "0", "--transport", kind),
    );
    await using alice = await server.frames("Alice");
    await alice.send({ type: "Broadcast", content: "Hello" });
    assertEquals((await alice.nextOf("NewMessage")).content, "Hello");
    assertEquals(await server.end("SIGTERM", 10_000), 0);
    assert(server.stderr.split("\n")[0]?.endsWith(SAID[kind]), server.stderr);
  });
}

Deno.test("sockets by epoll are refused without the permission to call libc, in a sentence", async () => {
  const args = serveArgs("--port", "0", "--transport", "epoll").filter((arg) =>
    arg !== "--allow-ffi"
  );
  const { code, stdout, stderr } = await run(args);
  assertEquals([code, stdout], [77, ""]);
  assert(stderr.includes("--allow-ffi") && stderr.split("\n").length === 2, stderr);
});

Deno.test("a kind of sockets that there is not is wrong usage", async () => {
  const { code } = await run(serveArgs("--port", "0", "--transport", "pigeons"));
  assertEquals(code, 2);
});
