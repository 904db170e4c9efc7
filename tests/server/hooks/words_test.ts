/**
 * What a program says, from the body of its request.
 *
 * @module
 */

import fc from "fast-check";
import { ALERTS_TOLD_MAX } from "../../../server/hooks/limits.ts";
import { wordsIn } from "../../../server/hooks/words.ts";
import { CONTENT_BYTES_MAX } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

const said = (body: string, type?: string) => {
  const words = wordsIn(utf8(body), type);
  return words.kind === "words" ? words.content : `refused: ${words.msg}`;
};

Deno.test("a body is what is said, whatever curl calls it, without the line feeds at its end", () => {
  assertEquals(said("build is green\n\n", "application/x-www-form-urlencoded"), "build is green");
  assertEquals(said("two\nlines\r\n", "text/plain"), "two\nlines");
  assertEquals(said("{ not json"), "{ not json");
  assertEquals(said("[1]"), "[1]");
});

Deno.test("JSON says it in 'content', or in 'text' as for other chats", () => {
  assertEquals(said('{"content":"a","text":"b"}'), "a");
  assertEquals(said('{"text":"b"}', "application/x-www-form-urlencoded"), "b");
  assertEquals(said('{"content":"a"}', "application/json; charset=utf-8"), "a");
  assert(said('{"content":1}', "application/json").startsWith("refused"));
  assert(said("hello", "application/json").startsWith("refused"));
  assert(said("[]", "application/vnd.x+json").startsWith("refused"));
  // An object that means nothing here is words like any others.
  assertEquals(said('{"a":1}'), '{"a":1}');
});

Deno.test("alerts become a line each, and of too many it is said how many there are", () => {
  const alert = (instance: string) => ({
    status: "firing",
    labels: { alertname: "DiskFull", instance },
    annotations: { summary: "97 %" },
  });
  assertEquals(
    said(JSON.stringify({ version: "4", alerts: [alert("db1"), { status: "resolved" }, 7] })),
    "[firing] DiskFull db1: 97 %\n[resolved] alert\nalert",
  );
  const many = said(JSON.stringify({ alerts: Array.from({ length: 50 }, () => alert("x")) }));
  assertEquals(many.split("\n").length, ALERTS_TOLD_MAX + 1);
  assert(many.endsWith(`… and ${50 - ALERTS_TOLD_MAX} more`));
  const long = { status: "firing", annotations: { summary: "\u{1f525}".repeat(5_000) } };
  const text = said(JSON.stringify({ alerts: Array.from({ length: 50 }, () => long) }));
  assert(utf8(text).length <= CONTENT_BYTES_MAX, `${utf8(text).length}`);
});

Deno.test("any bytes are words or refused with a sentence", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (body, type) => {
    const words = wordsIn(body, type);
    assert(words.kind === "words" || words.msg.endsWith("."));
  }));
  assertEquals(wordsIn(new Uint8Array([0xff])).kind, "refused");
});
