/**
 * Two devices of one account and a server, in a few lines: however they read, speak, break and come back, and however often the
 * server is killed, each counts what the server counts.
 *
 * @module
 */

import * as fc from "fast-check";
import {
  came,
  cameIn,
  NOTHING_NEW,
  type Reading,
  readTo,
  sawTo,
  toTell,
  unmarked,
} from "../../talk/mod.ts";
import { assertEquals } from "../assert.ts";

type Step =
  | { readonly do: "others say" | "write down" | "kill" }
  | {
    readonly do: "say" | "look" | "look away" | "tell" | "break" | "come back";
    readonly on: 0 | 1;
  }
  /** What was said comes to the device. */
  | { readonly do: "hear"; readonly on: 0 | 1; readonly count: number };

interface Device {
  reading: Reading;
  online: boolean;
  here: boolean;
  /** The last message that came. */
  got: number;
}

/** One room on a server: who said what, and how far the account has read. */
class World {
  /** Whether the account said it. */
  readonly said: boolean[] = [];
  read = 0;
  /** The position that is written down: what a server that is killed knows of it. */
  kept = 0;
  readonly devices: readonly Device[] = [0, 1].map(() => ({
    reading: NOTHING_NEW,
    online: false,
    here: false,
    got: 0,
  }));

  /** What others said and nobody has read. */
  unreadBehind(seq: number): number {
    return this.said.slice(seq).filter((mine) => !mine).length;
  }

  comeBack(device: Device): void {
    if (device.online) return;
    device.online = true;
    const head = this.said.length;
    const { read } = this;
    const waits = read === head ? undefined : { head, read, unread: head - read };
    device.reading = cameIn(device.reading, waits, head);
    // Who comes in first has the rest in its history.
    if (device.got === 0) device.got = head;
  }

  hear(device: Device, count: number): void {
    if (!device.online) return;
    for (let n = 0; n < count && device.got < this.said.length; n++) {
      const mine = this.said[device.got] ?? false;
      const seq = ++device.got;
      device.reading = came(device.reading, { seq, mine, here: device.here, urgent: false });
    }
    if (device.here) device.reading = sawTo(device.reading, device.got);
  }

  tell(device: Device): void {
    const seq = device.online ? toTell(device.reading) : undefined;
    if (seq === undefined) return;
    device.reading = readTo(device.reading, seq);
    if (seq <= this.read) return;
    this.read = seq;
    for (const other of this.devices) {
      if (other !== device && other.online) other.reading = readTo(other.reading, seq);
    }
  }

  do(step: Step): void {
    if (step.do === "others say") this.said.push(false);
    if (step.do === "write down") this.kept = this.read;
    if (step.do === "kill") {
      this.read = this.kept;
      for (const device of this.devices) device.online = false;
    }
    if (!("on" in step)) return;
    const device = this.devices[step.on];
    if (device === undefined) return;
    switch (step.do) {
      case "say":
        if (!device.online) return;
        this.said.push(true);
        this.read = this.said.length;
        return this.hear(device, Infinity);
      case "look":
        device.here = true;
        return this.hear(device, 0);
      case "look away":
        if (device.here) device.reading = unmarked(device.reading);
        device.here = false;
        return;
      case "tell":
        return this.tell(device);
      case "break":
        device.online = false;
        return;
      case "come back":
        return this.comeBack(device);
      case "hear":
        return this.hear(device, step.count);
    }
  }
}

const on = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: "others say" } as const) },
  fc.constantFrom({ do: "write down" } as const, { do: "kill" } as const),
  fc.record({
    do: fc.constantFrom("say", "look", "look away", "tell", "break", "come back"),
    on,
  }) as fc.Arbitrary<Step>,
  fc.record({ do: fc.constant("hear" as const), on, count: fc.nat(3) }),
);

Deno.test("two devices count what the server counts, however they read, speak, break and come back", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const world = new World();
      for (const one of steps) world.do(one);
      // All is heard, and all is told: then nobody may differ.
      for (const device of world.devices) world.comeBack(device);
      for (const device of world.devices) world.hear(device, Infinity);
      for (const device of world.devices) world.tell(device);
      const unread = world.unreadBehind(world.read);
      assertEquals(unread, world.said.length - world.read, "who speaks has read");
      for (const { reading, here } of world.devices) {
        assertEquals(reading.unread, here ? 0 : unread);
        assertEquals(toTell(reading), undefined, "nothing moved, so nothing is told");
        if (!here) assertEquals(reading.mark === undefined, unread === 0);
        if (reading.mark !== undefined && !here) assertEquals(reading.mark, world.read);
      }
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("a server that was killed has forgotten what it was told, and is told again", () => {
  let reading = cameIn(NOTHING_NEW, { head: 9, read: 2, unread: 7, mentioned: true });
  assertEquals([reading.unread, reading.mentions, reading.mark], [7, 1, 2]);
  reading = sawTo(reading, 9);
  assertEquals([reading.unread, reading.mentions, toTell(reading)], [0, 0, 9]);
  reading = readTo(reading, 9);
  assertEquals(toTell(reading), undefined);
  reading = cameIn(reading, { head: 11, read: 2, unread: 9 });
  assertEquals([reading.unread, reading.mark, toTell(reading)], [2, 9, 9]);
});

Deno.test("what came of an unread message again is not counted twice, and a name counts once", () => {
  let reading = cameIn(NOTHING_NEW, { head: 5, read: 3, unread: 2, mentioned: true });
  for (const seq of [4, 5]) {
    reading = came(reading, { seq, mine: false, here: false, urgent: true });
  }
  assertEquals([reading.unread, reading.mentions], [2, 1]);
  reading = came(reading, { seq: 6, mine: false, here: false, urgent: true });
  assertEquals([reading.unread, reading.mentions], [3, 2]);
  reading = readTo(reading, 6);
  assertEquals([reading.unread, reading.mentions, reading.mark], [0, 0, undefined]);
});
