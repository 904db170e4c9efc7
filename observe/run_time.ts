/**
 * What the programs in the kernel cost, by the kernel's own statistics: it measures each run while somebody asks for that.
 *
 * Measuring costs itself, some 30 ns a run and for every BPF program of the machine, so it is done in samples, each a tenth of an
 * interval. What was found in the samples stands beside how long they were: only so can it be divided.
 *
 * ```text
 *   interval 0     ▓▓··················   each sample begins elsewhere in its interval, so that work
 *   interval 1     ············▓▓······   which comes once an interval is neither always nor never met
 *   interval 2     ····▓▓··············
 * ```
 *
 * The kernel also measures for others (`kernel.bpf_stats_enabled`, another observer). So its sums are read at both ends of
 * a sample, and what they grow by between two samples does not count.
 *
 * @module
 */

import type { Fd, Libbpf } from "./libbpf.ts";
import type { Cost } from "./observation.ts";

const BPF_STATS_RUN_TIME = 0;
/** The part of an interval in which is measured. */
const PART = 0.1;
/** The golden ratio's: multiples of it without their whole parts are spread evenly, however many there are. */
const STEP = 0.618_033_988_749_895;

/** The kernel's sums of the programs. */
export type RunTimes = Pick<Cost, "runs" | "ns">;

/** What was measured, and in how long. */
export type Measured = Required<Cost>;

/** Samples the kernel's statistics. */
export class RunTimeStatistics implements Disposable {
  readonly #library: Pick<Libbpf, "c">;
  readonly #intervalNs: number;
  readonly #look: () => RunTimes;
  #intervals = 0;
  /** When the next sample begins. */
  #dueNs = Infinity;
  #sample: { readonly fd: Fd; readonly sinceNs: number; readonly before: RunTimes } | undefined;
  /** Absent as long as the kernel has not let us measure. */
  #measured: Measured | undefined;

  /**
   * Measures nothing yet.
   *
   * @param intervalNs Nanoseconds of an interval.
   * @param look Reads the kernel's sums of the programs whose cost it is.
   */
  constructor(library: Pick<Libbpf, "c">, intervalNs: number, look: () => RunTimes) {
    this.#library = library;
    this.#intervalNs = intervalNs;
    this.#look = look;
  }

  /** An interval begins. */
  start(nowNs: number): void {
    const place = (this.#intervals++ * STEP) % 1;
    this.#dueNs = nowNs + place * (1 - PART) * this.#intervalNs;
    this.tick(nowNs);
  }

  /** Time has gone by. */
  tick(nowNs: number): void {
    if (this.#sample !== undefined && nowNs - this.#sample.sinceNs >= this.#intervalNs * PART) {
      this.stop(nowNs);
    }
    if (this.#sample === undefined && nowNs >= this.#dueNs) this.#begin(nowNs);
  }

  /** Ends a sample early. To be called while the programs are still there. */
  stop(nowNs: number): void {
    this.#measured = this.measured(nowNs);
    this[Symbol.dispose]();
  }

  /** All that was measured so far; undefined when the kernel never let us. */
  measured(nowNs: number): Measured | undefined {
    if (this.#sample === undefined) return this.#measured;
    const { before, sinceNs } = this.#sample;
    const now = this.#look();
    const { runs, ns, measuredNs } = this.#measured ?? NOTHING;
    return {
      runs: runs + now.runs - before.runs,
      ns: ns + now.ns - before.ns,
      measuredNs: measuredNs + nowNs - sinceNs,
    };
  }

  /** Switches off. Idempotent. */
  [Symbol.dispose](): void {
    const sample = this.#sample;
    this.#sample = undefined;
    if (sample !== undefined) this.#library.c.close(sample.fd);
  }

  #begin(nowNs: number): void {
    this.#dueNs = Infinity;
    const fd = this.#library.c.bpf_enable_stats(BPF_STATS_RUN_TIME);
    if (fd < 0) return;
    this.#sample = { fd: fd as Fd, sinceNs: nowNs, before: this.#look() };
  }
}

const NOTHING: Measured = { runs: 0, ns: 0, measuredNs: 0 };
