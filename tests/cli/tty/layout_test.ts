/**
 * Rows of the conversation: what somebody says never looks like a notice.
 *
 * @module
 */

import fc from "fast-check";
import { layOut, type MessageLine } from "../../../cli/tty/layout.ts";
import { safeLines, safeText } from "../../../cli/tty/safe.ts";
import type { Row } from "../../../cli/tty/style.ts";
import { assert, assertEquals } from "../../assert.ts";

function message(from: string, content: string): MessageLine {
  const words = { from: safeText(from), text: safeLines(content) };
  return { kind: "message", at: 0, ...words, seq: 1, mine: false, mention: false };
}

function texts(rows: readonly Row[]): string[] {
  return rows.map((row) => row.map(({ text }) => text).join(""));
}

/** A row without its time. */
function said(row: string | undefined, width: number): string {
  return width < 40 ? row ?? "" : (row ?? "").slice(6);
}

Deno.test("a message of a user who is called like the mark of a notice does not look like one", () => {
  for (const width of [30, 80]) {
    for (const [from, mark] of [["-", "- "], ["!", "! "]] as const) {
      const [row] = texts(layOut(message(from, "Ben set the topic: tea"), width));
      assert(!said(row, width).startsWith(mark), row);
      const notice = { kind: "notice", at: 0, tone: from === "-" ? "info" : "error" } as const;
      const [real] = texts(layOut({ ...notice, text: ["Ben set the topic: tea"] }, width));
      assert(said(real, width).startsWith(mark), real);
    }
  }
});

Deno.test("a name that could be taken today is shown as it is", () => {
  const [row] = texts(layOut(message("Anna", "hi"), 30));
  assertEquals(row, "Anna hi");
});

Deno.test("a program's name has a mark before it that no name can have, however narrow it is", () => {
  for (const [width, shown] of [[30, "[Hook] ci"], [80, "12:00 "]] as const) {
    const [row = ""] = texts(layOut({ ...message("ci", "green"), hook: true }, width));
    if (width < 40) assert(row.startsWith(shown.slice(0, 8)), row);
    else assert(row.slice(6).startsWith("[Hook] ci green"), row);
  }
});

Deno.test("no message, from whomever and of whatever, has a row that begins like a notice", () => {
  const unit = fc.constantFrom(..."-! .aé漢\t\n[", "\u202e", "\u0301", "🎉");
  const text = fc.string({ unit, maxLength: 120 });
  const name = fc.string({ unit, minLength: 1, maxLength: 32 });
  fc.assert(
    fc.property(name, text, fc.integer({ min: 20, max: 100 }), (from, content, width) => {
      const [first, ...others] = texts(layOut(message(from, content), width));
      assert(!/^[-!] /.test(said(first, width)), first);
      for (const row of others) assert(row.startsWith(width < 40 ? "  " : "      "), row);
    }),
    { numRuns: 1_000 },
  );
});
