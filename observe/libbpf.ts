/**
 * libbpf through Deno's FFI: the only place where a library is opened.
 *
 * What libbpf and the kernel hand out are numbers; brands keep an object's address from being taken for a program's. A
 * failed call becomes a `SystemError`. libbpf's own messages are switched off, since catching them would need
 * callbacks and with them the permission for every library; what the kernel's verifier says is caught in memory
 * that is handed over at opening.
 *
 * An address that C keeps comes from `malloc` here, and whoever holds it frees it.
 *
 * @module
 */

import { LoadError, SystemError } from "./errno.ts";
import { OPEN_OPTS } from "./layouts.ts";
import { LIBRARY_PATHS, SYMBOLS, type Symbols } from "./symbols.ts";
import { ObserveUnavailable } from "./unavailable.ts";

declare const brand: unique symbol;
/** An address in this process; 0 is none. */
export type Address = bigint & { readonly [brand]?: "address" };
/** A `struct bpf_object *`. */
export type ObjectHandle = bigint & { readonly [brand]: "object" };
/** A `struct bpf_program *`, alive as long as its object. */
export type ProgramHandle = bigint & { readonly [brand]: "program" };
/** A `struct bpf_map *`, alive as long as its object. */
export type MapHandle = bigint & { readonly [brand]: "map" };
/** A `struct bpf_link *`. */
export type LinkHandle = bigint & { readonly [brand]: "link" };
/** A file descriptor. */
export type Fd = number & { readonly [brand]: "fd" };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${text}\0`);
}

/** What failed before a program was loaded, and may be asked of the loader. */
interface Opened {
  readonly object: ObjectHandle;
  /** Where the verifier's log goes. */
  readonly log: Address;
}

/** Bytes for the verifier's log: its end is what matters, and newer kernels keep that. */
const LOG_BYTES = 65_536;
const BTF_KIND_TYPEDEF = 8;
const BTF_KIND_FUNC = 12;

/** libbpf, opened. */
export class Libbpf implements Disposable {
  /** Where it was found. */
  readonly path: string;
  /** The functions as they are. */
  readonly c: Symbols;
  readonly #close: () => void;
  #closed = false;

  private constructor(path: string, library: Deno.DynamicLibrary<typeof SYMBOLS>) {
    this.path = path;
    this.c = library.symbols;
    this.#close = () => library.close();
    this.c.libbpf_set_print(0n);
  }

  /**
   * Opens libbpf.
   *
   * @param library Its absolute path; without, the usual ones are tried.
   * @throws {ObserveUnavailable} When it is not there, too old, or not permitted.
   */
  static open(library?: string): Libbpf {
    const paths = library === undefined ? LIBRARY_PATHS : [library];
    const permitted = paths.filter((path) =>
      Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
    );
    if (permitted.length === 0) {
      throw new ObserveUnavailable(
        "no_ffi_permission",
        `Deno may not open libbpf: run it with --allow-ffi=${paths[0]}`,
      );
    }
    let failed: unknown;
    for (const path of permitted) {
      try {
        return new Libbpf(path, Deno.dlopen(path, SYMBOLS));
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        if (/undefined symbol|Failed to register symbol/.test(text)) {
          throw new ObserveUnavailable(
            "old_library",
            `${path} is too old: libbpf 1.0 or newer is needed (${text})`,
            [],
            { cause: error },
          );
        }
        failed = error;
      }
    }
    throw new ObserveUnavailable(
      "no_library",
      library === undefined
        ? "libbpf is not installed: apt install libbpf1 (or libbpf of your distribution)"
        : `${library} cannot be opened as a library`,
      [],
      { cause: failed },
    );
  }

  /** Closes the library. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#close();
  }

  /** Its version: `v1.5`. */
  get version(): string {
    return this.text(this.c.libbpf_version_string());
  }

  /** The number of the last error of a C function. Ask at once. */
  errno(): number {
    const number = new Uint8Array(4);
    this.c.peek(number, this.c.errno_location(), 4n);
    return new DataView(number.buffer).getInt32(0, true);
  }

  /** The result of a call that gives a negative error number; throws it as a sentence. */
  check(result: number, what: string): number {
    if (result < 0) throw new SystemError(what, -result);
    return result;
  }

  /** The result of a C function that gives -1 and sets errno. */
  checked(result: number, what: string): number {
    if (result < 0) throw new SystemError(what, this.errno());
    return result;
  }

  /** Copies memory into a buffer. */
  peek(from: Address, into: Uint8Array<ArrayBuffer>): void {
    this.c.peek(into, from, BigInt(into.length));
  }

  /** Copies a buffer into memory. */
  poke(to: Address, bytes: Uint8Array<ArrayBuffer>): void {
    this.c.poke(to, bytes, BigInt(bytes.length));
  }

  /** Text that ends with a zero byte. */
  text(at: Address): string {
    if (at === 0n) return "";
    const bytes = new Uint8Array(Number(this.c.strlen(at)));
    this.peek(at, bytes);
    return decoder.decode(bytes);
  }

  /** Memory for C, not cleared. `free` it. */
  allocate(bytes: number): Address {
    const at = this.c.malloc(BigInt(bytes));
    if (at === 0n) throw new SystemError("Cannot get memory", this.errno());
    return at;
  }

  /** Opens an object from memory. Free `log` after the object is closed. */
  openObject(bytes: Uint8Array<ArrayBuffer>, name: string): Opened {
    const log = this.allocate(LOG_BYTES);
    const called = this.allocate(64);
    try {
      this.poke(log, new Uint8Array(1));
      this.poke(called, cString(name.slice(0, 63)));
      const options = new DataView(new ArrayBuffer(OPEN_OPTS.size));
      options.setBigUint64(OPEN_OPTS.sz, BigInt(OPEN_OPTS.size), true);
      options.setBigUint64(OPEN_OPTS.object_name, called, true);
      options.setBigUint64(OPEN_OPTS.kernel_log_buf, log, true);
      options.setBigUint64(OPEN_OPTS.kernel_log_size, BigInt(LOG_BYTES), true);
      // Level 0: the log is written only when a program is refused, by loading it a second time.
      options.setUint32(OPEN_OPTS.kernel_log_level, 0, true);
      const object = this.#handle<ObjectHandle>(
        this.c.bpf_object__open_mem(bytes, BigInt(bytes.length), new Uint8Array(options.buffer)),
        "Cannot open the kernel object",
      );
      return { object, log };
    } catch (error) {
      this.c.free(log);
      throw error;
    } finally {
      this.c.free(called);
    }
  }

  /** The programs of an object by name. */
  programs(object: ObjectHandle): ReadonlyMap<string, ProgramHandle> {
    const found = new Map<string, ProgramHandle>();
    let program = 0n;
    while ((program = this.c.bpf_object__next_program(object, program)) !== 0n) {
      found.set(this.text(this.c.bpf_program__name(program)), program as ProgramHandle);
    }
    return found;
  }

  /** Loads an object into the kernel. @param log Where the verifier's log is. */
  load(object: ObjectHandle, log: Address): void {
    const result = this.c.bpf_object__load(object);
    if (result < 0) throw new LoadError(-result, this.text(log).trim());
  }

  /** Attaches a program to what its section names. */
  attach(program: ProgramHandle, what: string): LinkHandle {
    return this.#handle(this.c.bpf_program__attach(program), `Cannot attach ${what}`);
  }

  /** A map of an object. */
  map(object: ObjectHandle, name: string): MapHandle {
    return this.#handle(
      this.c.bpf_object__find_map_by_name(object, cString(name)),
      `The kernel object has no map '${name}'`,
    );
  }

  /** A map's descriptor, after loading. It belongs to the object. */
  mapFd(map: MapHandle): Fd {
    return this.check(this.c.bpf_map__fd(map), "The map is not loaded") as Fd;
  }

  /** Where a data section lies in this process, and how many bytes it has. */
  section(map: MapHandle): { readonly at: Address; readonly bytes: number } {
    const size = new DataView(new ArrayBuffer(8));
    const at = this.#handle<Address & bigint>(
      this.c.bpf_map__initial_value(map, new Uint8Array(size.buffer)),
      "The data section is not mapped",
    );
    return { at, bytes: Number(size.getBigUint64(0, true)) };
  }

  /** Asks the kernel's description of its types; undefined when there is none. */
  kernelTypes(): KernelTypes | undefined {
    const btf = this.c.btf__load_vmlinux_btf();
    return btf === 0n ? undefined : new KernelTypes(this, btf);
  }

  #handle<H extends bigint>(value: bigint, what: string): H {
    if (value === 0n) throw new SystemError(what, this.errno());
    return value as H;
  }
}

/** What the kernel says of itself (BTF): which functions and tracepoints it has. */
export class KernelTypes implements Disposable {
  readonly #library: Libbpf;
  #btf: Address;

  /** @param btf A `struct btf *`, freed at disposal. */
  constructor(library: Libbpf, btf: Address) {
    this.#library = library;
    this.#btf = btf;
  }

  /** Whether there is a function of that name that is not inlined everywhere. */
  hasFunction(name: string): boolean {
    return this.#has(name, BTF_KIND_FUNC);
  }

  /** Whether there is a tracepoint of that name. */
  hasTracepoint(name: string): boolean {
    return this.#has(`btf_trace_${name}`, BTF_KIND_TYPEDEF);
  }

  /** Frees it. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#btf !== 0n) this.#library.c.btf__free(this.#btf);
    this.#btf = 0n;
  }

  #has(name: string, kind: number): boolean {
    return this.#library.c.btf__find_by_name_kind(this.#btf, cString(name), kind) >= 0;
  }
}
