/**
 * Slash commands that every client has, in the table of each.
 *
 * @module
 */

import fc from "fast-check";
import { COMMANDS as TERMINAL } from "../../cli/tty/commands.ts";
import { COMMANDS as PAGE } from "../../observe/dashboard/page/chat/commands.ts";
import {
  HISTORY_LIMIT_MAX,
  SANCTION_SECONDS_MAX,
  SLOW_SECONDS_MAX,
} from "../../server/wire/mod.ts";
import {
  type ChangeWish,
  CHANGING,
  CommandTable,
  type CommonWish,
  ORDER,
  type OrderWish,
  TALKING,
  TENDING,
} from "../../talk/mod.ts";
import { assert, assertEquals } from "../assert.ts";

const TABLE = new CommandTable<CommonWish | ChangeWish | OrderWish>([
  ...TALKING,
  ...CHANGING,
  ...ORDER,
  ...TENDING,
]);

/** What a page leaves to the browser: the tab is closed, and files have buttons. */
const ONLY_IN_TERMINALS = [
  ...["send", "accept", "decline", "cancel", "transfers"],
  "quit",
];

Deno.test("a line without a slash is said as it is, and two slashes say one", () => {
  for (const line of ["hello /join", "  hi"]) {
    assertEquals(TABLE.read(line), { kind: "say", text: line });
  }
  assertEquals(TABLE.read("//join dev"), { kind: "say", text: "/join dev" });
  assertEquals(TABLE.read("//"), { kind: "say", text: "/" });
  assertEquals(TABLE.read("  "), undefined);
});

Deno.test("each command gives its wish", () => {
  const cases: [string, unknown][] = [
    ["/join dev", { kind: "join", room: "dev" }],
    ["/J #dev", { kind: "join", room: "dev" }],
    ["/leave", { kind: "leave" }],
    ["/part #dev", { kind: "leave", name: "dev" }],
    ["/topic tea at noon", { kind: "topic", text: "tea at noon" }],
    ["/msg bob hello  there", { kind: "whisper", to: "bob", text: "hello  there" }],
    ["/w bob one\ntwo", { kind: "whisper", to: "bob", text: "one\ntwo" }],
    ["/reply yes", { kind: "reply", text: "yes" }],
    ["/edit two\nlines", { kind: "edit", text: "two\nlines" }],
    ["/delete", { kind: "delete" }],
    ["/del @bob", { kind: "delete", name: "bob" }],
    ["/quote at three", { kind: "quote", text: "at three" }],
    ["/re @bob at three", { kind: "quote", name: "bob", text: "at three" }],
    ["/quote @bob", { kind: "quote", text: "@bob" }],
    ["/react 👍", { kind: "react", emoji: "👍" }],
    ["/react :tea: bob", { kind: "react", emoji: ":tea:", name: "bob" }],
    ["/query bob", { kind: "query", name: "bob" }],
    ["/me waves", { kind: "say", text: "*waves*" }],
    ["/who", { kind: "names" }],
    ["/list", { kind: "list" }],
    ["/rooms", { kind: "rooms" }],
    ["/history 20", { kind: "history", count: 20 }],
    ["/history 9999", { kind: "history", count: HISTORY_LIMIT_MAX }],
    ["/bell", { kind: "bell" }],
    ["/bell all", { kind: "bell", bell: "all" }],
    ["/typing", { kind: "typing" }],
    ["/typing on", { kind: "typing", on: true }],
    ["/typing off", { kind: "typing", on: false }],
    ["/ignore bob", { kind: "ignore", name: "bob" }],
    ["/ignore", { kind: "ignore" }],
    ["/unignore bob", { kind: "unignore", name: "bob" }],
    ["/retry", { kind: "retry" }],
    ["/discard", { kind: "discard" }],
    ["/clear", { kind: "clear" }],
    ["/help w", { kind: "help", command: "w" }],
  ];
  for (const [line, wish] of cases) assertEquals(TABLE.read(line), wish, line);
});

Deno.test("a command about order says what is asked of the server, with its time and its reason", () => {
  const cases: [string, unknown][] = [
    ["/room", { type: "Room" }],
    ["/room invite", { type: "Room", access: "invite" }],
    ["/room topic moderators", { type: "Room", topicBy: "moderators" }],
    ["/room owner bob", { type: "Room", owner: "bob" }],
    ["/room retain 30d", { type: "Room", retain: 30 }],
    ["/room retain 2w", { type: "Room", retain: 14 }],
    ["/room retain OFF", { type: "Room", retain: 0 }],
    ["/room typing on", { type: "Room", typing: true }],
    ["/room typing off", { type: "Room", typing: false }],
    ["/slow 10", { type: "Room", slow: 10 }],
    ["/invite bob", { type: "Invite", user: "bob" }],
    ["/kick bob", { type: "Kick", user: "bob" }],
    ["/kick @bob too  loud", { type: "Kick", user: "bob", why: "too loud" }],
    ["/mute bob 10m", { type: "Mute", user: "bob", seconds: 600 }],
    ["/ban bob 2h spam", { type: "Ban", user: "bob", seconds: 7_200, why: "spam" }],
    ["/ban bob 2 much", { type: "Ban", user: "bob", why: "2 much" }],
    ["/ban bob 99y", { type: "Ban", user: "bob", seconds: SANCTION_SECONDS_MAX }],
    ["/unmute bob", { type: "Unban", user: "bob" }],
    ["/ban 10.0.0.0/8 2h", { type: "Ban", address: "10.0.0.0/8", seconds: 7_200 }],
    ["/unban 2001:db8::7", { type: "Unban", address: "2001:db8::7" }],
    ["/op Rita", { type: "SetRole", username: "Rita", role: "operator" }],
    ["/deop rita", { type: "SetRole", username: "rita", role: "user" }],
    ["/mod bob", { type: "Room", promote: "bob" }],
    ["/unmod bob", { type: "Room", demote: "bob" }],
    ["/audit", { type: "Audit" }],
  ];
  for (const [line, ask] of cases) assertEquals(TABLE.read(line), { kind: "order", ask }, line);
  assertEquals(TABLE.read("/report"), { kind: "report" });
  assertEquals(TABLE.read("/report rude words"), { kind: "report", why: "rude words" });
  assertEquals(TABLE.read("/report @bob rude"), { kind: "report", name: "bob", why: "rude" });
  const wrong = [
    "/room typing",
    "/room typing yes",
    "/room retain",
    "/room retain 12h",
    "/room retain 0d",
    "/room retain 101y",
    "/room shut",
    "/room topic",
    "/room open now",
    `/slow ${SLOW_SECONDS_MAX + 1}`,
  ];
  for (const line of [...wrong, "/slow soon", "/kick", "/audit x", "/ban \u202e"]) {
    assertEquals(TABLE.read(line)?.kind, "problem", line);
  }
});

Deno.test("a command used wrongly says how it is used", () => {
  for (const { name, usage } of TABLE.rows) {
    if (["leave", "help", "delete", "report"].includes(name)) continue;
    const line = usage === "[N]" || usage.startsWith("[off") || usage === ""
      ? `/${name} x y`
      : usage.startsWith("[")
      ? undefined
      : `/${name}`;
    if (line === undefined) continue;
    const sentence = `Usage: /${name} ${usage}`.trimEnd();
    assertEquals(TABLE.read(line), { kind: "problem", sentence }, line);
  }
  for (const line of ["/msg bob", "/history 0", "/bell loud", "/typing maybe", "/react a b c"]) {
    assertEquals(TABLE.read(line)?.kind, "problem", line);
  }
});

Deno.test("an unknown word is a problem, and a name that cannot be one is refused with its reason", () => {
  for (const line of ["/", "/nope", "/nope text", "/ join"]) {
    assertEquals(TABLE.read(line)?.kind, "problem", line);
  }
  for (const line of ["/join a@b", "/w a@b hi", "/query a b", "/ignore !"]) {
    const wish = TABLE.read(line);
    assert(wish?.kind === "problem" && /letters, digits/.test(wish.sentence), line);
  }
});

Deno.test("only lines without a leading slash, /me and // are ever said", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    const wish = TABLE.read(`/${text}`);
    if (wish?.kind === "say") assert(text.startsWith("/") || /^me\s/i.test(text), text);
  }));
});

Deno.test("help has every command, and knows each by name and alias", () => {
  const all = TABLE.help("");
  assert(!("kind" in all));
  assertEquals(all.length, TABLE.rows.length);
  for (const { name, aliases, summary } of TABLE.rows) {
    for (const word of [name, `/${name}`, ...aliases]) {
      const help = TABLE.help(word);
      assert(!("kind" in help) && help[0]?.usage.startsWith(`/${name}`), word);
      assertEquals(help[0]?.summary, summary);
    }
  }
  assertEquals(TABLE.help("r"), [
    { usage: "/reply TEXT (or /r)", summary: "answer whoever wrote to you last" },
  ]);
  assertEquals(TABLE.help("nope"), {
    kind: "problem",
    sentence: "There is no command 'nope'.",
  });
});

Deno.test("no name or alias stands for two commands, and the page lacks only what it leaves to the browser", () => {
  for (const table of [TERMINAL, PAGE]) {
    const names = table.rows.flatMap(({ name, aliases }) => [name, ...aliases]);
    assertEquals(names.length, new Set(names).size);
  }
  const onPage = new Set(PAGE.rows.map(({ name }) => name));
  assertEquals(
    TERMINAL.rows.map(({ name }) => name).filter((name) => !onPage.has(name)),
    ONLY_IN_TERMINALS,
  );
});
