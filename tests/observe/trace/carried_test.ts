/**
 * The calls that carry a range of bytes, held against a model that looks at each byte.
 *
 * @module
 */

import fc from "fast-check";
import { CallIndex } from "../../../observe/trace/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { callWith, streams, toldOf } from "./world.ts";

const HERE = { local: "127.0.0.1:7878", remote: "127.0.0.1:50414" };

Deno.test("a message is found in whatever calls carried it, and what the observer lost is missing and nothing else", () => {
  fc.assert(fc.property(
    streams({ ...HERE, socket: 7, op: "send", from: 1_000, loses: true }),
    streams({ ...HERE, socket: 7, op: "recv", from: 500, loses: true }),
    (sent, received) => {
      const index = new CallIndex([...toldOf(received), ...toldOf(sent)].reverse());
      for (const stream of [sent, received]) {
        for (const range of stream.frames) {
          const bytes = Array.from(
            { length: range.to - range.from },
            (_, at) => callWith(stream, range.from + at),
          );
          const [first, last] = [bytes[0], bytes.at(-1)];
          const seen = bytes.filter(({ told }) => told);
          const found = index.find({ ...HERE, op: stream.op, range, near: last?.io.ts ?? 0 });
          if (seen.length === 0) {
            assertEquals(found, undefined);
            continue;
          }
          assertEquals(found?.unseen, bytes.length - seen.length);
          assertEquals(found?.calls, new Set(seen.map(({ io }) => io)).size);
          assertEquals(found?.done, last?.told ? last.io.ts : undefined);
          assertEquals(
            found?.entered,
            first?.told ? first.io.ts - (first.io.durationNs ?? 0) : undefined,
          );
          const came = last?.told && last.io.delayNs !== undefined
            ? last.io.ts - last.io.delayNs
            : undefined;
          assertEquals(found?.came, came);
        }
      }
    },
  ));
});

Deno.test("of two sockets that had the same addresses one after the other, the one of that time is meant", () => {
  fc.assert(fc.property(
    streams({ ...HERE, socket: 7, op: "send", from: 1_000, loses: false }),
    streams({ ...HERE, socket: 8, op: "send", from: 9_000_000, loses: false }),
    (former, latter) => {
      const index = new CallIndex([...toldOf(latter), ...toldOf(former)]);
      for (const stream of [former, latter]) {
        for (const range of stream.frames) {
          const { io } = callWith(stream, range.to - 1);
          assertEquals(index.find({ ...HERE, op: "send", range, near: io.ts })?.done, io.ts);
        }
      }
    },
  ));
});

Deno.test("a client's positions that count its opening are taken back by one, and those that do not are not", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 1),
      fc.integer({ min: 2, max: 90 }),
      fc.nat(2 ** 40),
      (shift, length, from) => {
        // One frame a call, as clients write.
        const calls = [0, 1, 2].map((place) => ({
          ...{
            kind: "io",
            pid: 1,
            tid: 1,
            func: "sendto",
            family: "inet",
            op: "send",
            socket: 3,
          } as const,
          ...HERE,
          ...{ ts: 1_000 * (place + 1), bytes: length, offset: from + place * length + shift },
        }));
        const index = new CallIndex(calls);
        const range = { from: from + length, to: from + 2 * length };
        const found = index.find({ ...HERE, op: "send", range, near: 2_000, mayBeShifted: true });
        assertEquals([found?.done, found?.calls, found?.unseen], [2_000, 1, 0]);
      },
    ),
  );
});

Deno.test("a socket that took less than it was given was full, and one that took all was not", () => {
  const call = (ts: number, offset: number, bytes: number, requested: number) => ({
    ...{
      kind: "io",
      pid: 1,
      tid: 1,
      func: "sendto",
      family: "inet",
      op: "send",
      socket: 3,
    } as const,
    ...HERE,
    ...{ ts, bytes, offset, requested },
  });
  const find = (calls: readonly ReturnType<typeof call>[]) =>
    new CallIndex(calls).find({ ...HERE, op: "send", range: { from: 10, to: 20 }, near: 5 });
  assertEquals(find([call(1, 0, 10, 10), call(2, 10, 10, 10)])?.full, false);
  assertEquals(find([call(1, 0, 10, 20), call(2, 10, 10, 10)])?.full, true);
  assertEquals(find([call(1, 0, 10, 10), call(2, 10, 4, 10), call(9, 14, 6, 6)])?.full, true);
  // What came behind the message and was cut off is not its business.
  assertEquals(find([call(1, 0, 10, 10), call(2, 10, 15, 40)])?.full, false);
});

Deno.test("an address in IPv6's clothes is the IPv4 address that the kernel tells", () => {
  const [io] = [{
    ...{
      kind: "io",
      pid: 1,
      tid: 1,
      func: "sendto",
      family: "inet6",
      op: "send",
      socket: 3,
    } as const,
    ...HERE,
    ...{ ts: 1, bytes: 5, offset: 0 },
  }];
  const place = {
    local: "[::ffff:127.0.0.1]:7878",
    remote: "[::ffff:127.0.0.1]:50414",
    op: "send",
  } as const;
  const found = new CallIndex([io]).find({ ...place, range: { from: 0, to: 5 }, near: 1 });
  assert(found?.done === 1);
});
