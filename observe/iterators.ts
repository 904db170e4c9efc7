/**
 * The programs that run when the reader wants them, and not when something happens: each goes over many objects of the kernel.
 *
 * | program   | goes over                           | and                                              |
 * | --------- | ----------------------------------- | ------------------------------------------------ |
 * | `adopt`   | the open files of all processes     | gives sockets of watched ones a place            |
 * | `waiting` | the sockets that have such a place  | tells what has come to them and is not read      |
 *
 * `waiting` says a byte for each socket of which nobody knows yet whether a watched process holds it; then `adopt` finds out.
 *
 * Both are extras: where the kernel refuses them, watching goes on without. So nothing here throws.
 *
 * @module
 */

import { TOTALS } from "./figures.ts";
import { ITER_OPTS, ITER_TARGET } from "./layouts.ts";
import type { Address, Fd, Libbpf, LinkHandle, ProgramHandle } from "./libbpf.ts";
import { monotonicNs } from "./system.ts";

/** What the iterators are and work on. */
export interface IteratorParts {
  /** Those that are loaded, by name. */
  readonly programs: ReadonlyMap<string, ProgramHandle>;
  /** The map of places for arrivals. */
  readonly arrivals: Fd;
  /** Where the sums are. */
  readonly totals: Address;
}

/** Runs iterators. */
export class Iterators implements Disposable {
  /** Their names in the object. */
  static readonly NAMES: readonly string[] = ["adopt", "waiting"];

  readonly #library: Libbpf;
  readonly #parts: IteratorParts;
  /** Attached once: it is run for each snapshot. */
  #waiting: LinkHandle | undefined;
  #lookedNs = 0;

  /** Attaches what is run often. */
  constructor(library: Libbpf, parts: IteratorParts) {
    this.#library = library;
    this.#parts = parts;
    this.#waiting = this.#attach("waiting", ITER_TARGET.map_fd, parts.arrivals);
  }

  /** The names of those that can be run. */
  get programs(): readonly string[] {
    const { programs } = this.#parts;
    return [...programs.keys()].filter((name) => name !== "waiting" || this.#waiting !== undefined);
  }

  /** Gives each socket that a watched process holds a place for arrivals. */
  adopt(): void {
    // 0: of all.
    const link = this.#attach("adopt", ITER_TARGET.pid, 0);
    if (link === undefined) return;
    this.#run(link);
    this.#library.c.bpf_link__destroy(link);
  }

  /** Looks for what is not read. Gives when it looked last; 0 never. */
  look(): number {
    if (this.#waiting === undefined) return this.#lookedNs;
    if (this.#tellUnread(this.#waiting)) {
      this.adopt();
      this.#tellUnread(this.#waiting);
    }
    return this.#lookedNs;
  }

  /** Has what is not read told anew. Gives whether it is to be found out who holds some of it. */
  #tellUnread(waiting: LinkHandle): boolean {
    this.#lookedNs = monotonicNs(this.#library);
    // The time, the oldest, the bytes: one after the other.
    const begun = new DataView(new ArrayBuffer(TOTALS.armed - TOTALS.lookedNs));
    begun.setBigUint64(0, BigInt(this.#lookedNs), true);
    const at = this.#parts.totals + BigInt(TOTALS.lookedNs);
    this.#library.poke(at, new Uint8Array(begun.buffer));
    return this.#run(waiting);
  }

  /** Takes them out of the kernel. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#waiting !== undefined) this.#library.c.bpf_link__destroy(this.#waiting);
    this.#waiting = undefined;
  }

  /** Attaches one to what it goes over; undefined when it is not there, or refused. */
  #attach(name: string, field: number, number: number): LinkHandle | undefined {
    const program = this.#parts.programs.get(name);
    if (program === undefined) return undefined;
    const { c } = this.#library;
    const target = new DataView(new ArrayBuffer(ITER_TARGET.size));
    target.setUint32(field, number, true);
    const at = this.#library.allocate(ITER_TARGET.size);
    try {
      this.#library.poke(at, new Uint8Array(target.buffer));
      const options = new DataView(new ArrayBuffer(ITER_OPTS.size));
      options.setBigUint64(ITER_OPTS.sz, BigInt(ITER_OPTS.size), true);
      options.setBigUint64(ITER_OPTS.link_info, at, true);
      options.setUint32(ITER_OPTS.link_info_len, ITER_TARGET.size, true);
      const link = c.bpf_program__attach_iter(program, new Uint8Array(options.buffer));
      return link === 0n ? undefined : link as LinkHandle;
    } finally {
      c.free(at);
    }
  }

  /** Goes over everything, to the end. Gives whether the program has said something on the way. */
  #run(link: LinkHandle): boolean {
    const { c } = this.#library;
    const fd = c.bpf_iter_create(c.bpf_link__fd(link));
    if (fd < 0) return false;
    const said = new Uint8Array(4096);
    let saysSomething = false;
    while (c.read(fd, said, BigInt(said.length)) > 0n) saysSomething = true;
    c.close(fd);
    return saysSomething;
  }
}
