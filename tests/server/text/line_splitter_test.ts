/**
 * The line splitter: however a stream is cut into chunks, the same lines come out.
 *
 * @module
 */

import fc from "fast-check";
import { LineSplitter } from "../../../server/text/line_splitter.ts";
import { assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

/** Feeds chunks, in memory that is used again; `!` stands for a line that is too long. */
function split(chunks: Iterable<Uint8Array>, bytesMax = 10): string[] {
  const splitter = new LineSplitter(bytesMax);
  const lines: string[] = [];
  for (const chunk of chunks) {
    const memory = chunk.slice();
    for (const line of splitter.feed(memory)) {
      lines.push(line.kind === "line" ? new TextDecoder().decode(line.bytes) : "!");
    }
    memory.fill(0x0a);
  }
  const last = splitter.end();
  if (last !== undefined) {
    lines.push(last.kind === "line" ? `${new TextDecoder().decode(last.bytes)}$` : "!$");
  }
  return lines;
}

const STREAM = utf8(
  "one\ntwo\r\n\n\r\nmiddle\rcr\n0123456789\n0123456789\r\n01234567890\nüñ漢\n\r\r\n",
);
const LINES = ["one", "two", "", "", "middle\rcr", "0123456789", "0123456789", "!", "üñ漢", "\r"];

Deno.test("feed() gives every line of one chunk, ended by LF or CR LF", () => {
  assertEquals(split([STREAM]), LINES);
});

Deno.test("feed() gives the same lines for a stream split at every position", () => {
  for (let at = 0; at <= STREAM.length; at++) {
    assertEquals(split([STREAM.subarray(0, at), STREAM.subarray(at)]), LINES, `split at ${at}`);
  }
});

Deno.test("feed() gives the same lines byte by byte", () => {
  assertEquals(split(Array.from(STREAM, (byte) => new Uint8Array([byte]))), LINES);
});

Deno.test("feed() gives the same lines for any stream and any cuts", () => {
  const stream = fc.array(fc.constantFrom(0x61, 0x0a, 0x0d), { maxLength: 80 });
  fc.assert(fc.property(stream, fc.array(fc.nat(20), { maxLength: 20 }), (bytes, sizes) => {
    const whole = Uint8Array.from(bytes);
    const chunks: Uint8Array[] = [];
    let at = 0;
    for (const size of sizes) chunks.push(whole.subarray(at, at += size));
    chunks.push(whole.subarray(at));
    assertEquals(split(chunks, 4), split([whole], 4));
  }));
});

Deno.test("feed() refuses a long line as soon as it passes the limit, once, and reads on after it", () => {
  const chunks = ["ok\n", "0123456789a", "bcdef", "still the same line", "\nnext\n"].map(utf8);
  assertEquals(split(chunks), ["ok", "!", "next"]);
  const splitter = new LineSplitter(10);
  assertEquals([...splitter.feed(utf8("0123456789ab"))], [{ kind: "too_long" }], "before its end");
});

Deno.test("end() gives the line that the end cut short", () => {
  assertEquals(split([utf8("one\ntw"), utf8("o")]), ["one", "two$"]);
  assertEquals(split([utf8("one\ntwo\r")]), ["one", "two$"]);
  assertEquals(split([utf8("one\n")]), ["one"]);
  assertEquals(split([]), []);
});

Deno.test("end() after a line that was refused gives nothing more", () => {
  assertEquals(split([utf8("0123456789abcdef")]), ["!"]);
});
