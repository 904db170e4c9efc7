/**
 * Claims about a dashboard whose kernel figures come from an observer that was started apart.
 *
 * @module
 */

import { listened } from "../../cli/observe/listen.ts";
import { Failure } from "../../cli/failure.ts";
import type { KernelSecond, KernelState, Told } from "../../observe/dashboard/page_messages.ts";
import { type Observation, replay } from "../../observe/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { BEGIN, made, snapshot } from "../cli/observe/made.ts";
import { Lines } from "../cli/observe/reading.ts";
import { withRecording } from "../cli/observe/recording.ts";
import { chat, command, type Running, startChat } from "../cli/program.ts";
import { within } from "../harness.ts";
import { BarePage } from "./bare_page.ts";
import { onSocket } from "./pretend_kernel.ts";
import { setStage } from "./stage.ts";

/** Ten seconds with figures each half of one, then nothing for longer than a test. */
const LONG: readonly Observation[] = [
  made(),
  ...Array.from({ length: 20 }, (_, half) => ({
    ...snapshot(half + 1),
    ts: BEGIN + half * 0.5e9,
  })),
  { kind: "end", ts: BEGIN + 600e9, reason: "exited", last: snapshot(600) },
];

/** A folder for a socket, and a server in a process of its own. */
class Place implements AsyncDisposable {
  readonly folder: string = Deno.makeTempDirSync({ prefix: "chat-dashboard-" });
  readonly path: string = `${this.folder}/seen.sock`;
  readonly env: Record<string, string> = {
    CHAT_DATA: `${this.folder}/data`,
    // Only a server that keeps something leaves an operator's token.
    CHAT_DURABILITY: "os",
  };
  readonly server: Running = startChat(["serve", "--port", "0"], this.env);

  async where(): Promise<string> {
    return (await this.server.line() ?? "").replace("listening on ", "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function observing(recording: string, socket: string): Promise<Running> {
  const running = startChat(["observe", "--replay", recording, "--socket", socket]);
  for (let line = ""; !line.startsWith("See it with");) {
    line = await running.line() ?? "See it with";
  }
  return running;
}

/** A second with figures of the kernel that fit. */
function kernelSeconds(told: Told, fits: (kernel: KernelSecond) => boolean) {
  const seconds = told.type === "seconds" ? told.seconds : [];
  return seconds.find(({ kernel }) => kernel !== undefined && fits(kernel));
}

/** The newest state of the kernel that fits, among all that are told from now on. */
function kernelState(page: BarePage, fits: (state: KernelState) => boolean, what: string) {
  return page.next(
    (one) =>
      (one.type === "kernel" || one.type === "hello") && fits(one.kernel) ? one.kernel : undefined,
    what,
  );
}

Deno.test("a page shows what an observer's socket tells, and waits for the next when that has ended", async () => {
  await withRecording(async (recording) => {
    await using place = new Place();
    const where = await place.where();
    await using observer = await observing(recording, place.path);
    await using dashboard = startChat(["dashboard", "-s", where, "-n", "Maria"], {
      ...place.env,
      CHAT_OBSERVER_SOCKET: place.path,
    });
    const url = new URL((await dashboard.line() ?? "").replace("dashboard at ", ""));
    await using page = await BarePage.open({ origin: url.origin, token: url.hash.slice(1) });
    const hello = await page.told((one) => one.type === "hello" ? one : undefined, "the hello");
    assert(hello.kernel.kind === "watching", "The kernel is watched");
    assertEquals([hello.kernel.pids, hello.kernel.backend], [[4711], "tracepoint"]);
    const notice = await kernelState(
      page,
      (state) => state.kind === "watching" && state.notice !== undefined,
      "that it is another process",
    );
    assert(notice.kind === "watching");
    const pid = place.server.child.pid;
    assertEquals(notice.notice, `The server says that it is process ${pid}, which is not watched.`);
    const second = await page.told(
      (one) => kernelSeconds(one, ({ sendCalls }) => sendCalls > 0),
      "calls in a second",
    );
    assertEquals(second.kernel?.sockets, 3);
    assert(second.people.some(({ name }) => name === "192.0.2.17:50420"), "By connection");

    observer.child.kill("SIGTERM");
    const gone = await kernelState(
      page,
      ({ kind }) => kind === "absent",
      "the end of the observer",
    );
    assert(gone.kind === "absent");
    assertEquals(gone.why, `Waiting for the observer at ${place.path}: it has ended.`);
    assertEquals(gone.commands, [
      `sudo chat observe --pid ${pid} --socket ${place.path} --events`,
    ]);
    page.send({ type: "say", id: "1", room: "lobby", content: "still here" });
    assertEquals((await page.answer("1")).kind, "said");

    await observer.child.status;
    await using _next = await observing(recording, place.path);
    await kernelState(page, ({ kind }) => kind === "watching", "the next observer");
    await page.next((one) => kernelSeconds(one, ({ sendCalls }) => sendCalls > 0), "its calls");
    dashboard.child.kill("SIGTERM");
    assertEquals((await within(dashboard.child.status, "the end")).code, 0);
  }, LONG);
});

Deno.test("an observer may come after the dashboard, which has given up files by then", async () => {
  await withRecording(async (recording) => {
    await using place = new Place();
    const where = await place.where();
    const args = ["dashboard", "-s", where, "-n", "Maria", "--observer-socket", place.path];
    await using dashboard = startChat(args, place.env);
    const url = new URL((await dashboard.line() ?? "").replace("dashboard at ", ""));
    await using page = await BarePage.open({ origin: url.origin, token: url.hash.slice(1) });
    const hello = await page.told((one) => one.type === "hello" ? one : undefined, "the hello");
    assert(hello.kernel.kind === "absent");
    assertEquals(hello.kernel.why, `Waiting for the observer at ${place.path}: it is not there.`);
    await using _observer = await observing(recording, place.path);
    await kernelState(page, ({ kind }) => kind === "watching", "the observer");
    await page.told((one) => kernelSeconds(one, ({ sendCalls }) => sendCalls > 0), "its calls");
  }, LONG);
});

Deno.test("what happened before the dashboard came is in none of its seconds", async () => {
  const lines = new Lines();
  lines.tell(made(), snapshot(5_000));
  const observer = await replay(lines);
  await using stage = await setStage({ kernel: onSocket(observer) });
  await using page = await BarePage.open(stage);
  // Figures that are there already are the beginning, and nothing that happened.
  await page.told((one) => one.type === "seconds" ? one : undefined, "a second");
  lines.tell(snapshot(5_001));
  // Shared out among the seconds that waited for it.
  const seconds = await page.told(
    (one) => one.type === "seconds" && kernelSeconds(one, () => true) ? one.seconds : undefined,
    "the next figures",
  );
  const sum = (of: (kernel: KernelSecond) => number) =>
    seconds.reduce((sum, { kernel }) => sum + (kernel === undefined ? 0 : of(kernel)), 0);
  assertEquals([sum((one) => one.sendCalls), sum((one) => one.sentBytes)], [111, 78_120]);
  assertEquals(seconds.at(-1)?.people.map(({ toTotal }) => toTotal), [75_000, 3_000, 120]);
  lines.end();
  // That it began may be told to a page which came before that.
  const over = await page.told(
    (one) => one.type === "kernel" && one.kernel.kind === "absent" ? one.kernel : undefined,
    "the end",
  );
  assertEquals(over.why, "Waiting for the observer at seen: it has ended.");
});

Deno.test("with an observer's socket the dashboard needs nothing but the network", async () => {
  await withRecording(async (recording) => {
    await using place = new Place();
    const where = await place.where();
    await using _observer = await observing(recording, place.path);
    const args = ["dashboard", "-s", where, "-n", "Maria", "--observer-socket", place.path];
    // Without the operator's token, which is read again at each login.
    const env = { CHAT_DATA: `${place.folder}/none`, CHAT_DEBUG: "1" };
    const child = command(args, env).spawn();
    let out = "";
    const told = (async () => {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        out += text;
        if (out.includes("\n")) child.kill("SIGTERM");
      }
    })();
    const [{ code }, err] = await within(
      Promise.all([child.status, new Response(child.stderr).text(), told, child.stdin.close()]),
      "the dashboard",
    );
    assert(out.startsWith("dashboard at http"), out);
    assertEquals([code, err], [0, "permissions: net\n"]);
  }, LONG);
});

Deno.test("a socket that is no observer's is one sentence", async () => {
  const path = `${await Deno.makeTempDir()}/other.sock`;
  using listener = Deno.listen({ transport: "unix", path });
  const speaking = (async () => {
    using connection = await listener.accept();
    await connection.write(new TextEncoder().encode("220 ready\n"));
    await connection.read(new Uint8Array(1)).catch(() => {});
  })();
  const { code, err } = await chat(["dashboard", "--observer-socket", path]);
  await speaking;
  assertEquals(code, 1);
  const begin = `chat: What is told at ${path} is not what an observer tells. `;
  assert(err.startsWith(begin) && err.trimEnd().split("\n").length === 1, err);
  await Deno.remove(path.replace("/other.sock", ""), { recursive: true });
});

Deno.test("what listens and says nothing is not waited for without end", async () => {
  const path = `${await Deno.makeTempDir()}/silent.sock`;
  using listener = Deno.listen({ transport: "unix", path });
  const [accepted, connection] = await Promise.all([
    listener.accept(),
    Deno.connect({ transport: "unix", path }),
  ]);
  using _silent = accepted;
  const refused = listened(connection, path, { speaksMs: 20 });
  const failure = await within(assertRejects(refused, Failure), "the end of the patience");
  assertEquals(failure.message, `What listens at ${path} says nothing, and an observer would.`);
  await Deno.remove(path.replace("/silent.sock", ""), { recursive: true });
});

Deno.test("a process and a socket together are wrong usage", async () => {
  const { code, err } = await chat(["dashboard", "--pid", "1", "--observer-socket", "x"]);
  assertEquals(code, 2);
  assert(err.includes("cannot be used with"), err);
});
