/**
 * Books that balance, and those that do not.
 *
 * @module
 */

import fc from "fast-check";
import { Books, type Counted } from "../../../observe/trace/mod.ts";
import { assertEquals } from "../../assert.ts";
import { type Stream, streams, toldOf } from "./world.ts";

const HERE = { local: "127.0.0.1:7878", remote: "127.0.0.1:50414" };
const there = { from: 1_000, loses: true };

/** What has moved when a moment is over. */
function movedAt({ calls }: Stream, ts: number): number {
  const last = calls.findLast((io) => io.ts <= ts);
  return last === undefined ? calls[0]?.offset ?? 0 : (last.offset ?? 0) + last.bytes;
}

/** A server that counts rightly what a kernel tells with losses, at a moment between two that are known. */
const world = fc.record({
  received: streams({ ...HERE, ...there, socket: 1, op: "recv" }),
  sent: streams({ ...HERE, ...there, socket: 1, op: "send" }),
  moments: fc.array(fc.integer({ min: 900, max: 12_000 }), { minLength: 3, maxLength: 3 }),
  closed: fc.integer({ min: 0, max: 12_000 }),
}).map(({ received, sent, moments, closed }) => {
  const [a = 0, at = 0, b = 0] = moments.toSorted((one, other) => one - other);
  const books = new Books();
  const told = [...toldOf(received), ...toldOf(sent)].sort((one, other) => one.ts - other.ts);
  for (const io of told) books.take(io);
  books.close(Math.min(closed, a));
  const counted: Counted = {
    ...{ ...HERE, user: "anna", speech: "frames" },
    bytesIn: movedAt(received, at),
    bytesOut: movedAt(sent, at),
  };
  return {
    books,
    counted,
    a,
    b,
    told,
    lost: told.length < received.calls.length + sent.calls.length,
  };
});

Deno.test("a server that counts rightly balances, whatever the observer lost and whenever it was asked", () => {
  fc.assert(
    fc.property(world, ({ books, counted, a, b, told, lost }) => {
      const balance = books.balance([counted], a, b, lost);
      assertEquals(balance.differences, []);
      assertEquals([balance.compared, balance.silent], told.length > 0 ? [1, 0] : [0, 1]);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("a byte that the server has not counted, or counted twice, is found and its connection is named", () => {
  fc.assert(fc.property(
    streams({ ...HERE, from: 1_000, loses: false, socket: 1, op: "recv" }),
    fc.constantFrom(-1, 1, 700),
    (stream, wrong) => {
      const books = new Books();
      for (const io of toldOf(stream)) books.take(io);
      const end = movedAt(stream, Infinity);
      const counted = { ...HERE, user: "ben", speech: "text", bytesIn: end + wrong, bytesOut: 0 };
      const { differences } = books.balance([counted], 1e6, 2e6, false);
      assertEquals(
        differences.map((
          { op, kernel, server, connection },
        ) => [op, server - kernel, connection.user]),
        [
          ["recv", wrong, "ben"],
        ],
      );
    },
  ));
});

Deno.test("what is encrypted or a WebSocket is counted otherwise, and a silent connection tells nothing: none is compared", () => {
  const io = {
    ...{ kind: "io", pid: 1, tid: 1, func: "x", family: "inet", op: "recv", socket: 3 } as const,
    ...{ ...HERE, ts: 5, offset: 0, bytes: 10 },
  };
  const books = new Books();
  books.take(io);
  const counted = { ...HERE, speech: "frames", bytesIn: 3, bytesOut: 0 };
  const balance = books.balance(
    [{ ...counted, secure: true }, { ...counted, speech: "websocket" }, {
      ...counted,
      remote: "127.0.0.1:1",
    }],
    10,
    20,
    false,
  );
  assertEquals(balance, { compared: 0, apart: 2, silent: 1, bytes: 0, differences: [] });
});

Deno.test("a port that is used again begins at zero, and is not held against what moved there before", () => {
  const call = (socket: number, ts: number, offset: number, bytes: number) => ({
    ...{ kind: "io", pid: 1, tid: 1, func: "x", family: "inet", op: "recv" } as const,
    ...{ ...HERE, socket, ts, offset, bytes },
  });
  const books = new Books();
  books.take(call(1, 5, 0, 500));
  books.close(10);
  books.take(call(2, 12, 0, 30));
  const counted = { ...HERE, speech: "frames", bytesIn: 30, bytesOut: 0 };
  assertEquals(books.balance([counted], 20, 30, false).differences, []);
  assertEquals(books.balance([{ ...counted, bytesIn: 0 }], 11, 11, false).differences, []);
});
