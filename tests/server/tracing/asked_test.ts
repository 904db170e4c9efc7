/**
 * Who may have messages marked, and what is answered: operators, each for a connection's life, and nobody else.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { ask, comesIn, refused } from "../conformance/asking.ts";

const operatorToken = "operator".repeat(5);

Deno.test("an operator has messages marked and no more, and is told by which clock; nobody else is", async () => {
  await using server = startServer({ operatorToken });
  await using guest = await server.frames("Gus");
  await refused(guest, { type: "Trace", on: true }, "forbidden");
  await refused(guest, { type: "Trace", room: "lobby", seq: 1 }, "forbidden");
  await refused(guest, { type: "Trace", last: true }, "forbidden");
  await using op = await comesIn(server, { username: "Op", operator: operatorToken });
  await refused(op, { type: "Trace" }, "invalid");
  await refused(op, { type: "Trace", on: true, room: "no room" }, "bad_name");
  await refused(op, { type: "Trace", room: "lobby", seq: 1 }, "not_found");
  await refused(op, { type: "Trace", last: true }, "not_found");
  const first = await ask(op, { type: "Trace", on: true, room: "Lobby" });
  assertEquals([first["type"], first["on"], first["room"]], ["Tracing", true, "Lobby"]);
  const second = await ask(op, { type: "Trace", on: false });
  assertEquals([second["on"], second["room"], second["kept"]], [false, undefined, 0]);
  const [a, b] = [first["clock"], second["clock"]] as { kind: string; ns: number; at: number }[];
  assert(a !== undefined && b !== undefined && a.kind === b.kind && a.ns <= b.ns);
  assert(Math.abs(Date.now() - b.at) < 60_000);
});
