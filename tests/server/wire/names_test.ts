/**
 * Names: what may be one, when two are the same, and what only looks like another.
 *
 * @module
 */

import fc from "fast-check";
import {
  fold,
  foldText,
  roomName,
  skeleton,
  type UserName,
  userName,
} from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

function accepted(text: string): UserName {
  const checked = userName(text);
  assert(checked.kind === "name", `'${text}' is refused: ${JSON.stringify(checked)}`);
  return checked.name;
}

const GOOD = [
  ["one letter", "a"],
  ["letters, digits and the three signs", "Al.ice_2-b"],
  ["a digit first", "42"],
  ["signs alone", "_-."],
  ["32 characters", "a".repeat(32)],
  ["32 characters outside of the basic plane", "𠀀".repeat(32)],
  ["umlauts", "Jürgen"],
  ["Cyrillic", "Анна"],
  ["Greek", "Ελένη"],
  ["Hebrew", "דוד"],
  ["Arabic", "مريم"],
  ["Han", "王伟"],
  ["Japanese in three scripts with Latin", "田中ひろカナJr"],
  ["Korean", "김민준"],
  ["Devanagari with vowel signs", "देवी"],
  ["Thai with marks", "สมชาย"],
  ["two marks on a letter", "a\u0316\u0320"],
] as const;

for (const [what, name] of GOOD) {
  Deno.test(`userName() accepts ${what}`, () => assertEquals(accepted(name), name));
}

const BAD = [
  ["nothing", ""],
  ["33 characters", "a".repeat(33)],
  ["33 characters after NFKC", "ﷺ".repeat(2)],
  ["a hostile length", "a".repeat(1_000_000)],
  ["a space", "Al ice"],
  ["a space at the end", "Alice "],
  ["a no-break space", "Al\u00a0ice"],
  ["a tab", "Al\tice"],
  ["a line feed", "Al\nice"],
  ["an escape", "\x1b[31m"],
  ["a C1 control", "Al\u009bice"],
  ["DEL", "Al\x7fice"],
  ["a colon", "Alice:"],
  ["a slash", "a/b"],
  ["a bracket", "[Server]"],
  ["an at sign", "@alice"],
  ["a number sign", "#lobby"],
  ["an emoji", "😀"],
  ["a right-to-left override", "a\u202eb"],
  ["an isolate", "a\u2066b"],
  ["a right-to-left mark", "a\u200fb"],
  ["a zero width space", "a\u200bb"],
  ["a zero width joiner", "a\u200db"],
  ["a soft hyphen", "a\u00adb"],
  ["a Hangul filler", "\u3164"],
  ["a variation selector", "a\ufe0f"],
  ["a mark first", "\u0301a"],
  ["three marks on a letter", "a\u0316\u0320\u0317"],
  ["Latin with Cyrillic", "Аlice"],
  ["Latin with Greek", "Αlice"],
  ["Cyrillic with Greek", "Анναа"],
  ["Latin with Hebrew", "aדוד"],
  ["Hiragana with Hangul", "ひ김"],
  ["a lone surrogate", "a\ud800"],
] as const;

for (const [what, name] of BAD) {
  Deno.test(`userName() refuses ${what}`, () => {
    const checked = userName(name);
    assert(checked.kind === "bad_name", `'${name}' is accepted`);
    assert(checked.reason.length < 200 && checked.reason.endsWith("."), checked.reason);
  });
}

Deno.test("userName() refuses 'Server' in every case and width; roomName() does not", () => {
  for (const name of ["Server", "server", "SERVER", "ｓｅｒｖｅｒ", "Ｓerver", "ſerver"]) {
    assertEquals(userName(name).kind, "bad_name", name);
  }
  assertEquals(roomName("server"), { kind: "name", name: "server" });
  assertEquals(userName("Server1").kind, "name");
});

Deno.test("userName() gives the compatibility form NFKC, in the case that was typed", () => {
  assertEquals(accepted("Ａｌｉｃｅ"), "Alice");
  assertEquals(accepted("Cafe\u0301"), "Café");
  assertEquals(accepted("ﬁona"), "fiona");
});

Deno.test("fold() makes names equal that differ in case or width alone", () => {
  const pairs = [
    ["Alice", "aLICE"],
    ["Ａｌｉｃｅ", "alice"],
    ["Straße", "STRASSE"],
    ["ΣΊΣΥΦΟΣ", "σίσυφος"],
    ["Анна", "АННА"],
    ["Cafe\u0301", "CAFÉ"],
  ] as const;
  for (const [one, other] of pairs) assertEquals(fold(accepted(one)), fold(accepted(other)));
});

Deno.test("fold() keeps different names apart", () => {
  const names = ["alice", "alicf", "a.lice", "a_lice", "a-lice", "álice", "alice1", "1alice"];
  assertEquals(new Set(names.map((name) => fold(accepted(name)))).size, names.length);
});

Deno.test("skeleton() is the same for a name in another script and the Latin name it looks like", () => {
  const pairs = [["сора", "copa"], ["аросу", "apocy"], ["ΚΑΤ", "kat"], ["ѕсоре", "scope"]] as const;
  for (const [one, other] of pairs) {
    assertEquals(skeleton(fold(accepted(one))), skeleton(fold(accepted(other))), one);
  }
});

Deno.test("skeleton() tells names apart that do not look alike", () => {
  assert(skeleton(foldText("анна")) !== skeleton(foldText("anna")));
  assert(skeleton(foldText("user1")) !== skeleton(foldText("userl")), "ASCII is left to the eye");
});

/** Characters in which case, width, marks and scripts are difficult. */
const tricky = fc.string({
  unit: fc.constantFrom(
    ..."aAzZ09_-.ßẞſKÅİıŉǰΐΰςσΣѕѕАа漢ｶﾞガｶ가ﬁŁΩ𝒜𝟙ᾳᾼ",
    "\u0301",
    "\u0345",
    "\u0307",
  ),
  maxLength: 12,
});
const anyText = fc.oneof(tricky, fc.string({ unit: "binary", maxLength: 40 }), fc.string());

Deno.test("userName() of an accepted name is that name", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const once = userName(text);
      if (once.kind === "name") assertEquals(userName(once.name), once);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("foldText() of a folded name is that folded name", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const checked = userName(text);
      if (checked.kind === "bad_name") return;
      assertEquals(foldText(fold(checked.name)), fold(checked.name));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("fold() does not see how a name was typed in upper or lower case", () => {
  fc.assert(
    fc.property(tricky, (text) => {
      const checked = userName(text);
      if (checked.kind === "bad_name") return;
      assertEquals(foldText(checked.name.toUpperCase()), fold(checked.name));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("userName() accepts nothing that could drive a terminal, end a line or turn it around", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const checked = userName(text);
      // deno-lint-ignore no-control-regex
      const hostile = /[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069:/[\]]/;
      if (checked.kind === "name") assert(!hostile.test(checked.name), checked.name);
    }),
    { numRuns: 5_000 },
  );
});
