/**
 * What the observer asks of the C library: clock, files of /proc, mapped memory, waiting.
 *
 * It goes through libbpf's handle and not through `Deno`, which opens /proc and /sys only to those who may do
 * everything.
 *
 * @module
 */

import { SystemError } from "./errno.ts";
import { DIRENT, EPOLL_EVENT, EPOLL_EVENT_ALIGNED, POLLFD, STAT } from "./layouts.ts";
import { type Address, cString, type Fd, type Libbpf } from "./libbpf.ts";
import type { Waiting } from "./waiting.ts";

const CLOCK_MONOTONIC = 1;
const SYS_PIDFD_OPEN = 434n;
const POLLIN = 1;
const EPOLLIN = 1;
/** Tells once: a process that has ended stays readable for ever. */
const EPOLLET = 0x8000_0000;
const EPOLL_CTL_ADD = 1;
const CLOEXEC = 0o2000000;
const DIRECTORY = Deno.build.arch === "x86_64" ? 0o200000 : 0o40000;
const NONBLOCK = 0o4000;
const R_OK = 4;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
/** Bytes of a file that are read at most: none of /proc that we read is larger on a sane machine. */
const FILE_BYTES_MAX = 16 << 20;

const decoder = new TextDecoder();

/** This process' number. */
export function ownPid(): number {
  return Deno.pid;
}

/** Nanoseconds of CLOCK_MONOTONIC: the clock of the kernel programs. */
export function monotonicNs(library: Libbpf): number {
  const time = new DataView(new ArrayBuffer(16));
  library.c.clock_gettime(CLOCK_MONOTONIC, new Uint8Array(time.buffer));
  return Number(time.getBigInt64(0, true)) * 1e9 + Number(time.getBigInt64(8, true));
}

/** Whether a file is there and may be read. */
export function isReadable(library: Libbpf, path: string): boolean {
  return library.c.access(cString(path), R_OK) === 0;
}

/** A file's text; undefined when it is not there or may not be read. */
export function readText(library: Libbpf, path: string): string | undefined {
  const fd = library.c.open(cString(path), CLOEXEC);
  if (fd < 0) return undefined;
  try {
    let bytes = new Uint8Array(16_384);
    let length = 0;
    while (length < FILE_BYTES_MAX) {
      const count = Number(
        library.c.read(fd, bytes.subarray(length), BigInt(bytes.length - length)),
      );
      if (count < 0) return undefined;
      if (count === 0) break;
      length += count;
      if (length === bytes.length) {
        const larger = new Uint8Array(length * 2);
        larger.set(bytes);
        bytes = larger;
      }
    }
    return decoder.decode(bytes.subarray(0, length));
  } finally {
    library.c.close(fd);
  }
}

/** Device and inode of a file; undefined when it is not there. */
export function fileIdentity(
  library: Libbpf,
  path: string,
): { readonly device: bigint; readonly inode: bigint } | undefined {
  const stat = new DataView(new ArrayBuffer(STAT.size));
  if (library.c.stat(cString(path), new Uint8Array(stat.buffer)) !== 0) return undefined;
  return {
    device: stat.getBigUint64(STAT.st_dev, true),
    inode: stat.getBigUint64(STAT.st_ino, true),
  };
}

/** The names in a folder; none when it is not there or may not be read. */
export function namesIn(library: Libbpf, path: string): readonly string[] {
  const folder = library.c.opendir(cString(path));
  if (folder === 0n) return [];
  const names: string[] = [];
  for (let entry; (entry = library.c.readdir(folder)) !== 0n;) {
    names.push(library.text(entry + BigInt(DIRENT.d_name)));
  }
  library.c.closedir(folder);
  return names;
}

/** Opens a folder as a handle to it; a negative number when it is not there or may not be opened. */
export function openFolder(library: Libbpf, path: string): Fd | number {
  const fd = library.c.open(cString(path), CLOEXEC | DIRECTORY);
  return fd < 0 ? -library.errno() : fd;
}

/** Maps a part of a descriptor's memory, shared. `munmap` it. */
export function mapMemory(
  library: Libbpf,
  fd: Fd,
  bytes: number,
  offset: number,
  access: "read" | "write",
): Address {
  const protection = access === "write" ? 3 : 1;
  const at = library.c.mmap(0n, BigInt(bytes), protection, 1, fd, BigInt(offset));
  if (at === MAP_FAILED) throw new SystemError("Cannot map the ring", library.errno());
  return at;
}

/** A descriptor that becomes readable when the process has ended, or the error's number, negative. */
export function openPid(library: Libbpf, pid: number): Fd | number {
  const fd = Number(library.c.syscall(SYS_PIDFD_OPEN, BigInt(pid), 0n));
  return fd < 0 ? -library.errno() : fd;
}

/** Which of the descriptors are readable, without waiting. */
export function readable(library: Libbpf, fds: readonly Fd[]): readonly Fd[] {
  if (fds.length === 0) return [];
  const list = new DataView(new ArrayBuffer(fds.length * POLLFD.size));
  fds.forEach((fd, place) => {
    list.setInt32(place * POLLFD.size + POLLFD.fd, fd, true);
    list.setInt16(place * POLLFD.size + POLLFD.events, POLLIN, true);
  });
  if (library.c.poll(new Uint8Array(list.buffer), BigInt(fds.length), 0) <= 0) return [];
  return fds.filter((_, place) => list.getInt16(place * POLLFD.size + POLLFD.revents, true) !== 0);
}

/** Waits for descriptors in a thread of its own, and can be woken. */
export class Epoll implements Waiting {
  readonly #library: Libbpf;
  readonly #fd: Fd;
  readonly #bell: Fd;
  readonly #events: Address;
  #waiting: Promise<unknown> | undefined;
  #closed = false;

  /**
   * @param fds What is waited for as long as it is readable.
   * @param once What is waited for until it has become readable.
   */
  constructor(library: Libbpf, fds: readonly Fd[], once: readonly Fd[]) {
    this.#library = library;
    const { c } = library;
    const what = "Cannot wait for the kernel's events";
    this.#fd = library.checked(c.epoll_create1(CLOEXEC), what) as Fd;
    this.#bell = library.checked(c.eventfd(0, CLOEXEC | NONBLOCK), what) as Fd;
    this.#events = library.allocate(EPOLL_EVENT_ALIGNED.size);
    const layout = Deno.build.arch === "x86_64" ? EPOLL_EVENT : EPOLL_EVENT_ALIGNED;
    for (const fd of [this.#bell, ...fds, ...once]) {
      const event = new DataView(new ArrayBuffer(layout.size));
      event.setUint32(layout.events, once.includes(fd) ? EPOLLIN + EPOLLET : EPOLLIN, true);
      event.setInt32(layout.data, fd, true);
      const bytes = new Uint8Array(event.buffer);
      library.checked(c.epoll_ctl(this.#fd, EPOLL_CTL_ADD, fd, bytes), what);
    }
  }

  /** Waits until a descriptor is readable, somebody wakes, or the time is over. */
  async wait(ms: number): Promise<void> {
    if (this.#closed) return;
    this.#waiting = this.#library.c.epoll_wait(this.#fd, this.#events, 1, Math.max(0, ms));
    await this.#waiting;
  }

  /** Ends a wait, for good: later ones end at once. */
  wake(): void {
    if (!this.#closed) this.#library.c.eventfd_write(this.#bell, 1n);
  }

  /** Ends a wait and closes. Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.wake();
    await this.#waiting;
    if (this.#closed) return;
    this.#closed = true;
    this.#library.c.close(this.#fd);
    this.#library.c.close(this.#bell);
    this.#library.c.free(this.#events);
  }
}
