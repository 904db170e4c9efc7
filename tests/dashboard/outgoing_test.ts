/**
 * What waits for a page: fewer figures, never a wrong conversation.
 *
 * @module
 */

import fc from "fast-check";
import { type ChatText, Outgoing, textOf } from "../../observe/dashboard/outgoing.ts";
import type { FileState, Second, Told } from "../../observe/dashboard/page_messages.ts";
import { assert, assertEquals } from "../assert.ts";

function line(seq: number): ChatText {
  return textOf({ kind: "line", room: "lobby", seq, from: "Anna", content: "x", at: 0 });
}

function take(outgoing: Outgoing): Told[] {
  return outgoing.take().map((message) => JSON.parse(message));
}

function second(at: number): Second {
  return { at, heard: 0, heardTotal: 0, people: [], rooms: [] };
}

function seqsOf(told: readonly Told[]): number[] {
  return told.flatMap((one) => one.type === "chat" ? one.events : [])
    .flatMap((event) => event.kind === "line" ? [event.seq] : []);
}

Deno.test("a page that is fast gets everything in order", () => {
  const outgoing = new Outgoing();
  assert(outgoing.empty);
  for (let seq = 1; seq <= 2_000; seq++) outgoing.chat(line(seq));
  outgoing.answer("a", { kind: "done" });
  outgoing.second(second(1));
  const told = take(outgoing);
  assertEquals(seqsOf(told), Array.from({ length: 2_000 }, (_, i) => i + 1));
  assertEquals(told.map(({ type }) => type), ["chat", "answer", "seconds"]);
  assert(outgoing.empty);
  assertEquals(take(outgoing), []);
});

Deno.test("a page that is too slow is told so, and what it gets afterwards has no hole", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 8 }), (bursts) => {
      const outgoing = new Outgoing();
      let next = 1;
      let expected = 1;
      for (const burst of bursts) {
        for (let i = 0; i < burst; i++) outgoing.chat(line(next++));
        const told = take(outgoing);
        const seqs = seqsOf(told);
        if (told[0]?.type === "skipped") expected = seqs[0] ?? next;
        for (const seq of seqs) assertEquals(seq, expected++);
        assertEquals(expected, next);
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("of states the newest is told, and a login is not lost behind a break", () => {
  const outgoing = new Outgoing();
  outgoing.state({ type: "link", link: { kind: "online" }, me: "Anna", rooms: ["lobby"] });
  outgoing.state({ type: "link", link: { kind: "connecting" } });
  assertEquals(take(outgoing), [
    { type: "link", link: { kind: "connecting" }, me: "Anna", rooms: ["lobby"] },
  ]);
});

Deno.test("of each file the newest state is told, behind what was said before, and wanted files behind answers", () => {
  const outgoing = new Outgoing();
  const file = (n: number, phase: FileState["phase"]): FileState => ({
    n,
    root: n,
    way: "in",
    at: 0,
    with: "Anna",
    from: "Anna",
    name: "x",
    size: 1,
    done: 0,
    rate: 0,
    phase,
  });
  outgoing.state({ type: "file", file: file(1, "offered") });
  outgoing.chat(line(1));
  outgoing.state({ type: "file", file: file(2, "offered") });
  outgoing.state({ type: "file", file: file(1, "moving") });
  outgoing.answer("a", { kind: "offered", n: 3 });
  outgoing.send({ type: "send", n: 3, path: "/files/x", offset: 0 });
  const told = take(outgoing);
  assertEquals(told.map(({ type }) => type), ["chat", "file", "file", "answer", "send"]);
  const phases = told.flatMap((one) => one.type === "file" ? [[one.file.n, one.file.phase]] : []);
  assertEquals(phases, [[2, "offered"], [1, "moving"]]);
  assert(outgoing.empty);
});

Deno.test("of figures a slow page gets the newest, and a new page those of before", () => {
  const outgoing = new Outgoing();
  outgoing.past(Array.from({ length: 130 }, (_, i) => second(i)));
  for (let at = 130; at < 1_000; at++) outgoing.second(second(at));
  const seconds = take(outgoing).flatMap((one) => one.type === "seconds" ? [one.seconds] : []);
  assertEquals(seconds.map(({ length }) => length), [60, 60, 60, 40]);
  assertEquals(seconds.flat().at(-1)?.at, 999);
});
