/**
 * Bytes as attackers need them: frames, lines, heads of HTTP and parts of a WebSocket, right or wrong on purpose.
 *
 * Nothing is shared with the wire's own code: what a mistake there would hide is shown here. All is pure.
 *
 * @module
 */

/** Bytes of a mebibyte. */
export const MIB: number = 1 << 20;

const encoder = new TextEncoder();

/** Text as bytes. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Bytes one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The length that a frame announces, true or not. */
export function head(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

/** A frame around bytes, around text, or around a value as JSON. */
export function frame(body: Uint8Array | string | object): Uint8Array<ArrayBuffer> {
  const bytes = body instanceof Uint8Array
    ? body
    : utf8(typeof body === "string" ? body : JSON.stringify(body));
  return joined([head(bytes.length), bytes]);
}

/** The same thing many times over, in one piece. */
export function times(count: number, make: (i: number) => Uint8Array): Uint8Array<ArrayBuffer> {
  return joined(Array.from({ length: count }, (_, i) => make(i)));
}

/** The frame that logs in. */
export function login(username: string, more: object = {}): Uint8Array<ArrayBuffer> {
  return frame({ type: "Login", username, ...more });
}

/** The head of a request that asks for a WebSocket. */
export function upgrade(port: number, path = "/ws"): Uint8Array<ArrayBuffer> {
  return utf8(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
}

/** Which part of a WebSocket message. */
export interface PartOptions {
  /** 1 text, 0 its continuation, 8 close, 9 ping. Default: 1. */
  readonly op?: number;
  /** Whether it is the last. Default: yes. */
  readonly fin?: boolean;
}

/** A masked frame of a WebSocket, as clients send them. The mask is zero: it changes no byte. */
export function part(
  payload: string | Uint8Array,
  { op = 1, fin = true }: PartOptions = {},
): Uint8Array<ArrayBuffer> {
  const body = typeof payload === "string" ? utf8(payload) : payload;
  const long = body.length > 0xffff ? 127 : body.length > 125 ? 126 : body.length;
  const start = new Uint8Array((long === 127 ? 10 : long === 126 ? 4 : 2) + 4);
  const view = new DataView(start.buffer);
  view.setUint8(0, (fin ? 0x80 : 0) | op);
  view.setUint8(1, 0x80 | long);
  if (long === 126) view.setUint16(2, body.length);
  if (long === 127) view.setBigUint64(2, BigInt(body.length));
  return joined([start, body]);
}

/** Bytes that are made when they are needed first, and then kept. */
export function lazy(make: () => Uint8Array<ArrayBuffer>): () => Uint8Array<ArrayBuffer> {
  let made: Uint8Array<ArrayBuffer> | undefined;
  return () => made ??= make();
}
