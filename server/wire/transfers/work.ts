/**
 * The work of transfers: what reads and writes the place and second connections, each piece of it as one call whose
 * result is an event for a machine.
 *
 * One transfer has one signal, which `drop` fires: what is under way then ends, and what it still says comes too
 * late to matter.
 *
 * @module
 */

import type { TokenBucket } from "../../../ground/mod.ts";
import type { FileWays } from "../file_wire.ts";
import { carryIn, type CarryOptions, carryOut, isLost } from "./carry.ts";
import type { InEvent } from "./incoming.ts";
import { READ_AT_ONCE_MAX } from "./limits.ts";
import type { OutEvent } from "./outgoing.ts";
import {
  type Offer,
  type Place,
  PlaceError,
  type Sendable,
  type Sink,
  type Source,
} from "./place.ts";
import { advance, type Progress, startProgress } from "./progress.ts";
import { flowBucket } from "./rate_limit.ts";
import { Turns } from "./turns.ts";

/** What the work needs. */
export interface WorkOptions {
  readonly ways: FileWays;
  readonly place: Place;
  /** Bytes per second, in either direction; 0 for no limit. */
  readonly rate?: number | undefined;
  /** How much of a file that is sent has arrived, when so much of it was sent. */
  readonly arrived: (n: number, sent: number) => number;
}

/** The work that is under way. Disposing it ends all. */
export class Work implements AsyncDisposable {
  readonly #options: WorkOptions;
  readonly #progress = new Map<number, Progress>();
  /** Bytes of a file that have gone out. */
  readonly #sent = new Map<number, number>();
  readonly #controllers = new Map<number, AbortController>();
  readonly #prepared = new Map<number, Sink>();
  readonly #reading = new Turns(READ_AT_ONCE_MAX);
  readonly #inBucket: TokenBucket;
  readonly #outBucket: TokenBucket;
  /** What was prepared and is being given up: until then it is not prepared again. */
  readonly #drops = new Map<number, Promise<void>>();
  #closed = false;

  constructor(options: WorkOptions) {
    this.#options = options;
    this.#inBucket = flowBucket(options.rate ?? 0, performance.now());
    this.#outBucket = flowBucket(options.rate ?? 0, performance.now());
  }

  /** How far a transfer is; `undefined` when nothing has moved. */
  progress(n: number): Progress | undefined {
    return this.#progress.get(n);
  }

  /** A receiver has said how much it has. */
  heard(n: number): void {
    const sent = this.#sent.get(n);
    if (sent !== undefined) this.#advance(n, this.#options.arrived(n, sent));
  }

  /** Forgets a transfer that is over. */
  forget(n: number): void {
    this.#progress.delete(n);
    this.#sent.delete(n);
    this.#controllers.delete(n);
  }

  /** Takes the size and SHA-256 of a file to be sent. */
  async read(n: number, file: Sendable): Promise<OutEvent | undefined> {
    await using _turn = await this.#reading.turn();
    const signal = this.#signal(n);
    try {
      return { kind: "read", source: await file.open(signal) };
    } catch (error) {
      return signal.aborted ? undefined : { kind: "failed", reason: sentence(error) };
    }
  }

  /** Why a source may not be offered again; `undefined` when it may. */
  async demandSame(source: Source): Promise<OutEvent | undefined> {
    try {
      await source.demandSame();
    } catch (error) {
      return { kind: "failed", reason: sentence(error) };
    }
  }

  /** Bytes of an offered file that are there because somebody said yes to it before: 0 when nobody can know. */
  async begun(offer: Offer): Promise<number> {
    try {
      return await this.#options.place.begun(offer);
    } catch (error) {
      // Why the place cannot be used is said to whoever accepts.
      sentence(error);
      return 0;
    }
  }

  /** Whether what was taken in for an offer is still there. */
  async holds(offer: Offer): Promise<boolean> {
    try {
      return await this.#options.place.holds?.(offer) ?? false;
    } catch (error) {
      sentence(error);
      return false;
    }
  }

  /** Looks whether and from where on an offered file can be received. */
  async prepare(n: number, offer: Offer): Promise<InEvent | undefined> {
    await this.#drops.get(n);
    const signal = this.#signal(n);
    try {
      const prepared = await this.#options.place.prepare(n, offer, signal);
      if (prepared.kind === "have") return { kind: "have", path: prepared.path };
      if (prepared.kind === "refused") {
        const { reason, hindrance = "unable" } = prepared;
        return { kind: "unable", reason, hindrance };
      }
      const { sink } = prepared;
      if (signal.aborted) return void await sink[Symbol.asyncDispose]();
      this.#prepared.set(n, sink);
      this.#progress.set(n, startProgress(offer.size, sink.offset, performance.now()));
      return { kind: "ready", offset: sink.offset };
    } catch (error) {
      if (signal.aborted) return undefined;
      return { kind: "unable", reason: sentence(error), hindrance: "unable" };
    }
  }

  /** Receives what was prepared. */
  async download(n: number, token: string | undefined): Promise<InEvent | undefined> {
    const prepared = this.#prepared.get(n);
    if (prepared === undefined) return undefined;
    this.#prepared.delete(n);
    const onBytes = (done: number): void => this.#advance(n, done);
    const end = await carryIn(prepared, token, this.#carrying(n, this.#inBucket, onBytes));
    return { kind: "taken", end };
  }

  /** Sends from an offset on. */
  async upload(
    n: number,
    source: Source,
    start: { readonly token: string; readonly offset: number },
  ): Promise<OutEvent | undefined> {
    this.#progress.set(n, startProgress(source.size, start.offset, performance.now()));
    const onBytes = (sent: number): void => {
      this.#sent.set(n, sent);
      this.#advance(n, this.#options.arrived(n, sent));
    };
    try {
      await carryOut(source, start, this.#carrying(n, this.#outBucket, onBytes));
    } catch (error) {
      // Of a connection that broke the server says what follows.
      if (!isLost(error)) return { kind: "failed", reason: sentence(error) };
    }
  }

  /** Ends what is under way for a transfer. @param why A sentence, when it is not that somebody stopped it. */
  async drop(n: number, why?: string): Promise<void> {
    this.#controllers.get(n)?.abort(why === undefined ? undefined : new PlaceError(why));
    this.#controllers.delete(n);
    const prepared = this.#prepared.get(n);
    this.#prepared.delete(n);
    if (prepared === undefined) return;
    const dropping = prepared[Symbol.asyncDispose]().finally(() => this.#drops.delete(n));
    this.#drops.set(n, dropping);
    await dropping;
  }

  /** Tells all work to end. */
  stop(): void {
    this.#closed = true;
    for (const controller of this.#controllers.values()) controller.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    for (const n of [...this.#prepared.keys()]) await this.drop(n);
  }

  #advance(n: number, done: number): void {
    const progress = this.#progress.get(n);
    if (progress === undefined) return;
    this.#progress.set(n, advance(progress, done, performance.now()));
  }

  #carrying(n: number, shared: TokenBucket, onBytes: (done: number) => void): CarryOptions {
    const { ways, rate = 0 } = this.#options;
    return { ways, rate, shared, onBytes, signal: this.#signal(n) };
  }

  #signal(n: number): AbortSignal {
    const controller = this.#controllers.get(n) ?? new AbortController();
    this.#controllers.set(n, controller);
    if (this.#closed) controller.abort();
    return controller.signal;
  }
}

function sentence(error: unknown): string {
  if (error instanceof PlaceError) return error.message;
  throw error;
}
