/**
 * What is typed on the page: its commands, what was sent, and what is looked for. Without a browser.
 *
 * @module
 */

import fc from "fast-check";
import { COMMANDS, help, parseLine } from "../../observe/dashboard/page/chat/commands.ts";
import { matches, piecesOf } from "../../observe/dashboard/page/chat/finding.ts";
import { mentionAfter, nextActive } from "../../observe/dashboard/page/chat/mentions.ts";
import { Recall } from "../../observe/dashboard/page/chat/recall.ts";
import { View } from "../../observe/dashboard/page/chat/view.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("help tells all commands and the keys, and how a page is left", () => {
  const all = help("");
  for (const { name } of COMMANDS.rows) assert(all.includes(`/${name}`), name);
  for (const key of ["Tab", "Alt+Up", "Alt+A", "Alt+U", "Alt+N", "Ctrl+F", "Space"]) {
    assert(all.includes(key), key);
  }
  assertEquals(help("r"), "/reply TEXT (or /r): answer whoever wrote to you last");
  assertEquals(help("nope"), "There is no command 'nope'.");
  for (const line of ["/quit", "/EXIT now"]) {
    assertEquals(parseLine(line), {
      kind: "problem",
      sentence: "Close this tab to leave the page.",
    });
  }
});

function viewOf(name: string, ...contents: readonly string[]): View {
  const view = new View("room", name);
  for (const [index, content] of contents.entries()) {
    const mention = content.includes("@Me") ? { mention: true } as const : {};
    const line = { seq: index + 1, from: "Anna", content, at: index, ...mention };
    view.arrived({ kind: "line", room: name, ...line }, "Me");
  }
  return view;
}

Deno.test("Up brings back what was sent, and Down what was being typed", () => {
  const recall = new Recall();
  assertEquals(recall.step(1, "x"), undefined);
  for (const text of ["one", "two", "two"]) recall.add(text);
  assertEquals([recall.step(1, "half"), recall.step(1, "two"), recall.step(1, "one")], [
    "two",
    "one",
    undefined,
  ]);
  assertEquals([recall.step(-1, "one"), recall.step(-1, "two"), recall.step(-1, "half")], [
    "two",
    "half",
    undefined,
  ]);
});

Deno.test("a search finds lines by their text and their name", () => {
  const view = viewOf("lobby", "Deploy", "nothing", "DEPLOY again", "straße");
  assertEquals(matches(view, "deploy"), [0, 2]);
  assertEquals(matches(view, "anna n"), [1]);
  assertEquals(matches(view, ""), []);
  for (const query of ["STRASSE", "STRAßE"]) assertEquals(matches(view, query), [3], query);
});

Deno.test("a line that is found has the text lit, and its pieces are the whole text", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "A", "b", "ﬁ", "e\u0301", "👩‍👧", "\n", "İ") });
  fc.assert(
    fc.property(text, fc.string({ unit: fc.constantFrom("a", "b", "f", "é") }), (text, query) => {
      const pieces = piecesOf(text, query);
      assertEquals(pieces.map(({ text }) => text).join(""), text);
      const found = matches(viewOf("lobby", text), query).length > 0;
      const lit = [text, "Anna", `Anna ${text}`]
        .some((text) => piecesOf(text, query).some(({ lit }) => lit));
      assertEquals(lit, found, JSON.stringify([text, query]));
    }),
  );
  assertEquals(piecesOf("Anna and Ann", "ann"), [
    { text: "Ann", lit: true },
    { text: "a and ", lit: false },
    { text: "Ann", lit: true },
  ]);
  assertEquals(piecesOf("a ﬁne day", "fin"), [
    { text: "a ", lit: false },
    { text: "ﬁn", lit: true },
    { text: "e day", lit: false },
  ]);
});

Deno.test("the next mention is the new one here, then one elsewhere, then from the top", () => {
  const here = viewOf("lobby", "@Me old", "x", "@Me new");
  const other = viewOf("ops", "x", "@Me there");
  here.newFrom = 1;
  const views = [here, other];
  const first = mentionAfter(views, here, undefined);
  assertEquals(first, { view: "lobby", position: 2 });
  assertEquals(mentionAfter(views, here, first), { view: "ops", position: 1 });
  here.newFrom = undefined;
  assertEquals(mentionAfter([here], here, undefined), { view: "lobby", position: 0 });
  assertEquals(mentionAfter([viewOf("a")], viewOf("a"), undefined), undefined);
});

Deno.test("where one is named comes before where something else is new", () => {
  const [here, busy, named] = [viewOf("lobby"), viewOf("busy"), viewOf("named")];
  busy.unread = 9;
  assertEquals(nextActive([here, busy, named], here)?.name, "busy");
  named.mentions = 1;
  assertEquals(nextActive([here, busy, named], here)?.name, "named");
  assertEquals(nextActive([here, busy, named], busy)?.name, "named");
  assertEquals(nextActive([here], here), undefined);
});
