/**
 * The newest ways are kept, so many messages and so many receivers of them in all; what has to go follows nothing any more.
 *
 * @module
 */

import type { End } from "../../../server/tracing/end.ts";
import type { Outbox } from "../../../server/link/outbox.ts";
import { Receiver } from "../../../server/tracing/receiver.ts";
import { TraceTime } from "../../../server/tracing/trace_time.ts";
import { Way } from "../../../server/tracing/way.ts";
import { Ways } from "../../../server/tracing/ways.ts";
import type { FoldedName, RoomName } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";

const ROOM = "lobby" as FoldedName;
const NAME = "Lobby" as RoomName;
const END: End = { user: "Ben", speech: "frames" };

function way(seq: number, receivers: readonly Receiver[] = []): Way {
  const made = new Way({
    room: NAME,
    key: ROOM,
    from: END,
    stream: undefined,
    readMs: undefined,
    acceptedMs: seq,
  });
  made.seq = seq;
  made.publishedMs = seq + 1;
  made.receivers = receivers;
  return made;
}

Deno.test("of more than 4,096 messages the newest are kept, and the others are counted", () => {
  const ways = new Ways();
  for (let seq = 1; seq <= 5_000; seq++) ways.add(way(seq));
  assertEquals([ways.size, ways.forgotten], [4_096, 5_000 - 4_096]);
  assertEquals([ways.of(ROOM, 904), ways.of(ROOM, 905)?.seq, ways.last(ROOM)?.seq], [
    undefined,
    905,
    5_000,
  ]);
  ways.clear();
  assertEquals([ways.size, ways.forgotten, ways.last(undefined)], [0, 0, undefined]);
});

Deno.test("of messages with very many receivers fewer are kept, and what is forgotten follows nothing", () => {
  const ways = new Ways();
  const time = new TraceTime({ now: () => 0, machineMs: () => undefined, wall: () => 0 });
  const dropped: number[] = [];
  for (let seq = 1; seq <= 1_100; seq++) {
    const outbox = { drop: () => dropped.push(seq) } as unknown as Outbox;
    const one = way(seq, Array.from({ length: 64 }, () => new Receiver(END, outbox, time)));
    ways.add(one);
    ways.received(one);
  }
  assertEquals([ways.size, ways.forgotten], [1_024, 76]);
  assertEquals([dropped.length, new Set(dropped).size], [76 * 64, 76]);
  ways.clear();
  assertEquals(dropped.length, 1_100 * 64);
});

Deno.test("the slowest is the one that somebody waits for longest, or that took longest", () => {
  const ways = new Ways();
  const time = new TraceTime({ now: () => 50, machineMs: () => undefined, wall: () => 0 });
  const outbox = { drop() {} } as unknown as Outbox;
  const [done, waits] = [new Receiver(END, outbox, time), new Receiver(END, outbox, time)];
  done.taken({ from: 0, to: 1 }, 0, { from: 0, to: 1 });
  done.ended("taken");
  const [quick, slow, stuck] = [way(1), way(2, [done]), way(10, [waits])];
  for (const one of [quick, slow, stuck]) ways.add(one);
  assertEquals([ways.slowest(ROOM, 55), ways.slowest(undefined, 100)], [slow, stuck]);
  assertEquals(ways.slowest("tea" as FoldedName, 100), undefined);
});
