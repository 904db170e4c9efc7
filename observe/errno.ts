/**
 * The system's error numbers as names and words.
 *
 * The numbers are those of Linux on x86 and ARM. Only what the observer can meet has words; any other number is told as it is.
 *
 * @module
 */

/** Number → name and words. */
const ERRORS: Readonly<Record<number, readonly [name: string, words: string]>> = {
  1: ["EPERM", "operation not permitted"],
  2: ["ENOENT", "no such file or function"],
  3: ["ESRCH", "no such process"],
  4: ["EINTR", "interrupted"],
  5: ["EIO", "input/output error"],
  7: ["E2BIG", "too big"],
  9: ["EBADF", "bad file descriptor"],
  11: ["EAGAIN", "try again"],
  12: ["ENOMEM", "out of memory"],
  13: ["EACCES", "permission denied"],
  14: ["EFAULT", "bad address"],
  16: ["EBUSY", "busy"],
  17: ["EEXIST", "exists already"],
  19: ["ENODEV", "no such device"],
  22: ["EINVAL", "invalid argument"],
  23: ["ENFILE", "too many open files in the system"],
  24: ["EMFILE", "too many open files"],
  28: ["ENOSPC", "no space left"],
  32: ["EPIPE", "broken pipe"],
  38: ["ENOSYS", "not known to this kernel"],
  61: ["ENODATA", "no data"],
  71: ["EPROTO", "protocol error"],
  75: ["EOVERFLOW", "value too large"],
  88: ["ENOTSOCK", "not a socket"],
  89: ["EDESTADDRREQ", "destination address required"],
  90: ["EMSGSIZE", "message too long"],
  95: ["EOPNOTSUPP", "operation not supported"],
  98: ["EADDRINUSE", "address in use"],
  99: ["EADDRNOTAVAIL", "address not available"],
  100: ["ENETDOWN", "network is down"],
  101: ["ENETUNREACH", "network is unreachable"],
  103: ["ECONNABORTED", "connection aborted"],
  104: ["ECONNRESET", "connection reset by peer"],
  105: ["ENOBUFS", "no buffer space"],
  107: ["ENOTCONN", "not connected"],
  110: ["ETIMEDOUT", "timed out"],
  111: ["ECONNREFUSED", "connection refused"],
  113: ["EHOSTUNREACH", "no route to host"],
  512: ["ERESTARTSYS", "interrupted by a signal"],
  524: ["ENOTSUPP", "not supported by this kernel"],
  // libbpf's own.
  4000: ["LIBELF", "the object cannot be parsed"],
  4001: ["FORMAT", "the object's format is not valid"],
  4002: ["KVERSION", "the object is for another kernel"],
  4003: ["ENDIAN", "the object has the other byte order"],
  4005: ["RELOC", "the object cannot be adapted to this kernel"],
  4007: ["VERIFY", "the kernel's verifier refuses the program"],
  4009: ["KVER", "this kernel is too old"],
};

/**
 * The name of an error number: `ECONNRESET`, or `error 1234` where there is none.
 *
 * @param errno The number, positive.
 */
export function errnoName(errno: number): string {
  return ERRORS[errno]?.[0] ?? `error ${errno}`;
}

/**
 * Words for an error number: `connection reset by peer (ECONNRESET)`.
 *
 * @param errno The number, positive.
 */
export function errnoWords(errno: number): string {
  const [name, words] = ERRORS[errno] ?? [];
  return name === undefined ? `error ${errno}` : `${words} (${name})`;
}

/** A call into the system or into libbpf that failed. */
export class SystemError extends Error {
  /** The name of the class. */
  override readonly name: string = "SystemError";
  /** The error's number, positive. */
  readonly errno: number;

  /**
   * Makes the error of a failed call.
   *
   * @param what What was not possible: `Cannot map the ring`.
   * @param errno The error's number, positive.
   */
  constructor(what: string, errno: number) {
    super(`${what}: ${errnoWords(errno)}`);
    this.errno = errno;
  }
}

/** The kernel does not take the programs. */
export class LoadError extends SystemError {
  /** The name of the class. */
  override readonly name: string = "LoadError";
  /** What the kernel's verifier said; empty when it was not asked. */
  readonly log: string;

  /**
   * Makes the error.
   *
   * @param errno The error's number, positive.
   * @param log What the kernel's verifier said.
   */
  constructor(errno: number, log: string) {
    super("The kernel does not load the programs", errno);
    this.log = log;
  }
}
