/**
 * To which addresses hooks post: to those of the internet, and to no others unless whoever runs the server has allowed them.
 *
 * A server stands where others do not get to: beside databases, and behind the addresses by which a cloud tells a machine its keys.
 * Whoever can make a hook must not get there through it. So the address is judged, not the name: a name leads where its owner likes, and
 * elsewhere at the next look. Pure.
 *
 * @module
 */

import { addressOf, isWithin, type Range, rangeOf } from "../addresses/range.ts";

/** Not of the internet: of this machine, of a network of one's own, of a link, for many at once, for examples (RFC 6890). */
const PRIVATE = rangesOf(
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"],
  ...["172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"],
  ...["198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  // By which one cloud (Azure) tells its machines their keys, although it looks like one of the internet.
  "168.63.129.16",
  // Tunnels, in which an IPv4 address of any kind can be.
  ...["2001::/32", "2002::/16", "2001:db8::/32"],
);
/** All of IPv4, and what is given out of IPv6. */
const PUBLIC = rangesOf("0.0.0.0/0", "2000::/3");

function rangesOf(...texts: readonly string[]): readonly Range[] {
  return texts.flatMap((text) => rangeOf(text) ?? []);
}

/** Whether a hook may post to an address. @param allowed Those that are allowed whatever they are. */
export function mayReach(hostname: string, allowed: readonly Range[]): boolean {
  const address = addressOf(hostname);
  if (address === undefined) return false;
  const isIn = (range: Range) => isWithin(address, range);
  return allowed.some(isIn) || PUBLIC.some(isIn) && !PRIVATE.some(isIn);
}
