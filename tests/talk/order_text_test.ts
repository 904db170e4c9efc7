/**
 * What is told of order, as sentences.
 *
 * @module
 */

import { orderAnswer, orderText, orderToYou, reportLines } from "../../talk/mod.ts";
import { assertEquals } from "../assert.ts";

const NOW = Date.UTC(2026, 0, 1, 12);

Deno.test("a room is told in a few lines, with what only moderators hear", () => {
  const room = {
    type: "Room",
    room: "tea",
    users: 2,
    access: "invite",
    slow: 5,
    topicBy: "moderators",
    moderators: ["Ben"],
    rank: "invited",
  } as const;
  const first = "Room tea (2): for the invited, a word each 5 seconds, moderators set the topic.";
  assertEquals(orderAnswer("Room", room, NOW), [
    `${first} It is the operators'. You are invited.`,
    "Moderators: Ben",
  ]);
  const bans = [{ user: "Cleo", until: NOW + 600_000, why: "loud", by: "Ben", at: NOW }];
  const kept = { ...room, retain: 30 } as const;
  const [kept30] = orderAnswer("Room", kept, NOW);
  assertEquals(kept30?.startsWith(first.replace(".", ", what is said goes after 30 days.")), true);
  const [typing] = orderAnswer("Room", { ...kept, typing: true }, NOW);
  assertEquals(typing?.includes(" goes after 30 days, who types is shown. It is"), true, typing);
  const more = { ...room, owner: "Anna", rank: "owner", moderators: [], bans } as const;
  assertEquals(orderAnswer("Room", more, NOW), [
    `${first} It is Anna's. You are its owner.`,
    "Banned: Cleo for 10 minutes (loud)",
  ]);
});

Deno.test("an audit has a line for each record, also of what a newer server does", () => {
  const record = { at: NOW, by: "Anna" } as const;
  const records = [
    { ...record, act: "kick", user: "Ben", seconds: 60 },
    { ...record, act: "ban", address: "10.0.0.0/8" },
    { ...record, act: "set", set: { slow: 3, access: "open" } },
    { ...record, act: "set", set: { typing: true } },
    { ...record, act: "set", set: { typing: false } },
    { ...record, act: "report", user: "Ben", message: 7, why: "rude" },
    { ...record, act: "delete", user: "Ben", message: 8 },
    { ...record, act: "constructor", user: "Ben", at: 1e300 },
  ];
  assertEquals(orderAnswer("Audit", { type: "AuditPage", records }, NOW), [
    "2026-01-01 12:00 UTC Anna put Ben out for 60 seconds",
    "2026-01-01 12:00 UTC Anna banned 10.0.0.0/8",
    "2026-01-01 12:00 UTC Anna set the room (slow 3, access open)",
    "2026-01-01 12:00 UTC Anna set the room (typing on)",
    "2026-01-01 12:00 UTC Anna set the room (typing off)",
    "2026-01-01 12:00 UTC Anna reported message 7 of Ben (rude)",
    "2026-01-01 12:00 UTC Anna deleted message 8 of Ben",
    "some time ago Anna did 'constructor' to Ben",
  ]);
  assertEquals(orderAnswer("Audit", { type: "AuditPage", records: [] }, NOW), [
    "Nothing was done here.",
  ]);
  assertEquals(orderAnswer("Kick", { type: "Ack" }, NOW), []);
});

Deno.test("what was done to the reader says so, and where", () => {
  const done = { by: "Anna", room: "tea", user: "Ben" } as const;
  const cases: [string, string][] = [
    ["invite", "Anna invited you: /join tea"],
    ["kick", "Anna put you out in tea for 2 hours"],
    ["unban", "Anna lifted your ban in tea"],
    ["promote", "Anna made you a moderator in tea"],
    ["demote", "Anna ended that you moderate in tea"],
    ["owner", "Anna handed the room over to you in tea"],
  ];
  for (const [act, text] of cases) {
    const time = act === "kick" ? { seconds: 7_200 } : {};
    assertEquals(orderToYou({ ...done, ...time, act }), text);
  }
  assertEquals(orderToYou({ act: "ban", by: "op" }), "op banned you on this server");
  assertEquals(orderText({ act: "ban", by: "op" }), "op banned an address");
});

Deno.test("a report of what was deleted meanwhile says so, instead of words that are not there", () => {
  const messages = [{ from: "Eve", content: "hi" }, { from: "Eve", content: "" }];
  assertEquals(reportLines({ room: "tea", by: "Ben", at: NOW, messages }), [
    "Ben reported at 2026-01-01 12:00 UTC Eve",
    "Eve said in tea: hi",
    "What Eve said in tea was deleted",
  ]);
});
