/**
 * What is piped into a client and is no text, or does not end.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { startServer, utf8 } from "../harness.ts";
import { chat } from "./program.ts";

const LATIN1 = { input: Uint8Array.from([...utf8("caf"), 0xe9, ...utf8("\nok\n")]) };
const ENDLESS = { redirect: "< /dev/zero" };

Deno.test("chat send refuses what does not end, and what is no UTF-8", async () => {
  const nowhere = ["send", "-s", "127.0.0.1:1"];
  const endless = await chat(nowhere, ENDLESS);
  assertEquals([endless.code, endless.err], [
    1,
    "chat: The input has more than a million characters: nothing was sent.\n",
  ]);
  const other = await chat(nowhere, LATIN1);
  assertEquals([other.code, other.err], [
    1,
    "chat: The input is no text in UTF-8: nothing was sent.\n",
  ]);
});

Deno.test("chat connect gives up a line that does not end, and tells what is no UTF-8", async () => {
  await using server = startServer();
  const where = ["connect", "-s", `127.0.0.1:${server.port}`];
  const endless = await chat([...where, "-n", "zero"], ENDLESS);
  assertEquals(endless.code, 1);
  assert(endless.err.includes("more than a million characters"), endless.err);
  await using ben = await server.text("Ben");
  const other = await chat([...where, "-n", "latin"], LATIN1);
  assertEquals([other.code, other.err], [
    0,
    "Some of the input is no UTF-8: '�' is said in its place.\n",
  ]);
  assertEquals(await ben.line(), "[Server] latin has joined.");
  assertEquals([await ben.line(), await ben.line()], ["latin: caf�", "latin: ok"]);
});
