/**
 * A thread of the load generator: its crew, its sockets and its clock.
 *
 * It is told to begin once; everything after that it reads from shared memory, woken by its bell. Before it hears anything
 * from outside it gives up the permission to open libraries.
 *
 * @module
 */

import { Crew, type CrewResult } from "./crew.ts";
import { EpollSockets } from "./epoll_sockets.ts";
import { IDLE_US } from "./limits.ts";
import type { Plan } from "./plan.ts";
import { RuntimeSockets } from "./runtime_sockets.ts";
import { look, PHASE, type Shared, type SharedMemory } from "./shared.ts";
import type { Sockets } from "./sockets.ts";

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
  | { readonly kind: "result"; readonly result: CrewResult }
  | { readonly kind: "gone" };

declare const self: {
  onmessage: ((event: MessageEvent<CrewOrder>) => void) | null;
  postMessage(news: CrewNews): void;
};

self.onmessage = ({ data: order }) => void work(order);
self.postMessage({ kind: "ready" });

async function work({ plan, thread, memory, since }: CrewOrder): Promise<void> {
  const shared = look(memory);
  // Threads have clocks that began at different times.
  const originUs = (since - performance.timeOrigin) * 1_000;
  const fail = (sentence: string) => self.postMessage({ kind: "failed", sentence });
  let sockets: Sockets;
  try {
    sockets = socketsOf(plan, thread, shared);
  } catch (error) {
    return fail(
      `The load generator cannot begin: ${error instanceof Error ? error.message : error}`,
    );
  }
  const crew = new Crew({
    plan,
    thread,
    shared,
    sockets,
    nowUs: () => performance.now() * 1_000 - originUs,
    fail,
  });
  const over = Promise.withResolvers<void>();
  sockets.run(() => {
    if (shared.phase[0] !== PHASE.over) return crew.turn();
    over.resolve();
    return IDLE_US;
  });
  void crew.logIn().then(() => self.postMessage({ kind: "in" }));
  await over.promise;
  self.postMessage({ kind: "result", result: crew.result() });
  crew.close();
  await sockets.close();
  self.postMessage({ kind: "gone" });
}

function socketsOf(plan: Plan, thread: number, shared: Shared): Sockets {
  if (plan.transport === "runtime") return new RuntimeSockets(plan, thread, shared);
  const { host, port, threads } = plan;
  const sockets = new EpollSockets({ host, port, thread, threads, shared });
  Deno.permissions.revokeSync({ name: "ffi" });
  return sockets;
}
