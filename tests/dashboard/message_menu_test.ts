/**
 * What the menu of a message offers to whom, without a browser.
 *
 * @module
 */

import {
  type MenuOf,
  menuOf,
  takesReactions,
} from "../../observe/dashboard/page/chat/message_menu.ts";
import { said } from "../../observe/dashboard/page/chat/said.ts";
import { View } from "../../observe/dashboard/page/chat/view.ts";
import type { ChatLine, Rank } from "../../observe/dashboard/page_messages.ts";
import { assertEquals } from "../assert.ts";

function line(from: string, seq = 1, more: Partial<ChatLine> = {}): ChatLine {
  return { kind: "line", room: "lobby", seq, from, content: `m${seq}`, at: seq, ...more };
}

function offered(of: Partial<MenuOf>): string[] {
  const all = { name: "Ben", me: "Me", isRoom: true, isIgnored: false, ...of };
  return menuOf(all).flat().map(({ act }) => act);
}

Deno.test("a menu offers what who reads it may do: as a member, a moderator, an owner, and of one's own", () => {
  const bens = said(line("Ben"), "Me");
  const mine = said(line("ME"), "Me");
  const member = ["reply", "report", "whisper", "ignore"];
  assertEquals(offered({ line: bens }), member);
  for (const rank of ["nobody", "invited"] as const) {
    assertEquals(offered({ line: bens, rank }), member);
  }
  const moderator = ["reply", "delete", "report", "whisper", "ignore", "mute", "kick", "ban"];
  assertEquals(offered({ line: bens, rank: "moderator" }), moderator);
  for (const rank of ["owner", "operator"] as Rank[]) {
    assertEquals(offered({ line: bens, rank }), [...moderator, "promote"]);
  }
  assertEquals(offered({ line: bens, rank: "owner", moderators: ["BEN"] }).at(-1), "demote");
  assertEquals(offered({ line: mine, name: "ME", rank: "owner" }), ["reply", "edit", "delete"]);
});

Deno.test("a deleted message, a whisper and a person alone have what makes sense for them", () => {
  const gone = said(line("Ben", 1, { change: "deleted" }), "Me");
  assertEquals(offered({ line: gone, isIgnored: true }), ["report", "whisper", "unignore"]);
  const erased = said(line("-", 1, { change: "deleted" }), "Me");
  assertEquals(offered({ line: erased, name: "-", rank: "owner" }), []);
  assertEquals(takesReactions({ line: gone, isRoom: true }), false);
  const whisper = said({ ...line("Ben"), with: "Ben" }, "Me");
  assertEquals(offered({ line: whisper, isRoom: false, rank: "operator" }), ["reply", "ignore"]);
  assertEquals(takesReactions({ line: whisper, isRoom: false }), false);
  assertEquals(offered({ rank: "moderator" }), ["whisper", "ignore", "mute", "kick", "ban"]);
});

Deno.test("of one's own words those can be edited that stand, and that this server knows", () => {
  const view = new View("room", "lobby");
  view.arrived(line("Me", 1), "Me");
  view.beganAnew(5);
  for (const from of ["me", "Ben", "ME"]) {
    view.arrived(line(from, (view.newestSeq ?? 0) + 1), "Me");
  }
  assertEquals(view.own.map(({ seq }) => seq), [1, 3]);
  view.changed({ kind: "changed", room: "lobby", seq: 3, by: "Me" });
  assertEquals(view.own.map(({ seq, from }) => [seq, from]), [[1, "me"]]);
});
