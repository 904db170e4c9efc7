/**
 * Claims about columns, cutting and wrapping.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import stringWidth from "string-width";
import { safeText } from "../../../cli/tty/safe.ts";
import { columns, fit, fitEnd, graphemes, pad, shorten, wrap } from "../../../cli/tty/width.ts";

const text = fc.string({ unit: "grapheme" }).map(safeText);
const width = fc.integer({ min: 0, max: 40 });

Deno.test("columns() counts what a terminal shows", () => {
  const cases: [string, number][] = [
    ["hello", 5],
    ["你好", 4],
    ["한글", 4],
    ["e\u0301", 1],
    ["👩‍👩‍👧‍👦", 2],
    ["❤️", 2],
    ["🇸🇪", 2],
    ["", 0],
  ];
  for (const [given, expected] of cases) assert.equal(columns(given), expected, given);
});

Deno.test("the short way for Latin text counts as the table does", () => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const latin = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map(String.fromCharCode) });
  fc.assert(fc.property(latin.map(safeText), (given) => {
    assert.equal(columns(given), stringWidth(given));
    assert.equal(graphemes(given).length, [...segmenter.segment(given)].length);
  }));
});

Deno.test("graphemes() loses nothing", () => {
  fc.assert(fc.property(text, (given) => assert.equal(graphemes(given).join(""), given)));
});

Deno.test("fit() and shorten() never exceed the width, and keep what fits", () => {
  fc.assert(fc.property(text, width, (given, max) => {
    assert.ok(columns(fit(given, max)) <= max);
    assert.ok(columns(shorten(given, max)) <= max);
    assert.ok(given.startsWith(fit(given, max)));
    assert.ok(columns(fitEnd(given, max)) <= max);
    assert.ok(given.endsWith(fitEnd(given, max)));
    if (columns(given) <= max) assert.equal(shorten(given, max), given);
  }));
  assert.equal(shorten("hello world", 8), "hello w…");
  assert.equal(fit("你好", 3), "你");
  assert.equal(fitEnd("hello 你好", 5), " 你好");
  assert.equal(pad("你", 4), "你  ");
});

Deno.test("wrap() gives rows that fit, and loses nothing but spaces", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 30 }), (
      given,
      first,
      rest,
    ) => {
      const rows = wrap(given, { first, rest });
      for (const [index, row] of rows.entries()) {
        assert.ok(columns(row) <= (index === 0 ? first : rest), JSON.stringify(rows));
      }
      const letters = (of: string) => of.replace(/\s/gu, "");
      if (graphemes(given).every((grapheme) => columns(grapheme) <= 2)) {
        assert.equal(letters(rows.join("")), letters(given));
      }
    }),
  );
});

Deno.test("wrap() breaks at spaces, and inside a word only where it must", () => {
  const of = (line: string, width: number) => wrap(line, { first: width, rest: width });
  assert.deepEqual(of("the quick brown fox", 9), ["the quick", "brown fox"]);
  assert.deepEqual(of("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assert.deepEqual(of("你好世界", 5), ["你好", "世界"]);
  assert.deepEqual(of("a 👩‍👩‍👧‍👦b", 3), ["a", "👩‍👩‍👧‍👦b"]);
  assert.deepEqual(wrap("hello world", { first: 3, rest: 8 }), ["", "hello", "world"]);
  assert.deepEqual(of("", 5), [""]);
});

Deno.test("wrap() of a very long line takes time in proportion to its length", () => {
  const rows = wrap("你".repeat(8_000), { first: 20, rest: 20 });
  assert.equal(rows.length, 800);
});
