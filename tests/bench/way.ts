/**
 * The way of a message, step by step, in nanoseconds: what of it is paid once, and what for each member.
 *
 * ```text
 *   once     recv ─► cut out, read ─► command ─► encode, keep ─► append to the room's log
 *   each     ─► a number in step ─► send            beside it: send() in C, and a write of the runtime
 * ```
 *
 * Each step is the server's own code, and stands alone here: caches are warmer than in a server, and nobody else is served in
 * between. So the sum is a lower bound, and what a server takes beyond it is turns, looks, and memory that has to come. The
 * fastest of many times is told, because everything else only makes a time longer.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { broadcast } from "../../server/commands/broadcast.ts";
import type { HallView, UserView } from "../../server/commands/types.ts";
import {
  bodyOf,
  messageFrame,
  messageFrom,
  messageHead,
  type RoomMessage,
} from "../../server/codec/encode.ts";
import { FrameCodec } from "../../server/codec/frame_codec.ts";
import { memoryStore } from "../../server/store/memory_store.ts";
import { RoomLog } from "../../server/rooms/room_log.ts";
import { chorusOf } from "../../server/transport/chorus.ts";
import { MSG_NOSIGNAL } from "../../server/transport/libc.ts";
import type { Broadcast, FoldedName, RoomName, UserName } from "../../server/wire/mod.ts";
import { encodeFrame } from "../../server/wire/mod.ts";
import { compilePrograms, type Programs } from "./compile.ts";
import { note, print } from "./output.ts";
import { openPairs } from "./way/pairs.ts";
import { messageBytes } from "./workloads.ts";

const help = `Usage: deno task bench way [options]

  --members N   members of the room that the sum is for (1000)
  --json        the figures, one JSON object
  --help        this text`;

/** One step. */
interface Step {
  readonly name: string;
  readonly per: "message" | "member";
  readonly ns: number;
  /** What it is held against: who does the same, and its ns. */
  readonly beside?: readonly { readonly name: string; readonly ns: number }[];
}

/** Pairs of sockets, rounds of messages into all of them, and how often that is timed. */
const PAIRS = 100, ROUNDS = 5, TIMES = 400;
/** The same for steps that touch no socket: calls, and times. */
const CALLS = 500;

/** Runs it; exit codes as those of the fan-out benchmark. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      members: { type: "string", default: "1000" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const members = Number(values.members);
  if (values.help || !(members >= 1)) {
    note(help);
    return values.help ? 0 : 2;
  }
  if (Deno.build.os !== "linux") {
    note("The way of a message is measured over libc, on Linux alone.");
    return 77;
  }
  await using programs = await compilePrograms(signal);
  if (programs === undefined) note("Without a C compiler there is no reference beside it.");
  const steps = [...ofMessage(), ...await ofSockets(programs, signal)];
  print(
    values.json ? JSON.stringify({ bench: "way", messageBytes, steps }) : table(steps, members),
  );
  return 0;
}

/** What is paid once, without sockets. */
function ofMessage(): Step[] {
  const content = "x".repeat(messageBytes);
  const said = encodeFrame({ type: "Broadcast", content });
  const asker: UserView = {
    name: "Alice" as UserName,
    key: "alice" as FoldedName,
    here: "lobby" as FoldedName,
    operator: false,
    registered: false,
    tag: "0",
    lastSaid: () => undefined,
    lastWhisperedTo: undefined,
    mark: "0",
    origin: undefined,
    isIn: (room) => room === "lobby",
  };
  const hall = {} as HallView;
  const message: Broadcast = { type: "Broadcast", content };
  const parts = messageParts(content);
  const frame = messageFrame(parts, 1);
  const codec = new FrameCodec(1 << 20);
  const store = memoryStore();
  let log = new RoomLog();
  let seq = 0;
  const heard = () => {
    codec.feed(said);
    for (let next = codec.next(); next !== undefined; next = codec.next()) used += 1;
  };
  return [
    { name: "cut out, read", per: "message", ns: fastest(heard) },
    {
      name: "command",
      per: "message",
      ns: fastest(() => used += broadcast(asker, hall, message).length),
    },
    {
      name: "encode",
      per: "message",
      ns: fastest(() => used += messageFrame(parts, ++seq).length),
    },
    {
      name: "keep in memory",
      per: "message",
      ns: fastest(() =>
        store.append({ stream: "r", at: 0, encode: () => bodyOf(frame), settled: () => used++ })
      ),
    },
    {
      name: "append to the log",
      per: "message",
      ns: fastest(() => {
        log.append(frame);
        if (log.end > 64 << 20) log = new RoomLog();
      }),
    },
  ];
}

/** A message as it comes: what is said is there in bytes. */
function messageParts(content: string): RoomMessage {
  const head = messageHead("lobby" as RoomName);
  const from = messageFrom("Alice" as UserName);
  const json = new TextEncoder().encode(JSON.stringify(content));
  return { head, from, said: { content, json }, at: Date.now(), id: undefined };
}

/** What becomes of results: so that no call is found to be for nothing. */
let used = 0;

/** Nanoseconds of a call, of the fastest of many times. */
function fastest(call: () => void): number {
  let best = Infinity;
  for (let time = 0; time < TIMES; time++) {
    const start = performance.now();
    for (let n = 0; n < CALLS; n++) call();
    best = Math.min(best, performance.now() - start);
  }
  return best * 1e6 / CALLS;
}

/** What sockets take, by libc and in C, and by the runtime. */
async function ofSockets(programs: Programs | undefined, signal: AbortSignal): Promise<Step[]> {
  const frame = messageFrame(messageParts("x".repeat(messageBytes)), 1);
  const inC = programs === undefined ? undefined : await sendsInC(programs, frame.length, signal);
  const own = sendsByLibc(frame);
  const runtime = await writesOfRuntime(frame);
  const ofC = (ns: number | undefined) => ns === undefined ? [] : [{ name: "C", ns }];
  return [
    { name: "recv", per: "message", ns: own.recv, beside: ofC(inC?.recv) },
    { name: "its number in step", per: "member", ns: own.step },
    {
      name: "send",
      per: "member",
      ns: own.send - own.step,
      beside: [...ofC(inC?.send), { name: "a write of the runtime", ns: runtime }],
    },
  ];
}

function sendsByLibc(frame: Uint8Array<ArrayBuffer>) {
  using pairs = openPairs(PAIRS);
  const { libc, from, to } = pairs;
  const bytes = new Uint8Array(frame.length);
  const chorus = chorusOf(libc);
  // All that telling a crowd is but the call: it takes all of everything.
  const silent = chorusOf({ ...libc, send: () => frame.length });
  const best = { send: Infinity, recv: Infinity, step: Infinity };
  const verse = { from: 0, to: PAIRS, bytes: frame };
  for (let time = 0; time < TIMES; time++) {
    const start = performance.now();
    for (let round = 0; round < ROUNDS; round++) used += chorus.send(from, verse).length;
    const middle = performance.now();
    for (let round = 0; round < ROUNDS; round++) {
      for (const fd of to) used += libc.recv(fd, bytes, bytes.length, MSG_NOSIGNAL);
    }
    const end = performance.now();
    for (let round = 0; round < ROUNDS; round++) used += silent.send(from, verse).length;
    best.send = Math.min(best.send, middle - start);
    best.recv = Math.min(best.recv, end - middle);
    best.step = Math.min(best.step, performance.now() - end);
  }
  const ns = (ms: number) => ms * 1e6 / (ROUNDS * PAIRS);
  return { send: ns(best.send), recv: ns(best.recv), step: ns(best.step) };
}

async function sendsInC({ sends }: Programs, bytes: number, signal: AbortSignal) {
  const args = [PAIRS, bytes, ROUNDS, TIMES].map(String);
  const { stdout } = await new Deno.Command(sends, { args, signal }).output();
  const [send = NaN, recv = NaN] = new TextDecoder().decode(stdout).trim().split(" ").map(Number);
  return { send, recv };
}

/** The same by the runtime's write operation, all members at once. */
async function writesOfRuntime(frame: Uint8Array): Promise<number> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const from: Deno.TcpConn[] = [];
  const to: Deno.TcpConn[] = [];
  const taken = new Uint8Array(ROUNDS * frame.length);
  let best = Infinity;
  try {
    for (let i = 0; i < PAIRS; i++) {
      to.push(await Deno.connect({ hostname: "127.0.0.1", port }));
      from.push(await listener.accept());
    }
    for (const conn of from) conn.setNoDelay(true);
    for (let time = 0; time < TIMES; time++) {
      const start = performance.now();
      for (let round = 0; round < ROUNDS; round++) {
        await Promise.all(from.map((conn) => conn.write(frame)));
      }
      best = Math.min(best, performance.now() - start);
      for (const conn of to) {
        for (let left = taken.length; left > 0;) left -= await conn.read(taken) ?? left;
      }
    }
  } finally {
    for (const conn of [...from, ...to]) conn.close();
  }
  return best * 1e6 / (ROUNDS * PAIRS);
}

function table(steps: readonly Step[], members: number): string {
  const sum = (per: Step["per"]) =>
    steps.filter((step) => step.per === per).reduce((all, { ns }) => all + ns, 0);
  const line = ({ name, ns, beside = [] }: Omit<Step, "per">) =>
    `  ${name.padEnd(26)}${show(ns).padStart(9)}   ${
      beside.map(({ name, ns }) => `${name}: ${show(ns)}`).join("   ")
    }`.trimEnd();
  const part = (per: Step["per"]) => steps.filter((step) => step.per === per).map(line);
  const [message, member] = [sum("message"), sum("member")];
  const all = message + members * member;
  return [
    `A message of ${messageBytes} bytes, each step alone, in nanoseconds (the fastest of ${TIMES} times)`,
    "",
    "once",
    ...part("message"),
    line({ name: "together", ns: message }),
    "",
    "for each member",
    ...part("member"),
    line({ name: "together", ns: member }),
    "",
    `With ${members} members: ${show(all / members)} a delivery, ${
      Math.round(100 * members * sends(steps) / all)
    } % of it in send, ${
      Math.round(1e9 * members / all).toLocaleString("en")
    } deliveries a second at most`,
  ].join("\n");
}

function sends(steps: readonly Step[]): number {
  return steps.find(({ name }) => name === "send")?.ns ?? 0;
}

function show(ns: number): string {
  return ns < 10 ? ns.toFixed(1) : Math.round(ns).toLocaleString("en");
}
