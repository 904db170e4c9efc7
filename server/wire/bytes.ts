/**
 * Bytes one after the other.
 *
 * @module
 */

/**
 * The parts as one.
 *
 * @returns New memory, or the only part itself when there is one.
 */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The same bytes, in memory that holds little else: for what is kept longer than the others that lie beside it. */
export function ownMemory(bytes: Uint8Array): Uint8Array {
  return bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes;
}
