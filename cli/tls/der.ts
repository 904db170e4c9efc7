/**
 * As much of DER, the form in which certificates are written, as one of them needs.
 *
 * ```text
 *   tag (1) │ length: below 128 one byte, else 0x80 + how many, and those │ contents
 * ```
 *
 * Pure.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Any element. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = contents.reduce((sum, { length }) => sum + length, 0);
  const head = length < 0x80 ? [length] : lengthBytes(length);
  const all = new Uint8Array(1 + head.length + length);
  all.set([tag, ...head]);
  let at = 1 + head.length;
  for (const part of contents) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

/** A `SEQUENCE`. */
export function sequence(...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return element(0x30, ...contents);
}

/** An `OCTET STRING`. */
export function octets(...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return element(0x04, ...contents);
}

/** A `BIT STRING`, of which `unused` bits at the end are none. */
export function bits(contents: Uint8Array, unused = 0): Uint8Array<ArrayBuffer> {
  return element(0x03, Uint8Array.of(unused), contents);
}

/** An `INTEGER` of 0 or more, by its bytes. */
export function integer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  // With the highest bit set it would be below 0.
  return element(0x02, ...((shortest[0] ?? 0) >= 0x80 ? [Uint8Array.of(0)] : []), shortest);
}

/** `TRUE`. */
export const TRUE: Uint8Array = Uint8Array.of(0x01, 1, 0xff);

/** An `OBJECT IDENTIFIER`, such as `2.5.4.3`. */
export function oid(text: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let more = arc >>> 7; more > 0; more >>>= 7) groups.unshift((more & 0x7f) | 0x80);
    return groups;
  });
  return element(0x06, Uint8Array.from(bytes));
}

/** A `UTF8String`. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return element(0x0c, encoder.encode(text));
}

/** A time: two digits for its year until 2049, and four from then on, as certificates demand. */
export function time(ms: number): Uint8Array<ArrayBuffer> {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  const isLate = Number(text.slice(0, 4)) >= 2050;
  return element(isLate ? 0x18 : 0x17, encoder.encode(isLate ? text : text.slice(2)));
}

/** One name in the list of those that a certificate is for: an address, or the name of a machine. */
export function generalName(name: string): Uint8Array<ArrayBuffer> {
  const address = addressBytes(name);
  return address === undefined ? element(0x82, encoder.encode(name)) : element(0x87, address);
}

function addressBytes(name: string): Uint8Array | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name)) return Uint8Array.from(name.split("."), Number);
  if (!name.includes(":") || !URL.canParse(`http://[${name}]`)) return undefined;
  // What stands in a URL is written in one way: in groups of hexadecimal digits, `::` at most once.
  const [left = "", right] = new URL(`http://[${name}]`).hostname.slice(1, -1).split("::");
  const head = groupsOf(left), tail = groupsOf(right ?? "");
  const zeros = new Array(8 - head.length - tail.length).fill(0);
  return Uint8Array.from([...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group]));
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
}
