/**
 * Who may observe: capabilities instead of root, other namespaces, kernels that do not describe themselves.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { observe, ObserveUnavailable } from "../../../../observe/mod.ts";
import { type Claim, claims } from "../claim.ts";
import { talk } from "../peers.ts";
import { type Apart, apart, peerCommand, type Said, TRAFFIC } from "../world.ts";

const PARANOID = "/proc/sys/kernel/perf_event_paranoid";

/** Runs what follows as nobody, with these capabilities. */
function asNobody(...capabilities: readonly string[]): readonly string[] {
  const caps = ["-all", ...capabilities.map((name) => `+${name}`)].join(",");
  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
  return ["setpriv", ...nobody, `--inh-caps=${caps}`, `--ambient-caps=${caps}`];
}

/** Sets what the kernel lets other users than root measure, for as long as it is held. */
function paranoid(level: number): Disposable {
  const before = Deno.readTextFileSync(PARANOID);
  Deno.writeTextFileSync(PARANOID, String(level));
  return { [Symbol.dispose]: () => Deno.writeTextFileSync(PARANOID, before) };
}

/** Talks to a server that is observed, and asserts that all of it is seen. */
async function assertSees(observer: Apart, port: number): Promise<void> {
  await talk(port, TRAFFIC);
  const { send, recv } = await observer.last();
  // The server's last call may not have returned yet when the client has its answer.
  assert(send.calls >= TRAFFIC.rounds - 1 && send.calls <= TRAFFIC.rounds, `sent ${send.calls}`);
  assertEquals([recv.calls, recv.bytes], [TRAFFIC.rounds, TRAFFIC.rounds * TRAFFIC.bytes]);
}

function assertRefused({ refused }: Said, reason: string, ...words: readonly string[]): void {
  assertEquals([refused?.name, refused?.reason], ["ObserveUnavailable", reason]);
  const sentence = refused?.message ?? "";
  for (const word of words) assert(sentence.includes(word), sentence);
}

/** As above, in this process. */
async function assertRefuses(pid: number, reason: string, word: string): Promise<void> {
  const refused = await assertRejects(observe({ pids: [pid] }), ObserveUnavailable);
  assertRefused({ refused }, reason, word);
}

/** Hides the kernel's types for as long as it is held. */
function withoutTypes(): Disposable {
  const run = (program: string, ...args: string[]) =>
    assert(new Deno.Command(program, { args }).outputSync().success, `${program} failed`);
  run("mount", "--bind", "/run/tmp", "/sys/kernel/btf");
  return { [Symbol.dispose]: () => run("umount", "/sys/kernel/btf") };
}

/** On a kernel as it comes. */
export const privilegeClaims: readonly Claim[] = claims("plain", {
  "a user with two capabilities has fentry, and kprobes where the setting allows it": async (
    world,
  ) => {
    const { pid, port } = await world.peer("msg");
    await using observer = await apart(asNobody("bpf", "perfmon"));
    {
      using _ = paranoid(3);
      const said = await observer.observe({ pids: [pid] });
      // Calls are timed, and fentry does that without a look at each system call of the machine.
      assertEquals(said.start?.backend, "fentry", JSON.stringify(said));
      await assertSees(observer, port);
      const refused = await observer.observe({ pids: [pid], backend: "kprobe" });
      assertRefused(refused, "no_permission", "kernel.perf_event_paranoid=2");
    }
    using _ = paranoid(2);
    const said = await observer.observe({ pids: [pid] });
    assertEquals(said.start?.backend, "kprobe", JSON.stringify(said));
    await assertSees(observer, port);
  },

  "a user without capabilities is told to be root": async (world) => {
    const { pid } = await world.peer("msg");
    await using observer = await apart(asNobody());
    const said = await observer.observe({ pids: [pid] });
    assertRefused(said, "no_permission", "root", "sudo", "CAP_BPF");
  },

  "inside of a pid namespace the observer goes by the numbers of that namespace": async () => {
    const inside = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];
    await using observer = await apart(inside);
    const said = await observer.observe({ pids: [], peer: peerCommand("msg") });
    const [pid = 0] = said.start?.pids ?? [];
    assert(pid > 0 && pid < 100, `The number is the namespace's: ${JSON.stringify(said)}`);
    assertEquals(said.start?.backend, "kprobe");
    await assertSees(observer, said.port ?? 0);
  },

  "a kernel that does not describe its types is told of": async (world) => {
    const { pid } = await world.peer("msg");
    using _ = withoutTypes();
    await assertRefuses(pid, "no_btf", "/sys/kernel/btf/vmlinux");
  },

  "a process that does not exist is told of": () =>
    assertRefuses(3_999_999, "no_process", "3999999"),
});
