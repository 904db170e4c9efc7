/**
 * Ways to watch, why there is none, options, names: what needs no kernel.
 *
 * @module
 */

import { observe } from "../../observe/observe.ts";
import { unpackObject } from "../../observe/object.ts";
import type { SocketFigures } from "../../observe/observation.ts";
import { settle } from "../../observe/options.ts";
import { tellsCalls, WATCHABLE, waysFor } from "../../observe/probes.ts";
import { leaves } from "../../observe/snapshots.ts";
import { emptyFlow } from "../../observe/summary.ts";
import { emptyHistogram } from "../../observe/histogram.ts";
import {
  isCapable,
  isUserNamespace,
  kernelDevice,
  lockdownOf,
  type Surroundings,
} from "../../observe/surroundings.ts";
import { explainRefusals, type Refusal } from "../../observe/unavailable.ts";
import { parseUnixTable, UnixNames } from "../../observe/unix_names.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { testByRoot } from "../skips.ts";

const ANY = { backend: "auto", exit: "auto", durations: true, functions: undefined } as const;

Deno.test("auto tries kprobes, then what costs others the least: fentry before tracepoints that time calls", () => {
  const ways = (durations: boolean) =>
    waysFor({ ...ANY, durations }).map(({ backend, exit }) => `${backend} ${exit}`);
  assertEquals(ways(true), [
    ...["kprobe socket", "kprobe fexit", "kprobe kretprobe"],
    "fentry socket",
    ...["tracepoint socket", "tracepoint sys_exit"],
    ...["fentry fexit", "fentry kretprobe"],
  ]);
  assertEquals(ways(false), [
    ...["kprobe socket", "kprobe fexit", "kprobe kretprobe"],
    ...["tracepoint socket", "tracepoint sys_exit"],
    ...["fentry socket", "fentry fexit", "fentry kretprobe"],
  ]);
});

Deno.test("every program of every way is in the object, and its exits come before its entries", async () => {
  const object = new TextDecoder("latin1").decode(await unpackObject("x86_64"));
  for (const { probes } of waysFor(ANY)) {
    for (const { program } of probes) assert(object.includes(`\0${program}\0`), program);
    const kinds = probes.map(({ program }) => /^(kprobe|fentry|sys_enter)/.test(program));
    assertEquals(kinds, kinds.toSorted((one, other) => Number(one) - Number(other)));
  }
});

Deno.test("the seed's two functions alone want their entries seen", () => {
  const functions = ["__sys_sendmsg", "__sys_recvmsg"];
  const [way] = waysFor({ ...ANY, backend: "kprobe", functions });
  assertEquals(way?.entryRequired, true);
  const entries = way?.probes.filter(({ program }) => program.startsWith("kprobe_"));
  assertEquals(entries?.map(({ target }) => target), functions);
  assert(way?.blind.some((sentence) => sentence.includes("Only calls of __sys_sendmsg")));
});

Deno.test("every way tells of calls, and says in sentences what it cannot see", () => {
  for (const { probes, blind } of waysFor(ANY)) {
    assert(probes.some(({ program }) => tellsCalls(program)));
    const optional = probes.flatMap(({ optional }) => optional ?? []);
    for (const sentence of [...blind, ...optional]) assert(/^[A-Z].*\.$/.test(sentence), sentence);
  }
});

Deno.test("a function that cannot be watched is refused with the list of those that can", () => {
  const error = assertThrows(() => waysFor({ ...ANY, functions: ["open"] }), RangeError);
  for (const name of WATCHABLE) assert(error.message.includes(name));
  const functions = ["tcp_sendmsg"];
  assertThrows(() => waysFor({ ...ANY, backend: "tracepoint", functions }), RangeError);
});

Deno.test("options out of range are refused before anything is opened", async () => {
  const wrong = [
    { pids: [] },
    {},
    { pids: [1], all: true },
    { pids: [1], comm: "deno" },
    { comm: "" },
    { comm: "two\nlines" },
    { comm: "deno", children: true },
    { cgroups: [] },
    { cgroups: ["/../.."] },
    { cgroups: Array.from({ length: 9 }, (_, i) => `/${i}`) },
    { pids: [0] },
    { pids: [1.5] },
    { pids: Array.from({ length: 33 }, (_, i) => i + 1) },
    { pids: [1], intervalMs: 49 },
    { pids: [1], intervalMs: NaN },
    { pids: [1], durationMs: 0 },
    { pids: [1], ringBytes: 5000 },
    { pids: [1], ringBytes: 2048 },
    { pids: [1], ringBytes: 2 ** 27 },
  ];
  for (const options of wrong) await assertRejects(observe(options), RangeError);
  assertEquals(settle({ pids: [7, 7] }).whom, { kind: "processes", pids: [7], children: false });
  assertEquals(settle({ pids: [1], events: false }).durations, false);
});

const HERE: Surroundings = {
  capable: true,
  btf: true,
  lockdown: "none",
  perfEventParanoid: 2,
  kprobes: true,
  bpfCall: true,
  inUserNamespace: false,
};
const DENIED: Refusal = { what: "kprobe, exit socket", why: "EACCES", errno: 13, log: "verifier" };

Deno.test("a refusal is explained by what one can see of the machine, and says what to do", () => {
  const of = (asked: string, refusal: Refusal, here: Partial<Surroundings>) => {
    const { reason, message } = explainRefusals(asked, [refusal], { ...HERE, ...here });
    return `${reason}: ${message}`;
  };
  const missing = { ...DENIED, errno: 2 };
  assert(/^no_permission: .*sudo/.test(of("auto", DENIED, { capable: false })));
  assert(/^lockdown: .*lockdown=/.test(of("auto", DENIED, { lockdown: "confidentiality" })));
  assert(/^no_kprobes: .*tracepoint/.test(of("kprobe", missing, { kprobes: false })));
  assert(/^no_permission: .*perf_event_paranoid=2/.test(
    of("kprobe", DENIED, { perfEventParanoid: 3 }),
  ));
  assert(/^no_backend: .*'fentry'.*EACCES/.test(of("fentry", DENIED, {})));
  const refused = { ...DENIED, errno: 1 };
  assert(
    /^no_permission: .*bpf\(\) is forbidden.*seccomp/.test(of("auto", refused, { bpfCall: false })),
  );
  assert(/^no_permission: .*user namespace/.test(of("auto", refused, { inUserNamespace: true })));
  assert(/^no_backend: /.test(of("auto", missing, { inUserNamespace: true })));
  const { errno: _, ...unknown } = DENIED;
  assert(/^old_kernel: .*Linux 6.3/.test(of("auto", unknown, {})));
  assertEquals(explainRefusals("auto", [DENIED], HERE).details, `${DENIED.what}: EACCES\nverifier`);
});

Deno.test("root's capabilities suffice, CAP_BPF needs CAP_PERFMON, nothing does not", () => {
  const status = (hex: string) => `Name:\tx\nCapPrm:\t0\nCapEff:\t${hex}\nCapBnd:\t0\n`;
  assertEquals(isCapable(status("000001ffffffffff")), true);
  assertEquals(isCapable(status((1n << 39n | 1n << 38n).toString(16))), true);
  assertEquals(isCapable(status((1n << 39n).toString(16))), false);
  assertEquals(isCapable(status("0000000000000000")), false);
  assertEquals(isCapable(""), undefined);
  assertEquals(lockdownOf("none [integrity] confidentiality\n"), "integrity");
  assertEquals(lockdownOf(""), undefined);
  assertEquals(isUserNamespace("         0          0 4294967295\n"), false);
  assertEquals(isUserNamespace("         0       1000          1\n"), true);
  assertEquals(isUserNamespace(""), false);
});

Deno.test("a device's number is turned into the kernel's own form", () => {
  assertEquals(kernelDevice(4n), 4);
  // 8:17, a disk's first partition, and a minor number above 255: 0:300.
  assertEquals(kernelDevice(0x811n), 8 << 20 | 17);
  assertEquals(kernelDevice(0x10002cn), 300);
});

const TABLE = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 23456 /run/chat with blank.socket
0000000000000000: 00000003 00000000 00000000 0001 03 23457
0000000000000000: 00000002 00000000 00010000 0001 01 23458 @abstract\u001b[31m
`;

Deno.test("unix sockets are called by their path, without what a terminal would obey", () => {
  const names = parseUnixTable(TABLE);
  assertEquals([...names], [
    [23456, "/run/chat with blank.socket"],
    [23458, "@abstract\\x1b[31m"],
  ]);
});

/** What somebody can print into the table behind a line feed in the name of a socket of theirs. */
const FORGED = "ffff888000000000: 00000002 00000000 00010000 0001 01 23457 /run/postgres/FAKE";

Deno.test("a line feed in a socket's name gives no other socket a name", () => {
  const forging = (lines: string) =>
    `0000000000000000: 00000002 00000000 00010000 0001 01 66666 @mine\n${lines}\n`;
  for (const text of [TABLE + forging(FORGED), TABLE.replace("\n", `\n${forging(FORGED)}`)]) {
    const names = parseUnixTable(text);
    assertEquals(names.get(23456), "/run/chat with blank.socket");
    assertEquals(names.get(23457), undefined);
    assertEquals([...names.keys()].sort(), [23456, 23458, 66666]);
  }
  // What does not look like a socket in each column belongs to the name.
  const rough = parseUnixTable(TABLE + forging("x: a b c d e 23457 /run/\u202eFAKE \\x0a"));
  assertEquals(rough.get(23457), undefined);
  assertEquals(rough.get(66666), "@mine\\x0ax: a b c d e 23457 /run/\\u202eFAKE \\\\x0a");
});

testByRoot(
  "on this machine a forged line takes a socket's name away, and gives it none",
  async () => {
    const directory = await Deno.makeTempDir();
    try {
      using own = Deno.listen({ transport: "unix", path: `${directory}/own` });
      const inodeOf = (table: ReadonlyMap<number, string>, path: string) =>
        [...table].find(([, name]) => name === path)?.[0];
      const table = () => parseUnixTable(Deno.readTextFileSync("/proc/net/unix"));
      const inode = inodeOf(table(), `${directory}/own`);
      assert(inode !== undefined && own.addr.transport === "unix");
      const line = FORGED.replace("23457", `${inode}`).replace("/run/postgres/FAKE", "FAKE");
      using _forging = Deno.listen({ transport: "unix", path: `${directory}/x\n${line}` });
      assertEquals([table().get(inode), inodeOf(table(), "FAKE")], [undefined, undefined]);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);

Deno.test("the table of unix sockets is read on need, at most once a second, and not for nameless ones", () => {
  let readings = 0;
  const names = new UnixNames(() => {
    readings++;
    return TABLE;
  });
  assertEquals(names.name("unix:[23456]", 0), "unix:/run/chat with blank.socket");
  assertEquals(names.name("unix:[23457]", 1e8), "unix:[23457]");
  assertEquals(readings, 1);
  assertEquals(names.name("unix:[23457]", 2e9), "unix:[23457]");
  assertEquals(readings, 2);
  for (let i = 0; i < 10; i++) names.name("unix:[23457]", 4e9 + i * 2e9);
  assertEquals(readings, 2);
});

Deno.test("a socket leaves the table when it was closed for an interval, or silent where no end is seen", () => {
  const socket: SocketFigures = {
    socket: 7,
    inode: 8,
    pid: 9,
    family: "inet",
    protocol: 6,
    send: emptyFlow(),
    recv: emptyFlow(),
    delays: emptyHistogram(),
    firstTs: 0,
    lastTs: 0,
    closed: false,
  };
  const minute = 60e9;
  assertEquals(leaves(socket, false, 10 * minute), false, "TCP is looked after");
  assertEquals(leaves({ ...socket, closed: true }, false, 0), false);
  assertEquals(leaves({ ...socket, closed: true }, true, 0), true);
  assertEquals(leaves({ ...socket, protocol: 17 }, false, minute - 1), false);
  assertEquals(leaves({ ...socket, protocol: 17 }, false, minute), true);
  assertEquals(leaves({ ...socket, socket: 2 ** 52 + 8 }, false, minute), true);
});
