/**
 * The example in ARCHITECTURE.md is what it says: three records, one after the other.
 *
 * @module
 */

import assert from "node:assert/strict";
import { blockOf, bodyOf, Kind, parseRecord } from "../../db/format.ts";

const SALT = 0x63686174;

Deno.test("the three records in ARCHITECTURE.md are records, and hold what is written beside them", async () => {
  const text = await Deno.readTextFile(new URL("../../ARCHITECTURE.md", import.meta.url));
  const drawn = [...text.matchAll(/^((?:[0-9a-f]{2} {1,2}){8,16})/gm)].flatMap(([, line = ""]) =>
    line.trim().split(/ +/).map((byte) => Number.parseInt(byte, 16))
  );
  const block = blockOf(Uint8Array.from(drawn));
  const found: unknown[] = [];
  for (let at = 0; at < drawn.length;) {
    const parsed = parseRecord(block, at, drawn.length, SALT);
    assert(parsed.kind === "record", `at ${at}: ${parsed.kind}`);
    const { kind, slot, seq, lsn, at: time, order, bytes } = parsed.record;
    const body = new TextDecoder().decode(bodyOf(block, at, parsed.record));
    found.push({ kind, slot, seq, lsn, time, order, body });
    at += bytes;
  }
  assert.deepEqual(found, [
    { kind: Kind.stream, slot: 1, seq: 0, lsn: 1, time: 0, order: 1, body: "room/lobby" },
    { kind: Kind.message, slot: 1, seq: 1, lsn: 2, time: 1_764_000_000_000, order: 2, body: "hi" },
    {
      kind: Kind.message,
      slot: 1,
      seq: 2,
      lsn: 3,
      time: 1_764_000_000_250,
      order: 1,
      body: "hello",
    },
  ]);
});
