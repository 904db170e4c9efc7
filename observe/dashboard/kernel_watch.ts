/**
 * Follows the kernel's figures through everything: observers end, come late and come again, and the server's process changes.
 *
 * ```text
 *          ┌────────────── ended, or another process ◄────────────────┐
 *          ▼                                                          │
 *   next observer ──► its first figures: the base ──► calls, figures ─┘
 *     │ none yet: a pause that doubles up to a bound, and again
 *     └ none any more: absent, with what to do
 * ```
 *
 * What the panel says is one state, told anew when it changes (its words are in `kernel_words.ts`). Nobody is asked to load a
 * page again.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import type { End, Observer, Snapshot } from "../mod.ts";
import type { KernelSource } from "./kernel_source.ts";
import {
  absentState,
  brokenSentence,
  type Known,
  type Missing,
  missingAtFirst,
  overSentence,
  watchingState,
} from "./kernel_words.ts";
import { KERNEL_RETRY_MS, KERNEL_RETRY_MS_MAX } from "./limits.ts";
import type { KernelState } from "./page_messages.ts";
import type { Sampler } from "./sampler.ts";

/** What is joined. */
export interface KernelWatchOptions {
  readonly source: KernelSource;
  /** Gets the figures. */
  readonly sampler: Sampler;
  /** The state is another one. */
  readonly told: (state: KernelState) => void;
  /** Waits between two tries; a test may want to see how long. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What is watched, and what is known of it. */
interface Watched {
  readonly observer: Observer;
  /** Its sums have a beginning: what is more than that can be told. */
  hasBase: boolean;
  /** The last figures that were passed on: the same ones again are none. */
  ts: number;
  /** It was the server's process at some time. */
  wasServer: boolean;
}

/** Follows one source. */
export class KernelWatch implements AsyncDisposable {
  readonly #source: KernelSource;
  readonly #sampler: Sampler;
  readonly #told: (state: KernelState) => void;
  readonly #wait: NonNullable<KernelWatchOptions["wait"]>;
  readonly #closing = new AbortController();
  readonly #life: Promise<void>;
  #watched: Watched | undefined;
  #missing: Missing;
  #known: Known = { isSecret: false, pids: [] };
  #pidCame = Promise.withResolvers<void>();
  #retryMs = KERNEL_RETRY_MS;
  #shown: string;

  constructor(options: KernelWatchOptions) {
    const { source, sampler, told } = options;
    this.#source = source;
    this.#wait = options.wait ?? wait;
    this.#sampler = sampler;
    this.#told = told;
    this.#missing = missingAtFirst(source);
    if (source.kind === "watching") this.#begin(source.observer);
    this.#shown = JSON.stringify(this.state);
    this.#life = this.#live();
  }

  /** How it stands. */
  get state(): KernelState {
    const watched = this.#watched;
    return watched === undefined
      ? absentState(this.#source, this.#missing, this.#known)
      : watchingState(watched.observer.start, this.#known, watched.wasServer);
  }

  /** A second ends: figures that are new belong to it. */
  second(): void {
    const watched = this.#watched;
    if (watched === undefined || !watched.hasBase) return;
    const figures = watched.observer.snapshot();
    // One's own kernel is read now; what another observer told is new or is not.
    if (this.#source.kind === "socket" && figures.ts <= watched.ts) return;
    watched.ts = figures.ts;
    this.#sampler.snapshot(figures);
  }

  /** The server says which process it is; `undefined`: it answers, and does not say. */
  serverIs(pid: number | undefined): void {
    this.#known = { serverPid: pid, isSecret: pid === undefined, pids: this.#known.pids };
    const watched = this.#watched;
    if (watched !== undefined && pid !== undefined) {
      const isServer = watched.observer.start.pids.includes(pid);
      watched.wasServer ||= isServer;
      // A server that is ending may linger beside the new one.
      if (this.#source.kind === "server" && !isServer) void watched.observer[Symbol.asyncDispose]();
    }
    if (pid !== undefined) this.#pidCame.resolve();
    this.#tell();
  }

  /** Ends the observer, and whatever waits for one. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#pidCame.resolve();
    await this.#watched?.observer[Symbol.asyncDispose]();
    await this.#life;
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #live(): Promise<void> {
    while (!this.#closed) {
      if (this.#watched === undefined && !await this.#find()) return;
      if (this.#watched === undefined) {
        await this.#wait(this.#retryMs, this.#closing.signal);
        this.#retryMs = Math.min(KERNEL_RETRY_MS_MAX, this.#retryMs * 2);
        continue;
      }
      const why = await this.#follow(this.#watched);
      if (this.#closed) return;
      this.#watched = undefined;
      this.#sampler.ended();
      this.#missing = { why, waits: this.#source.kind !== "watching" };
      this.#tell();
      // Who ends at once, again and again, is not asked again at once.
      await this.#wait(this.#retryMs, this.#closing.signal);
    }
  }

  /** Tries to find an observer, once. @returns Whether there will ever be one. */
  async #find(): Promise<boolean> {
    const source = this.#source;
    switch (source.kind) {
      case "absent":
      case "watching":
        return false;
      case "socket": {
        const listened = await source.listen(this.#closing.signal);
        if (listened.kind === "observer") await this.#found(listened.observer);
        else this.#none(`Waiting for the observer at ${source.path}: ${listened.why}.`);
        return true;
      }
      case "server": {
        const pid = await this.#serversPid();
        if (pid === undefined) return false;
        try {
          await this.#found(await source.watch(pid));
        } catch (error) {
          this.#none(`Process ${pid} is not watched: ${messageOf(error)}.`);
        }
        return true;
      }
      default:
        return source satisfies never;
    }
  }

  /** The server's process, as soon as it says so; `undefined` when the dashboard ends before. */
  async #serversPid(): Promise<number | undefined> {
    while (this.#known.serverPid === undefined && !this.#closed) {
      this.#pidCame = Promise.withResolvers<void>();
      await this.#pidCame.promise;
    }
    return this.#closed ? undefined : this.#known.serverPid;
  }

  async #found(observer: Observer): Promise<void> {
    if (this.#closed) return await observer[Symbol.asyncDispose]();
    this.#begin(observer);
    this.#retryMs = KERNEL_RETRY_MS;
    this.#tell();
  }

  #begin(observer: Observer): void {
    const { start } = observer;
    const { serverPid } = this.#known;
    this.#watched = {
      observer,
      // One's own has counted for us only.
      hasBase: this.#source.kind !== "socket",
      ts: start.ts,
      wasServer: serverPid !== undefined && start.pids.includes(serverPid),
    };
    this.#known = { ...this.#known, pids: start.pids };
    this.#sampler.started(start);
  }

  /** @returns Why it ended, as a sentence. */
  async #follow(watched: Watched): Promise<string> {
    let end: End | undefined;
    try {
      for await (const batch of watched.observer.batches()) {
        for (const one of batch) {
          if (one.kind === "io") this.#sampler.io(one);
          else if (one.kind === "snapshot") this.#base(watched, one);
          else if (one.kind === "end") {
            end = one;
            this.#base(watched, one.last);
            this.#sampler.snapshot(one.last);
          }
        }
      }
    } catch (error) {
      return brokenSentence(this.#source, messageOf(error));
    }
    const sentence = overSentence(this.#source, this.#known.pids, end);
    // Whatever comes next is another one, also when its number is the same.
    if (end?.reason === "exited") this.#known = { ...this.#known, serverPid: undefined };
    return sentence;
  }

  /** An observer that was there before begins, for us, with the first figures that it tells. */
  #base(watched: Watched, first: Snapshot): void {
    if (watched.hasBase) return;
    watched.hasBase = true;
    watched.ts = first.ts;
    this.#sampler.base(first);
  }

  #none(why: string): void {
    this.#missing = { why, waits: true };
    this.#tell();
  }

  #tell(): void {
    const { state } = this;
    const shown = JSON.stringify(state);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#told(state);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
