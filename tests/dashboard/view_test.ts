/**
 * The page's model of a conversation, without a browser.
 *
 * @module
 */

import fc from "fast-check";
import type { ChatLine, Second } from "../../observe/dashboard/page_messages.ts";
import { parseLine } from "../../observe/dashboard/page/chat/commands.ts";
import { bytes, count, duration } from "../../observe/dashboard/page/format.ts";
import { chatEventOf } from "../../observe/dashboard/chat_events.ts";
import { withGaps } from "../../observe/dashboard/page/figures/gaps.ts";
import { quantile, slotEnd, slotStart, sumOf } from "../../observe/dashboard/page/figures/slots.ts";
import { View } from "../../observe/dashboard/page/chat/view.ts";
import { assert, assertEquals } from "../assert.ts";

function line(seq: number, from = "Anna", id?: string): ChatLine {
  const named = id === undefined ? {} : { id };
  return { kind: "line", room: "lobby", seq, from, content: `m${seq}`, at: seq, ...named };
}

function lines(from: number, to: number): ChatLine[] {
  return Array.from({ length: to - from + 1 }, (_, i) => line(from + i));
}

function seqsOf(view: View): number[] {
  return view.lines.flatMap((one) => one.kind === "said" ? [one.seq] : []);
}

Deno.test("whatever arrives while history is read, the conversation has no hole and nothing twice", () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.nat(50),
      fc.nat(50),
      fc.nat(50),
      fc.integer({ min: 1, max: 60 }),
      (known, missed, before, after, limit) => {
        const view = new View("room", "lobby");
        view.loading();
        view.loaded(lines(1, known), false, "Me");
        // The page is cut off: some are missed; then it asks, and others arrive before and after it is read.
        view.loading();
        const read = known + missed + before;
        const newest = read + after;
        for (const one of lines(known + missed + 1, newest)) view.arrived(one, "Me");
        view.loaded(lines(Math.max(1, read - limit + 1), read), read > limit, "Me");
        const seqs = seqsOf(view);
        assertEquals(seqs, Array.from(seqs, (_, i) => newest - seqs.length + 1 + i));
        assertEquals(seqs.at(-1), newest === 0 ? undefined : newest);
        assert(seqs.length >= Math.min(limit, read) + after);
      },
    ),
  );
});

Deno.test("what arrives while history is read is news, also when the history has it already", () => {
  const view = new View("private", "Anna");
  view.loading();
  view.arrived(line(3), "Me");
  view.arrived(line(4), "Me");
  const news = view.loaded(lines(1, 3), false, "Me");
  assertEquals(news.map(({ seq }) => seq), [3, 4]);
  assertEquals(seqsOf(view), [1, 2, 3, 4]);
  view.loading();
  view.arrived(line(5), "Me");
  assertEquals(view.unloaded("Me").map(({ seq }) => seq), [5]);
});

Deno.test("older lines go above, and no line changes its position", () => {
  const view = new View("room", "lobby");
  view.loading();
  view.loaded(lines(101, 200), true, "Me");
  const positionOf = (seq: number) => view.first + seqsOf(view).indexOf(seq);
  const before = positionOf(150);
  view.prepended(lines(1, 100), false, "Me");
  assertEquals([positionOf(150), view.older, seqsOf(view).length], [before, "none", 200]);
  for (const one of lines(201, 700)) view.arrived(one, "Me");
  view.trim(300);
  assertEquals([positionOf(600), view.older], [before + 450, "more"]);
  assertEquals(view.oldestSeq, 401);
});

Deno.test("what I say is shown once, whichever comes first, its echo or its answer", () => {
  for (const order of ["echo first", "answer first"]) {
    for (const withId of [true, false]) {
      const view = new View("private", "Ben");
      view.loading();
      view.loaded([], false, "Me");
      view.pending = [{ id: "x1", content: "m1", at: 0 }];
      const echo = () => view.arrived(line(1, "Me", withId ? "x1" : undefined), "Me");
      const answer = () => view.stored("x1", 1);
      for (const step of order === "echo first" ? [echo, answer] : [answer, echo]) step();
      assertEquals([view.pending.length, view.lines.length], [0, 1], `${order} ${withId}`);
    }
  }
});

Deno.test("who joined and left within two minutes is one line, and who came back has not moved", () => {
  const view = new View("room", "lobby");
  view.moved(["Anna", "Ben"], [], 0);
  view.moved([], ["Anna"], 1_000);
  view.moved(["Chidi"], [], 2_000);
  assertEquals(view.lines.map((one) => one.kind === "notice" && one.text), ["Ben, Chidi joined"]);
  view.arrived(line(1), "Me");
  view.moved([], ["Ben"], 3_000);
  assertEquals(view.lines.length, 3);
  assertEquals([...view.people.values()], ["Chidi"]);
});

Deno.test("after the server began anew its first message is shown", () => {
  const view = new View("room", "lobby");
  view.loading();
  view.loaded(lines(1, 5), false, "Me");
  view.beganAnew(9);
  view.loading();
  view.loaded(lines(1, 2), false, "Me");
  assertEquals(seqsOf(view), [1, 2, 3, 4, 5, 1, 2]);
});

Deno.test("typed lines mean what they mean in the terminal", () => {
  assertEquals(parseLine("hello"), { kind: "say", text: "hello" });
  assertEquals(parseLine("//x"), { kind: "say", text: "/x" });
  assertEquals(parseLine("/w Ben a  b\nc"), { kind: "whisper", to: "Ben", text: "a  b\nc" });
  assertEquals(parseLine("/J #ops"), { kind: "join", room: "ops" });
  assertEquals(parseLine("  "), undefined);
  assertEquals(parseLine("/nothing")?.kind, "problem");
  assertEquals(parseLine("/msg Ben")?.kind, "problem");
});

Deno.test("figures have three digits and a unit", () => {
  assertEquals([0, 7, 1_234, 9_999, 12_345, 4_560_000].map(count), [
    "0",
    "7",
    "1,234",
    "9,999",
    "12.3k",
    "4.56M",
  ]);
  assertEquals([0, 999, 1_500, 12_345_678].map(bytes), ["0 B", "999 B", "1.50 kB", "12.3 MB"]);
  assertEquals([850, 12_300, 4_560_000, 1.2e9].map(duration), [
    "850 ns",
    "12.3 µs",
    "4.56 ms",
    "1.20 s",
  ]);
  // What is shown as a thousand is one of the next unit.
  assertEquals([999.7, 999_999, 999_400].map(bytes), ["1.00 kB", "1.00 MB", "999 kB"]);
  assertEquals([99.96, 9.996, 0.42].map(bytes), ["100 B", "10.0 B", "0.42 B"]);
  assertEquals([999_700, 999_999_999].map(duration), ["1.00 ms", "1.00 s"]);
  assertEquals([99_999, 999_999].map(count), ["100k", "1.00M"]);
  assertEquals([count(undefined), bytes(undefined), duration(undefined)], ["–", "–", "–"]);
});

Deno.test("no line of a chart leads over seconds of which nothing is known", () => {
  const seconds = [1_000, 2_010, 3_000, 11_000, 12_000].map((at): Second => {
    return { at, people: [], rooms: [] };
  });
  assertEquals(withGaps(seconds).map(({ at, second }) => [at, second?.at]), [
    [1_000, 1_000],
    [2_010, 2_010],
    [3_000, 3_000],
    [10_000, undefined],
    [11_000, 11_000],
    [12_000, 12_000],
  ]);
});

Deno.test("a quantile is never told too small, and at most twice too large", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 128, max: 1e9 }), { minLength: 1, maxLength: 50 }),
      fc.constantFrom(0.5, 0.99),
      (values, part) => {
        const slots: number[] = new Array(30).fill(0);
        for (const ns of values) {
          const slot = Math.floor(Math.log2(ns)) - 7;
          assert(slotStart(slot) <= ns && ns < slotEnd(slot) || slot === 0);
          slots[slot] = (slots[slot] ?? 0) + 1;
        }
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(values.length * part) - 1] ?? 0;
        const told = quantile(sumOf([slots]), part) ?? 0;
        assert(told > exact && told <= exact * 2, `${told} for ${exact}`);
      },
    ),
  );
});

Deno.test("who comes and goes while it is asked who is here is not lost behind the answer", () => {
  const view = new View("room", "lobby");
  view.crowd.asked();
  view.moved(["Ben"], [], 1, true);
  view.moved([], ["Anna"], 2);
  // The server answered before either happened, and its answer comes later.
  view.crowd.answered(["Anna", "Me"], []);
  assertEquals([...view.people.values()].sort(), ["Ben", "Me"]);
  assertEquals([...view.crowd.proved], ["ben"]);
});

Deno.test("of a text without end, which only a hostile server sends, the beginning stands in the document", () => {
  const endless = "x".repeat(8 << 20);
  const view = new View("room", "lobby");
  view.notice(endless, "info", 1);
  view.arrived({ ...line(1), content: endless }, "Me");
  view.arrived(line(2), "Me");
  view.changed({ kind: "changed", room: "lobby", seq: 2, content: endless, by: "Anna" });
  const texts = view.lines.map((one) =>
    one.kind === "said" ? one.content : one.kind === "notice" ? one.text : ""
  );
  assertEquals(texts.map((text) => [text.length, text.at(-1)]), texts.map(() => [32 << 10, "…"]));
  assertEquals(texts.length, 3);
});

Deno.test("no place stands in the page whose name reads as another one", () => {
  const whisper = { type: "PrivateMessage", content: "hi", seq: 1, at: 1 } as const;
  assertEquals(chatEventOf({ ...whisper, from: "\u202eevil" }, "Me"), undefined);
  assertEquals(chatEventOf({ ...whisper, from: "evil" }, "Me")?.kind, "line");
});
