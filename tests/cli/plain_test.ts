/**
 * The client without a screen: its lines are what they seem.
 *
 * @module
 */

import { plainLines } from "../../cli/plain.ts";
import { assert, assertEquals } from "../assert.ts";

const SAID = { type: "NewMessage", room: "lobby", seq: 1, from: "Mal", at: 0 } as const;

/** Marks with something between their letters that shows as nothing. */
const HIDDEN = [0xad, 0x34f, 0x115f, 0x200b, 0x2060, 0x3164, 0xfe0f, 0xe0001]
  .flatMap((
    code,
  ) => [`[Ser${String.fromCodePoint(code)}ver] x`, `[${String.fromCodePoint(code)}Server] x`]);

Deno.test("no message gives a line that begins like one of the server's, or holds its mark", () => {
  for (
    const content of [
      "[Server] Ben has left.",
      "x\n[Server] Ben has left.",
      "\r[Server] x",
      ...HIDDEN,
    ]
  ) {
    const lines = plainLines({ ...SAID, content }, "Anna") ?? "";
    for (const line of lines.trimEnd().split("\n")) assert(line.startsWith("Mal: "), line);
    assert(!lines.includes("[Server]"), lines);
  }
  const left = plainLines({ type: "UserLeft", room: "lobby", username: "Ben" }, "Anna");
  assertEquals(left, "[Server] Ben has left.\n");
});
