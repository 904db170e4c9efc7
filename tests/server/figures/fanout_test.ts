/**
 * The way of a message to all members is measured to the last of them, and nobody can hold it up.
 *
 * @module
 */

import { Fanout } from "../../../server/figures/fanout.ts";
import { Samples } from "../../../server/figures/samples.ts";
import { FANOUT_MS_MAX } from "../../../server/figures/limits.ts";
import type { CarriedEnd } from "../../../server/link/carried.ts";
import { Outbox } from "../../../server/link/outbox.ts";
import { RoomLog } from "../../../server/rooms/room_log.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

/** Members whose writes the test ends, in one room. */
function room(size: number) {
  const log = new RoomLog();
  const gates: (() => void)[] = [];
  const members = Array.from({ length: size }, () => {
    const outbox: Outbox = new Outbox({
      trySend: ({ length }) => {
        gates.push(() => outbox.onWritable(length));
        return 0;
      },
    }, 1 << 20);
    return { outbox, cursor: outbox.follow(log) };
  });
  return {
    gates,
    members,
    say(text: string) {
      log.append(utf8(text));
    },
    wake() {
      for (const { outbox } of members) outbox.wake();
    },
    trace(passed: (how: CarriedEnd) => void) {
      for (const { outbox } of members) {
        outbox.carry(log, { from: log.end - 1, to: log.end }, { ended: passed });
      }
      return size;
    },
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

Deno.test("a sample ends with the last member's write, not before", async () => {
  const samples = new Samples([1]);
  const fanout = new Fanout(samples);
  const { gates, say, trace, wake } = room(3);
  say("followed");
  fanout.follow(trace);
  wake();
  for (const gate of gates.splice(0, 2)) gate();
  await turns();
  assertEquals(samples.distribution().count, 0);
  for (const gate of gates) gate();
  await turns();
  assertEquals(samples.distribution().count, 1);
});

Deno.test("a write that was under way before does not count as the message's", async () => {
  const samples = new Samples([1]);
  const fanout = new Fanout(samples);
  const { gates, say, trace, wake } = room(1);
  say("before");
  wake();
  say("followed");
  fanout.follow(trace);
  wake();
  gates.shift()?.();
  await turns();
  assertEquals(samples.distribution().count, 0, "Only what came before was taken");
  gates.shift()?.();
  await turns();
  assertEquals(samples.distribution().count, 1);
});

Deno.test("who leaves or is cut off holds nothing up", async () => {
  const samples = new Samples([1]);
  const fanout = new Fanout(samples);
  const { gates, members, say, trace, wake } = room(3);
  say("followed");
  fanout.follow(trace);
  wake();
  members[0]?.outbox.end();
  members[1]?.outbox.cutOff(undefined);
  gates[2]?.();
  await turns();
  assertEquals(samples.distribution().count, 1);
});

Deno.test("who goes away long after the others have a message, without it, is not what it took", () => {
  const samples = new Samples([1]);
  const fanout = new Fanout(samples);
  const { gates, members, say, trace, wake } = room(2);
  say("followed");
  const start = performance.now();
  fanout.follow(trace);
  wake();
  gates[0]?.();
  const gotMs = performance.now() - start;
  while (performance.now() - start < gotMs + 20);
  members[1]?.outbox.end();
  const { count, max } = samples.distribution();
  assertEquals(count, 1);
  assert(max <= gotMs, `${max} ms, and not ${gotMs}`);
});

Deno.test("what nobody has got before all went away took no time", () => {
  const samples = new Samples([1]);
  const fanout = new Fanout(samples);
  const { members, say, trace, wake } = room(2);
  say("followed");
  fanout.follow(trace);
  wake();
  for (const { outbox } of members) outbox.end();
  assertEquals(samples.distribution().count, 0);
  fanout.tick(performance.now() + FANOUT_MS_MAX);
  assert(fanout.due, "The next one is followed");
});

Deno.test("a stalled member holds a sample open for ten seconds, which is then its value; stragglers add none", async () => {
  const samples = new Samples([1]);
  const fanout = new Fanout(samples);
  const { gates, say, trace, wake } = room(1);
  say("followed");
  fanout.follow(trace);
  wake();
  fanout.tick(performance.now() + FANOUT_MS_MAX - 1_000);
  assertEquals([samples.distribution().count, fanout.due], [0, false]);
  fanout.tick(performance.now() + FANOUT_MS_MAX + 1_000);
  const { count, max } = samples.distribution();
  assertEquals([count, max], [1, FANOUT_MS_MAX]);
  gates[0]?.();
  await turns();
  assertEquals(samples.distribution().count, 1);
});

Deno.test("the rest after a sample grows with the room", () => {
  const fanout = new Fanout(new Samples([1]));
  const gone = (passed: (how: CarriedEnd) => void) => {
    for (let n = 0; n < 5_000; n++) passed("cut off");
    return 5_000;
  };
  const now = performance.now();
  fanout.tick(now);
  assert(fanout.due);
  fanout.follow(gone);
  fanout.tick(now + 400);
  assert(!fanout.due, "5,000 members are half a second of rest");
  fanout.tick(performance.now() + 600);
  assert(fanout.due);
});
