/**
 * The kernel's view of the server's process, for as long as there is one: without root, or of a server elsewhere, there is
 * none, and that is said once and no failure.
 *
 * @module
 */

import {
  observe,
  type Observer,
  ObserveUnavailable,
  type SocketFigures,
} from "../../observe/mod.ts";

/** What is seen of a process. */
export interface Seen {
  readonly sockets?: readonly SocketFigures[] | undefined;
  readonly backend?: string | undefined;
  /** Why nothing is seen, without a full stop. */
  readonly why?: string | undefined;
}

/** Watches a process, and another one when the server was started again. */
export class ServerKernel implements AsyncDisposable {
  readonly #isHere: boolean;
  readonly #intervalMs: number;
  #pid: number | undefined;
  #observer: Observer | undefined;
  #reading: Promise<void> = Promise.resolve();
  #why: string | undefined;

  /** @param isHere Whether the server is on this machine. */
  constructor(isHere: boolean, intervalMs: number) {
    this.#isHere = isHere;
    this.#intervalMs = intervalMs;
  }

  /** What is seen of the process of that number now. */
  async look(pid: number): Promise<Seen> {
    if (pid !== this.#pid) await this.#follow(pid);
    if (this.#observer === undefined) return { why: this.#why };
    return {
      sockets: this.#observer.snapshot().sockets,
      backend: this.#observer.start.backend,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#observer?.[Symbol.asyncDispose]();
    this.#observer = undefined;
    await this.#reading;
  }

  async #follow(pid: number): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.#pid = pid;
    if (!this.#isHere) {
      this.#why = "the server is on another machine";
      return;
    }
    try {
      const observer = await observe({ pids: [pid], events: false, intervalMs: this.#intervalMs });
      this.#observer = observer;
      // Somebody has to take what it tells: so it drops sockets that are closed.
      this.#reading = (async () => {
        for await (const _ of observer.batches());
      })();
    } catch (error) {
      if (!(error instanceof ObserveUnavailable)) throw error;
      this.#why = error.message;
    }
  }
}
