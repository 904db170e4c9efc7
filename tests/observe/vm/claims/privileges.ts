/**
 * Who may observe: capabilities instead of root, other namespaces, kernels that do not describe themselves.
 *
 * @module
 */

import { assert, assertEquals } from "../../../assert.ts";
import { type Claim, claims } from "../claim.ts";
import { talk } from "../peers.ts";
import { type Apart, observeApart, peerCommand, TRAFFIC, type World } from "../world.ts";

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

async function assertSees(world: World, apart: Apart): Promise<void> {
  assertEquals(apart.said.refused, undefined);
  await talk(apart.said.port ?? (await world.peer("msg")).port, TRAFFIC);
  const { send, recv } = await apart.last();
  // The server's last call may not have returned yet when the client has its answer.
  assert(send.calls >= TRAFFIC.rounds - 1 && send.calls <= TRAFFIC.rounds, `sent ${send.calls}`);
  assertEquals([recv.calls, recv.bytes], [TRAFFIC.rounds, TRAFFIC.rounds * TRAFFIC.bytes]);
}

function assertRefused({ said }: Apart, ...words: readonly (string | RegExp)[]): void {
  assertEquals(said.refused?.name, "ObserveUnavailable", JSON.stringify(said));
  const sentence = said.refused?.message ?? "";
  for (const word of words) {
    assert(typeof word === "string" ? sentence.includes(word) : word.test(sentence), sentence);
  }
}

/** On a kernel as it comes. */
export const privilegeClaims: readonly Claim[] = claims("plain", {
  "a user with two capabilities falls back to tracepoints where kprobes are root's": async (
    world,
  ) => {
    using _ = paranoid(3);
    const { pid } = await world.peer("msg");
    await using apart = await observeApart({ pids: [pid] }, asNobody("bpf", "perfmon"));
    assertEquals(apart.said.start?.backend, "tracepoint", JSON.stringify(apart.said));
    await assertSees(world, apart);
  },

  "a user with two capabilities who insists on kprobes is told of the setting": async (world) => {
    using _ = paranoid(3);
    const { pid } = await world.peer("msg");
    await using apart = await observeApart(
      { pids: [pid], backend: "kprobe" },
      asNobody("bpf", "perfmon"),
    );
    assertRefused(apart, "kernel.perf_event_paranoid=2");
  },

  "a user with two capabilities has kprobes where the setting allows it": async (world) => {
    using _ = paranoid(2);
    const { pid } = await world.peer("msg");
    await using apart = await observeApart({ pids: [pid] }, asNobody("bpf", "perfmon"));
    assertEquals(apart.said.start?.backend, "kprobe", JSON.stringify(apart.said));
    await assertSees(world, apart);
  },

  "a user without capabilities is told to be root": async (world) => {
    const { pid } = await world.peer("msg");
    await using apart = await observeApart({ pids: [pid] }, asNobody());
    assertRefused(apart, "root", "sudo", "CAP_BPF");
    assertEquals(apart.said.refused?.reason, "no_permission");
  },

  "inside of a pid namespace the observer goes by the numbers of that namespace": async (world) => {
    const inside = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];
    const orders = { pids: [], peer: peerCommand("msg") };
    await using apart = await observeApart(orders, inside);
    const [pid = 0] = apart.said.start?.pids ?? [];
    assert(pid > 0 && pid < 100, `The number is the namespace's: ${JSON.stringify(apart.said)}`);
    assertEquals(apart.said.start?.backend, "kprobe");
    await assertSees(world, apart);
  },

  "a kernel that does not describe its types is told of": async (world) => {
    const { pid } = await world.peer("msg");
    const hide = 'mount --bind /run/tmp /sys/kernel/btf && exec "$@"';
    const under = ["unshare", "--mount", "sh", "-c", hide, "sh"];
    await using apart = await observeApart({ pids: [pid] }, under);
    assertRefused(apart, "/sys/kernel/btf/vmlinux");
    assertEquals(apart.said.refused?.reason, "no_btf");
  },

  "a process that does not exist is told of": async () => {
    await using apart = await observeApart({ pids: [3_999_999] });
    assertRefused(apart, "3999999");
    assertEquals(apart.said.refused?.reason, "no_process");
  },
});
