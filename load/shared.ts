/**
 * What all threads of a run look at and write to: a few arrays of numbers in shared memory.
 *
 * A message of sender `s` with counter `k` has the place `s * ringOf(plan) + k % ringOf(plan)` in the two rings: at most
 * `inFlight` of one sender are on the way, so a place is free when its turn comes again.
 *
 * @module
 */

import { hearsItself, type Plan } from "./plan.ts";

/** What the run is doing. Threads look at it with each message. */
export const PHASE = { waiting: 0, talking: 1, measuring: 2, draining: 3, over: 4 } as const;

/** Counters that a thread keeps in shared memory, for whoever shows progress. */
export const TALLY = { loggedIn: 0, deliveries: 1, sent: 2, bytes: 3 } as const;
const TALLIES = 4;

/** The memory, as it is handed to threads. */
export interface SharedMemory {
  readonly phase: SharedArrayBuffer;
  readonly measuredFrom: SharedArrayBuffer;
  readonly left: SharedArrayBuffer;
  readonly bells: SharedArrayBuffer;
  readonly bellFds: SharedArrayBuffer;
  readonly sentAt: SharedArrayBuffer;
  readonly waiting: SharedArrayBuffer;
  readonly landed: SharedArrayBuffer;
  readonly sent: SharedArrayBuffer;
  readonly tallies: SharedArrayBuffer;
}

/** The same as arrays. */
export interface Shared {
  /** One number: a `PHASE`. */
  readonly phase: Int32Array;
  /** One number: when measuring began, in µs of the run's clock. */
  readonly measuredFrom: Float64Array;
  /** One number: threads that ring nobody any more. */
  readonly left: Int32Array;
  /** For each thread a number that is changed and rung when it may have something to do. */
  readonly bells: Int32Array;
  /** For each thread the descriptor by which it is woken, where threads are held by epoll. */
  readonly bellFds: Int32Array;
  /** Ring: when a message was sent, or should have been, in µs of the run's clock. */
  readonly sentAt: Float64Array;
  /** Ring: how many threads have members that lack a message. */
  readonly waiting: Int32Array;
  /** For each sender, how many of its messages have landed: those before this counter. */
  readonly landed: Int32Array;
  /** For each sender, how many it has sent. */
  readonly sent: Int32Array;
  /** For each thread its `TALLY` counters. */
  readonly tallies: Float64Array;
}

/** Memory for a run. */
export function newSharedMemory(plan: Plan): SharedMemory {
  const { senders, threads } = plan;
  const places = Math.max(1, senders * ringOf(plan));
  return {
    phase: new SharedArrayBuffer(4),
    measuredFrom: new SharedArrayBuffer(8),
    left: new SharedArrayBuffer(4),
    bells: new SharedArrayBuffer(4 * threads),
    bellFds: new SharedArrayBuffer(4 * threads),
    sentAt: new SharedArrayBuffer(8 * places),
    waiting: new SharedArrayBuffer(4 * places),
    landed: new SharedArrayBuffer(4 * Math.max(1, senders)),
    sent: new SharedArrayBuffer(4 * Math.max(1, senders)),
    tallies: new SharedArrayBuffer(8 * TALLIES * threads),
  };
}

/** Places of one sender in a ring: a power of two, so that no division is needed to find one. */
export function ringOf({ inFlight }: Pick<Plan, "inFlight">): number {
  return 2 ** Math.ceil(Math.log2(inFlight));
}

/** Looks at the memory. */
export function look(memory: SharedMemory): Shared {
  return {
    phase: new Int32Array(memory.phase),
    measuredFrom: new Float64Array(memory.measuredFrom),
    left: new Int32Array(memory.left),
    bells: new Int32Array(memory.bells),
    bellFds: new Int32Array(memory.bellFds),
    sentAt: new Float64Array(memory.sentAt),
    waiting: new Int32Array(memory.waiting),
    landed: new Int32Array(memory.landed),
    sent: new Int32Array(memory.sent),
    tallies: new Float64Array(memory.tallies),
  };
}

/** A thread's own counters. */
export function talliesOf({ tallies }: Shared, thread: number): Float64Array {
  return tallies.subarray(thread * TALLIES, (thread + 1) * TALLIES);
}

/** A counter, added up over all threads. */
export function totalOf({ tallies }: Shared, tally: number): number {
  let sum = 0;
  for (let at = tally; at < tallies.length; at += TALLIES) sum += tallies[at] ?? 0;
  return sum;
}

/** Rings a thread's bell. */
export function ring({ bells }: Shared, thread: number): void {
  Atomics.add(bells, thread, 1);
  Atomics.notify(bells, thread);
}

/** Enters a phase: all threads see it soon. */
export function enter(shared: Shared, phase: number): void {
  Atomics.store(shared.phase, 0, phase);
  for (let thread = 0; thread < shared.bells.length; thread++) ring(shared, thread);
}

/** How many members of a thread hear what a sender says. */
export function hearersOf(plan: Plan, sender: number, thread: number): number {
  const { rooms, threads } = plan;
  const count = inRoomAndThread(plan, sender % rooms, thread);
  return count - (hearsItself(plan) || sender % threads !== thread ? 0 : 1);
}

/** How many threads have members who hear what a sender says. */
export function threadsThatHear(plan: Plan, sender: number): number {
  let count = 0;
  for (let thread = 0; thread < plan.threads; thread++) {
    if (hearersOf(plan, sender, thread) > 0) count++;
  }
  return count;
}

/** Members of both: as rooms and threads are dealt out in turn, the same pair comes again at each common multiple. */
function inRoomAndThread({ members, rooms, threads }: Plan, room: number, thread: number): number {
  for (let turn = 0; turn < threads; turn++) {
    const first = room + turn * rooms;
    if (first >= members) return 0;
    if (first % threads !== thread) continue;
    const every = rooms * threads / commonDivisor(rooms, threads);
    return Math.floor((members - 1 - first) / every) + 1;
  }
  return 0;
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}
