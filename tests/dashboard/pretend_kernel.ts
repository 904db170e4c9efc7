/**
 * An observer without a kernel: it tells what a test, or a made-up load, says.
 *
 * @module
 */

import type { KernelSource } from "../../observe/dashboard/mod.ts";
import type {
  Flow,
  Histogram,
  Io,
  Observation,
  Observer,
  Snapshot,
  SocketFigures,
  Start,
  Summary,
} from "../../observe/mod.ts";

const SLOTS = 26;

/** A histogram of these durations in nanoseconds. */
export function histogram(durations: readonly number[]): Histogram {
  const slots: number[] = new Array(SLOTS).fill(0);
  for (const ns of durations) {
    const slot = Math.min(SLOTS - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, ns))) - 7));
    slots[slot] = (slots[slot] ?? 0) + 1;
  }
  return { count: durations.length, sumNs: durations.reduce((sum, ns) => sum + ns, 0), slots };
}

/** A flow of so many calls and bytes. */
export function flow(calls: number, bytes: number, durations: Histogram = histogram([])): Flow {
  return { calls, bytes, empty: 0, again: 0, errors: 0, durations };
}

/** A TCP socket with nothing on it but what is given. */
export function socket(
  figures: Partial<SocketFigures> & { readonly socket: number },
): SocketFigures {
  return {
    inode: 1,
    pid: 1,
    family: "inet",
    protocol: 6,
    send: flow(0, 0),
    recv: flow(0, 0),
    delays: histogram([]),
    firstTs: 0,
    lastTs: 0,
    closed: false,
    ...figures,
  };
}

/** A snapshot with nothing in it but what is given. */
export function snapshot(figures: Partial<Snapshot> & { readonly ts: number }): Snapshot {
  return {
    kind: "snapshot",
    send: flow(0, 0),
    recv: flow(0, 0),
    delays: histogram([]),
    functions: {},
    sockets: [],
    produced: 0,
    received: 0,
    lost: 0,
    socketsFull: 0,
    ...figures,
  };
}

/** The beginning of an observation. Its clock is 0 at `at`. */
export function start(at: number, pid = 1): Start {
  return {
    kind: "start",
    ts: 0,
    at,
    pids: [pid],
    backend: "kprobe",
    probes: ["tcp_sendmsg", "tcp_recvmsg"],
    blind: ["Calls by io_uring are not seen."],
  };
}

/** An observer that tells what it is given, and can be told more. */
export class PretendObserver implements Observer {
  readonly start: Start;
  #queue: Observation[] = [];
  #wake = Promise.withResolvers<void>();
  #ended = false;
  #last: Snapshot = snapshot({ ts: 0 });

  constructor(at: number = Date.now(), pid = 1) {
    this.start = start(at, pid);
  }

  /** Tells something. */
  tell(...observations: readonly Observation[]): void {
    this.#queue.push(...observations);
    for (const one of observations) if (one.kind === "snapshot") this.#last = one;
    this.#notify();
  }

  async *batches(): AsyncGenerator<readonly Observation[]> {
    while (!this.#ended || this.#queue.length > 0) {
      if (this.#queue.length === 0) await this.#wake.promise;
      const batch = this.#queue.splice(0);
      if (batch.length > 0) yield batch;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Observation> {
    for await (const batch of this.batches()) yield* batch;
  }

  snapshot(): Snapshot {
    return this.#last;
  }

  summary(): Summary {
    return {
      backend: "kprobe",
      events: 0,
      lost: 0,
      durationMs: 0,
      bytesSent: 0,
      bytesReceived: 0,
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#notify();
    return Promise.resolve();
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

/** A call. */
export function io(call: Partial<Io> & { readonly ts: number }): Io {
  return {
    kind: "io",
    pid: 1,
    tid: 1,
    op: "send",
    func: "tcp_sendmsg",
    bytes: 0,
    socket: 1,
    family: "inet",
    ...call,
  };
}

/** A socket at which one observer tells, and then nobody. */
export function onSocket(observer: Observer): KernelSource {
  let left: Observer | undefined = observer;
  return {
    kind: "socket",
    path: "seen",
    listen() {
      const given = left;
      left = undefined;
      return Promise.resolve(
        given === undefined
          ? { kind: "nobody", why: "it is not there" }
          : { kind: "observer", observer: given },
      );
    },
  };
}
