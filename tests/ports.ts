/**
 * A port for a program that must come back on the same one.
 *
 * It lies below those that the kernel gives to whoever asks for any: while the program is down, neither a connection nor a server
 * of a test that runs beside is given it.
 *
 * @module
 */

/** Where ports begin that need no rights, and that the kernel gives to nobody by itself (`ip_local_port_range`). */
const LOWEST = 16_384;
const HIGHEST = 32_767;

/** A port of this machine on which nobody listens. */
export function freePort(): number {
  const first = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
  for (let port = first; port <= HIGHEST; port++) {
    try {
      using listener = Deno.listen({ hostname: "127.0.0.1", port });
      return listener.addr.port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  return freePort();
}
