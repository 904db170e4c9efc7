/**
 * Whole runs: against the real server in every way of speaking, and against one that lies.
 *
 * @module
 */

import {
  BenchError,
  conduct,
  epollFault,
  type Outcome,
  type Plan,
  startTrivialServer,
  whyNot,
} from "../../load/mod.ts";
import { wait } from "../../ground/mod.ts";
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
const CLEAN = { lost: 0, doubled: 0, outOfOrder: 0, changed: 0, foreign: 0, misnumbered: 0 };

/** Runs a plan and gives what was found wrong, after seeing that something was delivered. */
async function defects(plan: Plan): Promise<typeof CLEAN> {
  const outcome = await conduct(plan, { signal: NEVER });
  assert(outcome.deliveries > 0 && outcome.latencies.count > 0, "something was measured");
  return defectsOf(outcome);
}

function defectsOf(outcome: Outcome): typeof CLEAN {
  const { lost, doubled, outOfOrder, changed, foreign, misnumbered } = outcome;
  return { lost, doubled, outOfOrder, changed, foreign, misnumbered };
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
  // It ends with the first that is refused: before anything is measured, however slow the machine is.
  const plan = { ...PLAN, port: server.port, warmUpSeconds: 30 };
  const error = await assertRejects(defects(plan), BenchError);
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

Deno.test("who opens a WebSocket where frames are spoken is asked whether he means another port", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 0 } });
  const plan = { ...PLAN, port: server.port, way: "websocket", transport: "runtime" } as const;
  const { message } = await assertRejects(defects(plan), BenchError);
  assert(
    /^Cannot open a WebSocket at 127\.0\.0\.1:\d+: .* Is that the port of --http\?$/.test(message),
    message,
  );
});

Deno.test("an address of IPv6 stands in brackets where it is told", async () => {
  const error = await assertRejects(defects({ ...PLAN, host: "::1", port: 1 }), BenchError);
  assert(error.message.startsWith("Cannot connect to [::1]:1: "), error.message);
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

/** What a lying server makes of the first messages that it is about to tell the sender. */
type Lie = (frames: readonly Uint8Array[]) => readonly Uint8Array[];

const LIES: readonly (readonly [title: string, lie: Lie, found: Partial<typeof CLEAN>])[] = [
  ["loses one", ([, ...rest]) => rest, { lost: 1 }],
  ["doubles one", ([first, ...rest]) => [first, first, ...rest] as Uint8Array[], { doubled: 1 }],
  ["swaps two", ([one, two]) => [two, one] as Uint8Array[], { outOfOrder: 1 }],
  [
    "loses one and doubles another",
    ([, two]) => [two, two] as Uint8Array[],
    { lost: 1, doubled: 1 },
  ],
  [
    "swaps two and doubles the late one",
    ([one, two]) => [two, one, one] as Uint8Array[],
    { outOfOrder: 1, doubled: 1 },
  ],
  ["changes one", ([first, ...rest]) => [made(first, { change: true }), ...rest], { changed: 1 }],
  ["puts one elsewhere", ([first, ...rest]) => [made(first, { room: "x" }), ...rest], {
    changed: 1,
  }],
  ["says that somebody else said it", ([first, ...rest]) => [
    made(first, { from: "Eve" }),
    ...rest,
  ], { changed: 1 }],
  ["numbers two alike", ([first, ...rest]) => [made(first, { seq: 2 }), ...rest], {
    misnumbered: 1,
  }],
  ["leaves a number out", ([one, two]) => [one, made(two, { seq: 3 })] as Uint8Array[], {
    // One is missing, and the next is there twice.
    misnumbered: 2,
  }],
  ["says what nobody said", ([first, ...rest]) => [
    ...[made(first, { content: "a3f00000ffffffff" }), first].filter((one) => one !== undefined),
    ...rest,
  ], { foreign: 1 }],
];
for (const [title, lie, found] of LIES) {
  Deno.test(`a server that ${title} is found out`, async () => {
    await using liar = startLiar({ lie });
    const plan = { ...LIAR_PLAN, port: liar.port };
    assertEquals(await defects(plan), { ...CLEAN, ...found });
  });
}

Deno.test("what is told twice is not counted as delivered twice", async () => {
  await using liar = startLiar({ tellOthers: (told) => [told, told, told] });
  const outcome = await conduct({ ...LIAR_PLAN, port: liar.port }, { signal: NEVER });
  const { deliveries, deliveriesPerS, messagesPerS } = outcome;
  assert(deliveries > 0 && outcome.doubled > 0, "something was told");
  // Three members; at the edges of the measured time a message may be in it in part.
  const spare = 3 * LIAR_PLAN.inFlight / outcome.seconds;
  assert(
    Math.abs(deliveriesPerS - 3 * messagesPerS) <= spare,
    `${deliveriesPerS} of ${messagesPerS}`,
  );
});

Deno.test("a server that tells one message now and then is not waited for without end", async () => {
  await using liar = startLiar({ drips: true });
  const plan = { ...LIAR_PLAN, port: liar.port, inFlight: 1_000 };
  const patience = { drainMs: 300, stallMs: 60_000 };
  const { broken = "", lost, deliveries } = await conduct(plan, { signal: NEVER, patience });
  assert(deliveries > 0 && lost > 0, `${deliveries} deliveries, ${lost} lost`);
  assert(/^Members lacked \d+ messages 0\.3 s after the last was said: /.test(broken), broken);
});

for (const kind of ["measuring", "draining"] as const) {
  Deno.test(`who interrupts while such a server is ${kind} gets the result soon`, async () => {
    await using liar = startLiar({ drips: true });
    const end = new AbortController();
    const plan = { ...LIAR_PLAN, port: liar.port, inFlight: 1_000 };
    const outcome = await conduct(plan, {
      signal: end.signal,
      patience: { drainMs: 3_600_000, stallMs: 3_600_000, interruptedDrainMs: 50 },
      onProgress: (progress) => {
        if (progress.kind !== kind) return;
        if (kind === "measuring") end.abort();
        else setTimeout(() => end.abort(), 0);
      },
    });
    const { broken = "", lost, interrupted } = outcome;
    assert(lost > 0, "something was on the way");
    assertEquals(interrupted, kind === "measuring");
    assert(kind === "draining" ? broken.startsWith("Interrupted") : broken !== "", broken);
  });
}

Deno.test("a server that lets in one after a while and another after a while is not waited for without end", async () => {
  await using liar = startLiar({ loginMs: 30 });
  const plan = { ...LIAR_PLAN, port: liar.port, members: 1_000 };
  const run = conduct(plan, { signal: NEVER, patience: { loginMs: 300, loginEachMs: 0 } });
  const { message } = await assertRejects(run, BenchError);
  assert(
    /^The server is too slow: after 0\.3 s \d+ of 1000 members are in\.$/.test(message),
    message,
  );
});

Deno.test("more on the way than the load generator can hold is said piece by piece, and nothing is lost", async () => {
  // One that cuts off nobody who reads slowly.
  await using liar = startLiar({});
  const plan = { ...LIAR_PLAN, port: liar.port, members: 2, inFlight: 65_536, size: 8_192 };
  const before = Deno.memoryUsage().rss;
  assertEquals(await defects(plan), CLEAN);
  const grown = Deno.memoryUsage().rss - before;
  assert(grown < 512 << 20, `${grown} bytes instead of a gigabyte`);
});

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

/** A frame's message with something else in it. */
function made(
  told: Uint8Array | undefined,
  { change = false, ...fields }: { readonly change?: boolean } & Record<string, unknown>,
): Uint8Array {
  const message = JSON.parse(new TextDecoder().decode(told?.subarray(4)));
  const content = change ? `${message.content.slice(0, -1)}!` : message.content;
  return frame({ ...message, content, ...fields });
}

const LIAR_PLAN: Plan = {
  ...PLAN,
  members: 3,
  senders: 1,
  rooms: 1,
  inFlight: 2,
  until: "own",
};

interface LiarOptions {
  /** What becomes of the first two messages that the sender is told, who is the last to come. */
  readonly lie?: Lie;
  /** What others are told of a message. */
  readonly tellOthers?: (told: Uint8Array) => readonly Uint8Array[];
  /** Tells one message after the other, with a rest between them. */
  readonly drips?: boolean;
  /** Rests before it lets somebody in. */
  readonly loginMs?: number;
}

/** A server of one room that tells everybody everything, but for what it is told to do otherwise. */
function startLiar(
  { lie = (frames) => frames, tellOthers = (told) => [told], drips, loginMs }: LiarOptions,
): { readonly port: number } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const members: Deno.TcpConn[] = [];
  const held: Uint8Array[] = [];
  const over = new AbortController();
  let said = 0;
  let logins = Promise.resolve();
  const tell = async (member: Deno.TcpConn, bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at < bytes.length;) at += await member.write(bytes.subarray(at));
  };
  const tellAll = async (told: Uint8Array): Promise<void> => {
    for (const other of members.slice(0, -1)) await tell(other, joined(...tellOthers(told)));
    const sender = members.at(-1);
    if (sender === undefined) return;
    if (said++ >= 2) await tell(sender, told);
    else if (held.push(told) === 2) await tell(sender, joined(...lie(held)));
  };
  const serveOne = async (member: Deno.TcpConn): Promise<void> => {
    const splitter = new Splitter(1 << 20);
    const buffer = new Uint8Array(1 << 16);
    let name = "";
    for (let count = await member.read(buffer); count !== null; count = await member.read(buffer)) {
      splitter.feed(buffer.subarray(0, count));
      for (let split = splitter.next(); split.kind === "frame"; split = splitter.next()) {
        const message = JSON.parse(new TextDecoder().decode(split.body));
        if (message.type === "Login") name = message.username;
        else if (message.type === "Join") {
          if (loginMs !== undefined) await (logins = logins.then(() => wait(loginMs, over.signal)));
          members.push(member);
          await tell(member, joined(frame({ type: "Ack", re: message.id })));
        } else if (message.type === "Broadcast") {
          const { room, content } = message;
          if (drips && said > 0) await wait(20, over.signal);
          const seq = drips ? said + 1 : Math.max(held.length, said) + 1;
          await tellAll(frame({ type: "NewMessage", room, seq, from: name, content }));
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
      over.abort();
      listener.close();
      await accepting.catch(() => {});
      await Promise.all(serving);
    },
  };
}
