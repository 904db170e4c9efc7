/**
 * Sender and id are found in a message's bytes exactly as a parser finds them, or not at all.
 *
 * @module
 */

import fc from "fast-check";
import { bodyOf, messageFrame, messageFrom, messageHead } from "../../../server/codec/encode.ts";
import { pairBytes, whisperFrame } from "../../../server/codec/encode_whisper.ts";
import { findSender, newSpans } from "../../../server/durable/sender.ts";
import { recentOf } from "../../../server/durable/recent.ts";
import { wordsNumber, wordsNumberOfJson } from "../../../server/repeats/words_number.ts";
import type { RoomName, UserName } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

/** Texts that look like the fields that are looked for, beside any others. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    '","id":"x"}',
    ',"id":"x',
    "x\\",
    "\\",
    '"',
    "\ufeffa",
    "é\n",
    "\ud800",
    "a\u2028",
  ),
  fc.string({ maxLength: 12 }),
);

const message = fc.record({
  type: fc.constantFrom("NewMessage" as const, "PrivateMessage" as const),
  from: text,
  place: text,
  content: text,
  id: fc.option(text, { nil: undefined }),
  between: fc.option(fc.constant(["s".repeat(22), "r".repeat(22)] as const), { nil: undefined }),
});

type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

function bodyFor({ type, from, place, content, id, between }: Message): Uint8Array {
  const name = from as UserName;
  if (type === "NewMessage") {
    const parts = { head: messageHead(place as RoomName), from: messageFrom(name) };
    return bodyOf(messageFrame({ ...parts, said: { content }, at: 5, id }, 7));
  }
  const pair = { from: name, to: place as UserName, ...(between === undefined ? {} : { between }) };
  return bodyOf(whisperFrame(pairBytes(pair), { said: { content }, at: 5, id }, 7));
}

Deno.test("what a server writes is remembered as a parser reads it", async () => {
  await fc.assert(fc.asyncProperty(fc.array(message), async (messages) => {
    const log = messages.map((one, seq) => ({ stream: "s", seq, at: seq, body: bodyFor(one) }));
    const { lastAt, messages: found } = await recentOf({ newest: () => pieces(log) });
    const expected = messages.flatMap(({ from, id, content }, seq) => {
      if (id === undefined) return [];
      return [{ stream: "s", seq, at: seq, words: wordsNumber(content), from, id }];
    });
    assertEquals([...found], expected);
    assertEquals(lastAt, expected.at(-1)?.at ?? 0);
  }));
});

Deno.test("what is found in any JSON is what a parser finds", () => {
  const value = fc.oneof(text, fc.nat(), fc.dictionary(text, text), fc.array(text));
  const fields = fc.array(
    fc.tuple(fc.constantFrom("from", "id", "content", "at", 'x","id'), value),
  );
  fc.assert(
    fc.property(fields, (list) => {
      const json = JSON.stringify(Object.fromEntries(list));
      const body = utf8(json);
      const spans = newSpans();
      if (!findSender(body, spans)) return;
      const { from, id, content } = JSON.parse(json);
      assertEquals(utf8(from), body.slice(spans.fromAt, spans.fromEnd));
      assertEquals(utf8(id), body.slice(spans.idAt, spans.idEnd));
      const words = body.subarray(spans.contentAt, spans.contentEnd);
      if (words.length > 0) assertEquals(words, utf8(JSON.stringify(content)));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a plain message needs no parser, and bytes that end anywhere are none", () => {
  const body = utf8(
    '{"type":"NewMessage","room":"lobby","seq":7,"from":"Anna","content":"\\"hi\\"","at":5,"id":"b-1"}',
  );
  const spans = newSpans();
  assertEquals(findSender(body, spans), true);
  for (let end = 0; end < body.length; end++) {
    assertEquals(findSender(body.subarray(0, end), spans), false);
    if (end > 0) assertEquals(findSender(body.subarray(end), spans), false);
  }
});

Deno.test("whispers need no parser, and end in nothing but two tags", () => {
  const body = utf8(
    '{"type":"PrivateMessage","from":"Anna","to":"Bob","seq":7,"content":"hi","at":5,"id":"b-1","between":["s","r"]}',
  );
  const spans = newSpans();
  assertEquals(findSender(body, spans), true);
  assertEquals(body.slice(spans.fromAt, spans.fromEnd), utf8("Anna"));
  assertEquals(body.slice(spans.contentAt, spans.contentEnd), utf8('"hi"'));
  assertEquals(body.slice(spans.idAt, spans.idEnd), utf8("b-1"));
  for (let end = 0; end < body.length; end++) {
    assertEquals(findSender(body.subarray(0, end), spans), false);
  }
  for (
    const tail of [
      '"between":["r"]',
      '"between":["s","s","r"]',
      '"between":["s",1]',
      '"x":["s","r"]',
    ]
  ) {
    assertEquals(findSender(utf8(`{"from":"Anna","content":"hi","id":"b",${tail}}`), spans), false);
  }
});

Deno.test("the words' number of JSON bytes is that of the text, whatever stands in it", () => {
  fc.assert(fc.property(fc.oneof(text, fc.string({ unit: "grapheme" })), (content) => {
    const json = utf8(JSON.stringify(content));
    assertEquals(wordsNumberOfJson(json, 0, json.length), wordsNumber(content));
  }));
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  // Bytes that are no UTF-8 count as what a decoder makes of them.
  fc.assert(fc.property(fc.uint8Array({ min: 0x80, max: 0xff, maxLength: 6 }), (bytes) => {
    const json = new Uint8Array([0x22, ...bytes, 0x22]);
    const content = decoder.decode(json).slice(1, -1);
    assertEquals(wordsNumberOfJson(json, 0, json.length), wordsNumber(content));
  }));
});

Deno.test("words that are no JSON, as an import may bring them, have no number and stop nothing", async () => {
  const body = utf8('{"from":"Anna","content":"\\x é","id":"b-1"}');
  const { messages } = await recentOf({
    newest: () => pieces([{ stream: "s", seq: 1, at: 1, body }]),
  });
  assertEquals([...messages], [{ stream: "s", seq: 1, at: 1, words: 0, from: "Anna", id: "b-1" }]);
});

/** A log in pieces of three, the newest first. */
async function* pieces<T>(log: readonly T[]): AsyncGenerator<T[]> {
  for (let to = log.length; to > 0; to -= 3) yield log.slice(Math.max(0, to - 3), to);
}
