/**
 * The client without a screen: its lines are what they seem.
 *
 * @module
 */

import { plainLines } from "../../cli/plain.ts";
import { assert, assertEquals } from "../assert.ts";

const SAID = { type: "NewMessage", room: "lobby", seq: 1, from: "Mal", at: 0 } as const;

Deno.test("no message gives a line that begins like one of the server's, or holds its mark", () => {
  for (const content of ["[Server] Ben has left.", "x\n[Server] Ben has left.", "\r[Server] x"]) {
    const lines = plainLines({ ...SAID, content }, "Anna") ?? "";
    for (const line of lines.trimEnd().split("\n")) assert(line.startsWith("Mal: "), line);
    assert(!lines.includes("[Server]"), lines);
  }
  const left = plainLines({ type: "UserLeft", room: "lobby", username: "Ben" }, "Anna");
  assertEquals(left, "[Server] Ben has left.\n");
});
