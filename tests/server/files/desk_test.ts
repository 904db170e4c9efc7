/**
 * The desk without sockets and with a clock in hand: whatever people do, in any order, nothing is left over
 * and everybody knows how each offer ended.
 *
 * @module
 */

import fc from "fast-check";
import { Chores } from "../../../server/budget/mod.ts";
import { FileDesk } from "../../../server/files/desk.ts";
import { Lane } from "../../../server/files/lane.ts";
import type { TransferUser } from "../../../server/files/transfer_user.ts";
import { type Limits, LIMITS_DEFAULT } from "../../../server/limits.ts";
import { Link } from "../../../server/link/link.ts";
import { encodeFrame, fold, type ServerMessage } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { behindTimers } from "../../within.ts";
import { HandLoop } from "../budget/by_hand.ts";
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
  slow?: Slow,
): Lane {
  const link = new Link(slow?.wire ?? handWire(), 1 << 20);
  if (slow !== undefined) slow.link = link;
  return new Lane({ link, encode, onFinish: over, onBreak: over }, start);
}

function place(limits: Partial<Limits> = {}): {
  desk: FileDesk;
  at: (ms: number) => void;
  people: [Person, Person, Person];
} {
  let nowMs = 0;
  const loop = new HandLoop();
  const desk = new FileDesk({
    limits: { ...LIMITS, ...limits },
    now: () => nowMs,
    chores: new Chores(loop),
  });
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

/** A peer that takes nothing before it is woken; and then what stands in the sender's memory by that time. */
class Slow {
  readonly got: number[] = [];
  readonly wire = handWire((bytes) => this.#take(bytes));
  link: Link | undefined;
  #awake = false;
  #waiting = new Uint8Array(0);

  #take(bytes: Uint8Array): number {
    // Its first frame is none of the file.
    if (bytes.length === 0) return 0;
    if (this.#awake) this.got.push(...bytes);
    else this.#waiting = bytes as Uint8Array<ArrayBuffer>;
    return this.#awake ? bytes.length : 0;
  }

  wake(): void {
    this.#awake = true;
    this.got.push(...this.#waiting);
    if (this.#waiting.length > 0) this.link?.onWritable(this.#waiting.length);
  }
}

async function settle(): Promise<void> {
  for (let tick = 0; tick < 50; tick++) await Promise.resolve();
}

Deno.test("who is slower than the others of a room goes on in a reading of its own; nothing of it is lost, and they wait no more", async () => {
  const { desk, at, people: [alice, bob, carol] } = place({ fileGatherMs: 1, filePaceMs: 3_000 });
  const file = { filename: "f", size: 100 };
  desk.offer(alice, { file, beside: true, receivers: [bob, carol] }, nothing);
  for (const one of [bob, carol]) {
    desk.accept(one, { from: alice.key, filename: "f" }, { offset: 0, beside: true }, nothing);
  }
  const attach = (whose: Person, slow?: Slow): Lane => {
    const ticket = desk.redeem(tokensOf(whose).at(-1) ?? "");
    assert(ticket !== undefined);
    const lane = makeLane(ticket.start, nothing, () => new Uint8Array(0), slow);
    ticket.attach(lane);
    return lane;
  };
  const [fast, slow] = [new Slow(), new Slow()];
  fast.wake();
  attach(bob, fast);
  attach(carol, slow);
  const up = attach(alice);
  const memory = Uint8Array.from({ length: 10 }, (_, n) => n);
  let taken = false;
  void up.take(memory)?.then(() => taken = true);
  await settle();
  at(2_900);
  assertEquals([taken, desk.transfers], [false, 1], "too early to tell");
  at(3_100);
  await settle();
  assertEquals([taken, desk.transfers, alice.told.at(-1)?.type], [true, 2, "StartUpload"]);
  // The rest goes to the fast one; the memory of the first piece is used again.
  memory.fill(7);
  const again = attach(alice);
  await up.take(new Uint8Array(90).fill(8));
  assertEquals([alice, bob].map(({ told }) => told.at(-1)?.type), ["FileDone", "FileDone"]);
  assertEquals(again.remaining, 90, "it begins where the other one was when they parted");
  const sending = again.take(new Uint8Array(90).fill(8));
  slow.wake();
  await sending;
  const whole = [...Array(10).keys(), ...Array(90).fill(8)];
  assertEquals([fast.got, slow.got], [whole, whole]);
  assertEquals([carol.told.at(-1)?.type, desk.transfers], ["FileDone", 0]);
  desk.close();
});

Deno.test("one sender has so many readings at once; who accepts then is told so in a sentence", async () => {
  const { desk, at, people: [alice] } = place();
  const many = Array.from({ length: 65 }, (_, n) => new Person(`P${n}`));
  const answers: unknown[] = [];
  for (const part of [many.slice(0, 40), many.slice(40)]) {
    desk.offer(alice, { file: FILE, beside: true, receivers: part }, nothing);
  }
  for (const one of many) {
    const answer = (said: unknown): number => answers.push(said);
    const wish = { offset: 0, beside: true };
    desk.accept(one, { from: alice.key, filename: "f" }, wish, answer);
    await behindTimers(LIMITS.fileGatherMs);
  }
  const refused = answers.filter((said) => "code" in (said as object));
  assertEquals(refused, [{
    code: "busy",
    msg: "Alice sends 64 times at once already. Try again later.",
  }]);
  at(1e9);
  desk.close();
});

Deno.test("hundreds who leave at once with all their offers keep nobody waiting, and all is told in the end", async () => {
  const loop = new HandLoop();
  const limits = { ...LIMITS, offeredPerSecond: 0 };
  const desk = new FileDesk({ limits, now: () => loop.now(), chores: new Chores(loop) });
  const all = Array.from({ length: 300 }, (_, n) => new Person(`P${n}`));
  for (const one of all) {
    one.tellBytes = () => loop.work(0.01);
    one.tell = () => loop.work(0.01);
  }
  for (const one of all) {
    for (let n = 0; n < 6; n++) {
      const receivers = all.filter((other) => other !== one);
      desk.offer(one, { file: { filename: `${n}`, size: 1 }, beside: true, receivers }, nothing);
    }
  }
  const turns = (): void => {
    const startMs = loop.now();
    loop.turn();
    assert(loop.now() - startMs < 6, `${loop.now() - startMs} ms without a look`);
  };
  while (!loop.idle) turns();
  const [stays, ...leave] = all;
  assert(stays !== undefined);
  const startMs = loop.now();
  for (const one of leave) desk.leave(one);
  assert(loop.now() - startMs < 6, `${loop.now() - startMs} ms for all`);
  // What is not taken away yet cannot be accepted all the same.
  const last = leave.at(-1);
  assert(last !== undefined && desk.offers > 1_000);
  const wish = { offset: 0, beside: true };
  let said: unknown;
  desk.accept(stays, { from: last.key, filename: "0" }, wish, (answer) => said = answer);
  assertEquals((said as { code: string }).code, "not_found");
  while (!loop.idle) turns();
  assertEquals(desk.offers, 0);
  await settle();
  desk.close();
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
