/**
 * Whole runs: against the real server in every way of speaking, and against one that lies.
 *
 * @module
 */

import {
  BenchError,
  conduct,
  epollFault,
  type Plan,
  startTrivialServer,
  whyNot,
} from "../../load/mod.ts";
import { Splitter } from "../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { frame, joined } from "../harness.ts";
import { startWeb } from "../server/http/web.ts";

const PLAN: Plan = {
  host: "127.0.0.1",
  port: 0,
  way: "frames",
  transport: epollFault() === undefined ? "epoll" : "runtime",
  members: 12,
  senders: 4,
  rooms: 3,
  inFlight: 4,
  rate: 0,
  size: 100,
  until: "all",
  ids: false,
  warmUpSeconds: 0.02,
  seconds: 0.1,
  threads: 1,
  run: "a3f0",
};
const NEVER = new AbortController().signal;
const CLEAN = { lost: 0, doubled: 0, outOfOrder: 0, changed: 0, foreign: 0 };

/** Runs a plan and gives what was found wrong, after seeing that something was delivered. */
async function defects(plan: Plan): Promise<typeof CLEAN> {
  const { deliveries, latencies, lost, doubled, outOfOrder, changed, foreign } = await conduct(
    plan,
    {
      signal: NEVER,
    },
  );
  assert(deliveries > 0 && latencies.count > 0, "something was measured");
  return { lost, doubled, outOfOrder, changed, foreign };
}

const WAYS: readonly (readonly [title: string, plan: Partial<Plan>])[] = [
  ["frames", {}],
  ["frames with ids", { ids: true }],
  ["frames, own", { until: "own" }],
  ["frames in three threads", { threads: 3 }],
  ["frames in three threads, own", { threads: 3, until: "own" }],
  ["frames in an open loop", { rate: 300 }],
  ["text", { way: "text" }],
  ["text in two threads", { way: "text", threads: 2 }],
  ["frames over the runtime's sockets", { transport: "runtime" }],
  ["frames over the runtime's sockets in two threads", { transport: "runtime", threads: 2 }],
  ["text over the runtime's sockets", { transport: "runtime", way: "text" }],
  ["websocket", { way: "websocket", transport: "runtime" }],
];
for (const [title, change] of WAYS) {
  Deno.test(`the real server delivers everything once and in order: ${title}`, async () => {
    await using server = startWeb({ limits: { messagesPerSecond: 0 } });
    const port = change.way === "websocket" ? server.web : server.port;
    assertEquals(await defects({ ...PLAN, ...change, port }), CLEAN);
  });
}

Deno.test("an open loop says what was asked for, spread over its senders", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 0 } });
  const plan = { ...PLAN, port: server.port, rate: 200, seconds: 0.5 };
  const { messagesPerS } = await conduct(plan, { signal: NEVER });
  assert(messagesPerS > 100 && messagesPerS < 300, `${messagesPerS} a second instead of 200`);
});

for (const transport of new Set([PLAN.transport, "runtime"] as const)) {
  Deno.test(`the trivial server over ${transport} is served by the same plan`, async () => {
    using trivial = await startTrivialServer(transport);
    const plan = { ...PLAN, transport, port: trivial.port, rooms: 2, threads: 2 };
    assertEquals(await defects(plan), CLEAN);
  });
}

Deno.test("a server that limits how fast one may talk is named, and what helps", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 1, messagesBurst: 1 } });
  const error = await assertRejects(defects({ ...PLAN, port: server.port }), BenchError);
  assert(error.message.includes("--rate 0"), error.message);
});

Deno.test("nobody listens: that is said", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const error = await assertRejects(defects({ ...PLAN, port }), BenchError);
  assert(
    /^Cannot connect to 127\.0\.0\.1:\d+: nothing listens there\.$/.test(error.message),
    error.message,
  );
});

Deno.test("a run that is interrupted gives what was measured until then, all of it checked", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 0 } });
  const end = new AbortController();
  const plan = { ...PLAN, port: server.port, seconds: 3_600 };
  const outcome = await conduct(plan, {
    signal: end.signal,
    onProgress: (progress) => {
      if (progress.kind === "measuring" && progress.deliveriesPerS > 0) end.abort();
    },
  });
  assertEquals([outcome.interrupted, outcome.lost, outcome.doubled], [true, 0, 0]);
  assert(outcome.deliveries > 0 && outcome.seconds < 3_600, `${outcome.seconds} s`);
});

Deno.test("a run that is interrupted before it measures has nothing to give", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 0 } });
  for (const kind of ["logging in", "warming up"]) {
    const end = new AbortController();
    const run = conduct({ ...PLAN, port: server.port, warmUpSeconds: 3_600 }, {
      signal: end.signal,
      onProgress: (progress) => {
        if (progress.kind === kind) end.abort();
      },
    });
    const { message } = await assertRejects(run, BenchError);
    assertEquals(message, "Interrupted before anything was measured.");
  }
});

Deno.test("a server that ends while it is measured leaves what was measured until then, and a sentence", async () => {
  const server = startWeb({ limits: { messagesPerSecond: 0 } });
  const plan = { ...PLAN, port: server.port, seconds: 3_600 };
  let ended: PromiseLike<void> | undefined;
  const outcome = await conduct(plan, {
    signal: NEVER,
    onProgress: (progress) => {
      if (progress.kind === "measuring") ended ??= server[Symbol.asyncDispose]();
    },
  });
  await ended;
  assert(outcome.deliveries > 0 && outcome.latencies.count > 0, "something was measured");
  const { broken = "" } = outcome;
  assert(/^The server (?:has ended a connection|refuses)[.:]/.test(broken), broken);
});

Deno.test("a server that is full says so", async () => {
  await using server = startWeb({ limits: { connectionsMax: 5 } });
  const error = await assertRejects(defects({ ...PLAN, port: server.port }), BenchError);
  assertEquals(
    error.message,
    "The server refuses: The server is full. Try again later. (busy)",
  );
});

/** What a lying server makes of the message that it is about to tell one member for the `nth` time. */
type Lie = (frames: readonly Uint8Array[]) => readonly Uint8Array[];

const LIES: readonly (readonly [title: string, lie: Lie, found: Partial<typeof CLEAN>])[] = [
  ["loses one", ([, ...rest]) => rest, { lost: 1 }],
  ["doubles one", ([first, ...rest]) => [first, first, ...rest] as Uint8Array[], { doubled: 1 }],
  ["swaps two", ([one, two]) => [two, one] as Uint8Array[], { outOfOrder: 1 }],
  [
    "changes one",
    ([first = new Uint8Array(), ...rest]) => [changed(first), ...rest],
    { changed: 1 },
  ],
];
for (const [title, lie, found] of LIES) {
  Deno.test(`a server that ${title} is found out`, async () => {
    await using liar = startLiar(lie);
    const plan = { ...PLAN, port: liar.port, members: 3, senders: 1, rooms: 1, inFlight: 2 };
    assertEquals(await defects({ ...plan, until: "own" }), { ...CLEAN, ...found });
  });
}

Deno.test("plans that cannot be carried out are refused in a sentence", () => {
  assertEquals(whyNot(PLAN), undefined);
  const wrong: Partial<Plan>[] = [
    { senders: 13 },
    { rooms: 13 },
    { size: 15 },
    { inFlight: 65_537 },
    { threads: 17 },
    { members: 100_000, senders: 50_000, inFlight: 4_096 },
    { members: 100_000, senders: 1_000, rooms: 1 },
    { way: "text", until: "own" },
    { way: "text", rooms: 12 },
    { way: "websocket", transport: "epoll" },
  ];
  for (const change of wrong) {
    assert(/^[A-Z].+\.$/.test(whyNot({ ...PLAN, ...change }) ?? ""), Deno.inspect(change));
  }
});

function changed(bytes: Uint8Array): Uint8Array {
  const other = bytes.slice();
  other[other.length - 3] = 0x21;
  return other;
}

/**
 * A server of one room that tells everybody everything, but for one lie: the first two messages are told the sender, who is
 * the last to come, as `lie` says.
 */
function startLiar(lie: Lie): { readonly port: number } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const members: Deno.TcpConn[] = [];
  const held: Uint8Array[] = [];
  let said = 0;
  const tell = async (member: Deno.TcpConn, bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at < bytes.length;) at += await member.write(bytes.subarray(at));
  };
  const serveOne = async (member: Deno.TcpConn): Promise<void> => {
    const splitter = new Splitter(1 << 20);
    const buffer = new Uint8Array(1 << 16);
    for (let count = await member.read(buffer); count !== null; count = await member.read(buffer)) {
      splitter.feed(buffer.subarray(0, count));
      for (let split = splitter.next(); split.kind === "frame"; split = splitter.next()) {
        const message = JSON.parse(new TextDecoder().decode(split.body));
        if (message.type === "Join") {
          members.push(member);
          await tell(member, joined(frame({ type: "Ack", re: message.id })));
        } else if (message.type === "Broadcast") {
          const told = frame({ type: "NewMessage", content: message.content });
          for (const other of members.slice(0, -1)) await tell(other, told);
          const sender = members.at(-1);
          if (sender === undefined) continue;
          if (said++ >= 2) await tell(sender, told);
          else if (held.push(told) === 2) await tell(sender, joined(...lie(held)));
        }
      }
    }
  };
  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const member of listener) {
      serving.push(serveOne(member).catch(() => {}).finally(() => member.close()));
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting.catch(() => {});
      await Promise.all(serving);
    },
  };
}
