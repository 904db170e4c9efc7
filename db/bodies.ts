/**
 * The bodies that the store itself writes; those of messages and edits belong to the caller.
 *
 * ```text
 *   stream   name in UTF-8
 *   drop     u32 count; all ones: the stream is over
 *   put      u16 length of the key │ key in UTF-8 │ value
 *   remove   key in UTF-8
 * ```
 *
 * A record with a good checksum was written by this file, so a body that does not fit is damage like any
 * other: decoding answers `undefined` and never reads past the end.
 *
 * @module
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Encodes a stream's name or a key. */
export function encodeName(name: string): Uint8Array {
  return encoder.encode(name);
}

/** Decodes a stream's name or a key. */
export function decodeName(body: Uint8Array): string | undefined {
  try {
    return decoder.decode(body);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The count of a drop that ends its stream: number and name are free, and nothing of it counts any more. */
export const OVER_COUNT = 0xffff_ffff;

/** Encodes how many messages a drop covers. */
export function encodeCount(count: number): Uint8Array {
  const body = new Uint8Array(4);
  new DataView(body.buffer).setUint32(0, count, true);
  return body;
}

/** Decodes how many messages a drop covers. */
export function decodeCount(body: Uint8Array): number | undefined {
  if (body.length !== 4) return undefined;
  return new DataView(body.buffer, body.byteOffset, 4).getUint32(0, true);
}

/** A key with its value. */
export interface Pair {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Encodes a key with its value. */
export function encodePair(key: string, value: Uint8Array): Uint8Array {
  const name = encoder.encode(key);
  const body = new Uint8Array(2 + name.length + value.length);
  new DataView(body.buffer).setUint16(0, name.length, true);
  body.set(name, 2);
  body.set(value, 2 + name.length);
  return body;
}

/** Decodes a key with its value, which is a view into the body. */
export function decodePair(body: Uint8Array): Pair | undefined {
  if (body.length < 2) return undefined;
  const length = new DataView(body.buffer, body.byteOffset, 2).getUint16(0, true);
  if (2 + length > body.length) return undefined;
  const key = decodeName(body.subarray(2, 2 + length));
  return key === undefined ? undefined : { key, value: body.subarray(2 + length) };
}
