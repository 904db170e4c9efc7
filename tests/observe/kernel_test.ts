/**
 * The observer on this machine's kernel: traffic that is known, told exactly.
 *
 * @module
 */

import { observe, type ObserveOptions, ObserveUnavailable } from "../../observe/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { testAsRoot } from "../skips.ts";
import { Echo, exchange, toTheEnd } from "./children.ts";

/** Observes while something happens, and stops after it. */
async function during(
  options: ObserveOptions,
  happening: () => Promise<void>,
): Promise<ReturnType<typeof toTheEnd>> {
  const stop = new AbortController();
  await using seen = await observe({ ...options, signal: stop.signal });
  await happening();
  stop.abort();
  return await toTheEnd(seen);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

testAsRoot([], "a server's bytes are told exactly, per connection and direction", async () => {
  await using echo = await Echo.start();
  const talks = [[1, 2, 3], [1000, 20_000, 1], [65_536], [7]];
  const { io, end } = await during({ pids: [echo.pid] }, async () => {
    await Promise.all(talks.map((sizes) => echo.talk("tcp4", sizes)));
  });
  const wanted = talks.map(sum).sort();
  const sockets = end.last.sockets.filter(({ protocol }) => protocol === 6);
  assertEquals(sockets.map(({ recv }) => recv.bytes).sort(), wanted);
  assertEquals(sockets.map(({ send }) => send.bytes).sort(), wanted);
  assertEquals(end.last.recv.bytes, sum(wanted));
  assertEquals(end.last.send.bytes, sum(wanted));
  for (const { local, remote, family, socket, recv } of sockets) {
    assertEquals(local, `127.0.0.1:${echo.where.tcp4}`);
    assertEquals(family, "inet");
    const its = io.filter((one) => one.socket === socket);
    assertEquals(sum(its.filter(({ op }) => op === "recv").map(({ bytes }) => bytes)), recv.bytes);
    assert(its.every((one) => one.remote === remote && one.local === local));
  }
  assert(io.every(({ pid, func }) => pid === echo.pid && /sendto|recvfrom/.test(func)));
  assert(io.every(({ bytes, durationNs = 0 }) => bytes === 0 || durationNs > 0));
  assertEquals(end.reason, "stopped");
  assertEquals(end.last.received + end.last.lost, end.last.produced);
  assertEquals(end.last.lost, 0);
  assertEquals(io.length, end.last.produced);
});

testAsRoot([], "offsets of a connection follow on each other without a gap", async () => {
  await using echo = await Echo.start();
  const { io } = await during({ pids: [echo.pid] }, () => echo.talk("tcp4", [5, 60, 700, 8000]));
  for (const op of ["send", "recv"] as const) {
    let next = 0;
    for (const { offset, bytes } of io.filter((one) => one.op === op && one.bytes > 0)) {
      assertEquals(offset, next, op);
      next += bytes;
    }
    assertEquals(next, 8765);
  }
});

testAsRoot([], "offsets of a connection that stood before are the same at both ends", async () => {
  await using echo = await Echo.start();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: echo.where.tcp4 });
  await exchange(conn, [1000]);
  const { io } = await during({ pids: [echo.pid, Deno.pid] }, () => exchange(conn, [10, 20]));
  const its = io.filter(({ bytes, local, remote }) =>
    bytes > 0 && [local, remote].includes(`127.0.0.1:${echo.where.tcp4}`)
  );
  for (const pid of [echo.pid, Deno.pid]) {
    for (const op of ["send", "recv"] as const) {
      const offsets = its.filter((one) => one.pid === pid && one.op === op).map((one) =>
        one.offset
      );
      assertEquals(offsets, [1000, 1010], `${op} of ${pid}`);
    }
  }
});

testAsRoot([], "IPv6, unix sockets and UDP are told with their addresses", async () => {
  await using echo = await Echo.start();
  const { io, end } = await during({ pids: [echo.pid] }, async () => {
    await echo.talk("tcp6", [11, 22]);
    await echo.talk("unix", [333]);
    await echo.talkUdp([44, 55]);
  });
  const found = end.last.sockets.filter(({ recv }) => recv.calls > 0).map((one) => [
    one.family,
    one.protocol,
    one.local?.replace(/^unix:.*/, "unix"),
    one.recv.bytes,
    one.send.bytes,
  ]).sort();
  assertEquals(found, [
    ["inet", 17, `127.0.0.1:${echo.where.udp}`, 99, 99],
    ["inet6", 6, `[::1]:${echo.where.tcp6}`, 33, 33],
    ["unix", 0, "unix", 333, 333],
  ]);
  assertEquals(sum(io.filter(({ op }) => op === "send").map(({ bytes }) => bytes)), 33 + 333 + 99);
});

testAsRoot([], "a unix socket is called by its path, as long as it is open", async () => {
  await using echo = await Echo.start();
  const path = echo.where.unix;
  await using seen = await observe({ pids: [echo.pid], lowLatency: true });
  using conn = await Deno.connect({ transport: "unix", path });
  await exchange(conn, [10]);
  for await (const one of seen) {
    if (one.kind !== "io") continue;
    assertEquals(one.local, `unix:${path}`);
    break;
  }
});

testAsRoot([], "both ends of a unix connection are told, each as the other's remote", async () => {
  await using echo = await Echo.start();
  const path = echo.where.unix;
  await using seen = await observe({ pids: [echo.pid, Deno.pid] });
  using conn = await Deno.connect({ transport: "unix", path });
  await exchange(conn, [10]);
  // Names are those of sockets that are open.
  const { sockets } = seen.snapshot();
  const ends = sockets.filter(({ family, recv }) => family === "unix" && recv.bytes === 10);
  const [served] = ends.filter(({ pid }) => pid === echo.pid);
  const [client] = ends.filter(({ pid }) => pid === Deno.pid);
  assertEquals([served?.remote, client?.remote], [`unix:[${client?.inode}]`, `unix:${path}`]);
  assertEquals([served?.local, client?.local], [`unix:${path}`, `unix:[${client?.inode}]`]);
});

testAsRoot([], "a process that is not watched is not told of", async () => {
  await using busy = await Echo.start();
  await using idle = await Echo.start();
  const { io, end } = await during({ pids: [idle.pid] }, () => busy.talk("tcp4", [1, 2, 3]));
  assertEquals(io, []);
  assertEquals(end.last.sockets, []);
  assertEquals([end.last.recv.bytes, end.last.send.bytes, end.last.produced], [0, 0, 0]);
});

testAsRoot([], "several processes are told apart by their pids", async () => {
  await using one = await Echo.start();
  await using other = await Echo.start();
  const { io } = await during({ pids: [one.pid, other.pid] }, async () => {
    await one.talk("tcp4", [100]);
    await other.talk("tcp4", [200, 300]);
  });
  const bytes = (of: Echo) =>
    sum(io.filter(({ pid, op }) => pid === of.pid && op === "recv").map(({ bytes }) => bytes));
  assertEquals([bytes(one), bytes(other)], [100, 500]);
});

testAsRoot([], "a ring that is too small loses and says exactly how many", async () => {
  await using echo = await Echo.start();
  const rounds = 300;
  const { io, end } = await during(
    { pids: [echo.pid], ringBytes: 4096 },
    () => echo.talk("tcp4", Array<number>(rounds).fill(10)),
  );
  const { received, lost, produced, recv, send } = end.last;
  assertEquals(recv.calls, rounds);
  assertEquals(send.calls, rounds);
  assert(lost > 0 && received > 0, `${received} received, ${lost} lost`);
  assertEquals(received + lost, produced);
  assertEquals(io.length, received);
  assert(produced >= 2 * rounds, `${produced} produced`);
});

testAsRoot([], "a consumer that comes late loses nothing that the ring can hold", async () => {
  await using echo = await Echo.start();
  const rounds = 1500;
  const { io, end } = await during(
    { pids: [echo.pid] },
    () => echo.talk("tcp4", Array<number>(rounds).fill(10)),
  );
  // More than one batch.
  assert(io.length >= 2 * rounds, `${io.length} events`);
  assertEquals([end.last.lost, end.last.received], [0, end.last.produced]);
});

testAsRoot([], "without events there are figures only", async () => {
  await using echo = await Echo.start();
  const options = { pids: [echo.pid], events: false };
  const { io, end } = await during(options, () => echo.talk("tcp4", [10, 20]));
  assertEquals(io, []);
  assertEquals([end.last.produced, end.last.recv.bytes, end.last.recv.calls], [0, 30, 2]);
});

testAsRoot([], "a read tells how long its data has waited", async () => {
  await using echo = await Echo.start();
  const { io, end } = await during(
    { pids: [echo.pid] },
    () => echo.talk("tcp4", Array<number>(20).fill(10)),
  );
  const delays = io.flatMap(({ delayNs }) => delayNs ?? []);
  // The first message of a connection may have come before anybody looked at the socket.
  assert(delays.length >= 19, `${delays.length} delays`);
  assertEquals(end.last.delays.count, delays.length);
  assertEquals(end.last.delays.sumNs, sum(delays));
});

testAsRoot(
  [],
  "the end of the watched process ends the observation, with its last calls",
  async () => {
    await using one = await Echo.start();
    await using other = await Echo.start();
    await using seen = await observe({ pids: [one.pid, other.pid], lowLatency: true });
    await one.talk("tcp4", [12]);
    await one.kill();
    await other.talk("tcp4", [34]);
    await other.kill();
    const { end } = await toTheEnd(seen);
    assertEquals(end.reason, "exited");
    assertEquals(end.last.recv.bytes, 46);
    assertEquals(end.last.received, end.last.produced);
  },
);

testAsRoot([], "an observation ends when its time is over, with snapshots on the way", async () => {
  await using seen = await observe({ pids: [Deno.pid], durationMs: 230, intervalMs: 50 });
  const { all, end } = await toTheEnd(seen);
  assertEquals(end.reason, "time");
  assertEquals(all[0], seen.start);
  const snapshots = all.filter(({ kind }) => kind === "snapshot").length;
  assert(snapshots >= 1 && snapshots <= 4, `${snapshots} snapshots`);
  assert(end.ts - seen.start.ts >= 230e6);
  assertEquals(seen.summary().durationMs, (end.ts - seen.start.ts) / 1e6);
});

testAsRoot([], "with low latency the kernel wakes the reader for each event", async () => {
  await using echo = await Echo.start();
  await using seen = await observe({ pids: [echo.pid], lowLatency: true, intervalMs: 60_000 });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: echo.where.tcp4 });
  const delaysMs: number[] = [];
  let talk = exchange(conn, [10]);
  for await (const one of seen) {
    if (one.kind !== "io" || one.op !== "send") continue;
    delaysMs.push((seen.snapshot().ts - one.ts) / 1e6);
    if (delaysMs.length === 11) break;
    // The answer comes while the reader waits.
    talk = talk.then(() => exchange(conn, [10]));
  }
  await talk;
  // Without being woken it would look after 100 ms.
  const median = delaysMs.toSorted((one, other) => one - other)[5] ?? Infinity;
  assert(median < 50, `${delaysMs.map((ms) => ms.toFixed(1)).join(", ")} ms`);
});

testAsRoot(
  [],
  "a connection that TCP has closed leaves the table, with its last figures",
  async () => {
    await using echo = await Echo.start();
    await using seen = await observe({ pids: [echo.pid], events: false, intervalMs: 50 });
    await echo.talk("tcp4", [10]);
    const told: (readonly [number, boolean] | undefined)[] = [];
    for await (const one of seen) {
      if (one.kind !== "snapshot") continue;
      assertEquals(one.recv.bytes, 10, "The sums stay");
      // The process may have looked at its others, too.
      const socket = one.sockets.find(({ protocol }) => protocol === 6);
      told.push(socket && [socket.recv.bytes, socket.closed]);
      if (socket === undefined) break;
    }
    assertEquals(told.slice(-3), [[10, true], [10, true], undefined]);
  },
);

testAsRoot(
  [],
  "leaving the loop, an error in the block and disposing twice leave nothing",
  async () => {
    const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
    const before = open();
    const seen = await observe({ pids: [Deno.pid] });
    for await (const _ of seen) break;
    await seen[Symbol.asyncDispose]();
    await seen[Symbol.asyncDispose]();
    assertEquals(await open(), before);
    await assertRejects(
      (async () => {
        await using _ = await observe({ pids: [Deno.pid], lowLatency: true });
        throw new SyntaxError("in the block");
      })(),
      SyntaxError,
    );
    assertEquals(await open(), before);
  },
);

testAsRoot([], "disposing ends an iteration that waits", async () => {
  for (const lowLatency of [false, true]) {
    const seen = await observe({ pids: [Deno.pid], lowLatency, intervalMs: 60_000 });
    const kinds: string[] = [];
    const iteration = (async () => {
      for await (const { kind } of seen) kinds.push(kind);
    })();
    await seen[Symbol.asyncDispose]();
    await iteration;
    assertEquals(kinds, ["start"]);
    assertEquals(seen.snapshot().kind, "snapshot");
  }
});

testAsRoot([], "a process that does not exist and a thread are refused by a sentence", async () => {
  const echo = await Echo.start();
  await echo[Symbol.asyncDispose]();
  const { reason, message } = await assertRejects(
    observe({ pids: [echo.pid] }),
    ObserveUnavailable,
  );
  assertEquals([reason, message], ["no_process", `There is no process ${echo.pid}`]);
  const tasks = await Array.fromAsync(Deno.readDir("/proc/self/task"));
  const threads = tasks.map(({ name }) => Number(name));
  const thread = threads.find((id) => id !== Deno.pid) ?? 0;
  const error = await assertRejects(observe({ pids: [thread] }), ObserveUnavailable);
  assert(error.message.includes("is a thread"), error.message);
});

testAsRoot(
  [],
  "kprobes attach where the kernel has them, and are refused by a sentence",
  async () => {
    const kprobes = await Deno.stat("/sys/bus/event_source/devices/kprobe").then(() => true)
      .catch(() => false);
    const begun = observe({ pids: [Deno.pid], backend: "kprobe" });
    if (kprobes) {
      await using seen = await begun;
      assert(seen.start.probes.includes("__sys_sendmsg"));
      return;
    }
    const { reason, message, refusals } = await assertRejects(begun, ObserveUnavailable);
    assertEquals(reason, "no_kprobes");
    assert(message.includes("take the backend 'tracepoint'"));
    assertEquals(refusals.length, 3);
  },
);

testAsRoot([], "a library that is none is refused by a sentence", async () => {
  const observation = observe({ pids: [Deno.pid], library: "/etc/passwd" });
  const { reason } = await assertRejects(observation, ObserveUnavailable);
  assertEquals(reason, "no_library");
});

testAsRoot([], "more connections than are read at once are all told, each once", async () => {
  await using echo = await Echo.start();
  const conns: Deno.Conn[] = [];
  const { end } = await during({ pids: [echo.pid], events: false }, async () => {
    for (let i = 1; i <= 300; i++) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: echo.where.tcp4 });
      conns.push(conn);
      await exchange(conn, [i]);
    }
  });
  for (const conn of conns) conn.close();
  const sockets = end.last.sockets.filter(({ protocol }) => protocol === 6);
  const bytes = sockets.map(({ recv }) => recv.bytes).sort((one, other) => one - other);
  assertEquals(bytes, Array.from({ length: 300 }, (_, i) => i + 1));
});
