/**
 * Who may ask: web pages of other sites may not.
 *
 * A browser lets any page open a WebSocket to any address, and says only in `Origin` which page it was. So an
 * `Origin` must be of the very host that was asked; programs send none. On loopback, `Host` must be a name of this
 * machine as well: otherwise a page could point a name of its own at 127.0.0.1 and be "the same host".
 *
 * Behind a proxy the page's host and the one that is asked here differ, and only whoever runs it knows the public one:
 * such origins are named to the server, and answered to. Pure.
 *
 * @module
 */

import { isLoopback } from "../../ground/mod.ts";

/** Public addresses of the door, each as a browser writes its origin: `https://chat.example`. */
export type Origins = ReadonlySet<string>;

/** Reads such an address, without a path; `undefined` for what is none. */
export function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, pathname, search, hash, username, password } = new URL(text);
  const isWeb = protocol === "http:" || protocol === "https:";
  return isWeb && pathname + search + hash + username + password === "/" ? origin : undefined;
}

/** Whether a text is such an address. */
export function isOrigin(text: string): boolean {
  return originOf(text) !== undefined;
}

/** Whether a `Host` header may be asked of a server that listens on `hostname`. */
export function isOurHost(host: string | undefined, hostname: string, origins: Origins): boolean {
  if (!isLoopback(hostname)) return true;
  // HTTP/1.0 has no Host, and no browser speaks it.
  if (host === undefined || isLoopback(host.replace(/:\d{1,5}$/, ""))) return true;
  for (const origin of origins) if (isHostOf(origin, host)) return true;
  return false;
}

/** Whether a WebSocket may be opened for a page of `origin`, or a program, from `host`. */
export function mayComeFrom(
  origin: string | undefined,
  host: string | undefined,
  origins: Origins,
): boolean {
  if (origin === undefined || origins.has(origin) || isAlike(origin, host)) return true;
  return host !== undefined && originOf(origin) === origin && isHostOf(origin, host);
}

/** Whether a browser that asks for `host` comes over TLS, as far as public addresses tell it: a proxy's may do so. */
export function comesOverTls(host: string | undefined, origins: Origins): boolean {
  if (host === undefined) return false;
  for (const origin of origins) {
    if (origin.startsWith("https:") && isHostOf(origin, host)) return true;
  }
  return false;
}

/** Whether both are said alike, as a browser mostly does: to know that takes no URL. */
function isAlike(origin: string, host = ""): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** Through URL, so that `Example.com:80` and `example.com` are the same. */
function isHostOf(origin: string, host: string): boolean {
  const { protocol, host: own } = new URL(origin);
  return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === own;
}
