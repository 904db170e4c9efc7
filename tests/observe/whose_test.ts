/**
 * Whom the observer watches, on this machine's kernel: whoever belongs to it is told of, and nobody else.
 *
 * @module
 */

import { observe, type ObserveOptions, ObserveUnavailable } from "../../observe/mod.ts";
import { Cgroups, placesOf, unifiedMount } from "../../observe/cgroups.ts";
import { descendants, parseStat } from "../../observe/family.ts";
import { Libbpf } from "../../observe/libbpf.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { within } from "../harness.ts";
import { linesOf } from "../lines.ts";
import { testAsRoot } from "../skips.ts";
import { beside, Echo, exchange, toTheEnd } from "./children.ts";

/** Bytes that were received of each process while something happened. */
async function receivedDuring(
  options: ObserveOptions,
  happening: () => Promise<unknown>,
): Promise<ReadonlyMap<number, number>> {
  const stop = new AbortController();
  await using seen = await observe({ ...options, events: false, signal: stop.signal });
  await happening();
  stop.abort();
  const { end } = await toTheEnd(seen);
  const received = new Map<number, number>();
  for (const { pid, recv } of end.last.sockets) {
    received.set(pid, (received.get(pid) ?? 0) + recv.bytes);
  }
  return received;
}

/** A process that starts others when it is told to. */
class Parent implements AsyncDisposable {
  readonly pid: number;
  readonly process: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #folder: string;

  private constructor(
    pid: number,
    parts: { process: Deno.ChildProcess; lines: AsyncIterator<string>; folder: string },
  ) {
    this.pid = pid;
    this.process = parts.process;
    this.#lines = parts.lines;
    this.#folder = parts.folder;
  }

  static async start(): Promise<Parent> {
    const folder = await Deno.makeTempDir();
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-all", beside("parent_child.ts"), folder],
      env: { DENO_NO_UPDATE_CHECK: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const lines = linesOf(process.stdout)[Symbol.asyncIterator]();
    const { value } = await within(lines.next(), "The parent's first line");
    return new Parent(JSON.parse(value ?? "{}").pid, { process, lines, folder });
  }

  /** Has it start an echo process. */
  async bear(whom: "child" | "grandchild"): Promise<{ pid: number; tcp4: number }> {
    const writer = this.process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${whom}\n`));
    writer.releaseLock();
    const { value } = await within(this.#lines.next(), "The child's line");
    return JSON.parse(value ?? "{}");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stdin.close().catch(() => {});
    await within(this.process.status, "The parent's end");
    await this.#lines.return?.();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function talkTo(port: number, bytes: number): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await exchange(conn, [bytes]);
}

testAsRoot(
  [],
  "children and theirs are watched, those that were there and those that are born, and nobody else",
  async () => {
    await using parent = await Parent.start();
    await using stranger = await Echo.start();
    const before = [await parent.bear("child"), await parent.bear("grandchild")];
    const after: { pid: number; tcp4: number }[] = [];
    const pids = [parent.pid];
    const received = await receivedDuring({ pids, children: true }, async () => {
      after.push(await parent.bear("child"), await parent.bear("grandchild"));
      await stranger.talk("tcp4", [5000]);
      for (const { tcp4 } of [...before, ...after]) await talkTo(tcp4, 1000);
    });
    for (const { pid } of [...before, ...after]) assertEquals(received.get(pid), 1000);
    assertEquals(received.get(stranger.pid), undefined);
    const without = await receivedDuring({ pids }, async () => {
      for (const { tcp4 } of [...before, ...after]) await talkTo(tcp4, 1000);
    });
    for (const { pid } of [...before, ...after]) assertEquals(without.get(pid), undefined);
  },
);

testAsRoot(
  ["gcc"],
  "whoever gets the number of a process that has ended is not counted as that one",
  async () => {
    await using mortal = await Echo.start();
    await using other = await Echo.start();
    const folder = await Deno.makeTempDir();
    try {
      const reborn = `${folder}/reborn`;
      const run = async (program: string, ...args: string[]) => {
        const { code, stderr } = await new Deno.Command(program, { args }).output();
        assertEquals(code, 0, `${program}: ${new TextDecoder().decode(stderr)}`);
      };
      await run("gcc", "-O2", "-Wall", "-o", reborn, beside("reborn.c"));
      const pids = [mortal.pid, other.pid];
      const received = await receivedDuring({ pids }, async () => {
        await mortal.talk("tcp4", [10]);
        await mortal.kill();
        await run(reborn, `${mortal.pid}`, "25");
        await other.talk("tcp4", [20]);
      });
      assertEquals(received.get(mortal.pid), 10);
      assertEquals(received.get(other.pid), 20);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

testAsRoot([], "processes are watched by what they are called, those to come as well", async () => {
  const folder = await Deno.makeTempDir();
  try {
    // Longer than the kernel keeps.
    const named = `${folder}/echo-of-a-long-name`;
    await Deno.copyFile(Deno.execPath(), named);
    await using stranger = await Echo.start();
    await using early = await Echo.start(named);
    const seen = new Set<string | undefined>();
    const stop = new AbortController();
    await using observer = await observe({ comm: "echo-of-a-long-name", signal: stop.signal });
    await using late = await Echo.start(named);
    for (const [echo, bytes] of [[stranger, 5000], [early, 100], [late, 200]] as const) {
      await echo.talk("tcp4", [bytes]);
    }
    stop.abort();
    const { end, io } = await toTheEnd(observer);
    for (const { comm } of io) seen.add(comm);
    for (const { comm } of end.last.sockets) seen.add(comm);
    const bytes = (pid: number) =>
      end.last.sockets.filter((one) => one.pid === pid)
        .reduce((sum, { recv }) => sum + recv.bytes, 0);
    assertEquals([early, late, stranger].map(({ pid }) => bytes(pid)), [100, 200, 0]);
    assertEquals([...seen], ["echo-of-a-long-"]);
    assertEquals(observer.start.whom, { kind: "comm", comm: "echo-of-a-long-name" });
    assertEquals([observer.start.pids, end.reason], [[], "stopped"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

testAsRoot([], "all means everybody but the observer itself", async () => {
  await using one = await Echo.start();
  await using other = await Echo.start();
  const received = await receivedDuring({ all: true }, async () => {
    await one.talk("tcp4", [100]);
    await other.talk("tcp4", [200]);
  });
  assertEquals([one.pid, other.pid, Deno.pid].map((pid) => received.get(pid)), [
    100,
    200,
    undefined,
  ]);
});

/** Where control groups are here. */
async function unified(): Promise<string | undefined> {
  return unifiedMount(await Deno.readTextFile("/proc/self/mountinfo"));
}

testAsRoot([], "a control group is watched with those below, and nobody else", async () => {
  const mount = await unified();
  assert(mount !== undefined, "This machine has no unified control groups");
  const name = `chat-test-${Deno.pid}`;
  await Deno.mkdir(`${mount}/${name}/below`, { recursive: true });
  try {
    await using stranger = await Echo.start();
    await using inside = await Echo.start();
    await using below = await Echo.start();
    await Deno.writeTextFile(`${mount}/${name}/below/cgroup.procs`, `${below.pid}`);
    const received = await receivedDuring({ cgroups: [name] }, async () => {
      // It joins while it is watched.
      await Deno.writeTextFile(`${mount}/${name}/cgroup.procs`, `${inside.pid}`);
      for (const echo of [stranger, inside, below]) await echo.talk("tcp4", [100]);
    });
    const seen = [inside, below, stranger].map(({ pid }) => received.get(pid));
    assertEquals(seen, [100, 100, undefined]);
  } finally {
    await Deno.remove(`${mount}/${name}/below`);
    await Deno.remove(`${mount}/${name}`);
  }
});

testAsRoot([], "a control group that does not exist is refused by a sentence", async () => {
  const { reason, message } = await assertRejects(
    observe({ cgroups: ["/chat/nowhere"] }),
    ObserveUnavailable,
  );
  assertEquals(reason, "no_cgroup");
  assert(message.startsWith("There is no control group '/chat/nowhere' below /"), message);
  using library = Libbpf.open();
  const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = open();
  {
    using _ = new Cgroups(library, ["/"]);
    assertEquals(open(), before + 1);
  }
  assertEquals(open(), before);
});

Deno.test("a control group is found by its place, its path and its unit", () => {
  const mounts =
    "24 1 0:21 / /sys rw - sysfs sysfs rw\n31 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw";
  assertEquals(unifiedMount(mounts), "/sys/fs/cgroup");
  assertEquals(unifiedMount("24 1 0:21 / /sys rw - cgroup cgroup rw"), undefined);
  const first = (name: string) => placesOf(name, "/cg")[0];
  assertEquals(first("/cg/a/b"), "/cg/a/b");
  assertEquals(first("/a/b"), "/cg/a/b");
  assertEquals(first("a/b"), "/cg/a/b");
  assertEquals(first("chat"), "/cg/system.slice/chat.service");
  assertEquals(first("chat.service"), "/cg/system.slice/chat.service");
  assertEquals(first("a-b.slice"), "/cg/a.slice/a-b.slice");
  assertEquals(
    placesOf("chat@1.service", "/cg")[1],
    "/cg/system.slice/system-chat.slice/chat@1.service",
  );
});

Deno.test("descendants are found through their parents, whatever a process is called", () => {
  const stat = (pid: number, parent: number) =>
    `${pid} (a) 1 (x) S ${parent} 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0`;
  assertEquals(parseStat(stat(5, 4)), { pid: 5, parent: 4, began: "77" });
  assertEquals(parseStat("nonsense"), undefined);
  // A number may be smaller than that of its parent.
  const all = [[3, 9], [9, 5], [5, 1], [6, 1], [7, 3]].flatMap(([pid = 0, parent = 0]) =>
    parseStat(stat(pid, parent)) ?? []
  );
  assertEquals(descendants(all, [5]).map(({ pid }) => pid).sort(), [3, 7, 9]);
});
