/**
 * What watching costs, by the kernel's own statistics: it measures each run of a program while somebody asks for that.
 *
 * Measuring costs itself, some 30 ns a run and for every BPF program of the machine, so it is switched on for
 * the first tenth of each interval only.
 *
 * @module
 */

import type { Fd, Libbpf } from "./libbpf.ts";

const BPF_STATS_RUN_TIME = 0;
/** The part of an interval in which is measured. */
const PART = 0.1;

/** Switches the kernel's statistics on and off. */
export class RunTimeStatistics implements Disposable {
  readonly #library: Libbpf;
  readonly #intervalNs: number;
  #fd: Fd | undefined;
  #startedNs = -Infinity;
  /** Whether the kernel has ever let us measure. */
  #allowed = false;

  /** @param intervalNs Nanoseconds of an interval. */
  constructor(library: Libbpf, intervalNs: number) {
    this.#library = library;
    this.#intervalNs = intervalNs;
  }

  /** Whether there are figures. */
  get isAllowed(): boolean {
    return this.#allowed;
  }

  /** An interval begins. */
  start(nowNs: number): void {
    this.#startedNs = nowNs;
    if (this.#fd !== undefined) return;
    const fd = this.#library.c.bpf_enable_stats(BPF_STATS_RUN_TIME);
    if (fd < 0) return;
    this.#allowed = true;
    this.#fd = fd as Fd;
  }

  /** Time has gone by. */
  tick(nowNs: number): void {
    if (nowNs - this.#startedNs >= this.#intervalNs * PART) this[Symbol.dispose]();
  }

  /** Switches off. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#fd === undefined) return;
    this.#library.c.close(this.#fd);
    this.#fd = undefined;
  }
}
