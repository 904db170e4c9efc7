/**
 * Bytes are followed from where they wait to the calls that took them, whatever lies before them and however they are taken.
 *
 * @module
 */

import { Outbox } from "../../../server/link/outbox.ts";
import { Carried, type CarriedEnd, type Follower } from "../../../server/link/carried.ts";
import { RoomLog } from "../../../server/rooms/room_log.ts";
import type { ByteSpan } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

/** What was told of some bytes: calls, with the place of the first byte and the part that was taken; and the end. */
type Told = [from: number, to: number, at: number, partFrom: number, partTo: number] | CarriedEnd;

function follower(): Follower & { readonly told: Told[] } {
  const told: Told[] = [];
  return {
    told,
    taken: (call, at, part) => told.push([call.from, call.to, at, part.from, part.to]),
    ended: (how) => told.push(how),
  };
}

/** An outbox whose wire takes so many bytes of each call, one number after the other; then all. */
function outboxThatTakes(...counts: number[]): Outbox {
  return new Outbox(
    { trySend: ({ length }) => Math.min(length, counts.shift() ?? length) },
    1 << 20,
  );
}

function said(log: RoomLog, text: string): ByteSpan {
  const from = log.end;
  log.append(utf8(text));
  return { from, to: log.end };
}

Deno.test("bytes of two logs and an answer are found in the one write that they share", () => {
  const [one, other] = [new RoomLog(), new RoomLog()];
  said(one, "before");
  const outbox = outboxThatTakes();
  outbox.follow(one);
  outbox.follow(other);
  outbox.queue(utf8("welcome"));
  outbox.wake();
  const [first, second, answer] = [follower(), follower(), follower()];
  outbox.carry(one, said(one, "hello"), first);
  said(other, "unfollowed");
  outbox.carry(other, said(other, "world"), second);
  outbox.queue(utf8("pong"));
  const { queued } = outbox;
  outbox.queue(utf8("ack"));
  outbox.carry(undefined, { from: queued, to: outbox.queued }, answer);
  outbox.wake();
  // welcome│pong ack│hello│unfollowed world
  assertEquals(answer.told, [[7, 34, 11, 11, 14], "taken"]);
  assertEquals(first.told, [[7, 34, 14, 6, 11], "taken"]);
  assertEquals(second.told, [[7, 34, 29, 10, 15], "taken"]);
});

Deno.test("what is taken in parts is told part by part, and what follows is found behind it", () => {
  const log = new RoomLog();
  const outbox = outboxThatTakes(3, 0, 4);
  outbox.follow(log);
  const [first, second] = [follower(), follower()];
  outbox.carry(log, said(log, "0123456789"), first);
  outbox.wake();
  outbox.carry(log, said(log, "abc"), second);
  outbox.wake();
  outbox.onWritable(0);
  outbox.onWritable(0);
  outbox.onWritable(2);
  assertEquals(first.told, [
    [0, 3, 0, 0, 3],
    [3, 7, 0, 3, 7],
    [7, 9, 0, 7, 9],
    [9, 10, 0, 9, 10],
    "taken",
  ]);
  assertEquals(second.told, [[10, 13, 10, 10, 13], "taken"]);
});

Deno.test("who leaves a room is still told what was said there, and it is found behind what was for it alone", () => {
  const log = new RoomLog();
  const outbox = outboxThatTakes();
  const cursor = outbox.follow(log);
  const left = follower();
  outbox.queue(utf8("psst"));
  said(log, "x");
  outbox.carry(log, said(log, "bye"), left);
  outbox.unfollow(cursor);
  said(log, "behind its back");
  outbox.wake();
  assertEquals(left.told, [[0, 8, 5, 1, 4], "taken"]);
});

Deno.test("an answer behind which a file goes out first is followed no more, what a room says is", () => {
  const log = new RoomLog();
  const outbox = outboxThatTakes();
  outbox.follow(log);
  const [answer, word] = [follower(), follower()];
  outbox.queue(utf8("ack"));
  outbox.carry(undefined, { from: 0, to: 3 }, answer);
  outbox.carry(log, said(log, "hello"), word);
  outbox.hold(utf8("start"));
  assertEquals([answer.told, word.told], [["held"], []]);
  outbox.release(utf8("done"));
  assertEquals(word.told, [[8, 17, 12, 0, 5], "taken"]);
});

Deno.test("of what is cut off nothing more is heard, and of what is dropped nothing at all", () => {
  const log = new RoomLog();
  const outbox = outboxThatTakes(2, 0);
  outbox.follow(log);
  const [half, dropped, late] = [follower(), follower(), follower()];
  outbox.carry(log, said(log, "hello"), half);
  outbox.carry(log, said(log, "world"), dropped);
  outbox.wake();
  outbox.drop(dropped);
  outbox.end();
  outbox.carry(log, { from: 5, to: 10 }, late);
  assertEquals(half.told, [[0, 2, 0, 0, 2], "cut off"]);
  assertEquals([dropped.told, late.told], [[], ["cut off"]]);
});

Deno.test("of a thousand that a hanging reader has waiting one is dropped without a look at the others", () => {
  const log = new RoomLog();
  const carried = new Carried();
  let looks = 0;
  const followers = Array.from({ length: 1_024 }, (): Follower => ({ ended() {} }));
  for (const one of followers) carried.follow(log, said(log, "hello"), one);
  const { filter } = Array.prototype;
  Array.prototype.filter = function (this: unknown[], ...how: [never]) {
    looks += this.length;
    return filter.apply(this, how);
  } as typeof filter;
  try {
    for (const one of followers.slice(0, 1_000)) carried.drop(one);
  } finally {
    Array.prototype.filter = filter;
  }
  assertEquals([looks, carried.size], [0, 24]);
});
