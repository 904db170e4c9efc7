/**
 * Claims about text safety, held against hostile examples and against any text at all.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { TEXT_CHARS_MAX } from "../../../ground/mod.ts";
import { safeLines, safeText, typedText } from "../../../cli/tty/safe.ts";

/** Text rich in what is dangerous. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      ..."a \t\n\r\x1b[]0;J\x07\x7f\x80\x9b\u200b\u200c\u200d\u200e\u202e\u2066\u2028\ufeff",
      ..."\u00ad\u034f\u061c\u115f\u3164\ufe0f\ufe0e\u0301क्👩🏽❤1",
      "\ud800",
      "\udc00",
      "\u{e0041}",
    ),
  }),
);

Deno.test("safeText() leaves no character that can drive a terminal", () => {
  fc.assert(fc.property(hostile, (text) => {
    assert.doesNotMatch(safeText(text), /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
  }));
});

Deno.test("safeText() of safe text changes nothing", () => {
  fc.assert(fc.property(hostile, (text) => {
    const once = safeText(text);
    assert.equal(safeText(once), once);
  }));
});

Deno.test("safeLines() gives as many lines as the text has, each of them safe", () => {
  fc.assert(fc.property(hostile, (text) => {
    const lines = safeLines(text);
    assert.equal(lines.length, text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/).length);
    for (const line of lines) assert.equal(safeText(line), line);
  }));
});

Deno.test("typedText() keeps no control character but the line feed", () => {
  fc.assert(fc.property(hostile, (text) => {
    assert.doesNotMatch(typedText(text).replaceAll("\n", ""), /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
  }));
});

Deno.test("safeText() and safeLines() show the beginning of what is longer than any honest text", () => {
  for (const unit of ["\u0301", "x", "\u200d", "\ud83d\udc69", "\n"]) {
    const shown = safeText(unit.repeat(6 << 20));
    assert.ok(shown.length <= TEXT_CHARS_MAX && shown.endsWith("…"), `${shown.length}`);
    assert.equal(safeText(shown), shown);
    assert.ok(safeLines(unit.repeat(6 << 20)).join("\n").length <= TEXT_CHARS_MAX);
  }
});

Deno.test("safeText() shows controls as signs, and a line break as one", () => {
  assert.equal(safeText("a\x1b[2Jb\x07\x7f"), "a␛[2Jb␇␡");
  assert.equal(safeText("a\x9b31m"), "a�31m");
  assert.equal(safeText("a\r\nb\nc"), "a⏎b⏎c");
  assert.equal(safeText("a\tb"), "a    b");
  assert.equal(safeText("x\u202egnp.exe"), "x�gnp.exe");
  assert.equal(safeText("\ud800"), "�");
});

Deno.test("safeText() takes away what lies about its width", () => {
  const invisible = [
    "\u200b",
    "\u00ad",
    "\ufeff",
    "\u2060",
    "\u034f",
    "\u3164",
    "\u{e0041}",
    "\ufe01",
  ];
  for (const char of invisible) assert.equal(safeText(`a${char}b`), "ab", char);
  assert.equal(safeText("a\u200d b\ufe0fc"), "a bc");
  assert.equal(safeText(`a${"\u0301".repeat(50)}`), `a${"\u0301".repeat(4)}`);
});

Deno.test("safeText() keeps what scripts and emoji are made of", () => {
  const texts = ["👩‍👩‍👧‍👦", "❤️", "👋🏽", "🏴‍☠️", "1️⃣", "क्‍ष", "می‌خواهم", "é", "한글", "你好", "🇸🇪", "שָׁלוֹם"];
  for (const text of texts) assert.equal(safeText(text), text, text);
});
