/**
 * The desk without sockets and with a clock in hand: whatever people do, in any order, nothing is left over
 * and everybody knows how each offer ended.
 *
 * @module
 */

import fc from "fast-check";
import { FileDesk } from "../../../server/files/desk.ts";
import { Lane } from "../../../server/files/lane.ts";
import type { TransferUser } from "../../../server/files/transfer_user.ts";
import { type Limits, LIMITS_DEFAULT } from "../../../server/limits.ts";
import { Link } from "../../../server/link.ts";
import { encodeFrame, fold, type ServerMessage } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { behindTimers } from "../../within.ts";
import { named } from "../commands/views.ts";
import { handWire } from "../hand_wire.ts";

const LIMITS: Limits = {
  ...LIMITS_DEFAULT,
  connectionsMax: 10,
  memoryBytesMax: 1 << 30,
  fileGatherMs: 0,
};

/** Somebody without a connection: what it is told is kept. */
class Person implements TransferUser {
  readonly name;
  readonly key;
  readonly tag = crypto.randomUUID();
  readonly speech = "frames";
  readonly told: ServerMessage[] = [];
  /** What carries its file inline. */
  lane: Lane | undefined;
  readonly inline = {
    isBusy: (): boolean => this.lane !== undefined,
    open: (start: ConstructorParameters<typeof Lane>[1]): Lane => {
      const encode = (message: ServerMessage): Uint8Array => {
        this.tell(message);
        return encodeFrame(message);
      };
      return this.lane = makeLane(start, () => this.lane = undefined, encode);
    },
  };

  constructor(name: string) {
    this.name = named(name);
    this.key = fold(this.name);
  }

  tell(message: ServerMessage): void {
    this.told.push(message);
  }

  tellBytes(bytes: Uint8Array): void {
    this.tell(JSON.parse(new TextDecoder().decode(bytes.subarray(4))));
  }

  /** What it was told since it was asked last. */
  heard(): string[] {
    return this.told.splice(0).map(({ type }) => type);
  }
}

function makeLane(
  start: ConstructorParameters<typeof Lane>[1],
  over: () => void,
  encode: (message: ServerMessage) => Uint8Array = encodeFrame,
): Lane {
  const link = new Link(handWire(), 1 << 20);
  return new Lane({ link, encode, onFinish: over, onBreak: over }, start);
}

function place(limits: Partial<Limits> = {}): {
  desk: FileDesk;
  at: (ms: number) => void;
  people: [Person, Person, Person];
} {
  let nowMs = 0;
  const desk = new FileDesk({ limits: { ...LIMITS, ...limits }, now: () => nowMs });
  const people: [Person, Person, Person] = [
    new Person("Alice"),
    new Person("Bob"),
    new Person("Carol"),
  ];
  return { desk, people, at: (ms) => void (nowMs = ms, desk.check()) };
}

function idIn(frame: Uint8Array): string {
  return JSON.parse(new TextDecoder().decode(frame.subarray(4))).offer;
}

const FILE = { filename: "f", size: 10 };
const nothing = (): void => {};

Deno.test("an offer stands for ten minutes and not longer; both are told", () => {
  const { desk, at, people: [alice, bob] } = place();
  desk.offer(alice, { file: FILE, beside: true, receivers: [bob] }, nothing);
  at(600_000);
  assertEquals([alice.heard(), bob.heard()], [[], ["FileOffer"]]);
  at(600_001);
  assertEquals([alice.heard(), bob.heard()], [["FileCancel"], ["FileCancel"]]);
  at(1e9);
  assertEquals([alice.heard(), bob.heard()], [[], []]);
});

Deno.test("an offer that ends is encoded once, however many are told, and ends its own rounds alone", () => {
  const { desk, people: [alice, bob, carol] } = place();
  const frames: Uint8Array[] = [];
  for (const one of [bob, carol]) one.tellBytes = (bytes) => void frames.push(bytes);
  desk.offer(alice, { file: FILE, beside: true, receivers: [bob, carol] }, nothing);
  desk.offer(bob, { file: FILE, beside: true, receivers: [alice] }, nothing);
  desk.accept(alice, { from: bob.key, filename: "f" }, { offset: 0, beside: true }, nothing);
  desk.accept(bob, { from: alice.key, filename: "f" }, { offset: 0, beside: true }, nothing);
  assertEquals(desk.transfers, 2);
  desk.cancel(alice, [...frames].map(idIn)[0] ?? "", nothing);
  assertEquals([frames.length, new Set(frames).size], [4, 2], "one encoding for each word");
  assertEquals([desk.transfers, desk.offers], [1, 1]);
  desk.leave(bob);
  assertEquals([desk.transfers, desk.offers], [0, 0]);
  desk.close();
});

Deno.test("a second connection has thirty seconds; then the offer stands anew", () => {
  const { desk, at, people: [alice, bob] } = place();
  desk.offer(alice, { file: FILE, beside: true, receivers: [bob] }, nothing);
  at(500_000);
  desk.accept(bob, { from: alice.key, filename: "f" }, { offset: 0, beside: true }, nothing);
  assertEquals(desk.transfers, 1);
  at(530_000);
  alice.heard();
  bob.heard();
  at(530_001);
  assertEquals([alice.heard(), bob.heard(), desk.transfers], [["FileCancel"], ["FileCancel"], 0]);
  at(1_100_000);
  assertEquals(bob.heard(), [], "ten minutes from the break on");
  desk.accept(bob, { from: alice.key, filename: "f" }, { offset: 10, beside: true }, nothing);
  assertEquals(bob.heard(), ["StartDownload", "FileDone"]);
  assertEquals(alice.heard(), ["FileAccept", "StartUpload", "FileDone"]);
});

Deno.test("thirty seconds without a byte end a transfer, and no byte needs to come sooner", async () => {
  const { desk, at, people: [alice, bob] } = place();
  desk.offer(alice, { file: FILE, beside: false, receivers: [bob] }, nothing);
  desk.accept(bob, { from: alice.key, filename: "f" }, { offset: 0, beside: false }, nothing);
  for (let ms = 0; ms < 9 * 30_000; ms += 30_000) {
    at(ms);
    await alice.lane?.take(new Uint8Array(1));
  }
  assertEquals([desk.transfers, alice.inline.isBusy(), bob.inline.isBusy()], [1, true, true]);
  at(8 * 30_000 + 30_001);
  assertEquals([desk.transfers, alice.inline.isBusy(), bob.inline.isBusy()], [0, false, false]);
});

type Step = readonly [who: number, what: string, whom: number, detail: number];
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.nat(2),
  fc.constantFrom(
    ...["offer", "room", "accept", "reject", "cancel", "connect", "bytes", "lose", "later"],
  ),
  fc.nat(2),
  fc.nat(12),
);

function tokensOf({ told }: Person): string[] {
  return told.flatMap((message) => "token" in message && message.token ? [message.token] : []);
}

Deno.test("whatever is done in whatever order, every offer ends, and nothing is left over", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { desk, at, people } = place();
      let nowMs = 0;
      const offers: { id: string; sender: Person; receivers: Person[] }[] = [];
      const lanes: Lane[] = [];
      const used = new Set<string>();
      for (const [who, what, whom, detail] of steps) {
        const [one, other] = [people[who], people[whom]];
        assert(one && other);
        const wish = { offset: detail % 3, beside: detail % 2 === 0 };
        const from = { from: other.key, filename: "f" };
        if (what === "offer" || what === "room") {
          const receivers = what === "room"
            ? people.filter((person) => person !== one)
            : [other].filter((person) => person !== one);
          const file = { ...FILE, size: detail };
          desk.offer(one, { file, beside: wish.beside, receivers }, (answer) => {
            if ("offer" in answer) offers.push({ id: answer.offer, sender: one, receivers });
          });
        } else if (what === "accept") desk.accept(one, from, wish, nothing);
        else if (what === "reject") desk.reject(one, from, nothing);
        else if (what === "cancel") desk.cancel(one, offers.at(-1 - whom)?.id ?? "", nothing);
        else if (what === "connect") {
          const token = tokensOf(one).find((token) => !used.has(token)) ?? "";
          used.add(token);
          const ticket = desk.redeem(token);
          if (ticket !== undefined) {
            const lane = makeLane(ticket.start, nothing);
            lanes.push(lane);
            ticket.attach(lane);
          }
        } else if (what === "bytes") {
          const lane = one.lane ?? lanes.find(({ way }) => way === "up");
          // Bytes before every connection is there wait for it, which is not what is tried here.
          if (lane?.way === "up" && lane.remaining > 0) {
            void lane.take(new Uint8Array(Math.min(lane.remaining, detail)));
          }
        } else if (what === "lose") {
          const lane = lanes.splice(detail, 1)[0];
          lane?.onLost();
        } else at(nowMs += detail * 5_000);
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      }
      // Whoever gathers has begun.
      await behindTimers(LIMITS.fileGatherMs);
      // What runs stands still, is given up, stands as an offer again, and ends as one.
      for (let n = 1; n <= 3; n++) at(nowMs + n * 1e7);
      assertEquals(desk.transfers, 0);
      assertEquals(people.some((person) => desk.awaitsStart(person)), false);
      desk.close();
      for (const { id, receivers } of offers) {
        for (const person of receivers) {
          const last = person.told.findLast((message) =>
            "offer" in message && message.offer === id
          );
          const ended = last?.type === "FileDone" || (last?.type === "FileCancel" && !last.again);
          // Who declined it, or gave it up, knows that without being told.
          const own = steps.some(([who, what]) =>
            people[who] === person && (what === "reject" || what === "cancel")
          );
          assert(ended || own, `${person.name} heard ${last?.type} last`);
        }
      }
    }),
    { numRuns: 300 },
  );
});
