/**
 * Whom a page's reader ignores, without a browser: what is told of them, and what a view knows of what it does not show.
 *
 * @module
 */

import { Ignored } from "../../observe/dashboard/ignored.ts";
import { View } from "../../observe/dashboard/page/chat/view.ts";
import type { ChatLine } from "../../observe/dashboard/page_messages.ts";
import type { ClientEvent } from "../../server/wire/mod.ts";
import { IGNORED_MAX } from "../../talk/mod.ts";
import { assertEquals } from "../assert.ts";

const AT = { room: "lobby", at: 1, seq: 1 } as const;

function line(seq: number, from: string): ChatLine {
  return { kind: "line", room: "lobby", seq, from, content: `m${seq}`, at: seq };
}

Deno.test("nothing is told of what the ignored do, but what they take back, and what keeps order", () => {
  const keeping = { ignored: ["Ben"], ignore: () => Promise.resolve() };
  const ignored = new Ignored(keeping);
  const hidden: readonly ClientEvent[] = [
    { type: "Topic", room: "lobby", topic: "t", by: "BEN" },
    { type: "MessageEdited", ...AT, content: "c", by: "Ben" },
    { type: "Reactions", room: "lobby", seq: 1, emoji: "x", count: 1, by: "Ben", on: true },
    { type: "Order", act: "invite", room: "den", by: "Ben", user: "Me" },
    { type: "FileOffer", from: "Ben", filename: "f", size: 1 },
  ];
  for (const event of hidden) {
    assertEquals(ignored.hides(event), true, event.type);
    const anna = { ...event, ...("by" in event ? { by: "Anna" } : { from: "Anna" }) };
    assertEquals(ignored.hides(anna as ClientEvent), false, event.type);
  }
  assertEquals(ignored.hides({ type: "MessageDeleted", ...AT, by: "Ben" }), false);
  const kick = { type: "Order", act: "kick", room: "lobby", by: "Ben", user: "Eve" } as const;
  assertEquals(ignored.hides(kick), false);
  const came = { kind: "people", room: "lobby", joined: ["ben"], left: [] } as const;
  assertEquals(ignored.quieted(came), { ...came, quiet: true });
  assertEquals(ignored.quieted({ ...came, left: ["Anna"] }), { ...came, left: ["Anna"] });
});

Deno.test("what cannot be kept holds all the same, and is said; there is an end to the list", async () => {
  const keeping = { ignored: [], ignore: () => Promise.reject(new Error("The disk is full.")) };
  const ignored = new Ignored(keeping);
  let told = 0;
  const answer = await ignored.set("Ben", true, () => told++);
  assertEquals([answer, told], [{ kind: "told", sentence: "The disk is full." }, 1]);
  assertEquals(ignored.has("ben"), true);
  const full = new Ignored(undefined);
  for (let i = 0; i < IGNORED_MAX; i++) await full.set(`n${i}`, true, () => {});
  assertEquals((await full.set("one.more", true, () => told++)).kind, "refused");
  assertEquals([(await full.set("N1", false, () => told++)).kind, full.names.length], [
    "done",
    IGNORED_MAX - 1,
  ]);
});

Deno.test("what is hidden leaves no hole: history joins what is there, and goes on before it", () => {
  const isRead = ({ from }: ChatLine): boolean => from !== "Ben";
  const view = new View("room", "lobby");
  view.loading();
  view.loaded([line(5, "Anna"), line(6, "Ben")], true, "Me", isRead);
  for (let seq = 7; seq < 200; seq++) view.arrived(line(seq, "Ben"), "Me", isRead);
  view.loading();
  view.loaded([line(199, "Ben"), line(200, "Anna")], true, "Me", isRead);
  const seqs = () => view.lines.flatMap((one) => one.kind === "said" ? [one.seq] : []);
  assertEquals(seqs(), [5, 200]);
  view.older = "asked";
  view.prepended([line(3, "Ben"), line(4, "Ben")], true, "Me", isRead);
  assertEquals([seqs(), view.oldestSeq, view.older], [[5, 200], 3, "more"]);
});
