/**
 * What is replaced while somebody reads.
 *
 * @module
 */

import { Replaced } from "../../../server/store/replaced.ts";
import { type Replace, StorageError, type Stored } from "../../../server/store/store_port.ts";
import { assertEquals } from "../../assert.ts";

const stored = (seq: number, body: string): Stored => ({
  seq,
  body: new TextEncoder().encode(body),
});
const textOf = ({ body }: Stored): string => new TextDecoder().decode(body);

function change(seq: number, body: string): Replace {
  const { body: bytes, ...rest } = stored(seq, body);
  return {
    stream: "room/tea",
    stored: { ...rest, body: bytes },
    body: bytes,
    at: 0,
    beside: [],
    erases: true,
    takesAway: true,
    settled: () => {},
  };
}

Deno.test("what was replaced since a reading began takes the place of what was read, and what is none any more is left out", () => {
  const replaced = new Replaced();
  using meanwhile = replaced.watch("room/tea");
  using elsewhere = replaced.watch("room/lobby");
  const read = [stored(1, "one"), stored(2, "two"), stored(3, "three")];
  replaced.noting({ replace: (given) => given.settled() }, change(2, "new"));
  replaced.noting({ replace: (given) => given.settled() }, change(3, "nothing"));
  const kept = (one: Stored) => textOf(one) === "nothing" ? undefined : one;
  assertEquals(meanwhile.allNow(read, kept).map(textOf), ["one", "new"]);
  assertEquals(read.map((one) => textOf(meanwhile.now(one))), ["one", "new", "nothing"]);
  assertEquals(elsewhere.allNow(read, kept), read);
});

Deno.test("what the store refuses, or has not settled yet, replaces nothing", () => {
  const replaced = new Replaced();
  using meanwhile = replaced.watch("room/tea");
  let waiting: Replace | undefined;
  replaced.noting(
    { replace: (given) => given.settled(new StorageError("full")) },
    change(1, "refused"),
  );
  replaced.noting({ replace: (given) => waiting = given }, change(1, "late"));
  assertEquals(textOf(meanwhile.now(stored(1, "old"))), "old");
  waiting?.settled();
  assertEquals(textOf(meanwhile.now(stored(1, "old"))), "late");
});

Deno.test("a body that was noted stays as it is when its memory is used again, and who has ended notes nothing more", () => {
  const replaced = new Replaced();
  const meanwhile = replaced.watch("room/tea");
  const { body, ...rest } = change(1, "kept");
  replaced.noting({ replace: (given) => given.settled() }, { ...rest, body });
  body.fill(0);
  assertEquals(textOf(meanwhile.now(stored(1, "old"))), "kept");
  meanwhile[Symbol.dispose]();
  replaced.noting({ replace: (given) => given.settled() }, change(1, "later"));
  assertEquals(textOf(meanwhile.now(stored(1, "old"))), "kept");
});
