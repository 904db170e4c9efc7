/**
 * Names from strangers: whatever they are, one plain component of a path comes out.
 *
 * @module
 */

import fc from "fast-check";
import { NAME_BYTES_MAX } from "../../../../server/wire/transfers/limits.ts";
import {
  cleanName,
  isSibling,
  numberedName,
  splitName,
} from "../../../../server/wire/transfers/name.ts";
import { assert, assertEquals } from "../../../assert.ts";

const RUNS = Number(Deno.env.get("CHAT_NAME_RUNS") ?? 6_000);

/** Offered and written; those without a second name only have to be safe. */
const HOSTILE: readonly (readonly [string, string?])[] = [
  ["../../etc/passwd", "passwd"],
  ["/etc/shadow", "shadow"],
  ["..", "file"],
  [".", "file"],
  ["", "file"],
  ["/", "file"],
  ["///", "file"],
  ["../", "file"],
  ["a/..", "a"],
  ["..\\..\\windows\\system32\\evil.dll", "evil.dll"],
  ["C:\\autoexec.bat", "autoexec.bat"],
  ["C:evil.exe", "C_evil.exe"],
  ["\\\\server\\share\\x.doc", "x.doc"],
  ["....//....//x", "x"],
  ["%2e%2e%2fx", "%2e%2e%2fx"],
  ["dir/", "dir"],
  [".bashrc", "bashrc"],
  [".ssh/authorized_keys", "authorized_keys"],
  ["...hidden...", "hidden"],
  [" . .profile", "profile"],
  ["trailing.txt.", "trailing.txt"],
  ["trailing.txt   ", "trailing.txt"],
  ["trailing.txt . . .", "trailing.txt"],
  ["CON", "_CON"],
  ["con.txt", "_con.txt"],
  ["Nul", "_Nul"],
  ["PRN.tar.gz", "_PRN.tar.gz"],
  ["aux .h", "_aux .h"],
  ["COM1", "_COM1"],
  ["com¹.log", "_com¹.log"],
  ["LPT9.pdf", "_LPT9.pdf"],
  ["CONIN$", "_CONIN$"],
  ["conference.txt", "conference.txt"],
  ["file.txt:stream", "file.txt_stream"],
  ['a<b>c"d|e?f*g', "a_b_c_d_e_f_g"],
  ["\x1b[31mred\x1b[0m.txt", "[31mred[0m.txt"],
  ["\x1b]0;title\x07x", "]0;titlex"],
  ["a\0b.txt", "ab.txt"],
  ["x.txt\0.exe", "x.txt.exe"],
  ["a\nb\r\nc.txt", "a b c.txt"],
  ["a\tb.txt", "a b.txt"],
  ["a \x1b b.txt", "a b.txt"],
  ["\x7f\x80\x9bdel", "del"],
  ["invoice\u202Efdp.exe", "invoicefdp.exe"],
  ["\u2066a\u2069\u200f\u061cb.txt", "ab.txt"],
  ["a\u200b\u200d\ufeffb.txt", "ab.txt"],
  ["\u{e0041}\u{e0042}tag", "tag"],
  ["\u3164\u115f", "file"],
  ["\ud800lone\udfff.txt", "lone.txt"],
  ["e\u0301te\u0301.txt", "\u00e9t\u00e9.txt"],
  ["a\u2044b\u2215c\uff0fd\uff3ce", "a_b_c_d_e"],
  ["\u2028line\u2029", "line"],
  ["\u00a0no\u3000break\u00a0", "no break"],
  ["-rf", "_rf"],
  ["~root", "_root"],
  ["report.pdf.part", "report.pdf.part_"],
  ["report.pdf.PART.state", "report.pdf.PART.state_"],
  ["x.part.state.new", "x.part.state.new_"],
  ["x".repeat(4_096)],
  [`${"x".repeat(4_096)}.pdf`, `${"x".repeat(NAME_BYTES_MAX - 4)}.pdf`],
  [`${"ä".repeat(4_096)}.tar.gz`, `${"ä".repeat((NAME_BYTES_MAX - 7) / 2 | 0)}.tar.gz`],
  [`${"😀".repeat(1_024)}.png`, `${"😀".repeat((NAME_BYTES_MAX - 4) / 4 | 0)}.png`],
  [`a.${"e".repeat(4_096)}`],
  [".".repeat(4_096), "file"],
  [`a${" ".repeat(4_096)}b`],
  ["../".repeat(2_000) + "x", "x"],
  [`a${"\u0301".repeat(4_096)}.txt`],
  [`${"x".repeat(NAME_BYTES_MAX - 5)}.part.${"y".repeat(60)}`],
];

const DEVICES = new Set(
  ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"].concat(
    [..."0123456789¹²³"].flatMap((digit) => [`com${digit}`, `lpt${digit}`]),
  ),
);

/** Says it in other words than the code under test. */
function demandPlain(name: string): void {
  const shown = JSON.stringify(name);
  assert(name !== "" && name !== "." && name !== "..", `${shown} is a name`);
  assert(!/^[.\s~-]|[.\s]$/u.test(name), `${shown} is plain at its ends`);
  for (const character of name) {
    assert(!'/\\<>:"|?*'.includes(character), `${shown} has no ${character}`);
    const code = character.codePointAt(0) ?? 0;
    assert(code >= 0x20 && (code < 0x7f || code > 0x9f), `${shown} has no control character`);
    assert(code < 0xd800 || code > 0xdfff, `${shown} is well-formed`);
    assert(!/\p{Cf}|\p{Bidi_Control}|\p{Zl}|\p{Zp}/u.test(character), `${shown} has no format`);
  }
  assert(new TextEncoder().encode(name).length <= NAME_BYTES_MAX, `${shown} is short enough`);
  assertEquals(name.normalize("NFC"), name);
  const stem = name.split(".")[0]?.trimEnd().toLowerCase() ?? "";
  assert(!DEVICES.has(stem), `${shown} is no device`);
  assertEquals(new URL(encodeURIComponent(name), "file:///d/").pathname.split("/").length, 3);
}

Deno.test(`${HOSTILE.length} hostile names become plain ones`, () => {
  assert(HOSTILE.length >= 50);
  for (const [offered, written] of HOSTILE) {
    const name = cleanName(offered);
    demandPlain(name);
    if (written !== undefined) assertEquals(name, written, JSON.stringify(offered));
  }
});

const spice = fc.constantFrom(
  ...[
    "/",
    "\\",
    ".",
    "..",
    " ",
    "\0",
    "\x1b",
    "\u202e",
    "\u200d",
    "\ud800",
    "con",
    "COM1",
    ".part",
  ],
  ...[
    ".state",
    ".new",
    "-",
    "~",
    "é",
    "e\u0301",
    "\u0340",
    "😀",
    "x".repeat(250),
    ".tar.gz",
    "file",
  ],
);
const names = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.array(fc.oneof(spice, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 12 })
    .map((parts) => parts.join("")),
);

Deno.test("any string becomes a plain name, and a plain name stays", () => {
  fc.assert(
    fc.property(names, (offered) => {
      const name = cleanName(offered);
      demandPlain(name);
      assertEquals(cleanName(name), name);
    }),
    { numRuns: RUNS },
  );
});

Deno.test("a numbered name is plain, another one, and a sibling", () => {
  fc.assert(
    fc.property(names, fc.integer({ min: 2, max: 999 }), (offered, number) => {
      const base = cleanName(offered);
      const name = numberedName(base, number);
      demandPlain(name);
      assert(name !== base);
      assert(isSibling(name, base));
      assertEquals(splitName(name).extension, splitName(base).extension);
    }),
    { numRuns: Math.ceil(RUNS / 3) },
  );
  assertEquals(numberedName("report.pdf", 2), "report (2).pdf");
  assertEquals(numberedName("a.tar.gz", 3), "a (3).tar.gz");
  assertEquals(numberedName("README", 2), "README (2)");
  assert(!isSibling("report (2).txt", "report.pdf"));
  assert(!isSibling("reports.pdf", "report.pdf"));
});

Deno.test("a name of a megabyte is cleaned without delay", () => {
  const worst = [" ".repeat(1 << 20) + "x", "a" + ". ".repeat(1 << 19) + "b", "/".repeat(1 << 20)];
  const start = performance.now();
  for (const name of worst) demandPlain(cleanName(name));
  assert(performance.now() - start < 2_000);
});
