/**
 * What a proxy says of whom it speaks for, before the first byte of that one: HAProxy's PROXY protocol, of both versions.
 *
 * ```text
 *   1:  PROXY TCP4 192.0.2.7 203.0.113.1 51234 8080\r\n        at most 107 bytes; UNKNOWN instead of TCP4: nobody is named
 *   2:  \r\n\r\n\0\r\nQUIT\n │ 0x2V: 0x20 its own, 0x21 for somebody │ family │ length (2) │ addresses │ (type, length, value)…
 * ```
 *
 * Only who is believed is asked, for anybody could say it. Whoever says nothing of the kind speaks for itself. Pure.
 *
 * @module
 */

import { addressOf } from "./range.ts";

/** Who is behind a proxy. */
export interface Behind {
  readonly hostname: string;
  readonly port: number;
  /** Whether it came to the proxy over TLS, where that was said. */
  readonly isSecure?: boolean;
}

/** What a header comes to. */
export type ProxyHeader =
  /** It may become one: more is to be read. */
  | { readonly kind: "more" }
  /** It is none: whoever is there speaks for itself. */
  | { readonly kind: "none" }
  /** It begins as one, and is wrong. */
  | { readonly kind: "wrong" }
  /** So many bytes are one; without `behind`, nobody is named. */
  | { readonly kind: "header"; readonly bytes: number; readonly behind?: Behind };

/** Longest header in bytes: those of version 1 have 107, those of version 2 some hundred with a certificate's name. */
export const PROXY_HEADER_BYTES_MAX = 2_048;

const V1 = new TextEncoder().encode("PROXY ");
const V1_BYTES_MAX = 107;
const V2 = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const V2_HEAD_BYTES = 16;
const CR = 0x0d, LF = 0x0a;

const MORE = { kind: "more" } as const;
const WRONG = { kind: "wrong" } as const;

/** Reads one from what has come so far. */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader {
  if (startsAs(bytes, V1)) return bytes.length < V1.length ? MORE : readFirst(bytes);
  if (startsAs(bytes, V2)) return bytes.length < V2_HEAD_BYTES ? MORE : readSecond(bytes);
  return { kind: "none" };
}

/** Whether bytes are the beginning of others, or begin with them. */
function startsAs(bytes: Uint8Array, others: Uint8Array): boolean {
  const count = Math.min(bytes.length, others.length);
  return bytes.subarray(0, count).every((byte, at) => byte === others[at]);
}

function readFirst(bytes: Uint8Array): ProxyHeader {
  const end = bytes.subarray(0, V1_BYTES_MAX).indexOf(LF);
  if (end < 0) return bytes.length < V1_BYTES_MAX ? MORE : WRONG;
  if (bytes[end - 1] !== CR) return WRONG;
  const words = String.fromCharCode(...bytes.subarray(0, end - 1)).split(" ");
  const [, family, hostname = "", , port = ""] = words;
  if (family === "UNKNOWN") return { kind: "header", bytes: end + 1 };
  const isAddress = addressOf(hostname) !== undefined &&
    hostname.includes(":") === (family === "TCP6");
  if (words.length !== 6 || !isAddress || !/^\d{1,5}$/.test(port)) return WRONG;
  return { kind: "header", bytes: end + 1, behind: { hostname, port: Number(port) } };
}

const INET = 0x11, INET6 = 0x21;
/** The kind of value that tells of TLS, and the bit of its first byte that says yes. */
const TYPE_SSL = 0x20, CLIENT_SSL = 1;

function readSecond(bytes: Uint8Array): ProxyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const command = view.getUint8(12), family = view.getUint8(13);
  const length = V2_HEAD_BYTES + view.getUint16(14);
  if (length > PROXY_HEADER_BYTES_MAX || (command !== 0x20 && command !== 0x21)) return WRONG;
  if (bytes.length < length) return MORE;
  // A proxy that asks whether we are alive, or that tells of sockets of another kind.
  if (command === 0x20 || (family !== INET && family !== INET6)) {
    return { kind: "header", bytes: length };
  }
  const addressesEnd = V2_HEAD_BYTES + (family === INET ? 12 : 36);
  if (length < addressesEnd) return WRONG;
  const source = bytes.subarray(V2_HEAD_BYTES, V2_HEAD_BYTES + (family === INET ? 4 : 16));
  const port = view.getUint16(V2_HEAD_BYTES + (family === INET ? 8 : 32));
  const isSecure = toldOfTls(bytes.subarray(addressesEnd, length));
  const behind = {
    hostname: hostnameOf(source),
    port,
    ...(isSecure === undefined ? {} : { isSecure }),
  };
  return { kind: "header", bytes: length, behind };
}

function hostnameOf(source: Uint8Array): string {
  if (source.length === 4) return source.join(".");
  const groups = Array.from(
    { length: 8 },
    (_, at) => ((source[2 * at] ?? 0) << 8) | (source[2 * at + 1] ?? 0),
  );
  // In the one way in which such an address is written.
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]`).hostname.slice(
    1,
    -1,
  );
}

function toldOfTls(values: Uint8Array): boolean | undefined {
  for (let at = 0; at + 3 <= values.length;) {
    const length = ((values[at + 1] ?? 0) << 8) | (values[at + 2] ?? 0);
    if (values[at] === TYPE_SSL && length > 0) return ((values[at + 3] ?? 0) & CLIENT_SSL) !== 0;
    at += 3 + length;
  }
  return undefined;
}
