/**
 * How old data is when it is read, and how long calls take, against clocks from outside.
 *
 * The server reads only when it is told to, so that what waits is known to the byte. These hold on any kernel with socket
 * tracepoints: in the virtual machine with every backend, on other machines with the one that works there.
 *
 * @module
 */

import { createSocket } from "node:dgram";
import { assert, assertEquals } from "../../../assert.ts";
import { type Io, observe, type ObserveOptions, type Snapshot } from "../../../../observe/mod.ts";
import { behindTimers, until } from "../../../within.ts";
import { type Claim, claims } from "../claim.ts";
import { type Peer, startPeer } from "../peers.ts";
import { PEER } from "../world.ts";

/** Where the server is, and how it is observed. */
export interface Setting {
  readonly program: string;
  readonly backend: NonNullable<ObserveOptions["backend"]>;
}

/** What a claim has in its hands: a server, and what the kernel tells of it. */
export interface Scene {
  readonly server: Peer;
  /** Has the server do something, and gives what that gave. */
  tell(order: string): Promise<number>;
  /** All calls so far that read something, once there are as many. */
  reads(count: number): Promise<readonly Io[]>;
  /** The figures now. */
  now(): Snapshot;
}

/** What the server listens to. */
export type Kind = "tcp" | "udp" | "unix";

/** Observes a server, that may have been told things before. */
export async function watched(
  { program, backend }: Setting,
  kind: Kind,
  claim: (scene: Scene) => Promise<void>,
  before: (scene: Pick<Scene, "server" | "tell">) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  await using server = await startPeer([program, "told", kind]);
  const tell = async (order: string) => {
    await server.tell(order);
    return Number(await server.line());
  };
  await before({ server, tell });
  await using observer = await observe({ pids: [server.pid], backend, intervalMs: 60_000 });
  const calls: Io[] = [];
  const reading = (async () => {
    for await (const one of observer) {
      if (one.kind === "io" && one.op === "recv" && one.bytes > 0) calls.push(one);
    }
  })();
  await claim({
    server,
    tell,
    async reads(count) {
      await until(`${count} reads`, () => calls.length >= count);
      return calls;
    },
    now: () => observer.snapshot(),
  });
  await observer[Symbol.asyncDispose]();
  await reading;
}

/** When something happened, by our clock: not before and not after, in milliseconds. */
export interface When {
  readonly from: number;
  readonly to: number;
}

/** Does something, and gives when that was. */
export async function when(what: () => Promise<unknown>): Promise<When> {
  const from = performance.now();
  await what();
  return { from, to: performance.now() };
}

/** Sends so many pieces, one every few milliseconds. Gives when each was sent. */
async function dribble(conn: Deno.Conn, pieces: number, bytes: number): Promise<When[]> {
  const times: When[] = [];
  for (let i = 0; i < pieces; i++) {
    times.push(await when(() => conn.write(new Uint8Array(bytes))));
    await behindTimers(4);
  }
  return times;
}

/** Asserts that the mean of ages in milliseconds is the true one, or too high by less than 5 %. */
export function assertAge(told: number, sent: readonly When[], read: When, what: string): void {
  const least = mean(sent.map(({ to }) => read.from - to));
  const most = mean(sent.map(({ from }) => read.to - from)) * 1.05;
  assert(told >= least && told <= most, `${what}: ${told} ms, not from ${least} to ${most}`);
}

/** Mean age of all bytes that were read, in milliseconds. */
function meanAge({ ages }: Snapshot): number {
  return (ages?.byteUs ?? NaN) / (ages?.bytes ?? NaN) / 1000;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Connects to the server. */
export async function connectTo({ port }: Peer): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  // Or small pieces would wait at the sender for the answer to those before.
  conn.setNoDelay(true);
  return conn;
}

/** Sends the server datagrams of 100 bytes, from one socket. */
export async function sendDatagrams(port: number, count: number): Promise<void> {
  const socket = createSocket("udp4");
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => socket.send(new Uint8Array(100), port, "127.0.0.1", resolve));
  }
  await new Promise<void>((resolve) => socket.close(() => resolve()));
}

/** The claims, by name. */
export function arrivalChecks(setting: Setting): Readonly<Record<string, () => Promise<void>>> {
  const { backend } = setting;
  return {
    [`${backend}: a backlog is told as old as it is, while it waits and when it is read`]: () =>
      watched(setting, "tcp", async ({ server, tell, reads, now }) => {
        using conn = await connectTo(server);
        await tell("accept");
        // More pieces than there are marks.
        const times = await dribble(conn, 300, 100);
        await behindTimers(1500);
        let waits = now();
        const looked = await when(() => Promise.resolve(waits = now()));
        assertAge((waits.unread?.ageNs ?? NaN) / 1e6, times.slice(0, 1), looked, "waits");
        assertEquals(waits.unread?.bytes, 30_000);
        const [socket] = waits.sockets.filter(({ unread }) => unread !== undefined);
        assertEquals(socket?.unread, waits.unread);
        const readAt = await when(async () => assertEquals(await tell("read 0 65536"), 30_000));
        const [read] = await reads(1);
        assertAge((read?.delayNs ?? NaN) / 1e6, times.slice(0, 1), readAt, "the oldest");
        const after = now();
        assertAge(meanAge(after), times, readAt, "the mean");
        assertEquals(after.ages?.bytes, 30_000);
        assertEquals(after.unread, { bytes: 0 });
      }),

    [`${backend}: after a read of a part the rest is as old as it is`]: () =>
      watched(setting, "tcp", async ({ server, tell, reads, now }) => {
        using conn = await connectTo(server);
        await tell("accept");
        const sent = await when(() => conn.write(new Uint8Array(1000)));
        for (let i = 0; i < 10; i++) {
          await behindTimers(50);
          const readAt = await when(async () => assertEquals(await tell("read 0 100"), 100));
          const read = (await reads(i + 1)).at(-1);
          assertAge((read?.delayNs ?? NaN) / 1e6, [sent], readAt, `read ${i}`);
        }
        assertEquals([now().ages?.bytes, now().delays.count], [1000, 10]);
      }),

    [`${backend}: ten datagrams that wait have ten delays`]: () =>
      watched(setting, "udp", async ({ server, tell, reads, now }) => {
        const sent = await when(() => sendDatagrams(server.port, 10));
        await behindTimers(500);
        assert((now().unread?.ageNs ?? 0) >= 499e6, JSON.stringify(now().unread));
        for (let i = 0; i < 10; i++) {
          const readAt = await when(async () => assertEquals(await tell("read 0 65536"), 100));
          const read = (await reads(i + 1)).at(-1);
          assertAge((read?.delayNs ?? NaN) / 1e6, [sent], readAt, `datagram ${i}`);
        }
        assertEquals([now().delays.count, now().ages?.bytes], [10, 1000]);
        assertEquals(now().unread?.ageNs, undefined);
      }),

    [`${backend}: the first message of each accepted connection has its delay`]: async () => {
      for (const kind of ["tcp", "unix"] as const) {
        await watched(setting, kind, async ({ server, tell, reads, now }) => {
          await using conns = new AsyncDisposableStack();
          for (let i = 0; i < 20; i++) {
            const conn = kind === "tcp"
              ? await connectTo(server)
              : await Deno.connect({ transport: "unix", path: server.firstLine });
            conns.defer(() => conn.close());
            await conn.write(new Uint8Array(100));
          }
          await behindTimers(200);
          // Nobody has called on any of them.
          assert((now().unread?.ageNs ?? 0) >= 199e6, `${kind}: ${JSON.stringify(now().unread)}`);
          if (kind === "tcp") assertEquals(now().unread?.bytes, 2000);
          for (let i = 0; i < 20; i++) {
            await tell("accept");
            assertEquals(await tell(`read ${i} 65536`), 100);
          }
          const delays = (await reads(20)).map(({ delayNs }) => (delayNs ?? NaN) / 1e6);
          assertEquals(delays.filter((delay) => delay >= 199).length, 20, `${kind}: ${delays}`);
          assertEquals(now().delays.count, 20);
        });
      }
    },

    [`${backend}: a call that waits for five seconds has taken five seconds`]: () =>
      watched(setting, "tcp", async ({ server, tell, reads, now }) => {
        using conn = await connectTo(server);
        await tell("accept");
        const { from, to } = await when(async () => {
          const told = tell("read 0 100");
          await behindTimers(5500);
          await conn.write(new Uint8Array(10));
          assertEquals(await told, 10);
        });
        const ns = (await reads(1))[0]?.durationNs ?? NaN;
        // The server may have needed some of the time to begin.
        assert(ns >= 5e9 && ns <= (to - from) * 1e6, `${ns} ns, not ${to - from} ms`);
        const { count, sumNs, slots } = now().recv.durations;
        assertEquals([count, sumNs], [1, ns]);
        // From 4.3 s to 8.6 s.
        assertEquals(slots.findIndex((count) => count > 0), 25);
      }),

    [`${backend}: calls of any number of threads are timed, whatever they called before`]: () =>
      watched(setting, "tcp", async ({ server, tell, reads, now }) => {
        using conn = await connectTo(server);
        await tell("accept");
        // One more than a table of the size of before had room for.
        assertEquals(await tell("threads 16385"), 16_385);
        await conn.write(new Uint8Array(10));
        assertEquals(await tell("late 0 100"), 10);
        const [read] = await reads(1);
        assert((read?.durationNs ?? 0) > 0, "The call was not timed");
        assertEquals([now().strays, now().recv.durations.count], [0, 1]);
      }),
  };
}

/** The one that takes minutes where the machine is emulated, and hears from one backend what it would from each. */
const MANY_THREADS = /threads/;

/** Two boots share the time that these wait. */
const BOOTS = {
  kprobe: "waiting",
  fentry: "waiting-typed",
  tracepoint: "waiting-typed",
} as const;

/** On a kernel as it comes, with every backend. */
export const arrivalClaims: readonly Claim[] = (["kprobe", "fentry", "tracepoint"] as const)
  .flatMap((backend) => claims(BOOTS[backend], arrivalChecks({ program: PEER, backend })))
  .filter(({ name }) => name.startsWith("kprobe") || !MANY_THREADS.test(name));
