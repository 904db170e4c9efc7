/**
 * Who may ask: web pages of other sites may not.
 *
 * A browser lets any page open a WebSocket to any address, and says only in `Origin` which page it was. So an
 * `Origin` must be of the very host that was asked; programs send none. On loopback, `Host` must be a name of this
 * machine as well: otherwise a page could point a name of its own at 127.0.0.1 and be "the same host". Pure.
 *
 * @module
 */

import { isLoopback } from "../../ground/mod.ts";

/** Whether a `Host` header may be asked of a server that listens on `hostname`. */
export function isOurHost(host: string | undefined, hostname: string): boolean {
  if (!isLoopback(hostname)) return true;
  // HTTP/1.0 has no Host, and no browser speaks it.
  if (host === undefined) return true;
  return isLoopback(host.replace(/:\d{1,5}$/, ""));
}

/** Whether a WebSocket may be opened for a page of `origin`, or a program, from `host`. */
export function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: from } = new URL(origin);
  if (protocol !== "http:" && protocol !== "https:") return false;
  // Through URL, so that `Example.com:80` and `example.com` are the same.
  return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === from;
}
