/**
 * `chat observe` on this machine's kernel: how it begins and ends, and what it may still do. That figures are exact is
 * claimed in `tests/observe/`.
 *
 * @module
 */

import manifest from "../../../deno.json" with { type: "json" };
import { assert, assertEquals } from "../../assert.ts";
import { until, within } from "../../within.ts";
import { testAsRoot } from "../../skips.ts";
import { chat, type Running, startChat } from "../program.ts";
import { Tmux } from "../tty/tmux.ts";

const root = new URL("../../..", import.meta.url).pathname;

/** Two ends of a connection in this process, and how to send bytes through it and back. */
class Traffic implements Disposable {
  readonly #ends: readonly [Deno.Conn, Deno.Conn];

  private constructor(ends: readonly [Deno.Conn, Deno.Conn]) {
    this.#ends = ends;
  }

  static async start(): Promise<Traffic> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    return new Traffic(await Promise.all([Deno.connect({ port }), listener.accept()]));
  }

  /** The address of one end. */
  get address(): string {
    const { hostname, port } = this.#ends[0].localAddr as Deno.NetAddr;
    return `${hostname}:${port}`;
  }

  /** Sends so many bytes in one call, to be read by the other end. */
  async send(count: number): Promise<void> {
    const [one, other] = this.#ends;
    await one.write(new Uint8Array(count));
    for (let got = 0; got < count;) got += await other.read(new Uint8Array(count)) ?? count;
  }

  [Symbol.dispose](): void {
    for (const end of this.#ends) end.close();
  }
}

async function rest(running: Running): Promise<string[]> {
  const lines: string[] = [];
  for (let line = await running.line(); line !== undefined; line = await running.line()) {
    lines.push(line);
  }
  return lines;
}

async function ended(running: Running): Promise<number> {
  return (await within(running.child.status, "the end of chat observe")).code;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  testAsRoot([], `${signal} ends it with a report and 0`, async () => {
    using traffic = await Traffic.start();
    await using observing = startChat(["observe", "--pid", `${Deno.pid}`]);
    assert((await observing.line())?.startsWith(`Observing process ${Deno.pid} (`));
    for (let call = 0; call < 10; call++) await traffic.send(123);
    observing.child.kill(signal);
    const report = await rest(observing);
    const row = report.find((line) => line.split(/\s+/)[1] === traffic.address) ?? "";
    // It sent ten times; the other end's row has the addresses the other way round.
    assertEquals(row.split(/\s+/).slice(2, 5), ["10", "0", "1,230"], report.join("\n"));
    assert(/^\d+ calls in .* 0 lost/m.test(report.join("\n")), report.join("\n"));
    assertEquals(await ended(observing), 0);
  });
}

testAsRoot([], "--json tells each call, and says at the end that nothing is missing", async () => {
  using traffic = await Traffic.start();
  await using observing = startChat(["observe", "--pid", `${Deno.pid}`, "--json"]);
  // Nothing says when it begins, so there is traffic until something was seen of it.
  const first = observing.line();
  let began = false;
  first.then(() => began = true);
  await until("the first line", async () => {
    await traffic.send(77);
    return began;
  });
  // The first line tells of the observation itself.
  await traffic.send(77);
  observing.child.kill("SIGINT");
  const lines = [await first ?? "", ...await rest(observing)].map((line) => JSON.parse(line));
  assertEquals([lines[0].type, lines[0].pids], ["start", [Deno.pid]]);
  const ios = lines.filter(({ type, bytes }) => type === "io" && bytes === 77);
  assert(ios.length > 0);
  for (const io of ios) {
    assertEquals(io.pid, Deno.pid);
    assert(io.op === "send" || io.op === "recv", io.op);
    assert(typeof io.ts === "number" && typeof io.func === "string" && io.latency_ns > 0);
    assert([io.local, io.remote].includes(traffic.address));
  }
  assertEquals(lines.slice(-4).map(({ type }) => type), ["hist", "hist", "hist", "summary"]);
  const summary = lines.at(-1);
  assertEquals([summary.lost, summary.reason], [0, "stopped"]);
  assertEquals(summary.events, lines.filter(({ type }) => type === "io").length);
  assertEquals(await ended(observing), 0);
});

for (const [name, leave] of [["q", "q"], ["Ctrl+c", "C-c"]] as const) {
  testAsRoot(
    ["tmux"],
    `on a terminal, ${name} leaves the live view with a report and 0`,
    async () => {
      using traffic = await Traffic.start();
      await using terminal = await Tmux.open(100, 24);
      const command = `${Deno.execPath()} run -A cli/main.ts observe --pid ${Deno.pid}`;
      await terminal.enter(`cd ${root}; clear; ${command} --interval 0.1; echo code $?`);
      await terminal.untilRow(/^ pid \d+ · lost 0 · /);
      await traffic.send(1_234);
      const row = new RegExp(`^${traffic.address} .* 1\\.2k +0 `);
      await terminal.untilRow(row);
      await terminal.press(leave);
      const screen = await terminal.untilRow(/^code 0$/);
      assert(screen.some((row) => /^\d+ calls? in .* 0 lost/.test(row)), screen.join("\n"));
    },
  );
}

testAsRoot(["sleep"], "the end of the watched process is a normal end", async () => {
  const watched = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  await using observing = startChat(["observe", "--pid", `${watched.pid}`]);
  assert(await observing.line() !== undefined);
  watched.kill("SIGKILL");
  await watched.status;
  assert((await rest(observing)).join("\n").includes(", then it ended: 0 bytes sent"));
  assertEquals(await ended(observing), 0);
});

testAsRoot([], "--duration ends it with 0", async () => {
  const args = ["observe", "--pid", `${Deno.pid}`, "--duration", "0.2", "--json"];
  const { code, out } = await chat(args);
  assertEquals(code, 0);
  const summary = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "");
  assertEquals(summary.reason, "time");
  assert(summary.duration_ms >= 200, `${summary.duration_ms}`);
});

testAsRoot([], "what was recorded replays to the same report", async () => {
  using traffic = await Traffic.start();
  const path = await Deno.makeTempFile();
  try {
    const args = ["observe", "--pid", `${Deno.pid}`, "--follow", "--record", path];
    await using observing = startChat(args);
    const head = await observing.line();
    for (let call = 0; call < 10; call++) await traffic.send(100 + call);
    observing.child.kill("SIGINT");
    const live = [head, ...await rest(observing)];
    assert(live.length > 20, live.join("\n"));
    const { out } = await chat(["observe", "--replay", path, "--follow"]);
    // What the observer's own program took is known to it alone.
    const own = / and [\d.]+ % of a CPU in this program(?=\.$)/;
    assertEquals(out.trimEnd().split("\n"), live.map((line) => line?.replace(own, "")));
  } finally {
    await Deno.remove(path);
  }
});

testAsRoot([], "while it watches, it may talk with the kernel and do nothing else", async () => {
  const args = ["observe", "--pid", `${Deno.pid}`, "--duration", "0.1"];
  const { code, err } = await chat(args, { env: { CHAT_DEBUG: "1" } });
  assertEquals([code, err], [0, "permissions: ffi\n"]);
});

testAsRoot([], "a process that does not exist is a failure", async () => {
  const { code, out, err } = await chat(["observe", "--pid", "4194304"]);
  assertEquals([code, out, err], [1, "", "chat: There is no process 4194304.\n"]);
});

testAsRoot([], "a function that cannot be watched is wrong usage", async () => {
  const { code, err } = await chat(["observe", "--pid", `${Deno.pid}`, "--functions", "fork"]);
  assertEquals(code, 2);
  assert(err.startsWith("chat: 'fork' cannot be watched, only __sys_sendto, "), err);
});

testAsRoot(["setpriv"], "without privileges it says what to do, and ends with 77", async () => {
  const flags = manifest.tasks.chat.split(" ").slice(1);
  const { code, stdout, stderr } = await new Deno.Command("setpriv", {
    // Root without a single capability: everything can be read, nothing be loaded into the kernel.
    args: ["--bounding-set=-all", "--inh-caps=-all", Deno.execPath(), ...flags]
      .concat("observe", "--pid", `${Deno.pid}`),
    cwd: root,
    env: { CHAT_CONFIG: "/nonexistent/config.json" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stdout)], [77, ""]);
  assert(
    /^chat: Watching a process from the kernel needs root: run it with sudo/.test(text(stderr)),
  );
});

testAsRoot([], "chat doctor tells which backend would run", async () => {
  const { out } = await chat(["doctor"]);
  assert(/^ok {4}observer +would run as (kprobe|fentry|tracepoint)/m.test(out), out);
});
