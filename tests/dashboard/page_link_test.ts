/**
 * When a page is told what waits for it: planned once, and an answer does not wait for the others. The clock is the test's.
 *
 * @module
 */

import type { Hub } from "../../observe/dashboard/hub.ts";
import { GATHER_BUSY_MS, GATHER_MS } from "../../observe/dashboard/limits.ts";
import { textOf } from "../../observe/dashboard/outgoing.ts";
import { type PageClock, PageLink } from "../../observe/dashboard/page_link.ts";
import { assertEquals } from "../assert.ts";

const LINE = textOf({ kind: "error", sentence: "x" });

/** A clock that stands, and whose tasks are done when the test says so. */
class StandingClock implements PageClock {
  readonly #waiting = new Map<number, { readonly task: () => void; readonly ms: number }>();
  /** How many tasks there ever were. */
  count = 0;

  now(): number {
    return 1_000;
  }

  after(ms: number, task: () => void): () => void {
    const n = ++this.count;
    this.#waiting.set(n, { task, ms });
    return () => void this.#waiting.delete(n);
  }

  /** Milliseconds of those that wait. */
  get delays(): number[] {
    return [...this.#waiting.values()].map(({ ms }) => ms);
  }

  /** Does all that waits. */
  goOff(): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { task } of all) task();
  }
}

Deno.test("a busy room plans a page's next word once, and an answer comes before it", () => {
  const clock = new StandingClock();
  const sent: string[] = [];
  const socket = {
    bufferedAmount: 0,
    readyState: WebSocket.OPEN,
    send: (text: string) => sent.push(text),
    close: () => {},
  };
  // Nothing is asked of it here.
  const link = new PageLink(socket, undefined as unknown as Hub, clock);
  const say = () => {
    link.outgoing.chat(LINE);
    link.wake();
  };
  say();
  assertEquals(clock.delays, [GATHER_MS]);
  clock.goOff();
  assertEquals(sent.length, 1);

  const before = clock.count;
  for (let n = 0; n < 1_000; n++) say();
  assertEquals(clock.count - before, 1);
  assertEquals(clock.delays, [GATHER_BUSY_MS]);

  link.tell({ type: "send", n: 1, path: "/files/x", offset: 0 });
  assertEquals(clock.delays, [GATHER_MS]);
  clock.goOff();
  assertEquals(sent.slice(1).map((text) => JSON.parse(text).type), ["chat", "send"]);
  assertEquals(JSON.parse(sent[1] ?? "").events.length, 1_000);
});
