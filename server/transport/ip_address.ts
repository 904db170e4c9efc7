/**
 * Addresses as the kernel has them (`struct sockaddr_in`, `sockaddr_in6`), and as the runtime writes them. Pure.
 *
 * @module
 */

import { AF_INET, AF_INET6 } from "./libc.ts";
import type { Address } from "./wire.ts";

/** Bytes of the larger of the two. */
export const SOCKADDR_BYTES_MAX = 28;
const V4_BYTES = 16, V4_AT = 4, V6_AT = 8, V6_SCOPE_AT = 24;
const V4_MAPPED = [0, 0, 0, 0, 0, 0xffff];

/** An address for the kernel; `undefined` when the host is no literal address. */
export function toSockaddr({ hostname, port }: Address): Uint8Array<ArrayBuffer> | undefined {
  const four = v4Bytes(hostname);
  if (four !== undefined) return sockaddr(AF_INET, port, V4_BYTES, V4_AT, four);
  const groups = v6Groups(hostname);
  if (groups === undefined) return undefined;
  const bytes = groups.flatMap((group) => [group >> 8, group & 0xff]);
  return sockaddr(AF_INET6, port, SOCKADDR_BYTES_MAX, V6_AT, bytes);
}

/**
 * The address of one interface alone (`fe80::1%eth0`) for the kernel; `undefined` when it is none.
 *
 * @param indexOf The number of an interface, 0 when there is none of that name.
 */
export function toScopedSockaddr(
  { hostname, port }: Address,
  indexOf: (name: string) => number,
): Uint8Array<ArrayBuffer> | undefined {
  const [host = "", zone] = hostname.split("%");
  const bytes = zone === undefined ? undefined : toSockaddr({ hostname: host, port });
  if (zone === undefined || bytes?.length !== SOCKADDR_BYTES_MAX) return undefined;
  new DataView(bytes.buffer).setUint32(V6_SCOPE_AT, Number(zone) || indexOf(zone), true);
  return bytes;
}

/** Which of the two it is. */
export function familyOf(sockaddr: Uint8Array): number {
  return (sockaddr[0] ?? 0) | (sockaddr[1] ?? 0) << 8;
}

/** What the kernel wrote. */
export function fromSockaddr(bytes: Uint8Array): Address {
  const port = (bytes[2] ?? 0) << 8 | (bytes[3] ?? 0);
  if (familyOf(bytes) === AF_INET) return { hostname: v4Text(bytes), port };
  const groups = Array.from(
    { length: 8 },
    (_, i) => (bytes[V6_AT + 2 * i] ?? 0) << 8 | (bytes[V6_AT + 2 * i + 1] ?? 0),
  );
  return { hostname: v6Text(groups, bytes.subarray(V6_AT + 12, V6_AT + 16)), port };
}

function sockaddr(
  family: number,
  port: number,
  size: number,
  at: number,
  address: readonly number[],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  // The family is in this machine's order, which is that of small ends first; the port in the network's.
  bytes.set([family, 0, port >> 8, port & 0xff]);
  bytes.set(address, at);
  return bytes;
}

/** The IPv4 address that was written last, and its text: a crowd often comes from one place, and shares it then. */
let lastV4 = -1, lastV4Text = "";

function v4Text(bytes: Uint8Array): string {
  const a = bytes[V4_AT] ?? 0, b = bytes[V4_AT + 1] ?? 0;
  const c = bytes[V4_AT + 2] ?? 0, d = bytes[V4_AT + 3] ?? 0;
  const number = (a << 24 | b << 16 | c << 8 | d) >>> 0;
  if (number !== lastV4) {
    lastV4 = number;
    lastV4Text = `${a}.${b}.${c}.${d}`;
  }
  return lastV4Text;
}

function v4Bytes(hostname: string): readonly number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(hostname)) return undefined;
  const bytes = hostname.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** The eight groups of an IPv6 address; a URL knows all ways of writing one, and writes it in one. */
function v6Groups(hostname: string): readonly number[] | undefined {
  const url = URL.parse(`http://[${hostname}]`);
  if (url === null || !hostname.includes(":")) return undefined;
  const [head = [], tail] = url.hostname.slice(1, -1).split("::").map((part) =>
    part.split(":").filter((group) => group !== "").map((group) => parseInt(group, 16))
  );
  if (tail === undefined) return head;
  return [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail];
}

function v6Text(groups: readonly number[], last: Uint8Array): string {
  if (V4_MAPPED.every((group, i) => groups[i] === group)) return `::ffff:${last.join(".")}`;
  const text = groups.map((group) => group.toString(16)).join(":");
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}
