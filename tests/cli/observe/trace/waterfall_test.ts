/**
 * A message's way as text and as JSON.
 *
 * @module
 */

import fc from "fast-check";
import { messageJson } from "../../../../cli/observe/trace/message_json.ts";
import { waterfallText } from "../../../../cli/observe/trace/waterfall.ts";
import { columns } from "../../../../cli/tty/width.ts";
import { chainOf, type MarkedMessage } from "../../../../observe/trace/mod.ts";
import { assert, assertEquals } from "../../../assert.ts";

const MS = 1e6;

const MARKED: MarkedMessage = {
  room: "lobby",
  seq: 42,
  clock: { kind: "machine", ns: 1_010 * MS },
  from: { user: "anna", local: "127.0.0.1:7878", remote: "127.0.0.1:40001" },
  read: 1_000 * MS,
  accepted: 1_000.2 * MS,
  given: 1_000.4 * MS,
  durable: 1_003.4 * MS,
  published: 1_003.5 * MS,
  answered: { at: 1_003.6 * MS },
  receivers: [
    { user: "ben", remote: "127.0.0.1:40002", writes: [{ at: 1_004 * MS }], done: true },
    { user: "carol", writes: [], done: false },
  ],
  left: 3,
  unknown: [],
};

Deno.test("a waterfall of 80 columns has the steps in order, who is to blame, and what is not known", () => {
  assertEquals(waterfallText(chainOf(MARKED, undefined), { columns: 80, top: 20 }).split("\n"), [
    "lobby/42 of anna: after 10 ms not all of 5 receivers have it",
    "",
    "       at     took                                  0                      10 ms",
    "anna at 127.0.0.1:40001",
    "     0 ns   200 µs  waits for its turn              █",
    "   200 µs   200 µs  waits for the disk               ▏",
    "   400 µs   3.0 ms  is written and synced            █████████",
    "   3.4 ms   100 µs  is published                              ▏",
    "to carol",
    "   3.5 ms   6.5 ms  waits: its socket is full                 ██████████████████",
    "to ben at 127.0.0.1:40002",
    "   3.5 ms   500 µs  is taken by the kernel                    █",
    "   3.5 ms   100 µs  acknowledged to anna                      ▏",
    "and 3 more who get it",
    "",
    "Of that: the loop 300 µs (3.0 %), the disk 3.2 ms (32 %), the receiver 6.5 ms",
    "  (65 %).",
    "6.5 ms of 10 ms (65 %) went to the receiver: carol has not taken it, and the",
    "socket is full.",
    "Not known: The kernel was not watched: only the server's own marks are known.",
    "",
  ]);
});

Deno.test("no row is wider than the output, whatever its width and whoever is in it", () => {
  const users = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 200 }), users, fc.nat(200), (width, user, receivers) => {
      const marked = {
        ...MARKED,
        from: { user },
        receivers: Array.from({ length: receivers }, () => ({
          ...{ user, why: `${user} is somewhere.`, writes: [{ at: 1_004 * MS }], done: true },
        })),
      };
      for (
        const row of waterfallText(chainOf(marked, { calls: [] }), { columns: width, top: 20 })
          .split("\n")
      ) {
        assert(columns(row) <= Math.max(width, 52), `${columns(row)} columns: ${row}`);
        assert(!/\p{Cc}/u.test(row), "a control character");
      }
    }),
  );
});

Deno.test("of many receivers as many are shown as were asked for", () => {
  const receivers = Array.from({ length: 64 }, (_, place) => ({
    ...{ user: `u${place}`, writes: [{ at: (1_004 + place) * MS }], done: true },
  }));
  const text = waterfallText(chainOf({ ...MARKED, receivers }, undefined), {
    columns: 80,
    top: 10,
  });
  // The slowest first, the first four of them with their steps.
  assert(text.includes("to u63\n"), text);
  assert(text.includes("  to u58  "), text);
  assert(!text.includes("u50"), text);
  assert(text.includes("\nand 57 more who get it\n"), text);
});

Deno.test("the JSON is one line, and its steps and parts add up to the total", () => {
  const text = messageJson(
    chainOf({ ...MARKED, receivers: MARKED.receivers.slice(0, 1) }, undefined),
  );
  assertEquals(text.indexOf("\n"), text.length - 1);
  const message = JSON.parse(text);
  const took = (steps: readonly { readonly took_ns: number }[]) =>
    steps.reduce((sum, { took_ns }) => sum + took_ns, 0);
  assertEquals([message.type, message.room, message.seq, message.worst], [
    "message",
    "lobby",
    42,
    "disk",
  ]);
  assertEquals(took(message.steps) + took(message.receivers[0].steps), message.total_ns);
  assertEquals(
    Object.values<number>(message.parts_ns).reduce((sum, ns) => sum + ns),
    message.total_ns,
  );
  assertEquals(message.answer.user, "anna");
});
