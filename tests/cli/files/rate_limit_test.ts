/**
 * A limited flow: never more than the rate and one burst, and never less than it could be.
 *
 * @module
 */

import fc from "fast-check";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { byteCount, byteRate } from "../../../cli/files/byte_count.ts";
import { BURST_SECONDS } from "../../../server/wire/transfers/limits.ts";
import { type Clock, flowBucket, limitRate } from "../../../server/wire/transfers/rate_limit.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { pieces, someBytes } from "./place.ts";

/** A clock that only waiting moves. */
function handClock(): Clock & { readonly now: () => number } {
  let now = 0;
  return {
    now: () => now,
    wait: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
}

Deno.test("whoever waits as told stays below the rate and one burst, in any span of time", () => {
  const step = fc.record({ bytes: fc.nat(5_000), pauseMs: fc.nat(2_000) });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 50 }),
      fc.integer({ min: 1, max: 10_000 }),
      (steps, rate) => {
        const bucket = flowBucket(rate, 0);
        let now = 0;
        const sent: { at: number; bytes: number }[] = [];
        for (const { bytes, pauseMs } of steps) {
          now += pauseMs;
          bucket.spend(now, bytes);
          now += bucket.msUntil(now, 0);
          sent.push({ at: now, bytes });
        }
        for (let from = 0; from < sent.length; from++) {
          let bytes = 0;
          for (const one of sent.slice(from + 1)) {
            bytes += one.bytes;
            const span = (one.at - (sent[from]?.at ?? 0)) / 1_000;
            assert(bytes <= rate * (span + BURST_SECONDS) + 1e-6, `${bytes} bytes in ${span} s`);
          }
        }
      },
    ),
  );
});

Deno.test("a limited flow has the same bytes, in small pieces, and takes as long as it must", async () => {
  const bytes = someBytes(10_000);
  const clock = handClock();
  const got: number[] = [];
  for await (const piece of limitRate(pieces(bytes, 0, 4_000), { rate: 1_000, clock })) {
    assert(piece.length <= 1_000 * BURST_SECONDS);
    got.push(...piece);
  }
  assertEquals(got, [...bytes]);
  assert(Math.abs(clock.now() - 10_000) < 1, `${clock.now()} ms for 10 s`);
});

Deno.test("without a limit nothing waits", async () => {
  const clock: Clock = { now: () => 0, wait: () => Promise.reject(new Error("It waits")) };
  let count = 0;
  for await (const piece of limitRate(pieces(someBytes(5_000)), { rate: 0, clock })) {
    count += piece.length;
  }
  assertEquals(count, 5_000);
});

Deno.test("a signal ends the waiting and the flow", async () => {
  const end = new AbortController();
  const flow = limitRate(pieces(someBytes(10)), { rate: 1, signal: end.signal });
  const first = flow.next();
  end.abort();
  assertEquals((await first).done, true);
});

Deno.test("sizes and rates are read as people write them", () => {
  assertEquals(byteCount("4096"), 4_096);
  assertEquals(byteCount("500k"), 500_000);
  assertEquals(byteCount("1.5GiB"), 1.5 * (1 << 30));
  assertEquals(byteCount("10G"), 10e9);
  assertEquals(byteRate("2M"), 2e6);
  assertEquals(byteRate("2MB/s"), 2e6);
  assertEquals(byteRate("64Ki"), 65_536);
  assertEquals(byteRate("0"), 0);
  for (const wrong of ["", "-1", "0", "2X", "k", "1e9", "99999999T", "0x10", "1 M"]) {
    assertThrows(() => byteCount(wrong), InvalidArgumentError);
  }
  for (const wrong of ["", "fast", "2M/h"]) {
    assertThrows(() => byteRate(wrong), InvalidArgumentError);
  }
});
