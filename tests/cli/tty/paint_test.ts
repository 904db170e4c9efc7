/**
 * Claims about frames, held by a little terminal that understands just what a frame may contain.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { paint, type Painted } from "../../../cli/tty/paint.ts";
import type { Screen } from "../../../cli/tty/screen.ts";

const SIZE = { columns: 10, rows: 4 };
const LOOK = { size: SIZE, palette: "none" } as const;

function screenOf(rows: readonly string[], row = 0, column = 0): Screen {
  return { rows: rows.map((text) => [{ text, role: "text" }]), cursor: { row, column } };
}

/** What a terminal shows after a frame. */
function shownAfter(rows: readonly string[], bytes: string): string[] {
  let shown = [...rows];
  // deno-lint-ignore no-control-regex -- a frame is made of escape sequences
  const parts = bytes.matchAll(/\x1b\[(\d+);(\d+)H|\x1b\[([?\d]*[A-Za-z])|([^\x1b]+)/g);
  let at = 0;
  for (const [, row, , other, text] of parts) {
    if (row !== undefined) at = Number(row) - 1;
    else if (other === "2J") shown = shown.map(() => "");
    else if (other === "2K") shown[at] = "";
    else if (text !== undefined) shown[at] += text;
  }
  return shown;
}

const rows = fc.array(fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 3 }), {
  minLength: 4,
  maxLength: 4,
});

Deno.test("after any sequence of screens the terminal shows the last one", () => {
  fc.assert(fc.property(fc.array(rows, { minLength: 1, maxLength: 6 }), (screens) => {
    let painted: Painted | undefined;
    let shown = ["?", "?", "?", "?"];
    for (const screen of screens) {
      const frame = paint(painted, screenOf(screen), LOOK);
      shown = shownAfter(shown, frame.bytes);
      painted = frame.painted;
      assert.deepEqual(shown, screen);
    }
  }));
});

Deno.test("only rows that changed are written", () => {
  const { painted } = paint(undefined, screenOf(["one", "two", "three", ""]), LOOK);
  const { bytes } = paint(painted, screenOf(["one", "2", "three", ""]), LOOK);
  assert.match(bytes, /2/);
  assert.doesNotMatch(bytes, /one|three/);
});

Deno.test("a cursor is hidden where nothing is typed, and shown where something is", () => {
  const screen = screenOf(["one", "", "", ""]);
  const hidden = { ...screen, cursor: { row: 3, column: 0, hidden: true } };
  const [show, hide] = ["\x1b[?25h", "\x1b[?25l"];
  assert.ok(paint(undefined, screen, LOOK).bytes.includes(show));
  const { bytes } = paint(undefined, hidden, LOOK);
  assert.ok(bytes.includes(hide) && !bytes.includes(show));
});

Deno.test("the same screen again writes nothing, a moved cursor only that", () => {
  const screen = screenOf(["one", "", "", ""]);
  const { painted } = paint(undefined, screen, LOOK);
  assert.equal(paint(painted, screen, LOOK).bytes, "");
  const { bytes } = paint(painted, screenOf(["one", "", "", ""], 2, 3), LOOK);
  assert.equal(bytes, "\x1b[?2026h\x1b[?25l\x1b[3;4H\x1b[?25h\x1b[?2026l");
});

Deno.test("another size draws everything anew", () => {
  const screen = screenOf(["one", "two", "", ""]);
  const { painted } = paint(undefined, screen, LOOK);
  const { bytes } = paint(painted, screen, { ...LOOK, size: { columns: 11, rows: 4 } });
  assert.match(bytes, /\x5b2J.*one.*two/);
});

Deno.test("a row is cleared before it is written, so that its last column survives", () => {
  const { bytes } = paint(undefined, screenOf(["0123456789", "", "", ""]), LOOK);
  assert.ok(bytes.includes("\x1b[1;1H\x1b[2K0123456789\x1b[2;1H"));
});
