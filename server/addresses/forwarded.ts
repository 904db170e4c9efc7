/**
 * Who is behind a proxy: what `X-Forwarded-For` says, as far as it can be believed.
 *
 * ```text
 *   X-Forwarded-For: 6.6.6.6, 192.0.2.7, 10.0.0.2     from 127.0.0.1
 *                    said by   the last   trusted       trusted
 *                    anybody   that a proxy of ours saw
 * ```
 *
 * Each proxy adds whom it saw at the end, and before that may stand anything. So from the end on, the first address that is
 * not itself a proxy of ours is the one that counts. Pure.
 *
 * @module
 */

import { addressOf, isWithin, type Range } from "./range.ts";

/** Entries that are looked at, from the end: nobody has so many proxies. */
const PROXIES_MAX = 16;

/** The address behind the proxy at `peer`; `undefined` when that is no trusted one, or says nothing that is an address. */
export function forwardedFor(
  peer: string,
  header: string | undefined,
  trusted: readonly Range[],
): string | undefined {
  if (header === undefined || !isTrusted(peer, trusted)) return undefined;
  let behind: string | undefined;
  for (const entry of header.split(",").slice(-PROXIES_MAX).reverse()) {
    const hostname = hostnameOf(entry.trim());
    if (addressOf(hostname) === undefined) return behind;
    behind = hostname;
    if (!isTrusted(hostname, trusted)) return behind;
  }
  return behind;
}

/** Whether an address is that of a proxy which is believed. */
export function isTrusted(hostname: string, trusted: readonly Range[]): boolean {
  // It is asked at every connection, and most servers believe nobody.
  if (trusted.length === 0) return false;
  const address = addressOf(hostname);
  return address !== undefined && trusted.some((range) => isWithin(address, range));
}

/** Some proxies write the port behind it, and then an IPv6 address in brackets; some all that in quotes, as `Forwarded` (RFC 7239) has it. */
function hostnameOf(text: string): string {
  const entry = /^"([^"]*)"$/.exec(text)?.[1] ?? text;
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(entry) ?? [];
  const [, ipv4] = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(entry) ?? [];
  return bracketed ?? ipv4 ?? entry;
}
