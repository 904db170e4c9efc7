/**
 * Claims about the input line.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  content,
  type Edit,
  EMPTY_EDIT,
  insert,
  pressed,
  recalled,
  searched,
  submitted,
} from "../../../cli/tty/editor.ts";
import { INPUT_HISTORY_MAX } from "../../../cli/tty/limits.ts";
import { graphemes } from "../../../cli/tty/width.ts";

const KEYS = [
  ..."left right home end up down backspace delete ctrl+a ctrl+b ctrl+d ctrl+e ctrl+f ctrl+k ctrl+u"
    .split(" "),
  ..."ctrl+w ctrl+y alt+b alt+d alt+f alt+enter alt+backspace ctrl+left ctrl+right".split(" "),
];

/** The line after these keys; what is no key is typed. */
function after(edit: Edit, ...keys: readonly string[]): Edit {
  return keys.reduce((line, key) => pressed(line, key) ?? insert(line, key), edit);
}

/** The text with the cursor in it. */
function shown(edit: Edit): string {
  return [...edit.text.slice(0, edit.at), "|", ...edit.text.slice(edit.at)].join("");
}

Deno.test("the cursor stays inside the text, which stays a list of whole graphemes", () => {
  const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ unit: "binary", maxLength: 6 }));
  fc.assert(fc.property(fc.array(key, { maxLength: 30 }), (keys) => {
    const edit = after(submitted(insert(EMPTY_EDIT, "before")), ...keys);
    assert.ok(edit.at >= 0 && edit.at <= edit.text.length);
    assert.deepEqual(edit.text, graphemes(content(edit)));
    assert.doesNotMatch(content(edit).replaceAll("\n", ""), /[\p{Cc}\p{Cs}]/u);
  }));
});

Deno.test("typing somewhere puts it there", () => {
  assert.equal(shown(after(EMPTY_EDIT, "hello", "left", "left", "X你👍")), "helX你👍|lo");
  assert.equal(shown(after(EMPTY_EDIT, "e", "\u0301", "x", "left")), "e\u0301|x");
});

Deno.test("moving and cutting by word, to the start and to the end", () => {
  const line = insert(EMPTY_EDIT, "one two three");
  assert.equal(shown(after(line, "alt+b")), "one two |three");
  assert.equal(shown(after(line, "ctrl+a", "alt+f")), "one| two three");
  assert.equal(shown(after(line, "ctrl+w")), "one two |");
  assert.equal(shown(after(line, "ctrl+w", "ctrl+a", "ctrl+y")), "three|one two ");
  assert.equal(shown(after(line, "alt+b", "ctrl+u")), "|three");
  assert.equal(shown(after(line, "ctrl+a", "alt+f", "ctrl+k")), "one|");
  assert.equal(shown(after(line, "ctrl+a", "alt+d")), "| two three");
  assert.equal(shown(after(line, "ctrl+a", "ctrl+d", "delete")), "|e two three");
});

Deno.test("backspace takes one character as people see it", () => {
  assert.equal(shown(after(EMPTY_EDIT, "a👩‍👩‍👧‍👦", "backspace")), "a|");
  assert.equal(shown(after(EMPTY_EDIT, "ne\u0301", "backspace")), "n|");
});

Deno.test("Up and Down walk rows first and then the history, and the unsent line survives", () => {
  const past = submitted(insert(submitted(insert(EMPTY_EDIT, "first")), "second"));
  const typing = insert(past, "unsent");
  assert.equal(content(after(typing, "up")), "second");
  assert.equal(content(after(typing, "up", "up", "up")), "first");
  assert.equal(content(after(typing, "up", "up", "down", "down")), "unsent");
  const rows = after(past, "abc", "alt+enter", "de");
  assert.equal(shown(after(rows, "up")), "ab|c\nde");
  assert.equal(shown(after(rows, "up", "down")), "abc\nde|");
  assert.equal(content(after(rows, "up", "up")), "second");
});

Deno.test("Home, End and Ctrl+k stay in their row; at its end Ctrl+k joins the next", () => {
  const rows = after(EMPTY_EDIT, "abc", "alt+enter", "de");
  assert.equal(shown(after(rows, "home")), "abc\n|de");
  assert.equal(shown(after(rows, "up", "end")), "abc|\nde");
  assert.equal(shown(after(rows, "up", "end", "ctrl+k")), "abc|de");
});

Deno.test("the history is bounded, and knows neither empty lines nor the same one twice", () => {
  let edit = EMPTY_EDIT;
  for (let i = 0; i < INPUT_HISTORY_MAX + 10; i++) edit = submitted(insert(edit, `line ${i}`));
  assert.equal(edit.history.length, INPUT_HISTORY_MAX);
  const again = submitted(insert(submitted(edit), edit.history.at(-1) ?? ""));
  assert.deepEqual(again.history, edit.history);
});

Deno.test("searched() finds the newest line, and the next older one from there", () => {
  let edit = EMPTY_EDIT;
  for (const line of ["deploy one", "hello", "deploy two"]) edit = submitted(insert(edit, line));
  const first = searched(edit, "deploy", 1);
  assert.equal(first, 1);
  assert.equal(searched(edit, "deploy", 2), 3);
  assert.equal(searched(edit, "deploy", 4), undefined);
  assert.equal(content(recalled(edit, 3)), "deploy one");
});
