/**
 * Members who go in step hear exactly what those hear who do not, whatever happens to them in between.
 *
 * @module
 */

import fc from "fast-check";
import { Addresses } from "../../../server/addresses/addresses.ts";
import { ADDRESS_LIMITS_DEFAULT } from "../../../server/addresses/limits.ts";
import { readRanges } from "../../../server/admission/admission_control.ts";
import { FREE, Headroom } from "../../../server/budget/mod.ts";
import { noCounts } from "../../../server/figures/counters.ts";
import { WebSocketWire } from "../../../server/http/web_socket.ts";
import { Member } from "../../../server/rooms/member.ts";
import { Outbox } from "../../../server/link/outbox.ts";
import { Room } from "../../../server/rooms/room.ts";
import type { Chorus, Wire } from "../../../server/transport/mod.ts";
import { Wakeups } from "../../../server/rooms/wakeups.ts";
import { encodeFrame, type RoomName, type UserName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandLoop } from "../budget/by_hand.ts";
import { handWire } from "../hand_wire.ts";
import { clientFrame } from "../http/web.ts";

/** More than are told at once, so that much can happen in the middle of a round. */
const CROWD = 100;

/** Wires that take all, or as little as the test says. */
class Choir implements Chorus {
  readonly wires: ChoirWire[] = [];
  sung = 0;
  readonly #loop: HandLoop;

  constructor(loop: HandLoop) {
    this.#loop = loop;
  }

  send(voices: Int32Array, { from, to, bytes }: Parameters<Chorus["send"]>[1]) {
    // So long that whoever tells a crowd stops behind it, and goes on in another turn.
    this.#loop.work(9);
    const short: { at: number; taken: number }[] = [];
    for (let at = from; at < to; at++) {
      this.sung++;
      const taken = this.wires[voices[at] ?? -1]?.take(bytes) ?? 0;
      if (taken < bytes.length) short.push({ at, taken });
    }
    return short;
  }
}

/** One of them. */
class ChoirWire implements Pick<Wire, "trySend" | "chorus" | "voice"> {
  readonly chorus: Choir;
  readonly voice: number;
  /** How many bytes it takes until there is room again. */
  room = Infinity;
  heard: number[] = [];

  constructor(chorus: Choir) {
    this.chorus = chorus;
    this.voice = chorus.wires.push(this) - 1;
  }

  trySend(bytes: Uint8Array): number {
    return this.take(bytes);
  }

  take(bytes: Uint8Array): number {
    const taken = Math.min(this.room, bytes.length);
    this.room -= taken;
    for (const byte of bytes.subarray(0, taken)) this.heard.push(byte);
    return taken;
  }
}

/** A page: messages of a WebSocket over such a wire. */
function pageOver(wire: ChoirWire): WebSocketWire {
  const below = Object.assign(handWire((bytes) => wire.take(bytes)), {
    chorus: wire.chorus,
    voice: wire.voice,
    sendsAtOnce: true,
  });
  const opening = new Uint8Array(0);
  return new WebSocketWire(below, {
    opening,
    frameBytesMax: 1 << 20,
    account: FREE,
    headroom: new Headroom(Infinity),
    speaks: "messages",
  });
}

/** What a page has heard, as the frames that its messages stand for; and how many pongs, which go between two messages. */
function framesOfMessages(heard: readonly number[]): { frames: number[]; pongs: number } {
  const frames: number[] = [];
  let pongs = 0;
  for (let at = 0; at < heard.length;) {
    const [first, length = 0, high = 0, low = 0] = heard.slice(at, at + 4);
    assert(first === 0x81 || first === 0x8a, `A message begins with ${first}`);
    const [start, size] = length < 126 ? [at + 2, length] : [at + 4, high * 256 + low];
    assert(start + size <= heard.length, "The last message is whole");
    if (first === 0x8a) pongs++;
    else frames.push(0, 0, size >> 8, size & 0xff, ...heard.slice(start, start + size));
    at = start + size;
  }
  return { frames, pongs };
}

/** The frames in what was heard: all whole. */
function framesIn(heard: readonly number[]): string[] {
  const bytes = Uint8Array.from(heard);
  const view = new DataView(bytes.buffer);
  const frames: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + view.getUint32(at);
    assert(end <= bytes.length, "The last frame is whole");
    frames.push(new TextDecoder().decode(bytes.subarray(at + 4, end)));
    at = end;
  }
  return frames;
}

function place() {
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  const choir = new Choir(loop);
  const quiet = { onIdle: () => {}, onTouched: () => {} };
  const room = new Room("tea" as RoomName, wakeups, quiet);
  const other = new Room("coffee" as RoomName, wakeups, quiet);
  const addresses = new Addresses(ADDRESS_LIMITS_DEFAULT, readRanges(["127.0.0.1"]));
  const admitted = addresses.admit("127.0.0.1", 0);
  assert(admitted.kind === "in");
  const come = (wire: Pick<Wire, "trySend" | "chorus" | "voice">): Member => {
    const member = new Member({
      name: `User${count++}` as UserName,
      speech: "frames",
      operator: false,
      session: "",
      address: admitted.address,
      hostname: "127.0.0.1",
      outbox: new Outbox(wire, 1 << 20),
      account: FREE,
      wakeups,
      host: {
        encode: (message) => encodeFrame(message),
        dismiss: () => {},
        become: () => false,
        isBusy: () => true,
        open: () => {
          throw new Error("No files here");
        },
      },
    });
    room.enter(member);
    return member;
  };
  let count = 0;
  let seq = 0;
  const say = (speaker: Member, where = room): string => {
    const message = {
      type: "NewMessage",
      room: where.name,
      seq: ++seq,
      from: speaker.name,
      content: "x".repeat(seq * 37 % 300),
      at: 0,
    } as const;
    where.say({ frame: encodeFrame(message), message: () => message, speaker }, noCounts());
    return JSON.stringify(message);
  };
  const settle = () => {
    while (!loop.idle) {
      loop.turn();
      // Whoever announces arrivals once a second does so.
      if (loop.timers > 0) loop.pass(1_000);
    }
  };
  return { loop, choir, room, other, come, say, settle };
}

Deno.test("who has everything goes in step, and nothing is sent to it in another way", () => {
  const { choir, room, come, say, settle } = place();
  const members = Array.from({ length: CROWD }, () => come(new ChoirWire(choir)));
  const [speaker] = members;
  assert(speaker);
  say(speaker);
  settle();
  assertEquals(choir.sung, 0, "nobody was in step yet");
  say(speaker);
  say(speaker);
  settle();
  assertEquals(choir.sung, CROWD, "both at once, to each");
  for (const { outbox } of members) assertEquals([outbox.lag, outbox.busy], [0, false]);
  const { outbox } = speaker;
  const wire = choir.wires[0];
  assertEquals(outbox.bytesOut, wire?.heard.length);
  outbox.queue(encodeFrame({ type: "Pong" }));
  outbox.wake();
  assertEquals(outbox.bytesOut, wire?.heard.length);
  room.close();
});

Deno.test("pages go in step with each other, and what is said becomes their messages once for all of them", () => {
  const { choir, room, come, say, settle } = place();
  const wires = Array.from({ length: CROWD }, () => new ChoirWire(choir));
  const members = wires.map((wire) => come(pageOver(wire)));
  const beside = new ChoirWire(choir);
  come(beside);
  const [speaker] = members;
  assert(speaker !== undefined, "somebody");
  say(speaker);
  settle();
  const pieces = new Set<ArrayBufferLike>();
  const { send } = choir;
  choir.send = (voices, verse) => {
    pieces.add(verse.bytes.buffer);
    return send.call(choir, voices, verse);
  };
  choir.sung = 0;
  const before = wires.map(({ heard }) => heard.length);
  const said = [say(speaker), say(speaker)];
  settle();
  assertEquals(choir.sung, CROWD + 1, "both at once, to each");
  assertEquals(pieces.size, 2, "as frames, and as messages");
  for (const [at, { heard }] of wires.entries()) {
    const { frames } = framesOfMessages(heard.slice(before[at]));
    assertEquals(framesIn(frames), said);
  }
  assertEquals(framesIn(beside.heard).slice(-2), said);
  for (const { outbox } of members) assertEquals([outbox.lag, outbox.busy], [0, false]);
  assertEquals(speaker.outbox.bytesOut, framesOfMessages(wires[0]?.heard ?? []).frames.length);
  room.close();
});

Deno.test("who is in two rooms goes in step in one, and hears what is said in the other", () => {
  const { choir, room, other, come, say, settle } = place();
  const members = Array.from({ length: CROWD }, () => come(new ChoirWire(choir)));
  for (const member of members) other.enter(member);
  const [speaker] = members;
  assert(speaker !== undefined, "somebody");
  // Whoever was in step in the other room, where arrivals were told last, comes into this one's.
  for (let times = 0; times < 2; times++) {
    say(speaker);
    settle();
  }
  const before = choir.sung;
  const said = [say(speaker)];
  settle();
  assertEquals(choir.sung - before, CROWD, "all were in step");
  said.push(say(speaker, other));
  settle();
  said.push(say(speaker, other), say(speaker));
  settle();
  said.push(say(speaker));
  settle();
  for (const { heard } of choir.wires) {
    const words = framesIn(heard).filter((frame) => frame.includes("NewMessage")).slice(2);
    assertEquals(words.toSorted(), said.toSorted());
    const there = (frames: readonly string[]) => frames.filter((frame) => frame.includes("coffee"));
    assertEquals(there(words), there(said), "in order");
  }
  room.close();
  other.close();
});

type Deed = readonly [what: string, who: number, amount: number];

Deno.test("whatever happens in the middle of a round, everybody hears everything once, in order and whole", () => {
  const deed: fc.Arbitrary<Deed> = fc.tuple(
    fc.constantFrom(
      "say",
      "say",
      "turn",
      "turn",
      "reply",
      "stick",
      "jam",
      "ping",
      "free",
      "loose",
      "out",
      "both",
      "both",
      "elsewhere",
      "elsewhere",
      "new",
      "end",
    ),
    fc.nat(CROWD - 1),
    fc.nat(400),
  );
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 80, size: "max" }), (deeds) => {
      const { loop, choir, room, other, come, say, settle } = place();
      // Takes everything at once, by itself: what it hears is what there is to hear.
      const reference: number[] = [];
      const scribe = come({
        trySend: (bytes) => {
          for (const byte of bytes) reference.push(byte);
          return bytes.length;
        },
      });
      const present: {
        member: Member;
        wire: ChoirWire;
        page: WebSocketWire | undefined;
        pings: number;
        said: string[];
        elsewhere: string[];
        replies: number;
      }[] = [];
      const left = new Set<ChoirWire>();
      const enter = () => {
        const wire = new ChoirWire(choir);
        // Every other one is a page.
        const page = wire.voice % 2 === 0 ? undefined : pageOver(wire);
        const member = come(page ?? wire);
        page?.open({
          onBytes: () => undefined,
          onWritable: (taken) => member.outbox.onWritable(taken),
          onBroken: () => {},
          onEnd: () => {},
        });
        present.push({ member, wire, page, pings: 0, said: [], elsewhere: [], replies: 0 });
      };
      const free = ({ member, wire, page }: (typeof present)[number]) => {
        wire.room = Infinity;
        if (page === undefined) member.outbox.onWritable(0);
        else page.onWritable(0);
      };
      for (let i = 0; i < CROWD; i++) enter();
      settle();
      say(scribe);
      settle();
      for (const [what, who, amount] of deeds) {
        const one = present[who % present.length];
        if (one === undefined) break;
        const { member, wire } = one;
        if (what === "say") {
          const said = say(member);
          for (const each of present) each.said.push(said);
        } else if (what === "elsewhere") {
          const said = say(member, other);
          for (const each of present) if (each.member.isIn(other.key)) each.elsewhere.push(said);
        } else if (what === "turn") loop.turn();
        else if (what === "reply") {
          one.replies++;
          member.tell({ type: "Pong" });
        } else if (what === "stick") wire.room = amount;
        else if (what === "jam") {
          // Some take nothing more, most only a little.
          for (const [at, { wire }] of present.entries()) wire.room = amount * at % 151;
        } else if (what === "free") free(one);
        else if (what === "loose") present.forEach(free);
        else if (what === "ping") {
          for (const each of present.slice(who)) {
            if (each.page === undefined) continue;
            each.pings++;
            void each.page.onBytes(clientFrame("?".repeat(amount % 126), { op: 9 }));
          }
        } else if (what === "out" && present.length > 2) {
          room.exit(member);
          left.add(wire);
          present.splice(who % present.length, 1);
        } else if (what === "both") {
          if (member.isIn(other.key)) other.exit(member);
          else other.enter(member);
        } else if (what === "new") enter();
        else if (what === "end" && present.length > 2) {
          // As when its peer is gone: what it has heard until then may end anywhere.
          member.outbox.end();
          room.exit(member);
          present.splice(who % present.length, 1);
        }
      }
      for (const one of present) free(one);
      settle();
      room.close();
      other.close();
      const all = framesIn(reference);
      for (const { member, wire, page, pings, said, elsewhere, replies } of present) {
        const { frames: bytes, pongs } = page === undefined
          ? { frames: wire.heard, pongs: 0 }
          : framesOfMessages(wire.heard);
        const frames = framesIn(bytes);
        assert(pongs <= pings && (pings === 0 || pongs > 0), "The last of the pings is answered");
        const heard = frames.filter((frame) => all.includes(frame));
        assertEquals(heard, all.slice(all.length - heard.length), `${member.name} missed nothing`);
        assertEquals(frames.filter((frame) => /"coffee","seq"/.test(frame)), elsewhere);
        const words = heard.filter((frame) => frame.includes("NewMessage"));
        assertEquals(words.slice(words.length - said.length), said);
        assertEquals(frames.filter((frame) => frame.includes("Pong")).length, replies);
        assertEquals([member.outbox.bytesOut, member.outbox.lag], [bytes.length, 0]);
      }
    }),
    { numRuns: 40 },
  );
});
