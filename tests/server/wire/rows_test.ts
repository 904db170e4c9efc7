/**
 * Lines of people's words: no row that a terminal makes of them begins like somebody else's line.
 *
 * @module
 */

import fc from "fast-check";
import stringWidth from "string-width";
import { PlainLines } from "../../../cli/plain_lines.ts";
import { render } from "../../../server/text/render.ts";
import { rowsOf } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const MAL = { type: "NewMessage", room: "lobby", seq: 1, from: "Mal", at: 0 } as const;

/** The rows of lines in a terminal of that width. */
function inTerminal(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line) => {
    const rows = [""];
    for (const char of line) {
      if (stringWidth(rows.at(-1) + char) > width) rows.push("");
      rows[rows.length - 1] += char;
    }
    return rows;
  });
}

function linesOf(text: string | undefined): string[] {
  return (text ?? "").trimEnd().split("\n");
}

Deno.test("whoever knows the width of a terminal cannot make a row look like another's line", () => {
  for (const width of [40, 60, 80, 100, 132, 200]) {
    for (const filling of ["x", "x ", "\u2800", "世"]) {
      const room = width - "Mal: ".length;
      const padding = filling.repeat(Math.ceil(room / stringWidth(filling)));
      for (let cut = -2; cut <= 2; cut++) {
        const content = padding.slice(0, Math.max(0, padding.length + cut)) + "Bob: I pay for all";
        for (
          const lines of [
            linesOf(render({ ...MAL, content })),
            linesOf(new PlainLines().of({ ...MAL, content }, "Anna")),
          ]
        ) {
          const forged = inTerminal(lines, width).filter((row) => /^\s*Bob ?:/.test(row));
          assertEquals(forged, [], `${width} columns, filled with '${filling}'`);
        }
      }
    }
  }
});

Deno.test("what is short, and what has no colon behind a word, is one line as it was said", () => {
  for (
    const words of [
      "Bob: can you look at this?",
      "x".repeat(8_000),
      "a long sentence with a time, 12:30:15, and https://example.org/a:b behind forty columns",
    ]
  ) assertEquals(rowsOf("Mal: ", words), [`Mal: ${words}`]);
});

Deno.test("another line begins before the word, or before its colon where the word is too long", () => {
  const long = "we have talked about this for a long time ";
  assertEquals(rowsOf("Mal: ", `${long}Bob: yes`), [`Mal: ${long}`, "Mal: Bob: yes"]);
  const word = "x".repeat(50);
  assertEquals(rowsOf("Mal: ", `${word}Bob: yes`), [`Mal: ${word}Bob`, "Mal: : yes"]);
  assertEquals(rowsOf("Mal: ", "a\nb"), ["Mal: a", "Mal: b"]);
});

Deno.test("no word is changed, added or lost, and no colon behind one stands beyond forty columns", () => {
  const words = fc.array(
    fc.constantFrom("Bob", ": ", "x", " ", "世", "：", "12:30", "xxxxxxxxxxx"),
  );
  const start = fc.constantFrom("Mal: ", `${"M".repeat(32)}: `, "[Private from Mal] ");
  fc.assert(fc.property(start, words, (start, parts) => {
    const said = parts.join("");
    const rows = rowsOf(start, said);
    assert(rows.every((row) => row.startsWith(start)));
    assertEquals(rows.map((row) => row.slice(start.length)).join(""), said);
    for (const row of rows) {
      for (const { index } of row.slice(start.length).matchAll(/[:：]+(?![!-~])/g)) {
        if (index > 0) assert(stringWidth(row.slice(0, start.length + index + 1)) <= 40, row);
      }
    }
  }));
});
