/**
 * What the observer needs and what it leaves: permissions, kernel objects, memory.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { attachFirst } from "../../observe/attach.ts";
import { Libbpf } from "../../observe/libbpf.ts";
import { examineObserver, LIBRARY_PATHS, observe } from "../../observe/mod.ts";
import { SOCKET_FIGURES_BYTES, TOTALS_BYTES } from "../../observe/figures.ts";
import { unpackObject } from "../../observe/object.ts";
import { Cgroups } from "../../observe/cgroups.ts";
import { Processes } from "../../observe/processes.ts";
import { Watched } from "../../observe/watched.ts";
import { waysFor } from "../../observe/probes.ts";
import { MappedRing } from "../../observe/ring_memory.ts";
import { encodeSettings } from "../../observe/settings.ts";
import { lookAround } from "../../observe/surroundings.ts";
import { openPid } from "../../observe/system.ts";
import { assert, assertEquals } from "../assert.ts";
import { DEADLINE_MS, within } from "../harness.ts";
import { testAsRoot } from "../skips.ts";
import { beside, bpfOf, Echo } from "./children.ts";
import { linesOf } from "../lines.ts";

const LIBRARY = LIBRARY_PATHS.find((path) => path.includes(Deno.build.arch)) ?? "";

function observing(options: object, ...permissions: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", ...permissions],
      ...[beside("observing_child.ts"), JSON.stringify(options)],
    ],
    stdout: "piped",
    stderr: "piped",
  });
}

testAsRoot(
  [],
  "the permission for libbpf's path alone is enough, also with low latency",
  async () => {
    await using echo = await Echo.start();
    for (const lowLatency of [false, true]) {
      const options = { pids: [echo.pid], lowLatency, durationMs: 2000 };
      const process = observing(options, `--allow-ffi=${LIBRARY}`).spawn();
      let bytes = 0;
      for await (const line of linesOf(process.stdout)) {
        const seen = JSON.parse(line);
        if (seen.kind === "start") await echo.talk("tcp4", [42]);
        if (seen.kind === "io" && seen.op === "recv") bytes += seen.bytes;
        if (bytes >= 42) break;
      }
      const said = await process.stderr.text();
      await process.status;
      assertEquals(bytes, 42, said);
    }
  },
);

testAsRoot(["python3"], "where a filter refuses bpf(), that is what it says", async () => {
  const child = [
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--allow-all",
    beside("observing_child.ts"),
  ];
  const { success, stderr } = await new Deno.Command("python3", {
    args: [beside("without_bpf.py"), ...child, JSON.stringify({ pids: [Deno.pid] })],
    stdout: "null",
    stderr: "piped",
  }).output();
  assert(!success);
  const said = new TextDecoder().decode(stderr);
  assert(said.includes("bpf() is forbidden to this process"), said);
});

testAsRoot([], "without the permission it says which one is needed", async () => {
  const { success, stderr } = await observing({ pids: [Deno.pid] }).output();
  assert(!success);
  const said = new TextDecoder().decode(stderr);
  assert(said.includes("ObserveUnavailable") && said.includes(`--allow-ffi=${LIBRARY}`), said);
});

testAsRoot(
  ["unshare"],
  "in a pid namespace of its own it sees processes by their numbers there",
  async () => {
    const { stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        ...[
          "--pid",
          "--fork",
          "--mount-proc",
          Deno.execPath(),
          "run",
          "--no-prompt",
          "--allow-all",
        ],
        ...[beside("observing_child.ts"), "{}"],
      ],
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    const end = lines.at(-1);
    assertEquals(end?.kind, "end", new TextDecoder().decode(stderr));
    assertEquals(lines[0].pids, [1]);
    assert(lines[0].blind.some((sentence: string) => sentence.includes("pid namespaces")));
    assertEquals([end.last.send.bytes, end.last.recv.bytes], [1000, 1000]);
    assert(lines.filter(({ kind }) => kind === "io").every(({ pid }) => pid === 1));
  },
);

testAsRoot(
  ["bpftool"],
  "kill -9 of an observer leaves no program, link or map in the kernel",
  async () => {
    await using echo = await Echo.start();
    const process = observing({ pids: [echo.pid] }, "--allow-all").spawn();
    const lines = linesOf(process.stdout);
    const { value = "" } = await lines.next();
    assertEquals(JSON.parse(value).kind, "start");
    const held = await bpfOf(process.pid);
    for (const kind of ["prog", "link", "map"]) {
      assert(
        held.some((one) => one.startsWith(kind)),
        kind,
      );
    }
    process.kill("SIGKILL");
    await lines.return();
    await process.stderr.cancel();
    await process.status;
    const isThere = async (one: string) => {
      const [kind = "", id = ""] = one.split(" ");
      const args = [kind, "show", "id", id];
      return (await new Deno.Command("bpftool", { args, stdout: "null", stderr: "null" }).output())
        .success;
    };
    const until = performance.now() + DEADLINE_MS;
    for (const one of held) {
      // The kernel frees when nobody on any processor can be inside any more.
      while (await isThere(one)) assert(performance.now() < until, `${one} is still there`);
    }
  },
);

testAsRoot(
  [],
  "a word that is sent a thousand times is in none of our maps and not in the ring",
  async () => {
    await using echo = await Echo.start();
    const canary = crypto.getRandomValues(new Uint8Array(16));
    using library = Libbpf.open();
    const ringBytes = 1 << 20;
    const whom = { kind: "processes", pids: [echo.pid, Deno.pid], children: false } as const;
    using processes = new Processes(library, whom.pids);
    using cgroups = new Cgroups(library, []);
    const asked = { backend: "auto", exit: "auto", durations: true, functions: undefined } as const;
    const { object } = attachFirst(library, "auto", waysFor(asked), {
      object: await unpackObject(),
      ringBytes,
      socketsMax: 64,
      settings: ({ entryRequired }) =>
        encodeSettings({
          whom,
          self: Deno.pid,
          events: true,
          wakeup: false,
          entryRequired,
          nsDevice: 0,
          nsInode: 0,
        }),
    }, lookAround(library));
    using _ = object;
    new Watched(library, object, { whom, processes, cgroups });
    object.arm();
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: echo.where.tcp4 });
    for (let i = 0; i < 1000; i++) {
      await conn.write(canary);
      await within(conn.read(new Uint8Array(16)), "The echo");
    }
    object.disarm();

    const totals = new Uint8Array(TOTALS_BYTES);
    object.readTotals(totals);
    using ring = new MappedRing(library, object.map("events"), ringBytes);
    const told = new Uint8Array(ringBytes);
    ring.copy(0, ringBytes, told);
    const table = (name: string, keyBytes: number, valueBytes: number) => {
      const [keys, values] = [new Uint8Array(64 * keyBytes), new Uint8Array(16_384 * valueBytes)];
      const [next, count] = [new Uint8Array(8), new Uint8Array(new Uint32Array([64]).buffer)];
      library.c.bpf_map_lookup_batch(object.map(name), null, next, keys, values, count, 0n);
      return [keys, values];
    };
    const element = (name: string, bytes: number) => {
      const value = new Uint8Array(bytes);
      const result = library.c.bpf_map_lookup_elem(object.map(name), new Uint8Array(4), value);
      assertEquals(result, 0, name);
      return value;
    };
    // What a thread keeps is found by a descriptor of it.
    const flightOf = (pid: number) => {
      const fd = openPid(library, pid);
      const key = new Uint8Array(new Int32Array([fd]).buffer);
      const value = new Uint8Array(32);
      const result = library.c.bpf_map_lookup_elem(object.map("flights"), key, value);
      library.c.close(fd);
      assertEquals(result, 0, "flights");
      return value;
    };
    const memory = [
      ...[totals, told, ...table("sockets", 8, SOCKET_FIGURES_BYTES), ...table("in_flight", 4, 32)],
      ...[element("blank", SOCKET_FIGURES_BYTES), element("sequence", 8 * 1024)],
      ...[element("takings", 64 * 1024), ...table("unix_names", 8, 8), flightOf(echo.pid)],
    ];
    const find = (bytes: Uint8Array) =>
      memory.some((part) => Buffer.from(part).includes(Buffer.from(bytes)));
    // The search does find what is there: who called.
    assert(find(new Uint8Array(new Uint32Array([echo.pid, echo.pid]).buffer)));
    assert(!find(canary), "Payload got into the kernel's memory of us");
    assert(!find(canary.subarray(0, 8)));
  },
);

/** Runs an observer as root with these capabilities only. */
function withCapabilities(capabilities: string, options: object): Promise<Deno.CommandOutput> {
  return new Deno.Command("setpriv", {
    args: [
      ...[`--bounding-set=-all${capabilities}`, "--inh-caps=-all"],
      ...[Deno.execPath(), "run", "--no-prompt", "--allow-all", beside("observing_child.ts")],
      JSON.stringify(options),
    ],
  }).output();
}

testAsRoot(["setpriv"], "without capabilities it says that it needs sudo", async () => {
  const { success, stderr } = await withCapabilities("", {});
  assert(!success);
  const said = new TextDecoder().decode(stderr);
  assert(said.includes("needs root: run it with sudo"), said);
});

testAsRoot(["setpriv"], "CAP_BPF and CAP_PERFMON are enough for tracepoints", async () => {
  const options = { backend: "tracepoint" };
  const { stdout, stderr } = await withCapabilities(",+bpf,+perfmon", options);
  const last = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "";
  const { kind, last: figures } = JSON.parse(last === "" ? "{}" : last);
  assertEquals(kind, "end", new TextDecoder().decode(stderr));
  assertEquals([figures.send.bytes, figures.recv.bytes], [1000, 1000]);
  assertEquals(figures.cost, undefined, "Only root may have the kernel measure");
});

testAsRoot(
  [],
  "the examination names the backend that does run, and why others do not",
  async () => {
    const found = await examineObserver();
    assertEquals(found.library?.path, LIBRARY);
    assert(/^v1\.\d+/.test(found.library?.version ?? ""));
    assertEquals(found.unavailable, undefined);
    await using seen = await observe({ pids: [Deno.pid] });
    assertEquals(found.works?.backend, seen.start.backend);
    assertEquals(found.works?.probes, seen.start.probes);
    if (seen.start.backend !== "kprobe") assert(found.works?.refused[0]?.startsWith("kprobe"));
  },
);

testAsRoot([], "the examination of a machine without libbpf says what to install", async () => {
  const { unavailable, library } = await examineObserver({ library: "/nowhere/libbpf.so.1" });
  assertEquals([unavailable?.reason, library], ["no_library", undefined]);
});
