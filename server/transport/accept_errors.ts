/**
 * Whose fault it is when the runtime cannot accept: one connection's, or the machine's. Pure.
 *
 * The runtime asks for both addresses of whom it accepts, so one who was reset before that comes out as an error. Anybody
 * can make those, from anywhere and as many as he likes: nothing may be waited for because of them. Of what is not known
 * here the machine is taken to be the cause.
 *
 * @module
 */

/** What the kernel says of one connection; `EINVAL`: macOS says so of an end that was reset. */
const OF_ONE: ReadonlySet<unknown> = new Set([
  "ENOTCONN",
  "ECONNRESET",
  "ECONNABORTED",
  "EINVAL",
  "EINTR",
  "EAGAIN",
  // Errors of the network that were waiting for whoever accepts.
  "EPROTO",
  "ENOPROTOOPT",
  "ETIMEDOUT",
  "ENETDOWN",
  "ENETUNREACH",
  "EHOSTDOWN",
  "EHOSTUNREACH",
]);

/** Whether the next one may be fine, so that accepting goes on at once. */
export function isOfOne(error: unknown): boolean {
  const { ConnectionAborted, ConnectionReset, NotConnected } = Deno.errors;
  return error instanceof NotConnected || error instanceof ConnectionReset ||
    error instanceof ConnectionAborted ||
    error instanceof Error && "code" in error && OF_ONE.has(error.code);
}
