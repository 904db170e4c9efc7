/**
 * Claims about the option values and the doctor's findings of `chat observe`.
 *
 * @module
 */

import { ObserveUnavailable, PIDS_MAX as PIDS_MAX_OBSERVED } from "../../../observe/mod.ts";
import { EXIT, Failure } from "../../../cli/failure.ts";
import { observerFindings } from "../../../cli/observe/findings.ts";
import { PIDS_MAX } from "../../../cli/observe/limits.ts";
import { optionsOf, tellsCalls } from "../../../cli/observe/run.ts";
import { processOf } from "../../../cli/observe/server_process.ts";
import { failureOf } from "../../../cli/observe/source.ts";
import { functionNames, processIds, seconds } from "../../../cli/observe/values.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { freePort } from "../../ports.ts";

const FLAGS = {
  interval: 1,
  backend: "auto",
  json: false,
  follow: false,
  hist: false,
  sort: "bytes",
  top: 20,
} as const;

Deno.test("processIds() takes commas, lines and repeated flags, each process once", () => {
  assertEquals(processIds("4711", undefined), [4711]);
  assertEquals(processIds("1,2,\n3", undefined), [1, 2, 3]);
  assertEquals(processIds("2,3", processIds("1,2", undefined)), [1, 2, 3]);
  for (const text of ["", ",", "0", "-1", "1.5", "chat", "4194305", "1;2"]) {
    assertThrows(() => processIds(text, undefined), Error);
  }
});

Deno.test("the server is watched alone", () => {
  assertEquals(processIds("server", undefined), "server");
  assertThrows(() => processIds("server", [1]), Error);
  assertThrows(() => processIds("1", "server"), Error);
});

Deno.test("the process of the server is the one that listens there, and of no other port", async () => {
  const port = freePort();
  using listener = Deno.listen({ hostname: "127.0.0.1", port });
  assertEquals(await processOf({ host: "127.0.0.1", port }), Deno.pid);
  listener.close();
  await assertRejects(processOf({ host: "127.0.0.1", port }), Failure);
  await assertRejects(processOf({ host: "chat.example", port }), Failure);
});

Deno.test("as many processes are taken as the observer takes", () => {
  assertEquals(PIDS_MAX, PIDS_MAX_OBSERVED);
});

Deno.test("seconds() and functionNames() take what they should, and nothing else", () => {
  const read = seconds(0.05, 60);
  assertEquals(["1", "0.5", ".5", "60", "1."].map(read), [1, 0.5, 0.5, 60, 1]);
  for (const text of ["", "0", "61", "1e1", "-1", "1s", "NaN", "Infinity", "0x1", "."]) {
    assertThrows(() => read(text), Error);
  }
  assertEquals(functionNames("__sys_sendto,tcp_sendmsg"), ["__sys_sendto", "tcp_sendmsg"]);
  for (const text of ["", "a,", "a b", "a;b", "1a"]) assertThrows(() => functionNames(text), Error);
});

Deno.test("calls are told only where somebody gets to see them", () => {
  assertEquals(tellsCalls(FLAGS), false);
  assertEquals(tellsCalls({ ...FLAGS, json: true }), true);
  assertEquals(tellsCalls({ ...FLAGS, json: true, hist: true }), false);
  assertEquals(tellsCalls({ ...FLAGS, follow: true }), true);
  assertEquals(tellsCalls({ ...FLAGS, record: "seen" }), true);
  assertEquals(tellsCalls({ ...FLAGS, record: "seen", events: false }), false);
  assertEquals(tellsCalls({ ...FLAGS, events: true }), true);
});

Deno.test("what was asked for reaches the observer, in its units", () => {
  const signal = new AbortController().signal;
  const options = optionsOf({
    ...FLAGS,
    pid: [1, 2],
    interval: 0.5,
    duration: 3,
    follow: true,
    durations: false,
    functions: ["tcp_sendmsg"],
  }, signal);
  assertEquals(options, {
    pids: [1, 2],
    children: false,
    backend: "auto",
    events: true,
    intervalMs: 500,
    lowLatency: true,
    signal,
    durationMs: 3_000,
    functions: ["tcp_sendmsg"],
    durations: false,
  });
});

Deno.test("who asks for histograms gets calls timed, unless they refuse", () => {
  const { signal } = new AbortController();
  assertEquals(optionsOf({ ...FLAGS, hist: true }, signal).durations, true);
  assertEquals(optionsOf({ ...FLAGS, hist: true, durations: false }, signal).durations, false);
  assertEquals("durations" in optionsOf(FLAGS, signal), false);
});

Deno.test("a process that is not there is a failure, anything else is not possible here", () => {
  const of = (reason: "no_process" | "no_library" | "no_permission") => {
    const failure = failureOf(new ObserveUnavailable(reason, "It cannot be"));
    assert(failure instanceof Failure);
    assertEquals(failure.message, "It cannot be.");
    return failure.exitCode;
  };
  assertEquals(of("no_process"), EXIT.failed);
  assertEquals(of("no_library"), EXIT.impossible);
  assertEquals(of("no_permission"), EXIT.impossible);
  const other = new TypeError("a defect");
  assertEquals(failureOf(other), other);
});

const LIBRARY = { version: "v1.5", path: "/usr/lib/libbpf.so.1" };
const SURROUNDINGS = {
  capable: true,
  btf: true,
  lockdown: "none",
  perfEventParanoid: 2,
  kprobes: false,
  bpfCall: true,
  inUserNamespace: false,
} as const;

Deno.test("the doctor tells which backend would run, and once why not another", () => {
  const findings = observerFindings({
    library: LIBRARY,
    surroundings: SURROUNDINGS,
    works: {
      backend: "tracepoint",
      exit: "socket",
      probes: ["sock_send_length"],
      blind: ["What is read by splice is not seen."],
      refused: ["kprobe, exit socket: none here", "kprobe, exit fexit: none here"],
    },
  });
  assertEquals(findings.map(({ what, state, text }) => `${state} ${what}: ${text}`), [
    "ok libbpf: v1.5, /usr/lib/libbpf.so.1",
    "ok BTF: the kernel describes its types",
    "ok privilege: kernel programs may be loaded",
    "ok observer: would run as tracepoint; not kprobe: none here",
    "weak observer: What is read by splice is not seen.",
  ]);
});

Deno.test("whatever is missing, the doctor says so and does not fail", () => {
  const unavailable = new ObserveUnavailable("no_library", "Install it: apt install libbpf1");
  const cases = [
    { unavailable },
    { library: LIBRARY, surroundings: { ...SURROUNDINGS, btf: false }, unavailable },
    { library: LIBRARY, surroundings: { ...SURROUNDINGS, capable: false }, unavailable },
    { library: LIBRARY, surroundings: { ...SURROUNDINGS, lockdown: "integrity" }, unavailable },
  ];
  for (const examination of cases) {
    const findings = observerFindings(examination);
    assert(findings.every(({ state }) => state !== "no"));
    assertEquals(findings.at(-1), {
      what: "observer",
      state: "weak",
      text: "Install it: apt install libbpf1",
    });
    assertEquals(
      findings.filter(({ state }) => state === "weak").length,
      cases[0] === examination ? 1 : 2,
    );
  }
});
