/**
 * Claims about Tab.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { complete, type Cycle, type Direction } from "../../../cli/tty/complete.ts";
import { content, type Edit, EMPTY_EDIT, insert } from "../../../cli/tty/editor.ts";

const CANDIDATES = { users: ["bengt", "Anna", "andré", "李雷"], rooms: ["lobby", "dev"] };

/** What the text is after each of so many Tabs. */
function tabs(text: string, count: number, direction: Direction = 1, from?: Edit): string[] {
  let edit = from ?? insert(EMPTY_EDIT, text);
  let cycle: Cycle | undefined;
  const seen: string[] = [];
  for (let i = 0; i < count; i++) {
    const completion = complete(edit, cycle, CANDIDATES, direction);
    if (completion === undefined) break;
    ({ edit, cycle } = completion);
    seen.push(content(edit));
  }
  return seen;
}

Deno.test("a name at the start of the text is addressed, elsewhere it is only named", () => {
  assert.deepEqual(tabs("be", 1), ["bengt: "]);
  assert.deepEqual(tabs("ask be", 1), ["ask bengt "]);
  assert.deepEqual(tabs("@be", 1), ["@bengt "]);
  assert.deepEqual(tabs("hi @李", 1), ["hi @李雷 "]);
});

Deno.test("case does not matter, and the name is put as its owner writes it", () => {
  assert.deepEqual(tabs("AN", 2), ["Anna: ", "andré: "]);
});

Deno.test("Tab cycles over all candidates and the typed word; Shift+Tab the other way", () => {
  assert.deepEqual(tabs("an", 4), ["Anna: ", "andré: ", "an", "Anna: "]);
  assert.deepEqual(tabs("an", 3, -1), ["andré: ", "Anna: ", "an"]);
});

Deno.test("commands, and what stands behind them", () => {
  assert.deepEqual(tabs("/jo", 1), ["/join "]);
  assert.deepEqual(tabs("/join d", 1), ["/join dev "]);
  assert.deepEqual(tabs("/join ", 2), ["/join lobby ", "/join dev "]);
  assert.deepEqual(tabs("/msg be", 1), ["/msg bengt "]);
  assert.deepEqual(tabs("/msg bengt an", 1), ["/msg bengt Anna "]);
  assert.deepEqual(tabs("/bell m", 1), ["/bell mention "]);
  assert.deepEqual(tabs("/help ign", 1), ["/help ignore "]);
});

Deno.test("only the word before the cursor is completed, and the text behind it stays", () => {
  const edit = insert(EMPTY_EDIT, "be and more");
  assert.deepEqual(tabs("", 2, 1, { ...edit, at: 2 }), ["bengt:  and more", "be and more"]);
});

Deno.test("without a word, and without a fitting candidate, nothing happens", () => {
  assert.deepEqual(tabs("", 1), []);
  assert.deepEqual(tabs("hello ", 1), []);
  assert.deepEqual(tabs("xyz", 1), []);
});

Deno.test("once around the cycle, any text is what it was", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 12 }), (text) => {
    const edit = insert(EMPTY_EDIT, text);
    let completion = complete(edit, undefined, CANDIDATES, 1);
    const options = completion?.cycle.options.length ?? 1;
    for (let i = 1; i < options && completion !== undefined; i++) {
      completion = complete(completion.edit, completion.cycle, CANDIDATES, 1);
    }
    if (completion !== undefined) assert.equal(content(completion.edit), content(edit));
  }));
});
