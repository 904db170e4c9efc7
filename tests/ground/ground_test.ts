/**
 * Small things that every room relies on: waiting, lines, units, loopback.
 *
 * @module
 */

import fc from "fast-check";
import {
  isLoopback,
  LineCutter,
  linesOf,
  LineTooLongError,
  parseBytes,
  parseDuration,
  wait,
} from "../../ground/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("a wait ends when the signal fires, before it and during it, and leaves no timer", async () => {
  const end = new AbortController();
  const waits = wait(1 << 30, end.signal);
  end.abort();
  await waits;
  await wait(1 << 30, end.signal);
  await wait(0);
});

Deno.test("lines are the same wherever the text was cut", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "ä", "\n", "\r") });
  await fc.assert(fc.asyncProperty(text, fc.array(fc.nat(20)), async (text, cuts) => {
    const pieces: string[] = [];
    let at = 0;
    for (const cut of cuts) pieces.push(text.slice(at, at += cut));
    pieces.push(text.slice(at));
    const expected = text.split("\n");
    if (expected.at(-1) === "") expected.pop();
    assertEquals(await Array.fromAsync(linesOf(pieceByPiece(pieces))), expected);
  }));
});

async function* pieceByPiece(pieces: readonly string[]): AsyncGenerator<string, void, void> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

Deno.test("a line that grows over the limit is refused before its end comes", () => {
  const cutter = new LineCutter(3);
  assertEquals([...cutter.feed("abc\nab")], ["abc"]);
  assertThrows(() => [...cutter.feed("cd")], LineTooLongError);
});

Deno.test("sizes are read as people write them, and nothing else is", () => {
  assertEquals(
    ["0", "4096", "500k", "1.5GiB", "64Ki", "2MB", " 10G "].map(parseBytes),
    [0, 4_096, 500_000, 1.5 * (1 << 30), 65_536, 2e6, 10e9],
  );
  for (const wrong of ["", "-1", "k", "1e9", "99999999T", "0x10", "1 M", "1.2345M"]) {
    assertEquals(parseBytes(wrong), undefined, wrong);
  }
});

Deno.test("durations are a whole number and a unit", () => {
  assertEquals(
    ["45s", "30m", "12h", "90d", "2w", "1y"].map(parseDuration),
    [45e3, 18e5, 432e5, 7776e6, 12096e5, 31536e6],
  );
  for (const wrong of ["", "90", "d", "1.5h", "-1d", "1e3s", "9999999999d"]) {
    assertEquals(parseDuration(wrong), undefined, wrong);
  }
});

Deno.test("loopback is this machine only, however it is written", () => {
  for (const own of ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]) {
    assertEquals(isLoopback(own), true, own);
  }
  assertEquals(isLoopback("::ffff:127.0.0.1"), true);
  for (const other of ["0.0.0.0", "::", "127.0.0.1.example", "localhost.", "10.0.0.1", ""]) {
    assertEquals(isLoopback(other), false, other);
  }
});
