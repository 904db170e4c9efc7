/**
 * Whether a text contains another, and where.
 *
 * @module
 */

import { litIn, nextMatch, searchable } from "../../talk/mod.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("text is found whatever its case and form", () => {
  for (const [text, query] of [["Straße", "STRASSE"], ["ﬁne", "FIN"], ["Ὀδυσσεύς", "ὀδυσσεύσ"]]) {
    assert(searchable(text ?? "").includes(searchable(query ?? "")), text);
  }
  assert(!searchable("Anna").includes(searchable("annb")));
});

Deno.test("what is lit are the graphemes that the text came from", () => {
  assertEquals([...litIn([..."a ﬁne"], searchable("fi"))], [2]);
  assertEquals([...litIn([..."Straße"], searchable("ss"))], [4]);
  assertEquals([...litIn([..."anana"], searchable("ana"))], [0, 1, 2]);
  assertEquals(litIn([..."Anna"], searchable("b")).size, 0);
});

Deno.test("from one match to the next one goes round", () => {
  assertEquals(nextMatch([0, 2], Infinity, "up"), 2);
  assertEquals(nextMatch([0, 2], 2, "up"), 0);
  assertEquals(nextMatch([0, 2], 0, "up"), 2);
  assertEquals(nextMatch([0, 2], 2, "down"), 0);
  assertEquals(nextMatch([], 2, "down"), undefined);
});
