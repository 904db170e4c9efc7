/**
 * Names: what may be one, when two are the same, and what only looks like another.
 *
 * @module
 */

import fc from "fast-check";
import {
  fold,
  foldText,
  lookAlike,
  looksOf,
  newUserName,
  roomName,
  type UserName,
  userName,
} from "../../../server/wire/mod.ts";
import { CONFUSABLES } from "../../../server/wire/names/confusables.ts";
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
  ["signs in the middle", "a_-.b"],
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
  ["Lisu", "ꓡꓲꓢꓴ"],
  ["Hebrew with a yod, which is a stroke to the eye", "יעל"],
  ["Japanese that ends with a stroke", "ミノ"],
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
  ["a mark on a sign", "a-\u0301b"],
  ["a click that looks like an exclamation mark", "Annaǃ"],
  ["a letter that looks like an apostrophe", "Annaʼs"],
  ["a saltillo", "Annaꞌ"],
  ["a glottal stop that looks like a question mark", "Annaʔ"],
  ["a Lisu tone that looks like a colon", "ꓡꓲꓢꓴꓽ"],
  ["a stroke that lengthens Arabic", "محـمد"],
  ["a hyphen alone", "-"],
  ["full stops alone", "..."],
  ["a full stop at the end", "Anna."],
  ["a hyphen first", "-anna"],
  ["an underscore at the end", "anna_"],
  ["Lisu with Vai", "ꓡꕙ"],
  ["letters of a script that is younger than the table of look-alikes", "𑯀𑯁"],
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

const ALIKE = [
  ["Cyrillic", "сора", "copa"],
  ["Cyrillic of a word", "аросу", "apocy"],
  ["Cyrillic with a Latin s", "ѕсоре", "scope"],
  ["Greek capitals", "ΚΑΤ", "kat"],
  ["Greek capitals that are other letters in small", "ΑΝΝΑ", "Anna"],
  ["Latin beside Greek capitals", "ANNA", "Αννα"],
  ["Lisu", "ꓐꓳꓐ", "Bob"],
  ["Lisu with a capital I", "ꓮꓡꓲꓚꓰ", "Alice"],
  ["Cherokee", "ᎪᏞᎥᏟᎬ", "alice"],
  ["Cherokee in small letters", "ꮯꭺꭲ", "Cat"],
  ["a Latin alpha", "Grɑce", "Grace"],
  ["a phonetic small capital", "ᴏscar", "Oscar"],
  ["small capitals alone", "ᴀɴɴᴀ", "anna"],
  ["a Latin long s", "ſam", "Sam"],
  ["a capital I for a small l", "Iena", "lena"],
  ["capital Is within a name", "BiII", "Bill"],
  ["a digit one for an l", "Pau1", "Paul"],
  ["a zero for an o", "B0b", "Bob"],
] as const;

for (const [what, one, other] of ALIKE) {
  Deno.test(`lookAlike() sees through ${what}`, () => {
    assert(lookAlike(accepted(one), accepted(other)), `${looksOf(one)} and ${looksOf(other)}`);
    assert(lookAlike(other, one), "either way round");
  });
}

Deno.test("lookAlike() tells names apart that do not look alike", () => {
  const pairs = [["анна", "anna"], ["Jürgen", "Jurgen"], ["Łukasz", "Lukasz"], [
    "王伟",
    "王偉",
  ]] as const;
  for (const [one, other] of pairs) assert(!lookAlike(one, other), `${one} and ${other}`);
  const plain = ["Ian", "Lan", "Ali", "All", "Mia", "Mla", "modern", "modem", "rnodern", "vv", "w"];
  for (const [n, one] of plain.entries()) {
    for (const other of plain.slice(n + 1)) assert(!lookAlike(one, other), `${one} and ${other}`);
  }
});

Deno.test("newUserName() refuses what only looks like 'Server'", () => {
  for (const name of ["ꓢꓰꓣꓦꓰꓣ", "ꜱᴇʀᴠᴇʀ", "ѕеrvеr"]) {
    assertEquals(newUserName(name).kind, "bad_name", name);
  }
  assertEquals(newUserName("Alice").kind, "name");
});

Deno.test("lookAlike() holds for every name and itself in another case", () => {
  fc.assert(
    fc.property(tricky, (text) => {
      const checked = userName(text);
      if (checked.kind === "name") assert(lookAlike(checked.name, checked.name.toUpperCase()));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("the table of look-alikes is what its data gives", async () => {
  const script = new URL("../../../server/wire/names/compile.ts", import.meta.url).pathname;
  const args = ["run", "--frozen", "--no-prompt", "--allow-read", script, "--check"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assert(success, new TextDecoder().decode(stderr));
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

/** How many patterns are tried while `work` runs. */
function patternsTried(work: () => void): number {
  const real = RegExp.prototype.test;
  let tried = 0;
  RegExp.prototype.test = function (text: string): boolean {
    tried++;
    return real.call(this, text);
  };
  try {
    work();
  } finally {
    RegExp.prototype.test = real;
  }
  return tried;
}

const LONG_NAMES = [
  ["Cyrillic", "\u0436"],
  ["Yezidi, of the rare scripts", "\u{10e80}"],
  ["Garay, which is younger than the table", "\u{10d50}"],
  ["Han", "\u738b"],
] as const;

for (const [script, letter] of LONG_NAMES) {
  Deno.test(`a name of 32 letters is not asked for each letter about each script: ${script}`, () => {
    const tried = patternsTried(() => roomName(letter.repeat(32)));
    assert(tried < 500, `${tried} patterns were tried`);
  });
}

/** Letters of daily use that Unicode's table says look like signs, by their scripts. */
const STROKES =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Devanagari}\p{sc=Gujarati}\p{sc=Cherokee}\p{sc=Canadian_Aboriginal}]$/u;

Deno.test("no letter that Unicode's table holds for a sign can stand in a name, but for those of daily use", () => {
  let refused = 0;
  for (const group of CONFUSABLES.split(";")) {
    const [looks = "", sources = ""] = group.trim().split("=");
    if (sources === "") continue;
    const text = looks.split("+").map((hex) => String.fromCodePoint(Number.parseInt(hex, 16)));
    if (text.some((char) => /[\p{L}\p{Nd}\p{M}]/u.test(char))) continue;
    for (const hex of sources.split(" ")) {
      const char = String.fromCodePoint(Number.parseInt(hex, 16));
      if (STROKES.test(char) && !/\p{Lm}/u.test(char)) continue;
      for (const name of [char, `a${char}b`, `a${char}`]) {
        assertEquals(userName(name).kind, "bad_name", `${hex} ${name}`);
      }
      refused++;
    }
  }
  assert(refused > 30);
});
