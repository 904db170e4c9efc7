/**
 * Which addresses and names mean this machine only.
 *
 * @module
 */

const LOOPBACK_IPV4 = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** Whether an address, with or without the brackets of a URL, or a name is reachable from this machine only. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return name === "localhost" || name === "::1" || LOOPBACK_IPV4.test(name) ||
    // As a socket that listens for both kinds of addresses tells an IPv4 peer.
    name.startsWith("::ffff:") && LOOPBACK_IPV4.test(name.slice("::ffff:".length));
}
