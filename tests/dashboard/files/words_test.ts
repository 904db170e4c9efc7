/**
 * A file as pages are told of it, and as they say it.
 *
 * @module
 */

import { fileStateOf, sameState } from "../../../observe/dashboard/files/file_state.ts";
import type { FileState } from "../../../observe/dashboard/page_messages.ts";
import {
  choicesOf,
  percentOf,
  progressOf,
  shortName,
  standingOf,
} from "../../../observe/dashboard/page/files/file_words.ts";
import { View } from "../../../observe/dashboard/page/chat/view.ts";
import { startProgress, type TransferView } from "../../../server/wire/transfers/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const OFFERED: TransferView = {
  n: 3,
  root: 3,
  way: "in",
  peer: "Anna",
  room: undefined,
  name: "report.pdf",
  size: 2_000_000,
  sha256: undefined,
  phase: "offered",
  progress: undefined,
  end: undefined,
};
const BESIDE = { now: 0, at: 17, me: "Maria" };

function stateOf(changes: Partial<TransferView> = {}): FileState {
  return fileStateOf({ ...OFFERED, ...changes }, BESIDE);
}

Deno.test("a name is shown as it will be saved, whatever its sender called it", () => {
  assertEquals(stateOf({ name: "../../\u202Egpj.exe\r\n" }).name, "gpj.exe");
  assertEquals(stateOf({ name: "a\u0000b\u200B" }).name, "ab");
  const long = `${"w".repeat(200)}.pdf.exe`;
  const short = shortName(long);
  assertEquals([...short].length, 80);
  assert(short.startsWith("www") && short.endsWith(".pdf.exe"), short);
  assertEquals(shortName("report.pdf"), "report.pdf");
});

Deno.test("whose it is and where it stands follows from its direction and its room", () => {
  const { from, with: peer, room } = stateOf();
  assertEquals([from, peer, room], ["Anna", "Anna", undefined]);
  const out = stateOf({ way: "out", peer: "#lobby", room: "lobby" });
  assertEquals([out.from, out.with, out.room], ["Maria", undefined, "lobby"]);
});

Deno.test("how far it is has bytes, whole per cent and a rate, and 100 % only at the end", () => {
  const moving = stateOf({ phase: "moving", progress: startProgress(2e6, 1_999_999, 0) });
  assertEquals(percentOf(moving), 99);
  assertEquals(progressOf(moving), "2.00 MB of 2 MB · 99 % · 0 B/s");
  assertEquals(percentOf(stateOf({ size: 0 })), 100);
  assert(!sameState(stateOf(), moving));
  assert(sameState(moving, { ...moving, at: 0 }));
});

Deno.test("in every phase there is a word, and what can be done fits it", () => {
  assertEquals(choicesOf(stateOf()), ["accept", "decline"]);
  for (const phase of ["queued", "reading", "asking", "moving", "sent", "away"] as const) {
    for (const way of ["in", "out"] as const) {
      const state = stateOf({ phase, way });
      assertEquals(choicesOf(state), ["cancel"]);
      assert(standingOf(state).length > 5, phase);
    }
  }
  const end = (end: TransferView["end"], way: "in" | "out") => {
    const state = stateOf({ phase: "ended", way, end });
    assertEquals(choicesOf(state), []);
    return standingOf(state);
  };
  assertEquals(end({ kind: "done", path: "/secret" }, "in"), "was saved by the browser");
  assertEquals(end({ kind: "done", text: "Anna, Ben" }, "out"), "Anna, Ben has it");
  assertEquals(end({ kind: "declined" }, "out"), "Anna declined it");
  assertEquals(end({ kind: "failed", reason: "Anna has left." }, "in"), "Anna has left.");
  assertEquals(end({ kind: "cancelled" }, "in"), "You stopped it");
});

Deno.test("a file stands between the lines of its time, also when history comes later or anew", () => {
  const line = (seq: number) =>
    ({ kind: "line", room: "lobby", seq, from: "Anna", content: `m${seq}`, at: seq * 10 }) as const;
  const order = (view: View) =>
    view.lines.map((one) => one.kind === "said" ? one.seq : one.kind === "file" ? "file" : "?");
  const view = new View("room", "lobby");
  view.loading();
  view.offered({ n: 1, from: "Anna", at: 25 });
  assertEquals(order(view), []);
  view.loaded([line(1), line(2), line(3)], false, "Me");
  assertEquals(order(view), [1, 2, "file", 3]);
  view.arrived(line(4), "Me");
  view.offered({ n: 2, from: "Me", at: 1 });
  assertEquals(order(view), [1, 2, "file", 3, 4, "file"]);
  // Too much was missed: the lines go, the files stay.
  view.loading();
  view.loaded([line(90), line(91)], true, "Me");
  assertEquals(order(view), ["file", "file", 90, 91]);
  view.loading();
  view.offered({ n: 3, from: "Anna", at: 2_000 });
  view.unloaded("Me");
  assertEquals(order(view).at(-1), "file");
});
