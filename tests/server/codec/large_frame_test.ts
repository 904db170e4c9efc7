/**
 * A large frame that is read slice by slice means what it would mean if it were parsed whole.
 *
 * @module
 */

import fc from "fast-check";
import { FrameCodec } from "../../../server/codec/frame_codec.ts";
import { LargeFrame } from "../../../server/codec/large_frame.ts";
import {
  FRAME_BYTES_AT_ONCE,
  FRAME_NUMBER_UNITS_MAX,
  FRAME_TEXT_UNITS_KEPT,
  FRAME_UNITS_KEPT,
} from "../../../server/limits.ts";
import { CONTENT_BYTES_MAX, decodeBody, type Decoded } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { frame, utf8 } from "../../harness.ts";

const MIB = 1 << 20;

/** Reads a body that lies in pieces of so many bytes. */
function read(body: Uint8Array, pieceBytes = FRAME_BYTES_AT_ONCE): Decoded {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += pieceBytes) {
    pieces.push(body.subarray(at, at + pieceBytes));
  }
  const large = new LargeFrame(pieces);
  for (;;) {
    const decoded = large.read();
    if (decoded !== undefined) return decoded;
  }
}

Deno.test("whatever is JSON and has no text that is too long is read as it would be parsed, however it is cut", () => {
  const json = fc.json({ stringUnit: "binary", maxDepth: 4 });
  const spaced = fc.tuple(json, fc.constantFrom("", " ", "\n", "\t \r\n ")).map(([text, space]) =>
    `{${space}"type"${space}:${space}"Ping",${space}"x"${space}:${space}${text}${space}}`
  );
  fc.assert(fc.property(spaced, fc.integer({ min: 1, max: 40 }), (text, size) => {
    assertEquals(read(utf8(text), size), decodeBody(utf8(text)));
  }));
});

Deno.test("whatever is no JSON or no UTF-8 is a bad frame, and any bytes are borne, however they are cut", () => {
  const broken = fc.tuple(fc.json(), fc.nat(), fc.nat({ max: 255 })).map(([json, at, byte]) => {
    const body = utf8(`{"type":"Ping","x":${json}}`);
    body[at % body.length] = byte;
    return body;
  });
  const any = fc.oneof(broken, fc.uint8Array({ maxLength: 200 }));
  fc.assert(fc.property(any, fc.integer({ min: 1, max: 20 }), (body, size) => {
    assertEquals(read(body, size).kind, decodeBody(body).kind);
  }));
});

const TEXTS = [
  ["ASCII", "x"],
  ["letters of two bytes", "ж"],
  ["letters outside of the basic plane", "😀"],
  ["escapes", "\\n"],
  ["escapes of six characters", "\\u0436"],
  ["escaped quotes and backslashes", '\\\\\\"'],
] as const;

for (const [what, unit] of TEXTS) {
  Deno.test(`a text that is too long stays too long, and its frame is read on: ${what}`, () => {
    const text = unit.repeat(Math.floor((MIB - 200) / utf8(unit).length));
    for (const before of ["", "a", "ab", "abc", "abcd", "abcde"]) {
      const body = utf8(`{"type":"Broadcast","content":"${before}${text}","id":"after"}`);
      const decoded = read(body, 60_001);
      assert(decoded.kind === "object", JSON.stringify(decoded));
      const { content, id } = decoded.value as unknown as { content: string; id: string };
      assertEquals(id, "after");
      assert(content.length > CONTENT_BYTES_MAX && content.length <= FRAME_TEXT_UNITS_KEPT + 6);
      const whole: unknown = JSON.parse(`"${before}${text}"`);
      assert(typeof whole === "string" && whole.startsWith(content));
    }
  });
}

Deno.test("the longest content that a message may have is never cut, however it is escaped", () => {
  const content = "\\u0041".repeat(CONTENT_BYTES_MAX);
  const body = utf8(`{"type":"Broadcast","content":"${content}","more":"${"x".repeat(MIB / 2)}"}`);
  const decoded = read(body);
  assert(decoded.kind === "object");
  assertEquals((decoded.value as { content?: unknown }).content, "A".repeat(CONTENT_BYTES_MAX));
});

const REFUSED = [
  ["a number of a million digits", `7`.repeat(MIB), /at most 1000 characters/],
  ["a third of a million arrays", `[${"[],".repeat(MIB / 4)}[]]`, /at most 2000 values/],
  ["many long texts", `[${`"${"x".repeat(60_000)}",`.repeat(14)}1]`, /beside what is too long/],
  ["a control character that would be left out", `"${"x".repeat(100_000)}\n"`, /must be JSON/],
  ["an escape that is none and would be left out", `"${"x".repeat(100_000)}\\q"`, /must be JSON/],
  ["a digit that is none and would be left out", `"${"x".repeat(100_000)}\\u00g0"`, /JSON/],
  ["a text without an end", `"${"x".repeat(100_000)}`, /must be JSON/],
] as const;

for (const [what, value, reason] of REFUSED) {
  Deno.test(`a large frame is refused for ${what}`, () => {
    const decoded = read(utf8(`{"type":"Ping","x":${value}}`));
    assert(decoded.kind === "bad_frame" && reason.test(decoded.reason), JSON.stringify(decoded));
  });
}

Deno.test("bytes that are no UTF-8 are refused also where they would be left out", () => {
  const body = utf8(`{"type":"Ping","x":"${"x".repeat(200_000)}"}`);
  body[150_000] = 0xff;
  assertEquals(read(body), decodeBody(body));
});

Deno.test("a million spaces are one", () => {
  const body = utf8(`{"type":${" ".repeat(MIB)}"Ping","x":1${"\n".repeat(MIB)}2}`);
  assertEquals(read(body), { kind: "bad_frame", reason: "A frame's body must be JSON." });
  const decoded = read(utf8(`{"type":${" \t".repeat(MIB)}"Ping"}`));
  assertEquals(decoded, { kind: "object", value: { type: "Ping" } });
});

/** How many UTF-16 units and bytes at once are handed to the runtime while `work` runs. */
function largestAtOnce(work: () => void): { parsed: number; copied: number; decoded: number } {
  const largest = { parsed: 0, copied: 0, decoded: 0 };
  const { parse } = JSON;
  const { decode } = TextDecoder.prototype;
  const { set } = Uint8Array.prototype;
  JSON.parse = (text: string): unknown => {
    largest.parsed = Math.max(largest.parsed, text.length);
    return parse(text);
  };
  TextDecoder.prototype.decode = function (bytes, options): string {
    largest.decoded = Math.max(largest.decoded, bytes?.byteLength ?? 0);
    return decode.call(this, bytes, options);
  };
  Uint8Array.prototype.set = function (bytes, at): void {
    largest.copied = Math.max(largest.copied, bytes.length);
    set.call(this, bytes, at);
  };
  try {
    work();
  } finally {
    JSON.parse = parse;
    TextDecoder.prototype.decode = decode;
    Uint8Array.prototype.set = set;
  }
  return largest;
}

for (const bytes of [MIB, 15 * MIB - 100]) {
  Deno.test(`a frame of ${bytes} bytes is copied, decoded and parsed in slices, each with a turn of its own`, () => {
    const stream = frame({ type: "Ping", id: "p", more: "x".repeat(bytes - 100) });
    const codec = new FrameCodec(15 * MIB);
    let turns = 0;
    let heard: unknown;
    const largest = largestAtOnce(() => {
      for (let at = 0; at < stream.length; at += FRAME_BYTES_AT_ONCE) {
        codec.feed(stream.subarray(at, at + FRAME_BYTES_AT_ONCE));
        for (let next = codec.next(); next !== undefined; next = codec.next()) {
          if (next === "large") turns++;
          else heard = next;
        }
      }
    });
    assert(heard !== undefined);
    assertEquals((heard as { message: { id?: string } }).message.id, "p");
    assert(turns >= bytes / FRAME_BYTES_AT_ONCE, `${turns} turns`);
    assert(largest.parsed <= FRAME_UNITS_KEPT, `${largest.parsed} characters were parsed at once`);
    assert(largest.decoded <= FRAME_BYTES_AT_ONCE, `${largest.decoded} bytes were decoded at once`);
    assert(largest.copied <= FRAME_BYTES_AT_ONCE, `${largest.copied} bytes were copied at once`);
    assertEquals(codec.heldBytes, 0);
  });
}

Deno.test("a number may be as long as it is said", () => {
  const digits = "7".repeat(FRAME_NUMBER_UNITS_MAX);
  const body = utf8(`{"type":"Ping","x":${digits},"y":-${digits.slice(1)}}`);
  assertEquals(read(body), decodeBody(body));
});
