/**
 * The kernel programs of one observation, from the bytes of the object to what is attached.
 *
 * ```text
 *   open ─► select programs ─► settings, sizes ─► load ─► attach exits, then entries ─► arm ─► … ─► disarm ─► dispose
 * ```
 *
 * Attaching takes time and is not atomic, so nothing counts before `armed` is set: otherwise the first calls would have
 * ends without entries. Whatever fails on the way leaves nothing behind. Neither does a process that is killed: all is held by
 * descriptors, which the kernel closes.
 *
 * @module
 */

import { SystemError } from "./errno.ts";
import { Iterators } from "./iterators.ts";
import { TOTALS, TOTALS_BYTES } from "./figures.ts";
import { LINK_INFO, PROG_INFO } from "./layouts.ts";
import type {
  Address,
  Fd,
  Libbpf,
  LinkHandle,
  MapHandle,
  ObjectHandle,
  ProgramHandle,
} from "./libbpf.ts";
import { SETTINGS_BYTES } from "./settings.ts";

/** How the kernel knows our maps: `chat.rodata`. */
const NAME = "chat";

/** A program to load, and whether the rest is of use without it. */
export interface Wanted {
  readonly name: string;
  /** Whether it is left out when it cannot be attached. */
  readonly optional: boolean;
}

/** What to load. */
export interface Load {
  /** The ELF object. */
  readonly object: Uint8Array<ArrayBuffer>;
  /** In the order in which they are attached. */
  readonly programs: readonly Wanted[];
  /** The bytes of `struct settings`. */
  readonly settings: Uint8Array<ArrayBuffer>;
  readonly ringBytes: number;
  readonly socketsMax: number;
  /** Whether each thread keeps its own call (Linux 5.15); otherwise a table of bounded size does. */
  readonly threadsKeep: boolean;
}

/** What the kernel's statistics say of our programs. */
export interface Runs {
  readonly runs: number;
  readonly ns: number;
  /** Runs that the kernel left out: since the program ran already on that processor, or no place for a return was free. */
  readonly missed: number;
}

interface Attached {
  readonly name: string;
  readonly program: Fd;
  readonly link: LinkHandle;
}

/** The programs and maps of one observation, in the kernel. */
export class KernelObject implements Disposable {
  readonly #library: Libbpf;
  readonly #object: ObjectHandle;
  readonly #log: Address;
  #attached: readonly Attached[] = [];
  #iterators: Iterators | undefined;
  #totals: Address = 0n;
  #disposed = false;

  private constructor(library: Libbpf, bytes: Uint8Array<ArrayBuffer>) {
    this.#library = library;
    const { object, log } = library.openObject(bytes, NAME);
    this.#object = object;
    this.#log = log;
  }

  /**
   * Loads and attaches; nothing counts until `arm`.
   *
   * @throws {SystemError} When a program that is not optional is refused. Nothing is left behind.
   */
  static open(library: Libbpf, what: Load): KernelObject {
    const object = new KernelObject(library, what.object);
    try {
      object.#load(what);
      object.#attach(what.programs);
      object.#iterators = object.#iteratorsOf(what.programs);
      return object;
    } catch (error) {
      object[Symbol.dispose]();
      throw error;
    }
  }

  /** The names of the programs that are attached or can be run. */
  get programs(): readonly string[] {
    return [...this.#attached.map(({ name }) => name), ...this.#iterators?.programs ?? []];
  }

  /** The descriptor of a map. It belongs to the object. */
  map(name: string): Fd {
    return this.#library.mapFd(this.#map(name));
  }

  /** Gives each socket that a watched process holds a place for arrivals: when it is known who is watched. */
  adopt(): void {
    this.#iterators?.adopt();
  }

  /**
   * Looks up what has come and is not read, and enters it into the figures.
   *
   * @returns When it looked last, in nanoseconds of `CLOCK_MONOTONIC`; 0 never.
   */
  look(): number {
    return this.#iterators?.look() ?? 0;
  }

  /** Begins to count. */
  arm(): void {
    this.#setArmed(1);
  }

  /** Counts no more. Calls that are under way on other processors may still be counted, for some microseconds. */
  disarm(): void {
    this.#setArmed(0);
  }

  /** Takes all programs out of the kernel; the maps remain to be read. Idempotent. */
  detach(): void {
    const attached = this.#attached;
    this.#attached = [];
    for (const { link } of attached) this.#library.c.bpf_link__destroy(link);
    this.#iterators?.[Symbol.dispose]();
  }

  /** Copies the sums, which the kernel shares with us. @param into `TOTALS_BYTES` bytes. */
  readTotals(into: Uint8Array<ArrayBuffer>): void {
    if (into.length !== TOTALS_BYTES) throw new RangeError(`The sums have ${TOTALS_BYTES} bytes`);
    this.#library.peek(this.#totals, into);
  }

  /**
   * What the kernel's statistics say of the programs that are attached.
   *
   * @param tells Whether a run of that program tells of a call: only those that it missed are counted as missed.
   */
  runs(tells: (name: string) => boolean): Runs {
    let [runs, ns, missed] = [0, 0, 0];
    for (const { name, program, link } of this.#attached) {
      const info = this.#info(program, PROG_INFO.size);
      runs += Number(info.getBigUint64(PROG_INFO.run_cnt, true));
      ns += Number(info.getBigUint64(PROG_INFO.run_time_ns, true));
      if (!tells(name)) continue;
      missed += Number(info.getBigUint64(PROG_INFO.recursion_misses, true));
      if (name.startsWith("kretprobe_")) missed += this.#missedReturns(link);
    }
    return { runs, ns, missed };
  }

  /** Takes everything out of the kernel. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.detach();
    this.#library.c.bpf_object__close(this.#object);
    this.#library.c.free(this.#log);
  }

  #load({ programs, settings, ringBytes, socketsMax, threadsKeep }: Load): void {
    const { c } = this.#library;
    const wanted = new Set(programs.map(({ name }) => name));
    const known = this.#library.programs(this.#object);
    for (const name of wanted) {
      if (!known.has(name)) throw new RangeError(`The kernel object has no program '${name}'`);
    }
    for (const [name, program] of known) {
      const load = wanted.has(name) ? 1 : 0;
      this.#library.check(c.bpf_program__set_autoload(program, load), `Cannot choose ${name}`);
    }
    const rodata = this.#section(".rodata", SETTINGS_BYTES);
    this.#library.poke(rodata, settings);
    const sizes: [string, number][] = [["events", ringBytes], ["sockets", socketsMax]];
    if (threadsKeep) sizes.push(["in_flight", 1]);
    else c.bpf_map__set_autocreate(this.#map("flights"), 0);
    for (const [name, size] of sizes) {
      const result = c.bpf_map__set_max_entries(this.#map(name), size);
      this.#library.check(result, `Cannot set the size of '${name}' to ${size}`);
    }
    this.#library.load(this.#object, this.#log);
    this.#totals = this.#section(".bss", TOTALS_BYTES);
  }

  #attach(programs: readonly Wanted[]): void {
    const known = this.#library.programs(this.#object);
    const attached: Attached[] = [];
    for (const { name, optional } of programs) {
      if (Iterators.NAMES.includes(name)) continue;
      // Loading has made sure that it is there.
      const program = known.get(name) as ProgramHandle;
      try {
        const link = this.#library.attach(program, name);
        attached.push({ name, link, program: this.#library.c.bpf_program__fd(program) as Fd });
        this.#attached = attached;
      } catch (error) {
        if (!optional || !(error instanceof SystemError)) throw error;
      }
    }
  }

  /** The iterators among the programs. */
  #iteratorsOf(programs: readonly Wanted[]): Iterators {
    const known = this.#library.programs(this.#object);
    const wanted = programs.map(({ name }) => name).filter((name) =>
      Iterators.NAMES.includes(name)
    );
    return new Iterators(this.#library, {
      programs: new Map(wanted.map((name) => [name, known.get(name) as ProgramHandle])),
      arrivals: this.map("arrivals"),
      totals: this.#totals,
    });
  }

  /** Where a data section lies, whose size must be the one that its mirror has. */
  #section(name: string, size: number): Address {
    const { at, bytes } = this.#library.section(this.#map(name));
    if (bytes !== size) throw new RangeError(`${name} has ${bytes} bytes and not ${size}`);
    return at;
  }

  #map(name: string): MapHandle {
    return this.#library.map(this.#object, name);
  }

  #setArmed(armed: 0 | 1): void {
    const value = new Uint8Array(8);
    value[0] = armed;
    this.#library.poke(this.#totals + BigInt(TOTALS.armed), value);
  }

  #missedReturns(link: LinkHandle): number {
    const fd = this.#library.c.bpf_link__fd(link) as Fd;
    return Number(this.#info(fd, LINK_INFO.size).getBigUint64(LINK_INFO.kprobe_missed, true));
  }

  /** Information on a program or link; zeros in what this kernel does not tell. */
  #info(fd: Fd, size: number): DataView {
    const info = new DataView(new ArrayBuffer(size));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, size, true);
    this.#library.c.bpf_obj_get_info_by_fd(fd, new Uint8Array(info.buffer), length);
    return info;
  }
}
