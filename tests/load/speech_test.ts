/**
 * What members hear does not depend on how the stream was cut, nor on the order of a message's fields.
 *
 * @module
 */

import fc from "fast-check";
import type { Plan } from "../../load/mod.ts";
import { type Ears, speechOf } from "../../load/speech.ts";
import { STAMP_CHARS, Texts } from "../../load/stamp.ts";
import { assertEquals } from "../assert.ts";
import { frame, joined, utf8 } from "../harness.ts";

const PLAN: Plan = {
  host: "127.0.0.1",
  port: 1,
  way: "frames",
  transport: "runtime",
  members: 9,
  senders: 4,
  rooms: 1,
  inFlight: 8,
  rate: 0,
  size: 40,
  until: "all",
  ids: false,
  warmUpSeconds: 0,
  seconds: 1,
  threads: 1,
  run: "a3f0",
};

/** Hears a stream in pieces; what is not whole comes again, as sockets do it. */
function heard(plan: Plan, stream: Uint8Array, cuts: readonly number[], member = 7): unknown[][] {
  const calls: unknown[][] = [];
  const ears: Ears = {
    welcome: (...args) => calls.push(["welcome", ...args]),
    message: (...args) => calls.push(["message", ...args]),
    remark: (...args) => calls.push(["remark", ...args]),
    refusal: (...args) => calls.push(["refusal", ...args]),
    asked: (member) => calls.push(["asked", member]),
  };
  const speech = speechOf(plan, ears);
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  let [from, end] = [0, 0];
  for (
    const cut of [
      ...cuts.map((part) => part % (stream.length + 1)).sort((a, b) => a - b),
      stream.length,
    ]
  ) {
    end = Math.max(end, cut);
    from = speech.hear(view, from, end, member);
  }
  assertEquals(from, stream.length, "all of it was heard");
  return calls;
}

const text = (sender: number, counter: number) => new Texts(PLAN).textOf(sender, counter);

Deno.test("frames are heard however they are cut, and whatever stands in them beside", () => {
  const messages = fc.array(
    fc.tuple(fc.nat(3), fc.nat(2 ** 31 - 1), fc.boolean(), fc.string({ maxLength: 12 })),
  );
  fc.assert(
    fc.property(messages, fc.array(fc.nat()), (said, cuts) => {
      const stream = joined(
        frame({ type: "Welcome", username: "x" }),
        frame({ type: "Ack", re: "join", room: "r" }),
        ...said.flatMap(([sender, counter, typeLast, other]) => {
          const fields = { room: "r", seq: counter, from: other, content: text(sender, counter) };
          return [
            frame(typeLast ? { ...fields, type: "NewMessage" } : { type: "NewMessage", ...fields }),
            frame({ type: "NewMessage", room: "r", content: `${other}"content":"${text(1, 1)}` }),
            frame({ type: "Presence", room: other }),
          ];
        }),
        frame({ type: "Ping" }),
      );
      assertEquals(heard(PLAN, stream, cuts), [
        ["welcome", 7],
        ...said.map(([sender, counter]) => ["message", 7, sender, counter, true]),
        ["asked", 7],
      ]);
    }),
  );
});

Deno.test("a text that was changed, shortened or lengthened is told from the one that was said", () => {
  const said = text(2, 5);
  const told = (content: string, member: number) =>
    heard(PLAN, frame({ type: "NewMessage", content }), [], member)[0]?.at(-1);
  assertEquals([told(said, 2), told(said, 7)], [true, true]);
  assertEquals(told(`${said.slice(0, -1)}!`, 2), false, "the sender compares every letter");
  assertEquals([told(said.slice(0, -1), 7), told(`${said}!`, 7)], [false, false]);
});

Deno.test("of sixteen changed texts in a row everybody finds one, wherever it was changed", () => {
  const lengths = { min: STAMP_CHARS, max: PLAN.size - 1 };
  fc.assert(fc.property(fc.nat(8), fc.nat(9_999), fc.integer(lengths), (member, counter, at) => {
    const stream = joined(...Array.from({ length: 16 }, (_, n) => {
      const said = text(3, counter + n);
      return frame({ type: "NewMessage", content: `${said.slice(0, at)}!${said.slice(at + 1)}` });
    }));
    const found = heard(PLAN, stream, [], member).filter((call) => call.at(-1) === false);
    assertEquals(found.length, member === 3 ? 16 : 1);
  }));
});

Deno.test("a server that puts spaces into its JSON is understood, and one that sends none is not", () => {
  const spaced = (value: object) => frame(utf8(JSON.stringify(value, null, 2)));
  const message = { type: "NewMessage", room: "r", content: text(2, 5) };
  assertEquals(heard(PLAN, joined(spaced({ type: "Ack", re: "join" }), spaced(message)), []), [
    ["welcome", 7],
    ["message", 7, 2, 5, true],
  ]);
  assertEquals(heard(PLAN, frame({ content: "no type" }), []), []);
  assertEquals(heard(PLAN, frame(utf8("{no json")), []), [["refusal", 7, "It sends no JSON."]]);
});

Deno.test("a refusal is told in the server's words, and what is no frame is refused", () => {
  const stream = frame({ type: "Error", code: "busy", msg: "The server is full." });
  assertEquals(heard(PLAN, stream, []), [["refusal", 7, "The server is full. (busy)"]]);
  assertEquals(heard(PLAN, utf8("HTTP/1.1 400 Bad Request\r\n"), []), [
    ["refusal", 7, "It sends no frames."],
  ]);
});

Deno.test("lines are heard however they are cut", () => {
  const plan: Plan = { ...PLAN, way: "text" };
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(9_999))), fc.array(fc.nat()), (said, cuts) => {
      const lines = [
        "[Server] Users online: bench-a3f0-1",
        ...said.flatMap(([sender, counter]) => [
          `bench-a3f0-${sender}: ${text(sender, counter)}`,
          "Ben: hello: you",
          "[Server] Ben has left.",
        ]),
      ];
      const stream = utf8(lines.map((line) => `${line}\n`).join(""));
      assertEquals(heard(plan, stream, cuts), [
        ["welcome", 7],
        ...said.flatMap(([sender, counter]) => [
          ["message", 7, sender, counter, true],
          ["remark", 7, "Ben has left."],
        ]),
      ]);
    }),
  );
});
