/**
 * What follows the kernel's figures: through the ends of observers and of the processes that they watch.
 *
 * @module
 */

import type { KernelSource } from "../../observe/dashboard/kernel_source.ts";
import { KernelWatch } from "../../observe/dashboard/kernel_watch.ts";
import type { KernelState } from "../../observe/dashboard/page_messages.ts";
import { Sampler } from "../../observe/dashboard/sampler.ts";
import { type Observer, replay } from "../../observe/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { BEGIN, made, snapshot } from "../cli/observe/made.ts";
import { Lines } from "../cli/observe/reading.ts";
import { within } from "../harness.ts";

/** An observer of some processes, and the lines by which it is told what to tell. */
async function observerOf(
  ...pids: number[]
): Promise<{ readonly lines: Lines; readonly observer: Observer }> {
  const lines = new Lines();
  lines.tell(made({ pids, events: false }));
  return { lines, observer: await replay(lines) };
}

function exit(lines: Lines): void {
  lines.tell({ kind: "end", ts: BEGIN, reason: "exited", last: snapshot(0) });
  lines.end();
}

/** A watch that does not wait, and what it told. */
class Told implements AsyncDisposable {
  readonly watch: KernelWatch;
  /** How long it wanted to wait between tries, in milliseconds. */
  readonly waits: number[] = [];
  #wake = Promise.withResolvers<void>();

  constructor(source: KernelSource, waitsMax: number = Infinity) {
    this.watch = new KernelWatch({
      source,
      sampler: new Sampler(),
      told: () => this.#woken(),
      wait: (ms, signal) => {
        this.waits.push(ms);
        this.#woken();
        if (this.waits.length <= waitsMax) return Promise.resolve();
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
      },
    });
  }

  /** Waits until the state fits. */
  async until(fits: (state: KernelState) => boolean, what: string): Promise<KernelState> {
    while (!fits(this.watch.state)) await within(this.#wake.promise, what);
    return this.watch.state;
  }

  async waited(times: number): Promise<void> {
    while (this.waits.length < times) await within(this.#wake.promise, "the pauses");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.watch[Symbol.asyncDispose]();
  }

  #woken(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

function watches(pid: number) {
  return (state: KernelState) => state.kind === "watching" && state.pids.includes(pid);
}

const isAbsent = ({ kind }: KernelState) => kind === "absent";

Deno.test("whoever watches the server watches the next one when it was started again", async () => {
  const started = new Map<number, Lines>();
  await using told = new Told({
    kind: "server",
    async watch(pid) {
      const { lines, observer } = await observerOf(pid);
      started.set(pid, lines);
      return observer;
    },
  });
  assert(isAbsent(told.watch.state), "Nobody has said a number yet");
  told.watch.serverIs(11);
  await told.until(watches(11), "the first");
  exit(started.get(11) ?? new Lines());
  const between = await told.until(isAbsent, "its end");
  assert(between.kind === "absent");
  assertEquals(between.why, "Waiting for the server: its process 11 has ended.");
  told.watch.serverIs(12);
  await told.until(watches(12), "the next");
  // In a container each server is process 1: the same number again is another process.
  exit(started.get(12) ?? new Lines());
  await told.until(isAbsent, "its end");
  told.watch.serverIs(12);
  await told.until(watches(12), "the next with the same number");
});

Deno.test("a server that is replaced while the old one lingers is watched at once", async () => {
  await using told = new Told({
    kind: "server",
    watch: async (pid) => (await observerOf(pid)).observer,
  });
  told.watch.serverIs(11);
  await told.until(watches(11), "the first");
  told.watch.serverIs(12);
  await told.until(watches(12), "the next");
});

Deno.test("a server that does not say which process it is, is no silence", async () => {
  await using told = new Told({ kind: "server", watch: () => Promise.reject(new Error("No")) });
  told.watch.serverIs(undefined);
  const { state } = told.watch;
  assert(state.kind === "absent");
  assertEquals(state.why, "The server does not say which process it is.");
});

Deno.test("a process that cannot be watched is tried again, more and more seldom", async () => {
  let tries = 0;
  await using told = new Told({
    kind: "server",
    watch: () => {
      tries++;
      return Promise.reject(new Error("There is no process 11"));
    },
  }, 6);
  told.watch.serverIs(11);
  await told.waited(7);
  assertEquals(told.waits, [500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  assertEquals(tries, 7);
  const { state } = told.watch;
  assert(state.kind === "absent");
  assertEquals(state.why, "Process 11 is not watched: There is no process 11.");
});

Deno.test("an observer that comes and goes at once is not asked at once again", async () => {
  await using told = new Told({
    kind: "socket",
    path: "/seen",
    async listen() {
      const { lines, observer } = await observerOf(11);
      lines.end();
      return { kind: "observer", observer };
    },
  }, 3);
  await told.waited(4);
  assert(told.waits.every((ms) => ms >= 500), told.waits.join());
});

Deno.test("with a given process, its end is told, and which one the server is now", async () => {
  const { lines, observer } = await observerOf(11);
  await using told = new Told({
    kind: "watching",
    observer,
    commands: (pid) => [`watch ${pid}`],
  });
  told.watch.serverIs(11);
  assertEquals(told.watch.state, {
    kind: "watching",
    pids: [11],
    backend: "tracepoint",
    blind: ["What is read by splice is not seen."],
    calls: false,
  });
  exit(lines);
  await told.until(isAbsent, "its end");
  told.watch.serverIs(12);
  assertEquals(told.watch.state, {
    kind: "absent",
    why: "The watched process 11 has ended.",
    remedy: "The server is process 12 now: start the dashboard again for it.",
    commands: ["watch 12"],
  });
});

Deno.test("figures of a process that is not the server any more are called so", async () => {
  const { observer } = await observerOf(11, 14);
  await using told = new Told({
    kind: "socket",
    path: "/seen",
    listen: () => Promise.resolve({ kind: "observer", observer }),
  });
  await told.until(watches(11), "the observer");
  const notice = () => told.watch.state.kind === "watching" ? told.watch.state.notice : "absent";
  told.watch.serverIs(12);
  assertEquals(notice(), "The server says that it is process 12, which is not watched.");
  told.watch.serverIs(14);
  assertEquals(notice(), undefined);
  told.watch.serverIs(12);
  assertEquals(
    notice(),
    "The server is process 12 now, and these figures are not its own any more.",
  );
});
