/**
 * The lives of connections, on this machine's kernel: who opened them, how long they lasted, what went wrong.
 *
 * @module
 */

import { type Conn, type Observation, observe, type ObserveOptions } from "../../observe/mod.ts";
import { netstat } from "../../observe/lives.ts";
import { assert, assertEquals } from "../assert.ts";
import { within } from "../harness.ts";
import { linesOf } from "../lines.ts";
import { testAsRoot } from "../skips.ts";
import { beside, Echo, exchange, toTheEnd } from "./children.ts";

/** What happened to connections while something was done. */
async function livesDuring(
  options: ObserveOptions,
  happening: () => Promise<unknown>,
): Promise<{ conns: readonly Conn[]; end: Awaited<ReturnType<typeof toTheEnd>>["end"] }> {
  const stop = new AbortController();
  await using seen = await observe({ ...options, signal: stop.signal });
  await happening();
  stop.abort();
  const { all, end } = await toTheEnd(seen);
  return { conns: all.filter((one) => one.kind === "conn"), end };
}

/** Reads until the other end has closed, too, so that TCP is done with the connection. */
async function untilClosed(conn: Deno.Conn): Promise<void> {
  await conn.closeWrite();
  const bytes = new Uint8Array(100);
  while (await within(conn.read(bytes), "The end") !== null);
  conn.close();
}

testAsRoot([], "a connection is told of by both of its ends, with who did what", async () => {
  await using echo = await Echo.start();
  const port = echo.where.tcp4;
  let client = "";
  const { conns, end } = await livesDuring({ pids: [Deno.pid, echo.pid] }, async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    client = `127.0.0.1:${(conn.localAddr as Deno.NetAddr).port}`;
    await exchange(conn, [10, 200]);
    await untilClosed(conn);
  });
  const server = `127.0.0.1:${port}`;
  const of = (local: string) => conns.filter((one) => one.local === local);
  const short = ({ what, pid, openedBy, closedBy, sent, received, errno }: Conn) =>
    [what, pid, openedBy, closedBy, sent, received, errno].join(" ");
  assertEquals(of(client).map(short), [
    `connect ${Deno.pid} here  0 0 `,
    `close ${Deno.pid} here here 210 210 `,
  ]);
  const [accept, close, ...more] = of(server).map(short);
  assert(accept?.startsWith(`accept ${echo.pid} there `), accept);
  assertEquals(close, `close ${echo.pid} there there 210 210 `);
  assertEquals(more, []);
  for (const { remote, lastedNs, comm, socket } of conns) {
    assert(remote === client || remote === server, remote);
    assert((lastedNs ?? 0) > 0 && (socket ?? 0) > 0);
    assert(comm !== undefined && comm !== "");
  }
  const { connects, accepts, closes, failed, lost } = end.last.connections ?? {};
  assertEquals([connects, accepts, closes, failed, lost], [1, 1, 2, 0, 0]);
});

testAsRoot([], "a connection that is refused has failed, and says why", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const { conns, end } = await livesDuring({ pids: [Deno.pid] }, async () => {
    const refused = await Deno.connect({ hostname: "127.0.0.1", port }).catch((error) => error);
    assert(refused instanceof Deno.errors.ConnectionRefused);
  });
  const [failed, ...more] = conns.filter(({ remote }) => remote === `127.0.0.1:${port}`);
  assertEquals([failed?.what, failed?.errno, failed?.openedBy], ["failed", 111, "here"]);
  assertEquals(more, []);
  assertEquals([end.last.connections?.failed, end.last.connections?.connects], [1, 0]);
});

/** Connects when it is told to, sends ten bytes, reads one of the answer, and waits. */
const BREAKER = `
const [port] = Deno.args;
await Deno.stdin.read(new Uint8Array(1));
const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
await conn.write(new Uint8Array(10));
await conn.read(new Uint8Array(1));
Deno.stdout.writeSync(new TextEncoder().encode("read\\n"));
await Deno.stdin.read(new Uint8Array(1));`;

testAsRoot([], "a connection that is broken off says from which end", async () => {
  await using echo = await Echo.start();
  const breaker = new Deno.Command(Deno.execPath(), {
    args: ["eval", BREAKER, `${echo.where.tcp4}`],
    env: { DENO_NO_UPDATE_CHECK: "1" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = linesOf(breaker.stdout)[Symbol.asyncIterator]();
  const { conns } = await livesDuring({ pids: [breaker.pid, echo.pid] }, async () => {
    const writer = breaker.stdin.getWriter();
    await writer.write(new Uint8Array(1));
    await within(lines.next(), "The answer");
    // With something unread TCP does not close, but breaks off. A process that is killed says no farewell before.
    breaker.kill("SIGKILL");
    await breaker.status;
    await writer.close().catch(() => {});
    await echo.talk("tcp4", [1]);
  });
  await lines.return?.();
  const resets = conns.filter(({ what }) => what.startsWith("reset"));
  assertEquals(
    resets.map(({ what, pid }) => `${what} ${pid}`).sort(),
    [`reset_received ${echo.pid}`, `reset_sent ${breaker.pid}`],
  );
});

testAsRoot(
  [],
  "one that is not watched has no life for us, and one that was there has no beginning",
  async () => {
    await using stranger = await Echo.start();
    await using echo = await Echo.start();
    const before = await Deno.connect({ hostname: "127.0.0.1", port: echo.where.tcp4 });
    await exchange(before, [5]);
    const { conns } = await livesDuring({ pids: [echo.pid] }, async () => {
      await stranger.talk("tcp4", [10]);
      await exchange(before, [6]);
      await untilClosed(before);
    });
    assertEquals(
      conns.map(({ what, pid, openedBy, lastedNs }) => [what, pid, openedBy, lastedNs]),
      [
        ["close", echo.pid, undefined, undefined],
      ],
    );
  },
);

testAsRoot(
  ["gcc"],
  "a full queue turns away, and the segment that is sent again is told",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const { success } = await new Deno.Command("gcc", {
        args: ["-O2", "-Wall", "-o", `${folder}/deaf`, beside("deaf.c")],
      }).output();
      assert(success);
      const deaf = new Deno.Command(`${folder}/deaf`, { stdin: "piped", stdout: "piped" }).spawn();
      const lines = linesOf(deaf.stdout)[Symbol.asyncIterator]();
      const port = Number((await within(lines.next(), "The port")).value);
      await using seen = await observe({ pids: [Deno.pid], intervalMs: 50 });
      const remote = `127.0.0.1:${port}`;
      const connecting = Array.from({ length: 4 }, () => Deno.connect({ port }).catch(() => {}));
      const whats = new Set<string>();
      const look = async () => {
        for await (const one of seen as AsyncIterable<Observation>) {
          if (one.kind !== "conn") continue;
          if (one.what === "overflow") assert((one.count ?? 0) > 0);
          if (one.what === "overflow" || one.remote === remote) whats.add(one.what);
          if (whats.has("overflow") && whats.has("retransmit")) return;
        }
      };
      // TCP tries again after a second.
      await within(look(), "The segment that is sent again", 10_000);
      const { overflows = 0, retransmits = 0 } = seen.snapshot().connections ?? {};
      assert(overflows > 0 && retransmits > 0);
      await deaf.stdin.close();
      await deaf.status;
      await lines.return?.();
      for (const conn of await within(Promise.all(connecting), "Their end", 30_000)) conn?.close();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

testAsRoot([], "without events the lives are counted and not told", async () => {
  await using echo = await Echo.start();
  const options = { pids: [echo.pid], events: false };
  const { conns, end } = await livesDuring(options, async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: echo.where.tcp4 });
    await exchange(conn, [1]);
    await untilClosed(conn);
  });
  assertEquals(conns, []);
  assertEquals([end.last.connections?.accepts, end.last.connections?.closes], [1, 1]);
});

testAsRoot([], "more than the ring holds is lost, and counted exactly", async () => {
  await using echo = await Echo.start();
  const rounds = 1500;
  const { conns, end } = await livesDuring({ pids: [echo.pid] }, async () => {
    for (let i = 0; i < rounds; i++) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: echo.where.tcp4 });
      await exchange(conn, [1]);
      await untilClosed(conn);
    }
  });
  const { accepts = 0, closes = 0, lost = 0 } = end.last.connections ?? {};
  assertEquals([accepts, closes], [rounds, rounds]);
  assert(lost > 0, "The ring held all: the test has lost its subject");
  assertEquals(conns.filter(({ what }) => what !== "overflow").length + lost, 2 * rounds);
});

Deno.test("a number of netstat is found by its name", () => {
  const text = "TcpExt: SyncookiesSent ListenOverflows X\nTcpExt: 1 23 4\nIpExt: A\nIpExt: 5\n";
  assertEquals(netstat(text, "ListenOverflows"), 23);
  assertEquals(netstat(text, "Nothing"), undefined);
  assertEquals(netstat("", "ListenOverflows"), undefined);
});
