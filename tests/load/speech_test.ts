/**
 * What members hear does not depend on how the stream was cut, nor on the order of a message's fields.
 *
 * @module
 */

import fc from "fast-check";
import type { Plan } from "../../load/mod.ts";
import { nameOf, roomOf } from "../../load/plan.ts";
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
    nonsense: (...args) => calls.push(["nonsense", ...args]),
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

/** A message as the server tells it. */
const told = (sender: number, counter: number, seq = 1) => ({
  type: "NewMessage",
  room: roomOf(PLAN, 7),
  seq,
  from: nameOf(PLAN, sender),
  content: text(sender, counter),
  at: 1_764_000_000_000,
});
const others = (content: string) => ({ type: "NewMessage", room: "r", from: "Ben", content });

Deno.test("frames are heard however they are cut, and whatever stands in them beside", () => {
  const messages = fc.array(
    fc.tuple(
      fc.nat(3),
      fc.nat(2 ** 31 - 1),
      fc.integer({ min: 1, max: 2 ** 40 }),
      fc.nat(3),
      fc.string({ maxLength: 12 }),
    ),
  );
  fc.assert(
    fc.property(messages, fc.array(fc.nat()), (said, cuts) => {
      const stream = joined(
        frame({ type: "Welcome", username: "x" }),
        frame({ type: "Ack", re: "join", room: "r" }),
        ...said.flatMap(([sender, counter, seq, otherwise, other]) => {
          const message = told(sender, counter, seq);
          const { type, content, ...rest } = message;
          const ways = [
            frame(message),
            frame({ content, ...rest, type }),
            frame({ extra: { type: "Error", content: other }, ...message, [`-${other}`]: other }),
            frame(utf8(JSON.stringify(message).replace('"content":"a', '"content": "\\u0061'))),
          ];
          return [
            ways[otherwise] ?? utf8(""),
            frame(others(`${other}"content":"${text(1, 1)}`)),
            frame({ type: "Presence", room: other }),
          ];
        }),
        frame({ type: "Ping" }),
      );
      assertEquals(heard(PLAN, stream, cuts), [
        ["welcome", 7],
        ...said.map(([sender, counter, seq]) => ["message", 7, sender, counter, true, seq]),
        ["asked", 7],
      ]);
    }),
  );
});

Deno.test("a text that was changed anywhere, shortened or lengthened is told from the one that was said", () => {
  const said = text(2, 5);
  // The second of the same kind stands where the first did.
  const isSame = (content: string, member: number) => {
    const messages = joined(frame(told(2, 5)), frame({ ...told(2, 5), content }));
    return heard(PLAN, messages, [], member).map((call) => call[4]);
  };
  assertEquals(isSame(said, 2), [true, true]);
  fc.assert(
    fc.property(
      fc.nat(8),
      fc.integer({ min: STAMP_CHARS, max: PLAN.size - 1 }),
      fc.constantFrom("!", "\n", "é", "A"),
      (member, at, other) => {
        assertEquals(isSame(said.slice(0, at) + other + said.slice(at + 1), member), [true, false]);
      },
    ),
  );
  for (const member of [2, 7]) {
    assertEquals(isSame(said.slice(0, -1), member), [true, false]);
    assertEquals(isSame(`${said}!`, member), [true, false]);
  }
});

Deno.test("another room, another sender, and a number that is none are seen", () => {
  const wrong: readonly (readonly [change: object, same: boolean, seq: number])[] = [
    [{}, true, 9],
    [{ room: "bench-a3f0-1" }, false, 9],
    [{ room: undefined }, false, 9],
    [{ from: "bench-a3f0-3" }, false, 9],
    [{ from: "Mallory" }, false, 9],
    [{ seq: -7 }, true, -1],
    [{ seq: 1.5 }, true, -1],
    [{ seq: "9" }, true, -1],
    [{ seq: undefined }, true, -1],
    [{ seq: 0 }, true, -1],
  ];
  for (const [change, same, seq] of wrong) {
    const messages = joined(frame(told(2, 4, 8)), frame({ ...told(2, 5, 9), ...change }));
    assertEquals(heard(PLAN, messages, []), [
      ["message", 7, 2, 4, true, 8],
      ["message", 7, 2, 5, same, seq],
    ]);
  }
});

Deno.test("a mark that nobody of the run has is told as that", () => {
  for (const mark of ["zzzz00000000", "0000zzzzzzzz", "ffff00000000"]) {
    const message = { ...told(2, 5), content: `a3f0${mark}${text(2, 5).slice(STAMP_CHARS)}` };
    const [call] = heard(PLAN, frame(message), []);
    const isNobodys = Number(call?.[2]) < 0 || Number(call?.[3]) < 0 || Number(call?.[2]) >= 4;
    assertEquals([call?.[0], isNobodys], ["message", true]);
  }
});

Deno.test("a server that puts spaces into its JSON is understood, and one that sends none is not", () => {
  const spaced = (value: object) => frame(utf8(JSON.stringify(value, null, 2)));
  assertEquals(heard(PLAN, joined(spaced({ type: "Ack", re: "join" }), spaced(told(2, 5))), []), [
    ["welcome", 7],
    ["message", 7, 2, 5, true, 1],
  ]);
  assertEquals(heard(PLAN, frame({ content: "no type" }), []), []);
  assertEquals(heard(PLAN, frame(utf8("[null]")), []), []);
  assertEquals(heard(PLAN, frame(utf8("null")), []), []);
  assertEquals(heard(PLAN, frame(utf8("{no json")), []), [
    ["nonsense", 7, "The server sends frames that hold no JSON."],
  ]);
});

Deno.test("a refusal is told in the server's words, and what is no frame is refused", () => {
  const stream = frame({ type: "Error", code: "busy", msg: "The server is full." });
  assertEquals(heard(PLAN, stream, []), [["refusal", 7, "The server is full. (busy)"]]);
  const long = heard(
    PLAN,
    frame({ type: "Error", code: "x".repeat(99), msg: "y".repeat(1 << 20) }),
    [],
  );
  assertEquals(String(long[0]?.[2]).length, 161, "a line or two");
  assertEquals(heard(PLAN, frame({ type: "Error", code: { a: 1 }, msg: null }), []), [
    ["refusal", 7, "no word (no word)"],
  ]);
  assertEquals(heard(PLAN, utf8("HTTP/1.1 400 Bad Request\r\n"), []), [
    [
      "nonsense",
      7,
      "The server sends no frames: is it a chat server, and spoken to in its way (--over)?",
    ],
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
          ["message", 7, sender, counter, true, 0],
          ["remark", 7, "Ben has left."],
        ]),
      ]);
    }),
  );
});

Deno.test("a line that was changed, or said by somebody else, is seen", () => {
  const plan: Plan = { ...PLAN, way: "text" };
  const said = text(2, 5);
  const isSame = (from: string, content: string) =>
    heard(plan, utf8(`${from}: ${content}\n`), [])[0]?.[4];
  assertEquals(isSame("bench-a3f0-2", said), true);
  assertEquals(isSame("bench-a3f0-3", said), false);
  assertEquals(isSame("Mallory", said), false);
  for (let at = STAMP_CHARS; at < said.length; at++) {
    assertEquals(isSame("bench-a3f0-2", `${said.slice(0, at)}!${said.slice(at + 1)}`), false);
  }
  assertEquals(isSame("bench-a3f0-2", said.toUpperCase()), undefined, "its mark, too: it is lost");
  assertEquals(isSame("bench-a3f0-2", `${said}!`), false);
});
