/**
 * What is typed on the page: commands, completion, what was sent, and what is looked for. Without a browser.
 *
 * @module
 */

import fc from "fast-check";
import { COMMANDS as TERMINAL } from "../../cli/tty/commands.ts";
import { COMMANDS, parseLine } from "../../observe/dashboard/page/chat/commands.ts";
import { completionsOf, turned } from "../../observe/dashboard/page/chat/completing.ts";
import { matches, nextMatch, piecesOf } from "../../observe/dashboard/page/chat/finding.ts";
import { nextActive, nextMention } from "../../observe/dashboard/page/chat/mentions.ts";
import { Recall } from "../../observe/dashboard/page/chat/recall.ts";
import { View } from "../../observe/dashboard/page/chat/view.ts";
import { assert, assertEquals } from "../assert.ts";

/** What a page leaves to the browser: the tab is closed, and files have buttons. */
const WITHOUT = ["quit", "send", "accept", "decline", "cancel", "transfers"];

function viewOf(name: string, ...contents: readonly string[]): View {
  const view = new View("room", name);
  for (const [index, content] of contents.entries()) {
    const mention = content.includes("@Me") ? { mention: true } as const : {};
    const line = { seq: index + 1, from: "Anna", content, at: index, ...mention };
    view.arrived({ kind: "line", room: name, ...line }, "Me");
  }
  return view;
}

Deno.test("the page has the terminal's commands, with the same names and uses", () => {
  const has = new Map(COMMANDS.map((command) => [command.name, command]));
  for (const { name, aliases, usage } of TERMINAL) {
    if (WITHOUT.includes(name)) continue;
    const command = has.get(name);
    assertEquals([command?.usage, command?.aliases], [usage, aliases], `/${name}`);
  }
});

Deno.test("each command is told by /help, and refused with its use when it is used wrongly", () => {
  const all = parseLine("/help");
  for (const { name, usage } of COMMANDS) {
    assert(all?.kind === "help" && all.text.includes(`/${name}`), name);
    const wish = parseLine(usage.startsWith("[") || usage === "" ? `/${name} ! !` : `/${name}`);
    if (["leave", "help"].includes(name)) continue;
    assertEquals(wish, { kind: "problem", sentence: `Usage: /${name} ${usage}`.trimEnd() });
  }
  assertEquals(parseLine("/help r"), {
    kind: "help",
    text: "/reply TEXT (or /r): answer whoever wrote to you last",
  });
  assertEquals(parseLine("/history 9999"), { kind: "history", count: 500 });
  assertEquals(parseLine("/history 0")?.kind, "problem");
  assertEquals(parseLine("/bell loud")?.kind, "problem");
  assertEquals(parseLine("/quit"), {
    kind: "problem",
    sentence: "Close this tab to leave the page.",
  });
});

Deno.test("Tab goes round through what a word can be, and back to what was typed", () => {
  const candidates = { users: ["Anna", "anton", "Ben"], rooms: ["ops", "lobby"] };
  const completed = (before: string) => completionsOf(before, candidates)?.options.slice(1) ?? [];
  assertEquals(completed("an"), ["Anna: ", "anton: "]);
  assertEquals(completed("hello AN"), ["Anna ", "anton "]);
  assertEquals(completed("ask @b"), ["@Ben "]);
  assertEquals(completed("/un"), ["/unignore "]);
  assertEquals(completed("/join o"), ["ops "]);
  assertEquals(completed("/w b"), ["Ben "]);
  assertEquals(completed("/bell "), ["off ", "mention ", "all "]);
  assertEquals([completed(""), completed("hello "), completed("zz")], [[], [], []]);
  const first = completionsOf("hi an", candidates);
  assert(first !== undefined);
  const seen = [1, 1, 1, -1].reduce((all: (typeof first)[], by) => [
    ...all,
    turned(all.at(-1) ?? first, by === 1 ? 1 : -1),
  ], []);
  assertEquals(seen.map(({ options, index }) => options[index]), [
    "Anna ",
    "anton ",
    "an",
    "anton ",
  ]);
  assertEquals(first.start, 3);
});

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

Deno.test("a search finds lines by their text and their name, from the newest to the oldest and round", () => {
  const view = viewOf("lobby", "Deploy", "nothing", "DEPLOY again", "straße");
  assertEquals(matches(view, "deploy"), [0, 2]);
  assertEquals(matches(view, "anna n"), [1]);
  assertEquals([matches(view, "STRASSE"), matches(view, "")], [[], []]);
  assertEquals(matches(view, "STRAßE"), [3]);
  assertEquals(nextMatch([0, 2], Infinity, "up"), 2);
  assertEquals(nextMatch([0, 2], 2, "up"), 0);
  assertEquals(nextMatch([0, 2], 0, "up"), 2);
  assertEquals(nextMatch([0, 2], 2, "down"), 0);
  assertEquals(nextMatch([], 2, "down"), undefined);
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
  const first = nextMention(views, here, undefined);
  assertEquals(first, { view: "lobby", position: 2 });
  assertEquals(nextMention(views, here, first), { view: "ops", position: 1 });
  here.newFrom = undefined;
  assertEquals(nextMention([here], here, undefined), { view: "lobby", position: 0 });
  assertEquals(nextMention([viewOf("a")], viewOf("a"), undefined), undefined);
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
