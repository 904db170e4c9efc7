/**
 * The outgoing side of a connection, over a wire that the test plays by hand.
 *
 * @module
 */

import { Outbox } from "../../../server/link/outbox.ts";
import { Cursor, RoomLog } from "../../../server/rooms/room_log.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8, within } from "../../harness.ts";

/** A wire whose writes are taken when the test says so. */
class HandSocket {
  readonly written: string[] = [];
  underWay = 0;
  /** Whose wire it is. */
  outbox: Outbox | undefined;
  #pending: Uint8Array | undefined;

  trySend(bytes: Uint8Array): 0 {
    this.underWay++;
    assertEquals(this.underWay, 1, "There is one write at a time");
    this.#pending = bytes;
    return 0;
  }

  /** Lets the write under way take so many bytes, or all of them. */
  async takes(count?: number): Promise<void> {
    assert(this.#pending !== undefined, "A write is under way");
    const bytes = this.#pending.subarray(0, count ?? this.#pending.length);
    this.#pending = undefined;
    this.written.push(new TextDecoder().decode(bytes));
    this.underWay--;
    this.outbox?.onWritable(bytes.length);
    await turns();
  }

  /** The peer is gone. */
  async breaks(): Promise<void> {
    this.underWay--;
    this.#pending = undefined;
    this.outbox?.end();
    await turns();
  }
}

/** The outbox of such a wire. */
function outboxOf(socket: HandSocket, lagBytesMax: number): Outbox {
  return socket.outbox = new Outbox(socket, lagBytesMax);
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

Deno.test("wake() starts nothing when nothing waits", () => {
  const socket = new HandSocket();
  outboxOf(socket, 1 << 20).wake();
  assertEquals(socket.underWay, 0);
});

Deno.test("queue() waits for wake()", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  outbox.queue(utf8("a"));
  assertEquals([socket.underWay, outbox.lag, outbox.repliesBytes], [0, 1, 1]);
  outbox.wake();
  await socket.takes();
  assertEquals([socket.written, outbox.lag, outbox.busy], [["a"], 0, false]);
});

Deno.test("wake() keeps one write under way, and the next takes all that came meanwhile", async () => {
  const socket = new HandSocket();
  const log = new RoomLog();
  const outbox = outboxOf(socket, 1 << 20);
  outbox.follow(log);
  log.append(utf8("one "));
  outbox.wake();
  for (const word of ["two ", "three "]) {
    log.append(utf8(word));
    outbox.wake();
  }
  outbox.queue(utf8("[reply] "));
  outbox.wake();
  await socket.takes();
  await socket.takes();
  assertEquals(socket.written, ["one ", "[reply] two three "]);
  assert(!outbox.busy);
});

Deno.test("wake() goes on with the rest when the socket takes a part", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  outbox.queue(utf8("0123456789"));
  outbox.wake();
  await socket.takes(3);
  outbox.queue(utf8("next"));
  outbox.wake();
  await socket.takes(0);
  await socket.takes(6);
  await socket.takes();
  await socket.takes();
  assertEquals(socket.written, ["012", "", "345678", "9", "next"]);
});

Deno.test("follow() merges several logs, each in its own order", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  const [tea, coffee] = [new RoomLog(), new RoomLog()];
  outbox.follow(tea);
  outbox.follow(coffee);
  for (const word of ["1", "2", "3"]) {
    tea.append(utf8(`t${word} `));
    coffee.append(utf8(`c${word} `));
  }
  outbox.wake();
  await socket.takes();
  assertEquals(socket.written, ["t1 t2 t3 c1 c2 c3 "]);
});

Deno.test("wake() writes a single source as it lies in memory", async () => {
  const log = new RoomLog();
  let buffer: ArrayBufferLike | undefined;
  const outbox = new Outbox({
    trySend: (bytes) => {
      buffer = bytes.buffer;
      return bytes.length;
    },
  }, 1 << 20);
  const other = log.cursor();
  outbox.follow(log);
  log.append(utf8("x"));
  await outbox.idle();
  assertEquals(buffer, other.take()?.buffer);
});

Deno.test("unfollow() still sends what was appended until then and nothing after, and is idempotent", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  const [tea, coffee] = [new RoomLog(), new RoomLog()];
  const cursor = outbox.follow(tea);
  outbox.follow(coffee);
  tea.append(utf8("tea"));
  coffee.append(utf8("coffee"));
  outbox.unfollow(cursor);
  outbox.unfollow(cursor);
  tea.append(utf8("later"));
  outbox.wake();
  await socket.takes();
  assertEquals(socket.written, ["teacoffee"]);
});

Deno.test("queueLast() comes behind all that was appended before, and what is appended later is still sent", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  const log = new RoomLog();
  outbox.follow(log);
  log.append(utf8("said "));
  outbox.queue(utf8("answer "));
  outbox.queueLast(utf8("last "));
  log.append(utf8("later"));
  outbox.wake();
  await socket.takes();
  assertEquals(socket.written.join(""), "answer said last later");
});

Deno.test("lag counts replies and all logs, without the write under way", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  const log = new RoomLog();
  outbox.follow(log);
  log.append(utf8("12345"));
  outbox.wake();
  assertEquals(outbox.lag, 0);
  log.append(utf8("123"));
  outbox.queue(utf8("12"));
  assertEquals(outbox.lag, 5);
  await socket.takes();
  await socket.takes();
});

Deno.test("cutOff() lets the frame under way finish, drops the rest and says the last word", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  const log = new RoomLog();
  outbox.follow(log);
  log.append(utf8("under way "));
  outbox.wake();
  await socket.takes(2);
  log.append(utf8("dropped "));
  outbox.queue(utf8("dropped too "));
  outbox.cutOff(utf8("last"));
  await socket.takes(3);
  await socket.takes();
  await socket.takes();
  assertEquals(socket.written, ["un", "der", " way ", "last"]);
  assert(!outbox.busy);
});

Deno.test("idle() waits until all is written, and resolves at once when nothing is", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  await within(outbox.idle(), "idle()", 1_000);
  outbox.queue(utf8("a"));
  let idle = false;
  const waiting = outbox.idle().then(() => idle = true);
  outbox.queue(utf8("b"));
  await socket.takes();
  assertEquals(idle, false);
  await socket.takes();
  await within(waiting, "idle()", 1_000);
});

Deno.test("idle() resolves when the peer is gone, and nothing is written after that", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  outbox.queue(utf8("a"));
  const waiting = outbox.idle();
  outbox.queue(utf8("b"));
  await socket.breaks();
  await within(waiting, "idle()", 1_000);
  outbox.queue(utf8("c"));
  outbox.wake();
  assertEquals([socket.underWay, outbox.lag], [0, 0]);
});

Deno.test("writes grows with every write that is begun, so that a stalled one can be told", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  assertEquals([outbox.writes, outbox.busy], [0, false]);
  outbox.queue(utf8("abc"));
  outbox.wake();
  const first = outbox.writes;
  outbox.wake();
  assertEquals([first > 0, outbox.writes, outbox.busy], [true, first, true]);
  await socket.takes(1);
  assert(outbox.writes > first, "a peer that takes a part is not stalled");
  await socket.takes();
});

Deno.test("end() is idempotent and drops all", () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  outbox.queue(utf8("a"));
  outbox.end();
  outbox.end();
  outbox.wake();
  assertEquals([socket.underWay, outbox.lag], [0, 0]);
});

Deno.test("wake() reports a peer as slow once too much waits behind a write, and not before", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 10);
  const log = new RoomLog();
  outbox.follow(log);
  let reports = 0;
  outbox.keeper = { onSlow: () => void reports++, onGoOn: () => outbox.wake() };
  log.append(new Uint8Array(1_000));
  outbox.wake();
  log.append(new Uint8Array(6));
  outbox.queue(new Uint8Array(4));
  outbox.wake();
  assertEquals(reports, 0, "a large write under way and 10 bytes behind it are no lag");
  outbox.queue(new Uint8Array(1));
  outbox.wake();
  assertEquals(reports, 1);
  await socket.takes();
  await socket.takes();
});

Deno.test("hold() lets out what waited and its own frame; then only raw bytes go, until release()", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  const log = new RoomLog();
  outbox.follow(log);
  outbox.queue(utf8("before,"));
  outbox.hold(utf8("start,"));
  outbox.queue(utf8("meanwhile,"));
  log.append(utf8("said,"));
  outbox.wake();
  await socket.takes();
  assertEquals([socket.written, socket.underWay], [["before,start,"], 0]);
  const raw = outbox.writeRaw(utf8("raw"));
  await turns();
  outbox.wake();
  await socket.takes(2);
  await socket.takes();
  assertEquals(await raw, true);
  assertEquals(socket.underWay, 0);
  outbox.release(utf8("done,"));
  await socket.takes();
  assertEquals(socket.written.slice(1), ["ra", "w", "done,meanwhile,said,"]);
  assertEquals(outbox.lag, 0);
});

Deno.test("writeRaw() waits for a write that is under way, and tells when the peer is gone", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  outbox.queue(utf8("a"));
  outbox.wake();
  outbox.hold(utf8("b"));
  const raw = outbox.writeRaw(utf8("c"));
  await turns();
  await socket.takes();
  await socket.takes();
  assertEquals(socket.written, ["a", "b"]);
  await socket.breaks();
  assertEquals([await raw, await outbox.writeRaw(utf8("d"))], [false, false]);
});

Deno.test("writeRaw() lets what was said before go first, also when its write has ended and its turn to go on has not come", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  // Somebody gives it its turn, but not yet.
  outbox.keeper = { onSlow: () => {}, onGoOn: () => {} };
  outbox.queue(utf8("a"));
  outbox.wake();
  outbox.hold(utf8("start"));
  await socket.takes();
  const raw = outbox.writeRaw(utf8("bytes that could be a frame"));
  await turns();
  await socket.takes();
  outbox.wake();
  await turns();
  await socket.takes();
  assertEquals(await raw, true);
  assertEquals(socket.written, ["a", "start", "bytes that could be a frame"]);
});

Deno.test("relief() waits for nothing that the wire takes at once", () => {
  const eager = { trySend: (bytes: Uint8Array) => bytes.length };
  const outbox = new Outbox(eager, 1 << 20);
  outbox.queue(utf8("an answer"));
  assertEquals(outbox.relief(3), undefined);
  assertEquals(outbox.unsent, 0);
});

Deno.test("relief() waits while more is unsent than may be", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  outbox.queue(utf8("an answer"));
  const relieved = outbox.relief(3);
  assert(relieved !== undefined, "All of it is under way");
  await socket.takes();
  await within(relieved, "Relief");
});

Deno.test("idle() waits until what a file holds back is out", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  outbox.hold(utf8("a"));
  outbox.queue(utf8("b"));
  await socket.takes();
  let idle = false;
  const waiting = outbox.idle().then(() => idle = true);
  await turns();
  assertEquals(idle, false);
  outbox.release();
  await socket.takes();
  await waiting;
  assertEquals(socket.written, ["a", "b"]);
});

Deno.test("cutOff() while a file's bytes go out says the last word after them, and nothing that was held back", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  outbox.hold(utf8("a"));
  await socket.takes();
  const raw = outbox.writeRaw(utf8("raw"));
  await turns();
  outbox.queue(utf8("b"));
  outbox.cutOff(utf8("last"));
  await socket.takes();
  assertEquals(await raw, true);
  await socket.takes();
  await within(outbox.idle(), "The end");
  assertEquals(socket.written, ["a", "raw", "last"]);
});

Deno.test("a file's carrier may lag four times as far before it counts as slow", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 10);
  let slow = 0;
  outbox.keeper = { onSlow: () => void slow++, onGoOn: () => outbox.wake() };
  outbox.hold(utf8("a"));
  await socket.takes();
  outbox.queue(new Uint8Array(40));
  outbox.wake();
  assertEquals(slow, 0);
  outbox.queue(new Uint8Array(1));
  outbox.wake();
  assertEquals(slow, 1);
});

/** How often a log is looked at while `work` runs. */
async function looksAtLogs(work: () => Promise<void>): Promise<number> {
  const prototype = Cursor.prototype;
  const { take } = prototype;
  const lag = Object.getOwnPropertyDescriptor(prototype, "lag");
  assert(lag !== undefined);
  let looks = 0;
  prototype.take = function (): Uint8Array | undefined {
    looks++;
    return take.call(this);
  };
  Object.defineProperty(prototype, "lag", {
    ...lag,
    get(): number {
      looks++;
      return lag.get?.call(this);
    },
  });
  try {
    await work();
  } finally {
    prototype.take = take;
    Object.defineProperty(prototype, "lag", lag);
  }
  return looks;
}

Deno.test("a member of 200 rooms is written to at the price of 200 looks, also while a write is under way", async () => {
  const logs = Array.from({ length: 200 }, () => new RoomLog());
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  for (const log of logs) outbox.follow(log);
  const looks = await looksAtLogs(async () => {
    for (let round = 0; round < 2; round++) {
      for (const [n, log] of logs.entries()) {
        log.append(utf8(`${n} `));
        outbox.wake();
      }
    }
    await socket.takes();
    await socket.takes();
  });
  const heard = socket.written.join("").trim().split(" ").map(Number);
  assertEquals(heard.toSorted((a, b) => a - b), logs.flatMap((_, n) => [n, n]));
  // Two appends to each, 400 wakes, three writes asked for, and 8 lags added up at each wake.
  assert(looks <= 3 * 2 * 200 + 400 * 16, `${looks} looks`);
});

Deno.test("a room that is always loud holds back no other", async () => {
  const socket = new HandSocket();
  const outbox = outboxOf(socket, 1 << 20);
  const [loud, quiet] = [new RoomLog(), new RoomLog()];
  outbox.follow(loud);
  outbox.follow(quiet);
  loud.append(utf8("x".repeat(20_000)));
  quiet.append(utf8("[quiet]"));
  outbox.wake();
  for (let write = 0; write < 3; write++) {
    loud.append(utf8("x".repeat(20_000)));
    await socket.takes();
  }
  assert(socket.written.slice(0, 2).join("").includes("[quiet]"), "with the second write");
  while (socket.underWay > 0) await socket.takes();
  assertEquals(socket.written.join("").replace("[quiet]", "").length, 80_000);
});
