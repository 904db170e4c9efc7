/**
 * `chat ban` beside a running server: real processes and a real server.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { Machine } from "./machine.ts";

const TOKEN = "the operator's token of this test";

Deno.test("an operator bans people and ranges of addresses, lists them, and lets them in again", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  const ban = (...args: readonly string[]) =>
    machine.run(["ban", ...args], { CHAT_OPERATOR_TOKEN: TOKEN });
  assertEquals((await ban("list")).out, "Nobody is banned.\n");
  await using ben = await server.frames("Ben");
  const added = await ban("add", "Ben", "--for", "2h", "--why", "spam\x1b[2J");
  assertEquals([added.code, added.err, added.out], [0, "", "Ben is banned now.\n"]);
  assertEquals((await ben.nextOf("Error")).code, "banned");
  assertEquals((await ban("add", "203.0.113.0/24")).code, 0);
  const listed = (await ban("list", "--json")).out.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(listed.map(({ user, address }) => user ?? address), ["Ben", "203.0.113.0/24"]);
  assert(Math.abs(listed[0].until - Date.now() - 7_200_000) < 60_000);
  const { out } = await ban("list");
  assert(out.includes("Ben") && out.includes("for ever") && !out.includes("\x1b"), out);
  for (const whom of ["ben", "203.0.113.0/24"]) assertEquals((await ban("remove", whom)).code, 0);
  assertEquals((await ban("list")).out, "Nobody is banned.\n");
  const twice = await ban("remove", "Ben");
  assertEquals([twice.code, twice.err], [1, "chat: 'Ben' is not banned on this server.\n"]);
  const wrong = await ban("add", "10.0.0.0/99");
  assert(wrong.code === 1 && wrong.err.includes("is no address"), wrong.err);
  const never = await ban("add", "Ben", "--for", "soon");
  assertEquals(never.code, 2, never.err);
});
