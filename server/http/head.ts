/**
 * The head of an HTTP/1 request: what is asked for, and the headers.
 *
 * ```text
 *   GET /metrics HTTP/1.1 ⏎
 *   Host: localhost:9090 ⏎
 *   ⏎
 * ```
 *
 * Only what a few addresses need: one request per connection. What is unusual is refused, not interpreted. Pure.
 *
 * @module
 */

import { HTTP_HEAD_BYTES_MAX } from "./limits.ts";

/** A request without what may follow it. */
export interface Head {
  readonly method: string;
  /** The path without a query. */
  readonly path: string;
  /** What stands behind the first `?`; empty without one. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes of the head, its empty line included. */
  readonly bytes: number;
}

/** What bytes come to. */
export type Parsed =
  | { readonly kind: "head"; readonly head: Head }
  /** More bytes are needed. */
  | { readonly kind: "more" }
  | { readonly kind: "refused"; readonly status: 400 | 431 };

const REQUEST_LINE = /^([A-Z]{1,16}) (\/[!-~]*) HTTP\/1\.([01])$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Bytes as code units: every byte is a character, so that places in both are the same. */
const decoder = new TextDecoder("latin1");

/** Reads a head from the first bytes of a connection. */
export function parseHead(bytes: Uint8Array): Parsed {
  const text = decoder.decode(bytes.subarray(0, HTTP_HEAD_BYTES_MAX));
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) {
    const full = bytes.length >= HTTP_HEAD_BYTES_MAX;
    return full ? { kind: "refused", status: 431 } : { kind: "more" };
  }
  const firstEnd = text.indexOf("\r\n");
  const [, method = "", target = "", minor] = REQUEST_LINE.exec(text.slice(0, firstEnd)) ?? [];
  if (method === "") return { kind: "refused", status: 400 };
  const headers = new Map<string, string>();
  for (let at = firstEnd; at < end;) {
    const start = at + 2;
    at = text.indexOf("\r\n", start);
    const colon = text.indexOf(":", start);
    const name = colon < at ? text.slice(start, Math.max(start, colon)) : "";
    if (!HEADER_NAME.test(name)) return { kind: "refused", status: 400 };
    const key = name.toLowerCase();
    const value = trimBlanks(text, colon + 1, at);
    const before = headers.get(key);
    // Two hosts or two origins would be two answers to the question who is asking.
    if (before !== undefined && DECISIVE.has(key)) return { kind: "refused", status: 400 };
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  // Without it nobody can say which machine is asked (RFC 9112, 3.2); HTTP/1.0 has none.
  if (minor === "1" && !headers.has("host")) return { kind: "refused", status: 400 };
  const [path = "", query = ""] = target.split("?");
  return { kind: "head", head: { method, path, query, headers, bytes: end + 4 } };
}

/** What stands from `start` to `end`, without blanks at its ends; by hand, so that its cost is its length. */
function trimBlanks(text: string, start: number, end: number): string {
  let [from, to] = [start, end];
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

/** Headers by which something is allowed or not. */
const DECISIVE: ReadonlySet<string> = new Set([
  "host",
  "origin",
  "sec-websocket-key",
  "sec-websocket-version",
]);
