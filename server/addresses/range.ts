/**
 * Addresses and ranges of them, as numbers: an IPv4 address is the IPv6 address that stands for it (`::ffff:a.b.c.d`).
 *
 * ```text
 *   10.0.0.0/8   ─► ::ffff:10.0.0.0/104     2001:db8::/32     127.0.0.1 ─► all of its 128 bits
 * ```
 *
 * Pure.
 *
 * @module
 */

/** Addresses whose first `bits` bits are those of `base`. */
export interface Range {
  readonly base: bigint;
  /** 0 to 128. */
  readonly bits: number;
}

const WIDTH = 128;
/** Bits before the four bytes of an IPv4 address. */
const IPV4_OFFSET = 96;
const IPV4_PREFIX = 0xffffn << 32n;
/** Who has one address of such a network has all of it: so are they given to a household or a machine. */
const NETWORK_BITS = 64;
/** What one customer of a provider gets at most, as a rule (RFC 6177): as many networks as it likes to have. */
const SITE_BITS = 48;

/** An address as a number; `undefined` for what is none. A zone (`%eth0`) does not count. */
export function addressOf(text: string): bigint | undefined {
  const [address = ""] = text.split("%");
  if (!address.includes(":")) {
    const ipv4 = ipv4Of(address);
    return ipv4 === undefined ? undefined : IPV4_PREFIX | ipv4;
  }
  return ipv6Of(address);
}

/** `ADDRESS` or `ADDRESS/BITS`; `undefined` for what is none. */
export function rangeOf(text: string): Range | undefined {
  const [address = "", digits, ...more] = text.trim().split("/");
  const base = addressOf(address);
  if (base === undefined || more.length > 0) return undefined;
  if (digits === undefined) return { base, bits: WIDTH };
  const offset = address.includes(":") ? 0 : IPV4_OFFSET;
  const bits = Number(digits) + offset;
  return /^\d{1,3}$/.test(digits) && bits <= WIDTH ? { base, bits } : undefined;
}

/** Whether a text is a range. */
export function isRange(text: string): boolean {
  return rangeOf(text) !== undefined;
}

/** Whether an address is in a range. */
export function isWithin(address: bigint, { base, bits }: Range): boolean {
  return isOfKind(address, bits) && prefixOf(address, bits) === prefixOf(base, bits);
}

/** Whether an address can be in a range of that length: in one that was meant for IPv6 (`::/0`, the network of `::1`) no IPv4 address is. */
export function isOfKind(address: bigint, bits: number): boolean {
  return bits >= IPV4_OFFSET || !isIPv4(address);
}

/** What stands for whoever has this address: the IPv4 address itself, or the first 64 bits of an IPv6 address. */
export function networkOf(address: bigint): bigint {
  return isIPv4(address)
    ? address
    : prefixOf(address, NETWORK_BITS) << BigInt(WIDTH - NETWORK_BITS);
}

/** What stands for the site that an IPv6 address is of: its first 48 bits. An IPv4 address is of none. */
export function siteOf(address: bigint): bigint | undefined {
  return isIPv4(address) ? undefined : prefixOf(address, SITE_BITS) << BigInt(WIDTH - SITE_BITS);
}

function isIPv4(address: bigint): boolean {
  return prefixOf(address, IPV4_OFFSET) === prefixOf(IPV4_PREFIX, IPV4_OFFSET);
}

/** The first bits of an address, as a number. */
export function prefixOf(address: bigint, bits: number): bigint {
  return address >> BigInt(WIDTH - bits);
}

function ipv4Of(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let address = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    address = address << 8n | BigInt(part);
  }
  return address;
}

function ipv6Of(text: string): bigint | undefined {
  const [before = "", after, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const left = groupsOf(before);
  const right = after === undefined ? [] : groupsOf(after);
  if (left === undefined || right === undefined) return undefined;
  const missing = 8 - left.length - right.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array<bigint>(missing).fill(0n), ...right];
  return groups.reduce((address, group) => address << 16n | group, 0n);
}

/** Groups of 16 bits; an IPv4 address at the end is two of them. */
function groupsOf(text: string): bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    const ipv4 = at === parts.length - 1 ? ipv4Of(part) : undefined;
    if (ipv4 !== undefined) groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
