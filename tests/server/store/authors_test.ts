/**
 * Who said what: found for whoever said it, and never taken for somebody else, whatever of the records is lost.
 *
 * @module
 */

import fc from "fast-check";
import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import {
  encodeAuthor,
  mustSign,
  type Signed,
  signed,
  tagOfAuthor,
} from "../../../server/store/authors.ts";
import { authorStream } from "../../../server/store/streams.ts";
import { foldText } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const LOBBY = foldText("lobby");
const STREAM = authorStream(LOBBY);

/** A room in which names change hands. */
class Room {
  readonly store: MessageStore = memoryStore();
  /** Whose each message is, and under which name. */
  readonly said: { readonly from: string; readonly tag: string }[] = [];
  /** Who has each name now, and when it was written down. */
  readonly #holders = new Map<string, { readonly tag: string; signed: Signed | undefined }>();
  #tags = 0;
  #signatures = 0;
  #at = 1_800_000_000_000;

  /** Somebody else comes under a name. */
  come(from: string): void {
    this.#holders.set(from, { tag: `tag ${++this.#tags}`, signed: undefined });
  }

  say(from: string, passedMs: number): void {
    if (!this.#holders.has(from)) this.come(from);
    const holder = this.#holders.get(from);
    if (holder === undefined) return;
    const { tag } = holder;
    this.#at += passedMs;
    const at = this.#at;
    const must = mustSign(holder.signed, { tag, count: this.#signatures, at });
    if (must) holder.signed = signed(tag, ++this.#signatures, at);
    this.store.append({
      stream: "room/lobby",
      at,
      encode: () => new Uint8Array(1),
      beside: must
        ? { stream: STREAM, encode: (seq) => encodeAuthor({ from: foldText(from), tag, seq }) }
        : undefined,
      settled: () => {},
    });
    this.said.push({ from, tag });
  }
}

/** Records of authors that are lost. */
interface Lost {
  readonly isLost: (seq: number) => boolean;
  /** Told as damaged; missing in a page; or passed over, as what a repair has given up. */
  readonly how: "told" | "missing" | "passed over";
}

/** Who is found for a message, with some of the authors' records lost. */
function find(
  { store }: Room,
  from: string,
  seq: number,
  lost: Lost,
): Promise<string | undefined> {
  const read: MessageStore["read"] = async (stream, range) => {
    if (lost.how === "passed over") return await passingOver(store, stream, range, lost);
    const page = await store.read(stream, range);
    const gone = page.messages.filter((one) => lost.isLost(one.seq));
    const messages = page.messages.filter((one) => !lost.isLost(one.seq));
    const told = lost.how === "told" && gone.length > 0
      ? { lost: gone.map(({ seq }) => ({ from: seq, to: seq })) }
      : {};
    return { ...page, messages, ...told };
  };
  return tagOfAuthor(read, (stream) => store.head(stream), LOBBY, { from: foldText(from), seq });
}

/** A page of those that are there, as long as if there never were others. */
async function passingOver(
  store: MessageStore,
  stream: string,
  range: Parameters<MessageStore["read"]>[1],
  { isLost }: Lost,
): ReturnType<MessageStore["read"]> {
  const whole = await store.read(stream, { ...range, limit: store.head(stream) + 1 });
  const there = whole.messages.filter((one) => !isLost(one.seq));
  const { after, limit } = range;
  return { ...whole, messages: after === undefined ? there.slice(-limit) : there.slice(0, limit) };
}

const NOTHING_LOST: Lost = { isLost: () => false, how: "told" };
const hows = fc.constantFrom<Lost["how"]>("told", "missing", "passed over");
const names = fc.constantFrom("ann", "ben", "cleo", "dora");
const steps = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.record({ come: names }) },
    { weight: 3, arbitrary: fc.record({ say: names, passedMs: fc.constantFrom(0, 1, 900_000) }) },
  ),
  { maxLength: 120 },
);

function roomOf(all: readonly ({ come: string } | { say: string; passedMs: number })[]): Room {
  const room = new Room();
  for (const step of all) {
    if ("come" in step) room.come(step.come);
    else room.say(step.say, step.passedMs);
  }
  return room;
}

Deno.test("of each message it is known whose it is, however often names change hands", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const room = roomOf(all);
      for (const [i, { from, tag }] of room.said.entries()) {
        assertEquals(await find(room, from, i + 1, NOTHING_LOST), tag, `message ${i + 1}`);
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("with records lost, damaged, not told of or passed over, a message is its author's or nobody's", async () => {
  let unknown = 0;
  await fc.assert(
    fc.asyncProperty(steps, fc.func(fc.nat(4)), hows, async (all, chance, how) => {
      const room = roomOf(all);
      const lost = { isLost: (seq: number) => chance(seq) === 0, how };
      for (const [i, { from, tag }] of room.said.entries()) {
        const found = await find(room, from, i + 1, lost);
        assert(found === tag || found === undefined, `message ${i + 1}: ${found}, not ${tag}`);
        if (found === undefined) unknown++;
      }
    }),
    { numRuns: 200 },
  );
  assert(unknown > 0, "Nothing was lost");
});

Deno.test("a thousand others who begin to speak do not hide an author, and the hour is written down", async () => {
  const room = new Room();
  room.say("ann", 0);
  for (let n = 0; n < 1_000; n++) {
    room.come("guest");
    room.say("guest", 0);
    if (n % 300 === 0) room.say("ann", 0);
  }
  room.say("ann", 3_600_000);
  for (const [i, { from, tag }] of room.said.entries()) {
    if (from !== "ann") continue;
    assertEquals(await find(room, from, i + 1, NOTHING_LOST), tag, `message ${i + 1}`);
  }
});

Deno.test("what is said after a record that a repair has given up is nobody's, and not his who had the name before", async () => {
  const room = new Room();
  for (let n = 0; n < 3; n++) {
    room.come("ann");
    for (let i = 0; i < 5; i++) room.say("ann", 1);
  }
  for (const how of ["told", "missing", "passed over"] as const) {
    const second: Lost = { isLost: (seq) => seq === 2, how };
    const found: (string | undefined)[] = [];
    for (const seq of [6, 10, 11]) found.push(await find(room, "ann", seq, second));
    assertEquals(found, [undefined, undefined, "tag 3"], how);
  }
});
