/**
 * Addresses as text: `192.0.2.1:80`, `[2001:db8::1]:80`, `unix:[4711]`.
 *
 * IPv6 as RFC 5952 wants it: lower case, no leading zeros, the longest run of two or more zero
 * groups (the first of equals) as `::`. An IPv4 address in IPv6's clothes (`::ffff:192.0.2.1`: a
 * server that listens for both) is shown as the IPv4 address that it is. A unix socket's path is
 * not in the kernel's event, only the number of its inode, written as in `/proc/PID/fd`.
 *
 * Text is dear compared with a call of the event's decoder, and a socket's addresses come with each
 * of its events, so `Addresses` keeps those that it made. Its places are fixed: what falls on a
 * taken one replaces it, so that the memory is bounded without a policy. Bytes are compared, not
 * sockets: a UDP socket has many peers.
 *
 * @module
 */

import { ADDRESSES_KEPT } from "./limits.ts";
import type { Family } from "./observation.ts";

/** AF_… numbers of Linux. */
export const AF = { unix: 1, inet: 2, inet6: 10 } as const;

/** Words of an address and its port in the table. */
const WORDS = 5;
const MAPPED = 0xffff;

/** The family of an AF_… number. */
export function familyOf(number: number): Family {
  switch (number) {
    case AF.inet:
      return "inet";
    case AF.inet6:
      return "inet6";
    case AF.unix:
      return "unix";
    default:
      return "other";
  }
}

/** An IPv4 address of four bytes. */
export function ipv4Text(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${
    view.getUint8(at + 3)
  }`;
}

/** An IPv6 address of sixteen bytes. One that maps an IPv4 address is given as that. */
export function ipv6Text(view: DataView, at: number): string {
  if (isMapped(view, at)) return ipv4Text(view, at + 12);
  const groups = Array.from({ length: 8 }, (_, group) => view.getUint16(at + 2 * group));
  const { from, length } = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, from).join(":")}::${hex.slice(from + length).join(":")}`;
}

function isMapped(view: DataView, at: number): boolean {
  return view.getUint32(at) === 0 && view.getUint32(at + 4) === 0 &&
    view.getUint32(at + 8) === MAPPED;
}

function longestZeros(groups: readonly number[]): { from: number; length: number } {
  let longest = { from: 0, length: 0 };
  let from = 0;
  for (const [place, group] of groups.entries()) {
    if (group !== 0) from = place + 1;
    else if (place + 1 - from > longest.length) longest = { from, length: place + 1 - from };
  }
  return longest;
}

/**
 * `ip:port` or `[ip]:port`; undefined when the socket has none: all zeros, port and address.
 *
 * @param at Where its sixteen bytes begin; IPv4 is in the first four.
 */
export function internetAddress(
  view: DataView,
  at: number,
  family: number,
  port: number,
): string | undefined {
  if (family === AF.inet) {
    return port === 0 && view.getUint32(at) === 0 ? undefined : `${ipv4Text(view, at)}:${port}`;
  }
  if (family !== AF.inet6 || (port === 0 && isZero(view, at))) return undefined;
  const text = ipv6Text(view, at);
  return isMapped(view, at) ? `${text}:${port}` : `[${text}]:${port}`;
}

function isZero(view: DataView, at: number): boolean {
  return view.getUint32(at) === 0 && view.getUint32(at + 4) === 0 &&
    view.getUint32(at + 8) === 0 && view.getUint32(at + 12) === 0;
}

/** A unix socket by its inode's number; undefined for 0. */
export function unixAddress(inode: number): string | undefined {
  return inode === 0 ? undefined : `unix:[${inode}]`;
}

/** Addresses as text, each made once as long as its place is not taken by another. */
export class Addresses {
  readonly #texts: (string | undefined)[];
  readonly #words: Uint32Array;
  readonly #mask: number;

  /** An empty table. @param places How many texts it keeps: a power of two. */
  constructor(places: number = ADDRESSES_KEPT) {
    this.#texts = new Array<string | undefined>(places).fill(undefined);
    this.#words = new Uint32Array(places * WORDS);
    this.#mask = places - 1;
  }

  /** The same as `internetAddress` gives. */
  text(view: DataView, at: number, family: number, port: number): string | undefined {
    if (family !== AF.inet && family !== AF.inet6) return undefined;
    const six = family === AF.inet6;
    const a = view.getUint32(at);
    const b = six ? view.getUint32(at + 4) : 0;
    const c = six ? view.getUint32(at + 8) : 0;
    const d = six ? view.getUint32(at + 12) : 0;
    const end = port | (family << 16);
    const place = this.#place(a ^ Math.imul(b, 3) ^ Math.imul(c, 5) ^ Math.imul(d, 7), end);
    const words = this.#words;
    const first = place * WORDS;
    if (
      words[first] === a && words[first + 1] === b && words[first + 2] === c &&
      words[first + 3] === d && words[first + 4] === end
    ) return this.#texts[place];
    words[first] = a;
    words[first + 1] = b;
    words[first + 2] = c;
    words[first + 3] = d;
    words[first + 4] = end;
    return this.#texts[place] = internetAddress(view, at, family, port);
  }

  /** Spread by multiplication: addresses of one network differ in few bits, and so do ports. */
  #place(address: number, end: number): number {
    const mixed = Math.imul(Math.imul(address, 0x9e3779b1) ^ end, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
