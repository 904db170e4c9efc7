/**
 * The verdict on pretended seconds: each cause has its own sentence, and nothing else is blamed for it. With a real server:
 * `causes_test.ts`.
 *
 * @module
 */

import { type Facts, TimeSlots, TimeSplits, verdict } from "../../verdict/mod.ts";
import { assert, assertEquals } from "../assert.ts";

function acks(loop: number, disk: number, answer: number, count = 100) {
  const splits = new TimeSplits();
  splits.add({ loop, disk, answer }, count);
  return splits.slots();
}

function times(...all: readonly number[]) {
  const slots = new TimeSlots();
  for (const ms of all) slots.add(ms);
  return slots.slots();
}

const QUICK: Facts = { acks: acks(0.2, 3, 0.1), loop: times(1, 1, 1.5), fanout: times(2) };

/** Each: what it is, what was seen, and what is said. */
const CASES: readonly (readonly [string, Facts, string | undefined, string])[] = [
  ["all is well", QUICK, undefined, "Good. p99 of acknowledgement 3.5 ms."],
  [
    "nothing was said",
    { acks: [], loop: times(1) },
    undefined,
    "Good. Nothing was said in this second.",
  ],
  ["nothing is known", {}, undefined, "Good, as far as is seen from here."],
  [
    "a slow disk",
    { ...QUICK, acks: acks(1, 280, 4) },
    "disk",
    "Slow: the disk. p99 of acknowledgement 300 ms, 280 ms of it until it was durable.",
  ],
  [
    "a disk that owes an answer, while nothing is acknowledged",
    { ...QUICK, acks: [], diskOwesMs: 2_400 },
    "disk",
    "Failing: the disk. 2.4 s until it was durable.",
  ],
  [
    "a slow disk that nothing waits for but changes, and what programs say",
    { ...QUICK, acks: [], syncs: times(250, 252) },
    "disk",
    "Slow: the disk. 274 ms until it was durable.",
  ],
  [
    "a full disk",
    { ...QUICK, storeFailed: true },
    "disk",
    "Failing: the store refuses what it is given.",
  ],
  [
    "a busy loop, as far as the server sees it",
    { ...QUICK, loop: times(1, 400) },
    "loop",
    "Slow: the server is busy. p99 of acknowledgement 401 ms, 397 ms of it waiting for the server's event loop.",
  ],
  [
    "a busy loop that hears late of a sync",
    { ...QUICK, acks: acks(1, 400, 1), loop: times(1, 400) },
    "loop",
    "Slow: the server is busy. p99 of acknowledgement 425 ms, 401 ms of it waiting for the server's event loop.",
  ],
  [
    "a busy loop, where a kernel is watched",
    { ...QUICK, loop: times(1, 400), kernel: { waitedMs: 380 } },
    "loop",
    "Slow: the server is busy. p99 of acknowledgement 384 ms, 380 ms of it in the kernel until it was read.",
  ],
  [
    "a loop that is idle while it leaves unread who says more than it may, where a kernel is watched",
    { ...QUICK, kernel: { waitedMs: 1_600, oldestMs: 2_000 } },
    undefined,
    "Good. p99 of acknowledgement 5 ms.",
  ],
  [
    "a busy loop, where the kernel's slots are wide",
    { ...QUICK, loop: times(1, 400), kernel: { waitedMs: 805 } },
    "loop",
    "Slow: the server is busy. p99 of acknowledgement 404 ms, 400 ms of it in the kernel until it was read.",
  ],
  [
    "a loop that is busy with one sender's many words",
    { ...QUICK, acks: acks(1_300, 5, 1) },
    "loop",
    "Failing: the server is busy. p99 of acknowledgement 1.4 s, 1.3 s of it waiting for the server's event loop.",
  ],
  [
    "senders who do not take their answers",
    { ...QUICK, acks: acks(1, 5, 500) },
    "receiver",
    "Slow: the senders. p99 of acknowledgement 550 ms, 500 ms of it until they took the answer.",
  ],
  [
    "a crowd that takes long to be told",
    { ...QUICK, fanout: times(2, 170) },
    "fanout",
    "Slow: the fan-out. p99 of acknowledgement 3.5 ms, and 170 ms until the last one has a message.",
  ],
  [
    "a reader that does not read, which the fan-out waits for",
    {
      ...QUICK,
      fanout: times(10_000),
      slowest: { who: "Ben", bytes: 3_100_000, bytesMax: 8 << 20, isSlow: true },
    },
    "receiver",
    "Slow: Ben reads too slowly. 3.1 MB wait for this reader, which is 37 % of the way to being cut off.",
  ],
  [
    "a reader that does not read, while all of it is still in the kernel",
    {
      ...QUICK,
      slowest: { who: "Ben", bytes: 0, inKernel: 900_000, isStuck: true, bytesMax: 8 << 20 },
    },
    "receiver",
    "Slow: Ben reads too slowly. 900 kB wait for this reader.",
  ],
  [
    "a fast reader whose buffers are full",
    {
      ...QUICK,
      slowest: { who: "Ben", bytes: 3_000_000, bytesMax: 8 << 20, isSlow: false },
    },
    undefined,
    "Good. p99 of acknowledgement 3.5 ms.",
  ],
  [
    "a message that has waited for one slow reader, which has read it all by now",
    { ...QUICK, fanout: times(2, 5_500), wasSlow: true },
    undefined,
    "Good. p99 of acknowledgement 3.5 ms.",
  ],
  [
    "a far network",
    { ...QUICK, kernel: { waitedMs: 1, rttMs: 240, rttMaxMs: 300, resent: 12, sendCalls: 100 } },
    "network",
    "Slow: the network. Half of all round trips take 240 ms or more, and 12 segments were sent again in this second.",
  ],
  [
    "a network that loses",
    { ...QUICK, kernel: { waitedMs: 1, rttMs: 20, rttMaxMs: 30, resent: 12, sendCalls: 100 } },
    "network",
    "Slow: the network. Half of all round trips take 20 ms or more, and 12 segments were sent again in this second.",
  ],
  [
    "a far network to one",
    { ...QUICK, kernel: { waitedMs: 1, rttMs: 1, rttMaxMs: 300, rttMaxOf: "Ben" } },
    "network",
    "Slow: the network to Ben. A round trip takes 300 ms.",
  ],
  ["no answer", { silentMs: 4_000 }, "server", "Failing: the server has not answered for 4 s."],
  [
    "a process of which only the kernel tells",
    { kernel: { waitedMs: 700, oldestMs: 900 } },
    "loop",
    "Slow: the server is busy. 900 ms in the kernel until it was read.",
  ],
];

for (const [what, facts, cause, sentence] of CASES) {
  Deno.test(`the verdict on ${what}`, () => {
    const found = verdict(facts);
    assertEquals([found.cause, found.sentence], [cause, sentence]);
    const state = sentence.startsWith("Good")
      ? "good"
      : sentence.startsWith("Slow")
      ? "slow"
      : "failing";
    assertEquals(found.state, state);
  });
}

Deno.test("the worst is the verdict, and what else is wrong is told beside it", () => {
  const found = verdict({
    ...QUICK,
    acks: acks(1, 1_500, 1),
    slowest: { who: "Ben", bytes: 1 << 20, isSlow: true },
    kernel: { rttMs: 150, rttMaxMs: 200 },
  });
  assert(found.sentence.startsWith("Failing: the disk."), found.sentence);
  assertEquals(found.also, [
    "Ben reads too slowly. 1 MB wait for this reader.",
    "The network. Half of all round trips take 150 ms or more.",
  ]);
});

Deno.test("when nothing is said there is no time of an acknowledgement, and no zero", () => {
  assertEquals(verdict({ acks: [] }).ack, undefined);
  assertEquals(verdict(QUICK).ack, { count: 100, p50Ms: 3.5, p99Ms: 3.5, maxMs: 3.5 });
});
