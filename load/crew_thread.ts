/**
 * A thread of the load generator: its crew, its sockets and its clock.
 *
 * It is told to begin once; everything after that it reads from shared memory, woken by its bell.
 *
 * @module
 */

import { Crew, type CrewResult } from "./crew.ts";
import { TICK_MS } from "./limits.ts";
import type { Plan } from "./plan.ts";
import { look, PHASE, type SharedMemory } from "./shared.ts";
import { dialTcp } from "./tcp.ts";
import { dialWebSocket } from "./web_socket.ts";

/** What a thread is told. */
export interface CrewOrder {
  readonly plan: Plan;
  readonly thread: number;
  readonly memory: SharedMemory;
  /** When the run began, in ms since 1970. */
  readonly since: number;
}

/** What it says. */
export type CrewNews =
  | { readonly kind: "ready" }
  | { readonly kind: "in" }
  | { readonly kind: "failed"; readonly sentence: string }
  | { readonly kind: "result"; readonly result: CrewResult };

declare const self: {
  onmessage: ((event: MessageEvent<CrewOrder>) => void) | null;
  postMessage(news: CrewNews): void;
};

self.onmessage = ({ data: order }) => void work(order);
self.postMessage({ kind: "ready" });

async function work({ plan, thread, memory, since }: CrewOrder): Promise<void> {
  const shared = look(memory);
  const { host, port, way, rate } = plan;
  // Threads have clocks that began at different times.
  const originUs = (since - performance.timeOrigin) * 1_000;
  const crew = new Crew({
    plan,
    thread,
    shared,
    dial: way === "websocket" ? dialWebSocket(host, port) : dialTcp(host, port),
    nowUs: () => performance.now() * 1_000 - originUs,
    fail: (sentence) => self.postMessage({ kind: "failed", sentence }),
  });
  await crew.logIn();
  self.postMessage({ kind: "in" });
  const ticker = rate > 0 ? setInterval(() => crew.sayDue(), TICK_MS) : undefined;
  for (;;) {
    const bell = Atomics.load(shared.bells, thread);
    if (shared.phase[0] === PHASE.over) break;
    crew.topUpAll();
    await Atomics.waitAsync(shared.bells, thread, bell).value;
  }
  clearInterval(ticker);
  self.postMessage({ kind: "result", result: crew.result() });
  crew.close();
}
