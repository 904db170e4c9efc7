/**
 * The calls that a recording tells after its last figures, added to these: without them a recording that is cut off in its first
 * interval would tell of nothing.
 *
 * ```text
 *   … snapshot ─► io io io ▌ here it is cut
 *     figures   +  calls     = figures at the cut
 * ```
 *
 * Figures are taken from the kernel while some of what they count still waits in the ring: as many calls as they say
 * to have been produced and neither read nor lost are in them already, and come next. What calls do not tell, such as those that
 * would have had to wait, or how TCP stands, remains as of the last figures.
 *
 * Bounded like the kernel's table: calls on more sockets are in the sums only, and are counted as that.
 *
 * @module
 */

import { emptyHistogram, mergeHistograms, slotOf } from "./histogram.ts";
import { SOCKETS_MAX } from "./limits.ts";
import type { Flow, Histogram, Io, Snapshot, SocketFigures } from "./observation.ts";
import { emptyFlow, emptySnapshot } from "./summary.ts";

/** A recording may have millions of calls, so sums are added to in place while nobody else sees them. */
type Open<T> = { -readonly [Field in keyof T]: T[Field] };
type OpenHistogram = Open<Omit<Histogram, "slots">> & { readonly slots: number[] };
type OpenFlow = Open<Omit<Flow, "durations">> & { readonly durations: OpenHistogram };

const IPPROTO_TCP = 6;

/** Counts calls. */
export class CallsSince {
  /** Calls that will come, and are in the last figures already. */
  #counted = 0;
  #told = 0;
  #sums = new Counted();
  readonly #functions = new Map<string, number>();
  readonly #sockets = new Map<number, Counted>();
  #socketsFull = 0;

  /** These are the figures now: no call has come since. */
  restart({ produced, received, lost }: Snapshot): void {
    this.#counted = Math.max(0, produced - received - lost);
    this.#told = 0;
    this.#sums = new Counted();
    this.#functions.clear();
    this.#sockets.clear();
    this.#socketsFull = 0;
  }

  /** A call was told. */
  note(io: Io): void {
    if (this.#counted > 0) {
      this.#counted--;
      return;
    }
    this.#told++;
    this.#sums.note(io);
    if (io.bytes > 0) this.#functions.set(io.func, (this.#functions.get(io.func) ?? 0) + 1);
    let socket = this.#sockets.get(io.socket);
    if (socket === undefined) {
      if (this.#sockets.size >= SOCKETS_MAX) {
        this.#socketsFull++;
        return;
      }
      this.#sockets.set(io.socket, socket = new Counted());
    }
    socket.note(io);
  }

  /** The figures now. @param before The last ones, or empty ones. */
  figures(before: Snapshot): Snapshot {
    if (this.#told === 0) return before;
    const functions = new Map(Object.entries(before.functions));
    for (const [name, count] of this.#functions) {
      functions.set(name, (functions.get(name) ?? 0) + count);
    }
    const known = new Set(before.sockets.map(({ socket }) => socket));
    const fresh = [...this.#sockets].filter(([socket]) => !known.has(socket));
    return {
      ...before,
      ...this.#sums.addedTo(before),
      ts: Math.max(before.ts, this.#sums.last?.ts ?? 0),
      functions: Object.fromEntries(functions),
      sockets: [
        ...before.sockets.map((one) => this.#sockets.get(one.socket)?.socketAfter(one) ?? one),
        ...fresh.flatMap(([, counted]) => counted.socket() ?? []),
      ],
      produced: Math.max(before.produced, before.received + before.lost) + this.#told,
      received: before.received + this.#told,
      socketsFull: before.socketsFull + this.#socketsFull,
    };
  }
}

type Figures = Pick<SocketFigures, "send" | "recv" | "delays">;

/** What calls add up to. */
class Counted implements Figures {
  readonly send: OpenFlow = openFlow();
  readonly recv: OpenFlow = openFlow();
  readonly delays: OpenHistogram = openHistogram();
  first: Io | undefined;
  last: Io | undefined;
  /** Offsets exist for TCP alone. */
  #isTcp = false;

  note(io: Io): void {
    this.first ??= io;
    this.last = io;
    this.#isTcp ||= io.offset !== undefined;
    const flow = this[io.op];
    if (io.bytes > 0) flow.calls++;
    else flow.errors++;
    flow.bytes += io.bytes;
    if (io.durationNs !== undefined) count(flow.durations, io.durationNs);
    if (io.delayNs !== undefined) count(this.delays, io.delayNs);
  }

  addedTo({ send, recv, delays }: Figures): Figures {
    return {
      send: together(send, this.send),
      recv: together(recv, this.recv),
      delays: mergeHistograms(delays, this.delays),
    };
  }

  /** A socket of which there were figures already. */
  socketAfter(before: SocketFigures): SocketFigures {
    const { pid, ts } = this.last ?? { pid: before.pid, ts: before.lastTs };
    return { ...before, ...this.addedTo(before), pid, lastTs: Math.max(ts, before.lastTs) };
  }

  /** A socket of which there were none. */
  socket(): SocketFigures | undefined {
    const { first, last } = this;
    if (first === undefined || last === undefined) return undefined;
    const { local, remote } = last;
    return {
      socket: last.socket,
      inode: 0,
      pid: last.pid,
      family: last.family,
      protocol: this.#isTcp ? IPPROTO_TCP : 0,
      ...(local === undefined ? {} : { local }),
      ...(remote === undefined ? {} : { remote }),
      ...this.addedTo(emptySnapshot(0)),
      firstTs: first.ts,
      lastTs: last.ts,
      closed: false,
    };
  }
}

function together(one: Flow, other: Flow): Flow {
  return {
    calls: one.calls + other.calls,
    bytes: one.bytes + other.bytes,
    empty: one.empty + other.empty,
    again: one.again + other.again,
    errors: one.errors + other.errors,
    durations: mergeHistograms(one.durations, other.durations),
  };
}

function openHistogram(): OpenHistogram {
  const { slots, ...rest } = emptyHistogram();
  return { ...rest, slots: [...slots] };
}

function openFlow(): OpenFlow {
  return { ...emptyFlow(), durations: openHistogram() };
}

function count(histogram: OpenHistogram, ns: number): void {
  histogram.count++;
  histogram.sumNs += ns;
  const slot = slotOf(ns);
  histogram.slots[slot] = (histogram.slots[slot] ?? 0) + 1;
}
