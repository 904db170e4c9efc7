/**
 * The ring's reader, on memory that the test makes up.
 *
 * @module
 */

import fc from "fast-check";
import { type RingMemory, RingReader } from "../../observe/ring.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const BUSY = 0x8000_0000;
const DISCARD = 0x4000_0000;

/** A ring as the kernel writes it. */
class MadeUpRing implements RingMemory {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  produced: number;
  released: number;
  /** What happens between the two copies of a batch. */
  onFence: () => void = () => {};
  readonly releases: number[] = [];

  /** @param from Where both positions stand at the beginning. */
  constructor(size: number, from = 0) {
    this.size = size;
    this.bytes = new Uint8Array(size).fill(0xee);
    this.view = new DataView(this.bytes.buffer);
    this.produced = from;
    this.released = from;
  }

  producer(): number {
    return this.produced;
  }

  consumer(): number {
    return this.released;
  }

  release(position: number): void {
    this.releases.push(position);
    this.released = position;
  }

  copy(place: number, length: number, into: Uint8Array): void {
    assert(place + length <= 2 * this.size, "Within the two mappings");
    for (let at = 0; at < length; at++) into[at] = this.bytes[(place + at) % this.size] ?? 0;
  }

  fence(): void {
    this.onFence();
  }

  /** Reserves a record; false when it does not fit. Gives the place of its header. */
  reserve(body: readonly number[], flags = 0): number | undefined {
    const step = (body.length + 15) & ~7;
    if (this.produced + step - this.released > this.size) return undefined;
    const place = this.produced % this.size;
    this.header(place, body.length, flags);
    body.forEach((byte, at) => this.bytes[(place + 8 + at) % this.size] = byte);
    this.produced += step;
    return place;
  }

  header(place: number, length: number, flags: number): void {
    this.view.setUint32(place, (length | flags) >>> 0, true);
  }
}

function drain(reader: RingReader): number[][] {
  const bodies: number[][] = [];
  while (
    reader.read((view, at, length) => {
      bodies.push([...new Uint8Array(view.buffer, view.byteOffset + at, length)]);
    }) > 0
  );
  return bodies;
}

Deno.test("a record is read whole at each position of the ring, also across its end", () => {
  for (let from = 0; from < 128; from += 8) {
    const ring = new MadeUpRing(64, from);
    const body = Array.from({ length: 40 }, (_, at) => at + 1);
    const reader = new RingReader(ring);
    assert(ring.reserve(body) !== undefined);
    assertEquals(drain(reader), [body], `From position ${from}`);
    assertEquals(ring.released, from + 48);
  }
});

Deno.test("whatever the kernel writes is read once, in order, in batches of any size", () => {
  const record = fc.tuple(fc.nat(100), fc.boolean());
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 200 }),
      fc.constantFrom(120, 128, 200, 4096),
      fc.nat(64).map((n) => n * 8),
      (records, batch, from) => {
        const ring = new MadeUpRing(256, from);
        const reader = new RingReader(ring, batch);
        const wanted: number[][] = [];
        const read: number[][] = [];
        records.forEach(([length, discarded], number) => {
          const body = Array.from({ length }, (_, at) => (number + at) & 0xff);
          if (ring.reserve(body, discarded ? DISCARD : 0) === undefined) {
            read.push(...drain(reader));
            assert(
              ring.reserve(body, discarded ? DISCARD : 0) !== undefined,
              "Space is given back",
            );
          }
          if (!discarded) wanted.push(body);
        });
        read.push(...drain(reader));
        assertEquals(read, wanted);
        assertEquals(ring.released, ring.produced);
      },
    ),
  );
});

Deno.test("the reader stops at a record that is being written, and goes on when it is done", () => {
  const ring = new MadeUpRing(256);
  const reader = new RingReader(ring);
  ring.reserve([1]);
  const place = ring.reserve([2], BUSY) ?? 0;
  ring.reserve([3]);
  assertEquals(drain(reader), [[1]]);
  assertEquals(reader.read(() => {}), 0);
  assertEquals(ring.released, 16, "The record under way is not given back");
  ring.header(place, 1, 0);
  assertEquals(drain(reader), [[2], [3]]);
});

Deno.test("a record that the kernel gave up is passed over and given back", () => {
  const ring = new MadeUpRing(256);
  const reader = new RingReader(ring);
  ring.reserve([1], DISCARD);
  assertEquals(drain(reader), []);
  assertEquals(ring.released, 16);
  ring.reserve([2]);
  assertEquals(drain(reader), [[2]]);
});

Deno.test("bytes that were written between the copies are the ones that are told", () => {
  const ring = new MadeUpRing(256);
  const reader = new RingReader(ring);
  // The first copy saw the header done and the record's bytes not yet.
  ring.reserve([0, 0, 0]);
  ring.onFence = () => ring.bytes.set([7, 8, 9], 8);
  assertEquals(drain(reader), [[7, 8, 9]]);
});

Deno.test("space is given back once a batch, not once a record", () => {
  const ring = new MadeUpRing(4096);
  const reader = new RingReader(ring);
  for (let i = 0; i < 100; i++) ring.reserve([i]);
  assertEquals(drain(reader).length, 100);
  assertEquals(ring.releases, [1600]);
});

Deno.test("positions beyond 32 bits are as good as small ones", () => {
  const ring = new MadeUpRing(64, 2 ** 40 - 16);
  const reader = new RingReader(ring);
  for (let i = 0; i < 10; i++) {
    ring.reserve([i, i]);
    assertEquals(drain(reader), [[i, i]]);
  }
});

Deno.test("a record longer than the ring's contents is damage, not an endless wait", () => {
  const ring = new MadeUpRing(256);
  const place = ring.reserve([1]) ?? 0;
  ring.header(place, 200, 0);
  assertThrows(() => new RingReader(ring).read(() => {}), RangeError);
});
