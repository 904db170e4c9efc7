/**
 * Watches the server's process, and those of its clients on this machine, from the kernel, and keeps the newest calls until the
 * message is known that they belong to.
 *
 * Where it cannot be watched, that is a sentence and no failure: the server's own marks are worth something alone.
 *
 * @module
 */

import {
  type Io,
  observe,
  type Observer,
  ObserveUnavailable,
  type Sync,
} from "../../../observe/mod.ts";
import { type KernelView, plainAddress } from "../../../observe/trace/mod.ts";
import { clientsOf, processAt } from "../../bench/server_process.ts";
import { isLoopback } from "../../../ground/mod.ts";
import type { Address } from "../../values.ts";
import { CALLS_KEPT, PIDS_MAX, SYNCS_KEPT, TRACE_RING_BYTES } from "../limits.ts";

/** Whom to watch. */
export interface Watched {
  /** The server's process, then those of its clients. */
  readonly pids: readonly number[];
  /** The addresses of these clients. */
  readonly clients: ReadonlySet<string>;
}

/** The processes at both ends of the connections to a server of this machine; a sentence where there are none to be watched. */
export async function whoIsThere(server: Address): Promise<Watched | string> {
  if (!isLoopback(server.host)) {
    return "The server is on another machine: its kernel is not watched.";
  }
  const pid = await processAt(server.port);
  if (pid === undefined) {
    return "Which process the server is, is told only to root and to its user: its kernel is not watched.";
  }
  const clients = await clientsOf(server.port);
  const pids = [...new Set([pid, ...clients.map(({ pid }) => pid)])].slice(0, PIDS_MAX);
  const watched = clients.filter(({ pid }) => pids.includes(pid));
  return { pids, clients: new Set(watched.map(({ address }) => plainAddress(address))) };
}

/** The kernel, as far as it is watched. */
export interface KernelWatch extends AsyncDisposable {
  /** Why it is not, as a sentence. */
  readonly why: string | undefined;
  /** From when on, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly since: number;
  /** What is known so far. */
  view(): KernelView | undefined;
  /** Ends the watching, when all that has happened until now is known. */
  end(): Promise<void>;
}

/** Begins to watch. @throws Nothing for want of a privilege: then `why` says so. */
export async function watchKernel(who: Watched | string, port: number): Promise<KernelWatch> {
  if (typeof who === "string") return new Unwatched(who);
  const stop = new AbortController();
  const syncs: Sync[] = [];
  try {
    const observer = await observe({
      pids: who.pids,
      lowLatency: true,
      ringBytes: TRACE_RING_BYTES,
      signal: stop.signal,
      onSync: (sync) => {
        syncs.push(sync);
        if (syncs.length > SYNCS_KEPT) syncs.shift();
      },
    });
    return new Watching(observer, { who, port, stop, syncs });
  } catch (error) {
    if (!(error instanceof ObserveUnavailable)) throw error;
    return new Unwatched(`${error.message}.`);
  }
}

class Unwatched implements KernelWatch {
  readonly why: string;
  readonly since = 0;

  constructor(why: string) {
    this.why = why;
  }

  view(): undefined {}

  end(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

interface WatchingParts {
  readonly who: Watched;
  /** The server's. */
  readonly port: number;
  readonly stop: AbortController;
  /** Syncs are told into it. */
  readonly syncs: readonly Sync[];
}

class Watching implements KernelWatch {
  readonly why = undefined;
  readonly since: number;
  readonly #observer: Observer;
  readonly #who: Watched;
  readonly #suffix: string;
  readonly #stop: AbortController;
  readonly #syncs: readonly Sync[];
  readonly #reading: Promise<void>;
  #calls: Io[] = [];
  /** Calls that were forgotten for want of room, or that the kernel could not tell. */
  #lost = 0;
  #until: number;

  constructor(observer: Observer, { who, port, stop, syncs }: WatchingParts) {
    this.#observer = observer;
    this.#syncs = syncs;
    this.#who = who;
    this.#suffix = `:${port}`;
    this.#stop = stop;
    this.since = this.#until = observer.start.ts;
    this.#reading = this.#read();
    // Whoever ends it hears of it.
    this.#reading.catch(() => {});
  }

  view(): KernelView {
    return {
      calls: this.#calls,
      syncs: this.#syncs,
      watched: this.#who.clients,
      until: this.#until,
      lost: this.#lost,
    };
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#observer[Symbol.asyncDispose]();
    await this.#reading.catch(() => {});
  }

  async #read(): Promise<void> {
    for await (const batch of this.#observer.batches()) {
      for (const one of batch) {
        if (one.kind === "io") this.#take(one);
        else if (one.kind === "end") {
          [this.#until, this.#lost] = [one.ts, this.#lost + one.last.lost];
        }
      }
    }
  }

  /** Of watched clients, what they say to others is nobody's business here. */
  #take(io: Io): void {
    if (io.offset === undefined || io.bytes === 0) return;
    if (!io.local?.endsWith(this.#suffix) && !io.remote?.endsWith(this.#suffix)) return;
    this.#calls.push(io);
    if (this.#calls.length < 2 * CALLS_KEPT) return;
    this.#lost += this.#calls.length - CALLS_KEPT;
    this.#calls = this.#calls.slice(-CALLS_KEPT);
  }
}
