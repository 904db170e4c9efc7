/**
 * Members who are told the same bytes, or nearly: what they hear is what each of them would hear alone.
 *
 * @module
 */

import fc from "fast-check";
import { Echo } from "../../load/echo.ts";
import { ECHO_PART_BYTES_MAX } from "../../load/limits.ts";
import type { Plan } from "../../load/mod.ts";
import { nameOf, roomOf } from "../../load/plan.ts";
import { type Ears, type Speech, speechOf } from "../../load/speech.ts";
import { Texts } from "../../load/stamp.ts";
import { assert, assertEquals } from "../assert.ts";
import { frame, joined } from "../harness.ts";

const PLAN: Plan = {
  host: "127.0.0.1",
  port: 1,
  way: "frames",
  transport: "runtime",
  members: 16,
  senders: 4,
  rooms: 2,
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
const texts = new Texts(PLAN);

type Call = readonly [member: number, sender: number, counter: number, same: boolean, seq: number];

/** A speech, and what its members have heard. */
function listening(plan: Plan): { readonly speech: Speech; readonly calls: Call[] } {
  const calls: Call[] = [];
  const fail = () => {
    throw new Error("It hears nothing but messages");
  };
  const ears: Ears = {
    welcome: fail,
    message: (...call) => calls.push(call),
    remark: fail,
    refusal: fail,
    nonsense: fail,
    asked: fail,
  };
  return { speech: speechOf(plan, ears), calls };
}

/** The frames of a room, as many as there are senders' numbers. */
function framesOf(room: number, senders: readonly number[]): Uint8Array[] {
  const counters = new Map<number, number>();
  return senders.map((nth, index) => {
    const sender = 2 * nth + room;
    const counter = counters.get(sender) ?? 0;
    counters.set(sender, counter + 1);
    return frame({
      type: "NewMessage",
      room: roomOf(PLAN, room),
      seq: index + 1,
      from: nameOf(PLAN, sender),
      content: texts.textOf(sender, counter),
      at: 1_764_000_000_000 + index,
    });
  });
}

/** Something happens to what one member is told. */
const change = fc.record({
  member: fc.nat(15),
  frame: fc.nat(),
  kind: fc.constantFrom("changed", "left out", "doubled"),
  at: fc.nat(39),
});

Deno.test("members hear together what each hears alone, whatever was changed for some of them", () => {
  const senders = fc.array(fc.nat(1), { minLength: 10, maxLength: 60 });
  const pieces = fc.array(fc.tuple(fc.nat(15), fc.nat(3_000)), { maxLength: 60 });
  let echoed = 0;
  fc.assert(
    fc.property(senders, fc.array(change, { maxLength: 4 }), pieces, (said, changes, order) => {
      const rooms = [framesOf(0, said), framesOf(1, said)];
      const streams = Array.from({ length: 16 }, (_, member) => {
        const frames = [...rooms[member % 2] ?? []];
        for (const { member: whose, frame: which, kind, at } of changes) {
          const place = which % frames.length;
          const chosen = frames[place];
          if (whose !== member || chosen === undefined) continue;
          const other = chosen.slice();
          const text = new TextDecoder("latin1").decode(other).indexOf("content") + 10;
          other[text + at] = 0x21;
          frames.splice(
            place,
            1,
            ...kind === "changed" ? [other] : kind === "doubled" ? [chosen, chosen] : [],
          );
        }
        return joined(...frames);
      });
      const together = listening(PLAN);
      const places = streams.map(() => ({ from: 0, end: 0 }));
      const views = streams.map(({ buffer }) => new DataView(buffer));
      // Pieces of streams in any order; then the rest of each.
      const rest = streams.map((_, member) => [member, Infinity] as const);
      for (const [member, size] of [...order, ...rest]) {
        const [place, view] = [places[member], views[member]];
        assert(place !== undefined && view !== undefined, "there is such a member");
        place.end = Math.min(view.byteLength, place.end + size);
        const before = place.from;
        place.from = together.speech.hear(view, place.from, place.end, member);
        if (place.from - before > 2_000) echoed++;
      }
      streams.forEach((stream, member) => {
        const alone = listening({ ...PLAN, threads: 16 });
        const view = new DataView(stream.buffer);
        assertEquals(alone.speech.hear(view, 0, stream.length, member), stream.length);
        assertEquals(together.calls.filter(([whose]) => whose === member), alone.calls);
      });
    }),
  );
  assert(echoed > 0, "pieces were long enough");
});

Deno.test("messages that a part has no room for begin the next, and old ones are read again", () => {
  const speech = listening(PLAN);
  const some = framesOf(0, Array.from({ length: 10_000 }, (_, n) => n % 2));
  const stream = joined(...some);
  assert(stream.length > 4 * ECHO_PART_BYTES_MAX, "there are several parts");
  const view = new DataView(stream.buffer);
  for (const member of [0, 2, 4]) {
    for (let from = 0, end = 0; from < stream.length;) {
      end = Math.min(stream.length, end + 100_000);
      from = speech.speech.hear(view, from, end, member);
    }
  }
  const of = (member: number) =>
    speech.calls.filter(([whose]) => whose === member).map(([, ...told]) => told);
  assertEquals(of(0).length, 10_000);
  assertEquals([of(2), of(4)], [of(0), of(0)]);
});

Deno.test("what is the same is not read again: an echo tells how far it is", () => {
  const heard: number[] = [];
  const ears = { message: (...[, , , , seq]: Call) => heard.push(seq) } as unknown as Ears;
  const echo = new Echo(8_192);
  const bytes = new Uint8Array(4_096).map((_, at) => at % 251);
  for (let seq = 1; seq <= 4; seq++) {
    echo.note(bytes, { from: (seq - 1) * 1_024, to: seq * 1_024, sender: 0, counter: seq, seq });
  }
  const hear = (from: number, to: number, seq: number) =>
    echo.hear({ bytes, from, to }, { seq, member: 1, ears });
  assertEquals([hear(0, 4_000, 1), heard.splice(0)], [3_072, [1, 2, 3]]);
  assertEquals([hear(1_024, 4_096, 2), heard.splice(0)], [4_096, [2, 3, 4]]);
  assertEquals([hear(0, 4_096, 2), hear(0, 1_023, 1), hear(0, 4_096, 9)], [0, 0, 0]);
  assertEquals(heard, []);
  // Of others the same may stand in a smaller buffer.
  const smaller = { bytes: bytes.slice(2_048), from: 0, to: 2_048 };
  assertEquals([echo.hear(smaller, { seq: 3, member: 1, ears }), heard], [2_048, [3, 4]]);
});
