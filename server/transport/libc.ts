/**
 * libc, as far as either end of TCP needs it, by FFI: the only library that this room opens.
 *
 * Parameters are `i32`, `u32` and buffers wherever they can be, because these take the engine's fast path (3 ns; a `usize`
 * costs 100 more). A size is given as `u32` where C has 64 bits: it is always an array's, so the upper half is 0.
 *
 * The table is opened with the first socket or store that uses it, and closed with the last. Its calls go on working when the
 * permission to open libraries is given up.
 *
 * @module
 */

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  if_nametoindex: { parameters: ["buffer"], result: "u32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "u32"], result: "i32" },
  splice: { parameters: ["i32", "pointer", "i32", "pointer", "u32", "u32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  posix_fadvise: { parameters: ["i32", "u32", "u32", "i32"], result: "i32" },
  readlink: { parameters: ["buffer", "buffer", "u32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  ppoll: { parameters: ["buffer", "usize", "buffer", "buffer"], result: "i32" },
  poll_thread: {
    name: "poll",
    parameters: ["buffer", "usize", "i32"],
    result: "i32",
    nonblocking: true,
  },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  memcpy: { parameters: ["buffer", "pointer", "u32"], result: "pointer" },
  /** glibc's alone. */
  malloc_trim: { parameters: ["u32"], result: "i32", optional: true },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

/** libc's functions. */
export type Libc = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;

/** As the kernel's headers have them, on x86-64 and aarch64 alike. */
export const AF_INET = 2, AF_INET6 = 10, SOCK_STREAM = 1, SHUT_WR = 1;
export const SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000, MSG_NOSIGNAL = 0x4000;
export const SOL_SOCKET = 1, SO_REUSEADDR = 2, SO_ERROR = 4, SO_KEEPALIVE = 9;
export const IPPROTO_TCP = 6, TCP_NODELAY = 1, TCP_KEEPIDLE = 4, TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6, TCP_USER_TIMEOUT = 18;
export const EPOLLIN = 1, EPOLLOUT = 4, EPOLLERR = 8, EPOLLHUP = 16;
export const EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3, EPOLL_CLOEXEC = 0x80000;
export const EFD_NONBLOCK = 0x800, EFD_CLOEXEC = 0x80000, POLLIN = 1;
export const CLOCK_MONOTONIC = 1, POSIX_FADV_WILLNEED = 3;
export const EINTR = 4,
  EAGAIN = 11,
  EACCES = 13,
  EINVAL = 22,
  ENFILE = 23,
  EMFILE = 24,
  EAFNOSUPPORT = 97;
export const EADDRINUSE = 98, EADDRNOTAVAIL = 99, ENETUNREACH = 101, ECONNABORTED = 103;
export const ETIMEDOUT = 110, ECONNREFUSED = 111, EHOSTUNREACH = 113, EINPROGRESS = 115;
export const O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000, F_SETPIPE_SZ = 1031;
export const SPLICE_F_MOVE = 1, SPLICE_F_NONBLOCK = 2;

/** The words (4 bytes) of a `struct epoll_event`, and where its data is: it is packed on x86-64 alone. */
export const EVENT_LAYOUTS = { "x86_64": { words: 3, data: 1 }, aarch64: { words: 4, data: 2 } };
const layout = EVENT_LAYOUTS[Deno.build.arch];
/** See `EVENT_LAYOUTS`. */
export const EVENT_WORDS: number = layout.words, EVENT_DATA: number = layout.data;

let library: Deno.DynamicLibrary<typeof SYMBOLS> | undefined;
let holders = 0;
let errnoAt: Deno.PointerValue = null;
const errnoCopy = new Int32Array(1);

/** Its name: musl, too, takes whatever begins with `libc.` for itself. */
export const LIBC = "libc.so.6";

/** Opens it. To be followed by `closeLibc`. @throws When it cannot be opened here. */
export function openLibc(): Libc {
  if (library === undefined) {
    library = Deno.dlopen(LIBC, SYMBOLS);
    errnoAt = library.symbols.__errno_location();
  }
  holders++;
  return library.symbols;
}

/** Closes it, if nobody else holds it. */
export function closeLibc(): void {
  if (--holders > 0) return;
  library?.close();
  library = undefined;
}

/** Of this thread; valid directly after the call that failed. */
export function errno(libc: Libc): number {
  libc.memcpy(errnoCopy, errnoAt, 4);
  return errnoCopy[0] ?? 0;
}

/** The memory of an array, as functions take it. */
export function bytesOf(
  { buffer }: Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}
