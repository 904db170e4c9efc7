/**
 * What is not whole is kept until it is, and is not looked through again for each little that comes.
 *
 * @module
 */

import { REST_BYTES_MAX } from "../../load/limits.ts";
import type { Hearer } from "../../load/sockets.ts";
import { WireSocket } from "../../load/wire_socket.ts";
import type { Wire, WireGuest } from "../../server/transport/mod.ts";
import { assert, assertEquals } from "../assert.ts";

const LINE_FEED = 0x0a;

/** Who speaks in lines, and counts what he has looked through. */
class Lines implements Hearer {
  looked = 0;
  readonly lines: number[] = [];
  why: string | undefined;

  data(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from;;) {
      const end = bytes.subarray(0, to).indexOf(LINE_FEED, at);
      this.looked += (end < 0 ? to : end) - at;
      if (end < 0) return at;
      this.lines.push(end - at);
      at = end + 1;
    }
  }

  ended(why?: string): void {
    this.why = why;
  }
}

/** A socket that hears what a test says. */
function socketOf(hearer: Hearer): WireGuest {
  let guest: WireGuest | undefined;
  const wire = { open: (one: WireGuest) => void (guest = one), close: () => {} };
  new WireSocket(wire as unknown as Wire, hearer);
  assert(guest !== undefined, "It opens its wire");
  return guest;
}

Deno.test("a line without end is looked through a few times, and not a thousand times, until it is too long", () => {
  const hearer = new Lines();
  const guest = socketOf(hearer);
  const piece = new Uint8Array(64 << 10).fill(0x78);
  for (let said = 0; hearer.why === undefined; said += piece.length) {
    guest.onBytes(piece);
    assert(said < 2 * REST_BYTES_MAX, "It has a bound");
  }
  assert(hearer.looked < 40 * REST_BYTES_MAX, `${hearer.looked} bytes were looked at`);
});

Deno.test("lines are whole however they are cut", () => {
  const hearer = new Lines();
  const guest = socketOf(hearer);
  const sizes = [0, 10, 1_500, 70_000, 3, 1_023, 1_024, 1_025, 5_000];
  const stream = new Uint8Array(sizes.reduce((sum, size) => sum + size + 1, 0)).fill(0x78);
  let at = 0;
  for (const size of sizes) stream[at += size, at++] = LINE_FEED;
  for (let from = 0, cut = 1; from < stream.length; from += cut, cut = cut * 3 % 8_191) {
    guest.onBytes(stream.subarray(from, from + cut));
  }
  assertEquals(hearer.lines, sizes);
});
