/**
 * What was said changes in its place on the page: what the process tells, and the page's model of it, without a browser.
 *
 * @module
 */

import { chatEventOf, lineOf } from "../../observe/dashboard/chat_events.ts";
import type { ChatEvent, ChatLine } from "../../observe/dashboard/page_messages.ts";
import { View } from "../../observe/dashboard/page/chat/view.ts";
import type { ClientEvent, NewMessage } from "../../server/wire/mod.ts";
import { assertEquals } from "../assert.ts";

function message(seq: number, content: string, more: Partial<NewMessage> = {}): ChatLine {
  const base = { type: "NewMessage", room: "lobby", from: "Anna", at: 1, seq, content } as const;
  return lineOf({ ...base, ...more }, "Me");
}

/** Tells a view of what a client hears. */
function hear(view: View, event: ClientEvent): void {
  const said: ChatEvent | undefined = chatEventOf(event, "Me");
  if (said?.kind === "changed" || said?.kind === "reacted") view.changed(said);
}

const CHANGE = { room: "lobby", by: "Anna", at: 2 } as const;

/** What stands in a view. */
function shown(view: View): unknown[] {
  return view.lines.map((line) => {
    if (line.kind !== "said") return line.kind;
    const { content, change, by, reply, reactions } = line;
    return [
      content,
      change,
      by,
      reply?.content ?? reply?.seq,
      reactions?.map(({ count }) => count),
    ];
  });
}

Deno.test("an edit, a deletion and reactions change a line in its place, and replies that quote it", () => {
  const view = new View("room", "lobby");
  view.arrived(message(1, "at two?"), "Me");
  view.arrived(message(2, "yes", { from: "Me", reply: 1 }), "Me");
  hear(view, { ...CHANGE, type: "MessageEdited", seq: 1, content: "at three?" });
  const react = { type: "Reactions", room: "lobby", seq: 1, emoji: "👍", on: true } as const;
  hear(view, { ...react, count: 1, by: "Ben" });
  hear(view, { ...react, count: 2, by: "Me" });
  assertEquals(shown(view), [
    ["at three?", "edited", undefined, undefined, [2]],
    ["yes", undefined, undefined, "at three?", undefined],
  ]);
  assertEquals(view.newest(({ mine }) => !mine)?.reactions?.[0]?.mine, true);
  hear(view, { ...CHANGE, type: "MessageDeleted", seq: 1, by: "Ben" });
  assertEquals(shown(view), [
    ["", "deleted", "Ben", undefined, undefined],
    ["yes", undefined, undefined, 1, undefined],
  ]);
  assertEquals(view.newest(({ mine }) => !mine), undefined, "it cannot be meant any more");
});

Deno.test("what others say while one writes is not what that was begun about", () => {
  const view = new View("room", "lobby");
  view.writing("/");
  view.arrived(message(1, "one"), "Me");
  assertEquals(view.meansUpTo, Infinity, "nothing stood there: it is the first that is seen");
  view.writing("");
  view.writing("/delete an");
  view.arrived(message(2, "two"), "Me");
  view.writing("/delete anna");
  assertEquals(view.meansUpTo, 1);
  view.writing("");
  assertEquals(view.meansUpTo, Infinity, "nothing is being written");
  view.writing("/delete anna");
  assertEquals(view.meansUpTo, 2);
  view.beganAnew(5);
  assertEquals(view.meansUpTo, Infinity, "numbers of a history that is over mean nothing");
});

Deno.test("history that comes behind the news of what was taken back does not bring it back", () => {
  const view = new View("room", "lobby");
  view.loading();
  hear(view, { ...CHANGE, type: "MessageDeleted", seq: 1 });
  const page = [message(1, "secret"), message(2, "well", { edited: 5, reply: 1 })];
  view.loaded(page, true, "Me");
  assertEquals(shown(view), [
    ["", "deleted", undefined, undefined, undefined],
    ["well", "edited", undefined, 1, undefined],
  ]);
});

Deno.test("what a reply is to is found when it is loaded later, and numbers of an older history mean nothing", () => {
  const view = new View("room", "lobby");
  view.loading();
  view.loaded([message(5, "late", { reply: 4 })], true, "Me");
  assertEquals(shown(view), [["late", undefined, undefined, 4, undefined]]);
  view.older = "asked";
  view.prepended([message(4, "early")], true, "Me");
  assertEquals(shown(view)[1], ["late", undefined, undefined, "early", undefined]);
  view.beganAnew(9);
  hear(view, { ...CHANGE, type: "MessageDeleted", seq: 5 });
  assertEquals(shown(view)[1], ["late", undefined, undefined, "early", undefined]);
});

Deno.test("what moderators did is told in the room, and to whom it is done wherever they are", () => {
  const order = { type: "Order", act: "kick", room: "tea", by: "Anna", why: "loud" } as const;
  assertEquals(chatEventOf({ ...order, user: "Ben" }, "Me"), {
    kind: "notice",
    room: "tea",
    sentence: "Anna put Ben out (loud)",
  });
  assertEquals(chatEventOf({ ...order, user: "ME" }, "Me"), {
    kind: "notice",
    sentence: "Anna put you out in tea (loud)",
  });
});

Deno.test("what is erased loses its name at once, also in a reply that quotes it", () => {
  const view = new View("room", "lobby");
  view.arrived(message(1, "at two?"), "Me");
  view.arrived(message(2, "yes", { from: "Me", reply: 1 }), "Me");
  hear(view, { ...CHANGE, type: "MessageDeleted", seq: 1, by: "-" });
  const names = view.lines.map((line) =>
    line.kind === "said" ? [line.from, line.by, line.guest] : []
  );
  assertEquals(names[0], ["-", undefined, false]);
  const [, reply] = view.lines;
  assertEquals(reply?.kind === "said" ? reply.reply : undefined, { seq: 1, from: "-" });
});
