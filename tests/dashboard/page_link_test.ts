/**
 * When a page is told what waits for it: planned once, and an answer does not wait for the others. Timers and clock are
 * the test's.
 *
 * @module
 */

import type { Hub } from "../../observe/dashboard/hub.ts";
import { GATHER_BUSY_MS, GATHER_MS } from "../../observe/dashboard/limits.ts";
import { textOf } from "../../observe/dashboard/outgoing.ts";
import { PageLink } from "../../observe/dashboard/page_link.ts";
import { assertEquals } from "../assert.ts";

const LINE = textOf({ kind: "error", sentence: "x" });

/** Takes the place of timers and clock: the clock stands, and timers go off when the test says so. */
class Timers implements Disposable {
  readonly #set = globalThis.setTimeout;
  readonly #clear = globalThis.clearTimeout;
  readonly #now = performance.now;
  readonly #waiting = new Map<number, { readonly run: () => void; readonly ms: number }>();
  /** How many were ever set. */
  count = 0;

  constructor() {
    performance.now = () => 1_000;
    globalThis.setTimeout = ((run: () => void, ms: number) => {
      this.#waiting.set(++this.count, { run, ms });
      return this.count;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout =
      ((n: number) => this.#waiting.delete(n)) as unknown as typeof clearTimeout;
  }

  /** Milliseconds of those that wait. */
  get delays(): number[] {
    return [...this.#waiting.values()].map(({ ms }) => ms);
  }

  /** Lets all go off. */
  goOff(): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { run } of all) run();
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#set;
    globalThis.clearTimeout = this.#clear;
    performance.now = this.#now;
  }
}

Deno.test("a busy room plans a page's next word once, and an answer comes before it", () => {
  using timers = new Timers();
  const sent: string[] = [];
  const socket = {
    bufferedAmount: 0,
    readyState: WebSocket.OPEN,
    send: (text: string) => sent.push(text),
    close: () => {},
  };
  // Nothing is asked of it here.
  const link = new PageLink(socket, undefined as unknown as Hub, "session");
  const say = () => {
    link.outgoing.chat(LINE);
    link.wake();
  };
  say();
  assertEquals(timers.delays, [GATHER_MS]);
  timers.goOff();
  assertEquals(sent.length, 1);

  const before = timers.count;
  for (let n = 0; n < 1_000; n++) say();
  assertEquals(timers.count - before, 1);
  assertEquals(timers.delays, [GATHER_BUSY_MS]);

  link.tell({ type: "send", n: 1, path: "/files/x", offset: 0 });
  assertEquals(timers.delays, [GATHER_MS]);
  timers.goOff();
  assertEquals(sent.slice(1).map((text) => JSON.parse(text).type), ["chat", "send"]);
  assertEquals(JSON.parse(sent[1] ?? "").events.length, 1_000);
});
