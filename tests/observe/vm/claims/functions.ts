/**
 * Which functions of the kernel must be watched to see which servers.
 *
 * @module
 */

import { assert, assertEquals } from "../../../assert.ts";
import { type Claim, claims } from "../claim.ts";
import { talkUdp, type Traffic } from "../peers.ts";
import { type Kind, type Seen, TRAFFIC, type World } from "../world.ts";

/** The pair with which the observer began. */
const PAIR = ["__sys_sendmsg", "__sys_recvmsg"];

/** Asserts that every message of the traffic is there, once in each direction, to the byte. */
export function assertExact({ last, calls }: Seen, traffic: Traffic = TRAFFIC): void {
  const { rounds, bytes } = traffic;
  const counts = ({ send, recv, produced, received, lost }: typeof last) => ({
    ...{ sent: send.calls, bytesSent: send.bytes, read: recv.calls, bytesRead: recv.bytes },
    ...{ produced, received, lost },
  });
  assertEquals(counts(last), {
    ...{ sent: rounds, bytesSent: rounds * bytes, read: rounds, bytesRead: rounds * bytes },
    ...{ produced: calls.length, received: calls.length, lost: 0 },
  });
  const moved = calls.filter((call) => call.bytes > 0);
  assertEquals(moved.map(({ op, bytes }) => `${op} ${bytes}`), [
    ...Array.from({ length: rounds }, () => [`recv ${bytes}`, `send ${bytes}`]).flat(),
  ]);
}

/** The functions through which bytes were moved, and how often. */
function functions({ last }: Seen): Record<string, number> {
  return Object.fromEntries(Object.entries(last.functions).filter(([, calls]) => calls > 0));
}

async function assertBlind(world: World, kind: Kind, backend: "kprobe" | "fentry"): Promise<void> {
  const seen = await world.watch(kind, { options: { backend, functions: PAIR } });
  assertEquals(seen.start.backend, backend);
  for (const name of PAIR) assert(seen.start.probes.includes(name), `${name} is not attached`);
  assertEquals({ calls: seen.calls, produced: seen.last.produced }, { calls: [], produced: 0 });
  assertEquals([seen.last.send.calls, seen.last.recv.calls], [0, 0]);
}

/** On a kernel as it comes. */
export const functionClaims: readonly Claim[] = claims("plain", {
  "kprobes on sendmsg and recvmsg alone see nothing of a Deno server": (world) =>
    assertBlind(world, "deno", "kprobe"),

  "kprobes on sendmsg and recvmsg alone see all of a server that calls them": async (world) => {
    const seen = await world.watch("msg", { options: { backend: "kprobe", functions: PAIR } });
    assertExact(seen);
    assertEquals(functions(seen), { __sys_sendmsg: 25, __sys_recvmsg: 25 });
  },

  "all kprobes see every byte of a Deno server": async (world) => {
    const seen = await world.watch("deno", { options: { backend: "kprobe" } });
    assertEquals(seen.start.backend, "kprobe");
    assertExact(seen);
    assertEquals(functions(seen), { __sys_sendto: 25, __sys_recvfrom: 25 });
    assertEquals(new Set(seen.calls.map((call) => call.family)), new Set(["inet"]));
    assert(seen.calls.every((call) => (call.durationNs ?? 0) > 0), "Each call was timed");
  },

  "kprobes tell socket, addresses and stream offset of each call": async (world) => {
    const { port } = await world.peer("deno");
    const seen = await world.watch("deno", { options: { backend: "kprobe" } });
    assertExact(seen);
    const [figures, ...others] = seen.last.sockets.filter((one) => one.recv.calls > 0);
    assertEquals(others, []);
    assertEquals(figures?.local, `127.0.0.1:${port}`);
    assertEquals([figures?.send.bytes, figures?.recv.bytes], [2500, 2500]);
    const offsets = (op: string) =>
      seen.calls.filter((call) => call.op === op && call.bytes > 0).map((call) => call.offset);
    const stream = Array.from({ length: 25 }, (_, round) => round * 100);
    assertEquals([offsets("recv"), offsets("send")], [stream, stream]);
    const told = { local: figures?.local, remote: figures?.remote, socket: figures?.socket };
    for (const { local, remote, socket } of seen.calls) {
      assertEquals({ local, remote, socket }, told);
    }
  },

  "left to itself the observer takes kprobes here": async (world) => {
    const seen = await world.watch("deno");
    assertEquals(seen.start.backend, "kprobe");
    assertExact(seen);
  },

  "fentry on sendmsg and recvmsg alone sees nothing of a Deno server": (world) =>
    assertBlind(world, "deno", "fentry"),

  "fentry on all functions sees every byte of a Deno server": async (world) => {
    const seen = await world.watch("deno", { options: { backend: "fentry" } });
    assertEquals(seen.start.backend, "fentry");
    assertExact(seen);
    assertEquals(functions(seen), { __sys_sendto: 25, __sys_recvfrom: 25 });
  },

  "tracepoints see every byte of a Deno server here, too": async (world) => {
    const seen = await world.watch("deno", { options: { backend: "tracepoint" } });
    assertEquals(seen.start.backend, "tracepoint");
    assertExact(seen);
    assertEquals(functions(seen), { sendto: 25, recvfrom: 25 });
  },

  "kprobes see read and writev by TCP's own functions": async (world) => {
    const seen = await world.watch("writev", { options: { backend: "kprobe" } });
    assertExact(seen);
    assertEquals(functions(seen), { tcp_sendmsg: 25, tcp_recvmsg: 25 });
  },

  "kprobes on socket calls alone are blind for read and writev": async (world) => {
    const socketCalls = ["__sys_sendto", "__sys_recvfrom", ...PAIR];
    const options = { backend: "kprobe", functions: socketCalls } as const;
    const seen = await world.watch("writev", { options });
    assertEquals([seen.last.send.calls, seen.last.recv.calls, seen.calls.length], [0, 0, 0]);
  },

  "kprobes see UDP": async (world) => {
    const seen = await world.watch("udp", { options: { backend: "kprobe" }, how: talkUdp });
    assertExact(seen);
    assertEquals(functions(seen), { __sys_sendto: 25, __sys_recvfrom: 25 });
    assertEquals(seen.last.sockets.map((one) => one.protocol), [17]);
  },

  "kprobes see each message of sendmmsg and recvmmsg": async (world) => {
    const seen = await world.watch("mmsg", { options: { backend: "kprobe" }, how: talkUdp });
    assertExact(seen);
    assertEquals(functions(seen), { __sys_sendmmsg: 25, __sys_recvmmsg: 25 });
  },
});
