/**
 * Claims about the loop of the live view, and about recording: a made observer and a fake terminal, the real model
 * between them.
 *
 * @module
 */

import { type Observation, type Observer, replay, summarise } from "../../../observe/mod.ts";
import { runLive } from "../../../cli/observe/app.ts";
import { recorded, type Sink } from "../../../cli/observe/recorded.ts";
import type { OpenTerminal, Terminal, TerminalEvent } from "../../../cli/tty/terminal.ts";
import { Failure } from "../../../cli/failure.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { BEGIN, io, made, snapshot } from "./made.ts";

const END: Observation = { kind: "end", ts: BEGIN + 3e9, reason: "time", last: snapshot(3) };

/** An observer that tells what the test hands it, and its end when it is stopped. */
class MadeObserver implements Observer {
  readonly start = made();
  disposed = false;
  readonly #all: Observation[] = [];
  #wake = Promise.withResolvers<void>();

  tell(...observations: readonly Observation[]): void {
    this.#all.push(...observations);
    this.#wake.resolve();
  }

  async *batches(): AsyncGenerator<readonly Observation[]> {
    for (;;) {
      const batch = this.#all.splice(0);
      if (batch.length > 0) yield batch;
      if (batch.some(({ kind }) => kind === "end")) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Observation> {
    for await (const batch of this.batches()) yield* batch;
  }

  snapshot = () => snapshot(1);
  summary = () => summarise(this.start, snapshot(1));

  [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
    return Promise.resolve();
  }
}

/** A terminal whose writes wait until the test takes them, if it wants to. */
class FakeTerminal implements Terminal {
  readonly size = { columns: 80, rows: 24 };
  readonly palette = "none";
  written: string[] = [];
  disposed = false;
  /** What a write waits for. */
  gate: Promise<void> | undefined;
  listen: (event: TerminalEvent) => void = () => {};

  readonly open: OpenTerminal = (listen) => {
    this.listen = listen;
    return this;
  };

  async write(text: string): Promise<void> {
    this.written.push(text);
    await this.gate;
  }

  suspend(): Promise<boolean> {
    return Promise.resolve(false);
  }

  press(text: string): void {
    this.listen({ kind: "key", key: { kind: "text", text } });
  }

  [Symbol.dispose](): void {
    this.disposed = true;
  }
}

function live(replayed = false) {
  const observer = new MadeObserver();
  const terminal = new FakeTerminal();
  let stops = 0;
  const stop = () => {
    stops++;
    observer.tell(END);
  };
  const done = runLive({ observer, sort: "bytes", replayed, stop, openTerminal: terminal.open });
  return { observer, terminal, done, stops: () => stops };
}

Deno.test("the view ends with the observation, and gives the terminal back", async () => {
  const { observer, terminal, done, stops } = live();
  observer.tell(observer.start, snapshot(1), END);
  await done;
  assertEquals([terminal.disposed, stops()], [true, 0]);
  assert(terminal.written.join("").includes("192.0.2.17:50420"));
});

Deno.test("q stops the observation and waits for its end", async () => {
  const { terminal, done, stops } = live();
  terminal.press("q");
  await done;
  assertEquals(stops(), 1);
});

for (const event of ["signal", "end"] as const) {
  Deno.test(`the terminal's ${event} ends the view as q does`, async () => {
    const { terminal, done, stops } = live();
    terminal.listen(
      event === "signal"
        ? { kind: "signal", signal: "SIGTERM" }
        : { kind: "key", key: { kind: "end" } },
    );
    await done;
    assertEquals(stops(), 1);
  });
}

Deno.test("the end of a replay stays on the screen until q", async () => {
  const { observer, terminal, done } = live(true);
  let left = false;
  const leaving = done.then(() => left = true);
  observer.tell(observer.start, snapshot(1), END);
  while (!terminal.written.join("").includes("ENDED")) await Promise.resolve();
  assertEquals(left, false);
  terminal.press("q");
  await leaving;
});

Deno.test("while the terminal takes a frame, what happens is gathered into one more", async () => {
  const { observer, terminal, done } = live();
  const gate = Promise.withResolvers<void>();
  terminal.gate = gate.promise;
  for (let second = 1; second <= 50; second++) terminal.press("s");
  gate.resolve();
  terminal.gate = undefined;
  observer.tell(END);
  await done;
  assert(terminal.written.length <= 4, `${terminal.written.length} frames`);
});

/** A file in memory; `room` is how many bytes fit. */
class MemoryFile implements Sink {
  text = "";
  closed = false;
  room = Infinity;

  writeSync(bytes: Uint8Array): number {
    if (this.text.length + bytes.length > this.room) throw new Error("No space left");
    // Short writes are allowed, so there are some.
    const some = bytes.subarray(0, 1_000);
    this.text += new TextDecoder().decode(some);
    return some.length;
  }

  close(): void {
    this.closed = true;
  }
}

Deno.test("what was recorded is what the viewer saw, and replays as it was", async () => {
  const observer = new MadeObserver();
  const file = new MemoryFile();
  observer.tell(observer.start, io(), snapshot(1), io({ op: "send", offset: 7 }), END);
  {
    await using recording = recorded(observer, file);
    const seen = await Array.fromAsync(recording);
    assertEquals(seen.length, 5);
  }
  assertEquals([observer.disposed, file.closed], [true, true]);
  const lines = file.text.trimEnd().split("\n");
  await using again = await replay((async function* () {
    yield* lines;
  })());
  assertEquals(await Array.fromAsync(again), [
    observer.start,
    io(),
    snapshot(1),
    io({ op: "send", offset: 7 }),
    END,
  ]);
});

Deno.test("a recording that cannot be written ends the observation with a sentence", async () => {
  const observer = new MadeObserver();
  const file = new MemoryFile();
  file.room = 10;
  observer.tell(observer.start, END);
  await using recording = recorded(observer, file);
  const error = await assertRejects(Array.fromAsync(recording), Failure);
  assertEquals(error.message, "The recording cannot be written: No space left.");
});
