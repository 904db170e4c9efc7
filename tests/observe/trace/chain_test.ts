/**
 * A message's way, joined from marks and calls: held against worlds in which everything is known, and against those in which anything is missing.
 *
 * @module
 */

import fc from "fast-check";
import type { Io } from "../../../observe/observation.ts";
import {
  blameOf,
  blameSentence,
  chainOf,
  type MarkedMessage,
  type Part,
  PARTS,
} from "../../../observe/trace/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const SERVER = "127.0.0.1:7878";
const MS = 1e6;

/** A call as the observer tells it. */
function call(
  parts: Partial<Io> & Pick<Io, "op" | "ts" | "offset" | "bytes" | "local" | "remote">,
): Io {
  return { kind: "io", pid: 1, tid: 1, func: "sendto", family: "inet", socket: 1, ...parts };
}

/** Milliseconds from one moment to the next, in the order of the way. */
interface Delays {
  readonly network: number;
  readonly kernel: number;
  readonly loop: number;
  readonly group: number;
  readonly sync: number;
  readonly hear: number;
  readonly fanout: number;
  readonly receiver: number;
}

const NORMAL: Delays = {
  network: 0.1,
  kernel: 0.1,
  loop: 0.1,
  group: 0.1,
  sync: 0.4,
  hear: 0.05,
  fanout: 0.1,
  receiver: 0.1,
};

/** What is told of a message from anna to ben that was held up like that, by a server and a kernel that see everything. */
function told(delays: Delays) {
  const sent = 1_000 * MS;
  const arrived = sent + delays.network * MS;
  const received = arrived + delays.kernel * MS;
  const read = received + 1_000;
  const accepted = read + delays.loop * MS;
  const given = accepted + delays.group * MS;
  const synced = given + delays.sync * MS;
  const durable = synced + delays.hear * MS;
  const published = durable + 1_000;
  const writing = published + delays.fanout * MS;
  const delivered = writing + 2_000;
  const taken = delivered + delays.receiver * MS;
  const anna = { local: SERVER, remote: "127.0.0.1:40001" };
  const ben = { local: SERVER, remote: "127.0.0.1:40002" };
  const other = ({ local, remote }: typeof anna) => ({ local: remote, remote: local });
  const marked: MarkedMessage = {
    room: "lobby",
    seq: 42,
    clock: { kind: "machine", ns: taken + MS },
    from: { user: "anna", ...anna, stream: { from: 100, to: 160 } },
    ...{ read, accepted, given, durable, published },
    receivers: [{
      ...{ user: "ben", ...ben, stream: { from: 500, to: 590 }, done: true },
      writes: [{ at: delivered + 1_000, stream: { from: 500, to: 590 } }],
    }],
    left: 0,
    unknown: [],
  };
  const calls = [
    call({
      ...other(anna),
      op: "send",
      ts: sent + 3_000,
      durationNs: 3_000,
      offset: 100,
      bytes: 60,
    }),
    call({
      ...anna,
      op: "recv",
      ts: received,
      delayNs: received - arrived,
      offset: 100,
      bytes: 60,
    }),
    call({
      ...ben,
      op: "send",
      ts: delivered,
      durationNs: 2_000,
      offset: 500,
      bytes: 90,
      requested: 90,
    }),
    call({
      ...other(ben),
      op: "recv",
      ts: taken,
      delayNs: taken - delivered,
      offset: 500,
      bytes: 90,
    }),
  ];
  const syncs = [{ ts: synced, durationNs: synced - given - 1_000 }];
  return { marked, calls, syncs, sent, taken };
}

Deno.test("a way of which all is known has every step, and they add up to the time from end to end", () => {
  const { marked, calls, syncs, sent, taken } = told(NORMAL);
  const chain = chainOf(marked, { calls, syncs });
  assertEquals(chain.unknown, []);
  assertEquals(chain.movedNs, 0);
  const [branch] = chain.branches;
  assertEquals(
    chain.steps.map(({ to }) => to).join(" "),
    "arrived received read accepted given syncing synced durable published",
  );
  assertEquals(branch?.steps.map(({ to }) => to).join(" "), "writing delivered reached taken");
  assertEquals(blameOf(chain).totalNs, taken - sent);
});

for (
  const [slow, part] of [
    ["network", "network"],
    ["kernel", "kernel"],
    ["loop", "loop"],
    ["group", "disk"],
    ["sync", "disk"],
    ["hear", "loop"],
    ["fanout", "fanout"],
    ["receiver", "receiver"],
  ] as const
) {
  Deno.test(`300 ms in ${slow} are blamed on ${part}, within a thousandth`, () => {
    const { marked, calls, syncs } = told({ ...NORMAL, [slow]: 300 });
    const blame = blameOf(chainOf(marked, { calls, syncs }));
    assertEquals(blame.worst, part);
    assert(Math.abs(blame.parts[part] / MS - 300) < 0.9, `${blame.parts[part]}`);
  });
}

Deno.test("a sync of before, and one that ends just after, are not taken for the one that made it durable", () => {
  const { marked, calls, syncs } = told(NORMAL);
  const [own = { ts: 0, durationNs: 0 }] = syncs;
  const { given = 0, durable = 0 } = marked;
  const others = [{ ts: given - 2 * MS, durationNs: MS }, own, {
    ts: durable + 900_000,
    durationNs: 1_000,
  }];
  assertEquals(chainOf(marked, { calls, syncs: others }), chainOf(marked, { calls, syncs }));
});

Deno.test("a sync of another file, done while the program has not heard of its own yet, is not taken for it", () => {
  const { marked, calls, syncs } = told({ ...NORMAL, hear: 300 });
  const [own = { ts: 0, durationNs: 0 }] = syncs;
  const other = { ts: own.ts + 100 * MS, durationNs: 1_000 };
  const chain = chainOf(marked, { calls, syncs: [own, other] });
  assertEquals(chain, chainOf(marked, { calls, syncs }));
  assertEquals(blameOf(chain).worst, "loop");
});

Deno.test("without the kernel the server's marks alone give a way that adds up, and it is said what is missing", () => {
  const { marked } = told({ ...NORMAL, sync: 300 });
  const chain = chainOf(marked, undefined);
  const blame = blameOf(chain);
  assertEquals(blame.worst, "disk");
  assertEquals(chain.unknown.map(({ why }) => why), [
    "The kernel was not watched: only the server's own marks are known.",
  ]);
  assertEquals(
    blameSentence(chain, blame, (ns) => `${Math.round(ns / MS)} ms`),
    "300 ms of 300 ms (100 %) went to the disk: it was written and synced.",
  );
});

Deno.test("who has not taken it yet is to blame, for as long as it takes", () => {
  const { marked, calls, syncs } = told(NORMAL);
  const stuck = {
    ...marked,
    clock: { kind: "machine", ns: (marked.published ?? 0) + 5_000 * MS } as const,
    receivers: [...marked.receivers, { user: "carol", writes: [], done: false }],
  };
  const chain = chainOf(stuck, { calls, syncs });
  const blame = blameOf(chain);
  assertEquals([blame.branch?.user, blame.worst, blame.branch?.waits], [
    "carol",
    "receiver",
    "socket",
  ]);
  assertEquals(blame.parts.receiver, 5_000 * MS);
});

Deno.test("a program that is watched and reads nothing is to blame, and one that is not watched is not known", () => {
  const { marked, calls, syncs, taken } = told(NORMAL);
  const [ben] = marked.receivers;
  const unread = calls.filter(({ op, local }) => op === "send" || local !== ben?.remote);
  const until = taken + 2_000 * MS;
  const watched = new Set([ben?.remote ?? ""]);
  const blame = blameOf(chainOf(marked, { calls: unread, syncs, watched, until }));
  assertEquals([blame.worst, blame.branch?.waits], ["receiver", "program"]);
  assert(Math.abs(blame.parts.receiver / MS - 2_000) < 1);
  const chain = chainOf(marked, { calls: unread, syncs, watched: new Set(), until });
  assertEquals(chain.branches[0]?.waits, undefined);
  assertEquals(chain.unknown.map(({ users }) => users), [["ben"]]);
});

Deno.test("bytes that came earlier and were read in the same call do not make a message older than it is", () => {
  const { marked, calls, syncs } = told(NORMAL);
  const early = calls.map((io) => io.op === "recv" ? { ...io, delayNs: 5_000 * MS } : io);
  const chain = chainOf(marked, { calls: early, syncs });
  assertEquals(chain.movedNs, 0);
  assert(blameOf(chain).totalNs < 2 * MS);
});

Deno.test("a full socket is its receiver's fault, and not the fan-out's", () => {
  const { marked, calls, syncs } = told({ ...NORMAL, fanout: 300 });
  const [ben] = marked.receivers;
  const before = call({
    ...{ op: "send", local: SERVER, remote: ben?.remote ?? "", ts: 1, offset: 400, bytes: 100 },
    requested: 190,
  });
  assertEquals(blameOf(chainOf(marked, { calls, syncs })).worst, "fanout");
  assertEquals(blameOf(chainOf(marked, { calls: [before, ...calls], syncs })).worst, "receiver");
});

Deno.test("a server's own clock is laid on the kernel's by the writes that both tell of", () => {
  const { marked, calls, syncs } = told({ ...NORMAL, kernel: 300 });
  const late = (ns: number | undefined) => ({ ns: (ns ?? 0) - 777_777_777 });
  const own: MarkedMessage = {
    ...marked,
    clock: { kind: "process", ns: late(marked.clock.ns).ns },
    read: late(marked.read).ns,
    accepted: late(marked.accepted).ns,
    given: late(marked.given).ns,
    durable: late(marked.durable).ns,
    published: late(marked.published).ns,
    receivers: marked.receivers.map((receiver) => ({
      ...receiver,
      writes: receiver.writes.map((write) => ({ ...write, at: late(write.at).ns })),
    })),
  };
  const [machine, process] = [marked, own].map((marks) =>
    blameOf(chainOf(marks, { calls, syncs }))
  );
  assertEquals(process?.worst, "kernel");
  // The mark of a write is made a microsecond after the call: that is how far the clocks can be off.
  for (const part of PARTS) {
    assert(Math.abs((process?.parts[part] ?? 0) - (machine?.parts[part] ?? 0)) <= 2_000, part);
  }
});

const ns = fc.integer({ min: 0, max: 10_000 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const range = fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 50 })).map(([from, length]) => ({
  from,
  to: from + length,
}));
const ends = fc.constantFrom(
  { local: SERVER, remote: "127.0.0.1:40001" },
  { local: SERVER, remote: "127.0.0.1:40002" },
  {},
);
const writes = fc.array(fc.record({ at: ns, stream: maybe(range) }), { maxLength: 3 });
const traced = fc.record({
  marks: fc.record({ read: maybe(ns), given: maybe(ns), durable: maybe(ns), published: maybe(ns) }),
  accepted: ns,
  from: fc.tuple(ends, maybe(range)),
  receivers: fc.array(fc.tuple(ends, maybe(range), writes, fc.boolean()), { maxLength: 4 }),
  answered: maybe(ns),
  kind: fc.constantFrom("machine", "process"),
}).map(({ marks, accepted, from: [end, stream], receivers, answered, kind }) =>
  JSON.parse(JSON.stringify({
    ...{ room: "lobby", seq: 1, clock: { kind, ns: 10_000 }, accepted, ...marks },
    from: { user: "anna", ...end, stream },
    receivers: receivers.map(([end, stream, writes, done], place) => ({
      user: `u${place}`,
      ...end,
      stream,
      writes,
      done,
    })),
    answered: answered === undefined ? undefined : { at: answered },
    left: 0,
    unknown: [],
  })) as MarkedMessage
);
const anyCalls = fc.array(
  fc.record({
    swap: fc.boolean(),
    end: fc.constantFrom("127.0.0.1:40001", "127.0.0.1:40002"),
    op: fc.constantFrom("send", "recv"),
    ts: ns,
    offset: maybe(fc.nat(60)),
    bytes: fc.nat(40),
    durationNs: maybe(fc.nat(3_000)),
    delayNs: maybe(fc.nat(3_000)),
    socket: fc.nat(2),
  }).map(({ swap, end, ...io }) => {
    const [local, remote] = swap ? [end, SERVER] : [SERVER, end];
    return JSON.parse(
      JSON.stringify({
        kind: "io",
        pid: 1,
        tid: 1,
        func: "x",
        family: "inet",
        local,
        remote,
        ...io,
      }),
    ) as Io;
  }),
  { maxLength: 20 },
);

Deno.test("whatever is told, in whatever order, steps follow each other without a gap and add up, and so do the parts", () => {
  fc.assert(
    fc.property(
      traced,
      anyCalls,
      fc.array(fc.record({ ts: ns, durationNs: ns })),
      (marked, calls, syncs) => {
        const chain = chainOf(marked, { calls, syncs });
        for (const branch of chain.branches) {
          const steps = [...chain.steps, ...branch.steps];
          for (const [place, step] of steps.entries()) {
            assert(step.end >= step.start, "a step that ends before it begins");
            if (place > 0) assertEquals(step.start, steps[place - 1]?.end);
          }
          const [first, last] = [steps[0], steps.at(-1)];
          if (branch.waits === undefined && first && last) {
            assertEquals(first.start, chain.start);
            assertEquals(branch.totalNs, last.end - first.start);
          }
          const { parts, totalNs } = blameOf(chain, branch);
          const sum = PARTS.reduce((sum, part: Part) => sum + parts[part], 0);
          assertEquals(sum, totalNs);
          assert(Number.isFinite(totalNs) && totalNs >= 0);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
