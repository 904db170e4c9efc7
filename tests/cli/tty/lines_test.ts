/**
 * Claims about the list of lines.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  append,
  at,
  dropOldest,
  emptied,
  items,
  type Lines,
  newest,
  NO_LINES,
  prepend,
  withNewest,
} from "../../../cli/tty/lines.ts";

Deno.test("whatever happens, each item keeps its position, and the order stays", () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant("append"), count: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ kind: fc.constant("prepend"), count: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ kind: fc.constant("drop"), count: fc.integer({ min: 0, max: 100 }) }),
  );
  fc.assert(fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
    // Every item is its own position, so the claim can be read off.
    let lines: Lines<number> = NO_LINES;
    for (const { kind, count } of actions) {
      if (kind === "append") { for (let i = 0; i < count; i++) lines = append(lines, lines.end); }
      if (kind === "prepend") {
        const older = Array.from({ length: count }, (_, i) => lines.first - count + i);
        lines = prepend(lines, older);
      }
      if (kind === "drop") {
        const before = lines.end - lines.first;
        lines = dropOldest(lines, count);
        assert.ok(lines.end - lines.first >= Math.min(before, count));
      }
    }
    const expected = Array.from({ length: lines.end - lines.first }, (_, i) => lines.first + i);
    assert.deepEqual([...items(lines)], expected);
    for (const position of expected) assert.equal(at(lines, position), position);
    assert.equal(at(lines, lines.first - 1), undefined);
    assert.equal(at(lines, lines.end), undefined);
  }));
});

Deno.test("the newest item can be replaced, and all can go, without moving those that come", () => {
  let lines: Lines<string> = prepend(NO_LINES, ["a", "b"]);
  assert.equal(newest(lines), "b");
  lines = withNewest(lines, "c");
  assert.deepEqual([...items(lines)], ["a", "c"]);
  assert.equal(newest(NO_LINES), undefined);
  assert.deepEqual(withNewest(NO_LINES, "x"), NO_LINES);
  const { end } = lines;
  lines = append(emptied(lines), "d");
  assert.equal(at(lines, end), "d");
  assert.deepEqual([...items(lines)], ["d"]);
});

Deno.test("dropOldest() keeps at least what it should, and not many more", () => {
  let lines: Lines<number> = NO_LINES;
  for (let i = 0; i < 1_000; i++) lines = dropOldest(append(lines, i), 100);
  const length = lines.end - lines.first;
  assert.ok(length >= 100 && length < 200, `${length}`);
  assert.equal(at(lines, 999), 999);
});
