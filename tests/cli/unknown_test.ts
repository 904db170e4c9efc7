/**
 * A server that does not know what became of a message: what scripts and people read is true.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { ScriptedServer } from "../server/wire/scripted_server.ts";
import { chat } from "./program.ts";

Deno.test("chat send says that the outcome is unknown, and does not claim that nothing was sent", async () => {
  using server = new ScriptedServer();
  const running = chat(
    ["send", "--server", `127.0.0.1:${server.port}`, "--name", "ci", "--timeout", "3", "hi"],
  );
  await using peer = await server.accept();
  await peer.welcomes();
  const { id } = await peer.hears("Broadcast");
  await peer.says({ type: "Error", re: id, code: "unknown", msg: "Who knows." });
  const { code, err } = await running;
  assertEquals(code, 1);
  assertEquals(
    err,
    "chat: The server did not acknowledge the message within 3 s. It is not known whether it was stored.\n",
  );
});

Deno.test("chat connect in a pipe says it again after the server's restart, once, and tells its reader", async () => {
  using server = new ScriptedServer();
  const running = chat(
    ["connect", "--server", `127.0.0.1:${server.port}`, "--name", "bot"],
    { input: "hello\n" },
  );
  let id: string;
  {
    await using peer = await server.accept();
    await peer.welcomes();
    ({ id } = await peer.hears("Broadcast"));
    await peer.says({ type: "Error", re: id, code: "unknown", msg: "Who knows." });
  }
  await using peer = await server.accept();
  await peer.welcomes();
  await peer.hasSaidAll();
  const again = await peer.hears("Broadcast");
  assertEquals([again.id, again.content], [id, "hello"]);
  await peer.acks(again, 1);
  const { code, out } = await running;
  assertEquals(code, 0);
  assert(out.includes("could not say whether a message of yours was stored"), out);
});
