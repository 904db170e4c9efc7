/**
 * Bytes that pass from one of our own sockets to another without having been in our memory.
 *
 * @module
 */

import { closeLibc, EAGAIN, errno, type Libc, openLibc } from "../../../server/transport/libc.ts";
import { PARCEL_BYTES_MAX, PIPES_KEPT } from "../../../server/transport/limits.ts";
import { type Pipe, Pipes } from "../../../server/transport/pipes.ts";
import type { Parcel, Wire, WireGuest } from "../../../server/transport/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";
import { until, within } from "../../within.ts";
import { noise } from "../files/talk.ts";
import { KINDS, listenAt, type Place } from "./kinds.ts";

/** Much more than the kernel holds between two sockets. */
const MUCH = 16 << 20;
const F_SETFL = 4, O_APPEND = 0x400, O_NONBLOCK = 0x800;

/** Passes on what comes as parcels to another wire, and keeps what comes as bytes. */
class Passer implements WireGuest {
  passed = 0;
  parcels = 0;
  bytes = "";
  readonly ended = Promise.withResolvers<void>();
  readonly #to: Taker | undefined;

  constructor(from: Wire, to: Taker | undefined) {
    this.#to = to;
    from.open(this);
  }

  onBytes(chunk: Uint8Array): undefined {
    this.bytes += new TextDecoder().decode(chunk);
  }

  onParcel(take: () => Parcel | undefined): Promise<void> | undefined {
    const parcel = take();
    if (parcel === undefined) return undefined;
    this.parcels++;
    this.passed += parcel.length;
    return this.#to?.take(parcel);
  }

  onWritable(): void {}
  onBroken(): void {}

  onEnd(): void {
    this.ended.resolve();
  }
}

/** Sends parcels, part by part. */
class Taker implements WireGuest {
  /** How often not all of one was taken. */
  rests = 0;
  readonly #wire: Wire;
  #rest: Parcel | undefined;
  #taken = Promise.withResolvers<void>();
  #ended = false;

  constructor(wire: Wire) {
    this.#wire = wire;
    wire.open(this);
  }

  take(parcel: Parcel): Promise<void> | undefined {
    if (this.#ended) return undefined;
    this.#taken = Promise.withResolvers();
    this.#send(parcel);
    return this.#rest === undefined ? undefined : this.#taken.promise;
  }

  onWritable(): void {
    if (this.#rest !== undefined) this.#send(this.#rest);
    if (this.#rest === undefined) this.#taken.resolve();
  }

  onBytes(): undefined {}

  onBroken(): void {
    this.#taken.resolve();
  }

  onEnd(): void {
    this.#ended = true;
    this.#taken.resolve();
  }

  #send(parcel: Parcel): void {
    const taken = this.#wire.tryPass?.(parcel) ?? 0;
    this.#rest = taken === parcel.length ? undefined : parcel.subarray(taken);
    if (this.#rest !== undefined) this.rests++;
  }
}

/** Two who have connected, of whom the second gets what the first one sends. */
async function two(
  place: Place,
  { parcelBytes, taken = true }: { readonly parcelBytes: number; readonly taken?: boolean },
) {
  const [from, to] = [await place.wire(), await place.wire()];
  from.wire.parcelBytes = parcelBytes;
  const taker = new Taker(to.wire);
  const passer = new Passer(from.wire, taken ? taker : undefined);
  return {
    sender: from.peer,
    receiver: to.peer,
    passer,
    taker,
    into: to.wire,
    async [Symbol.asyncDispose](): Promise<void> {
      from.wire.close();
      to.wire.close();
      await within(passer.ended.promise, "The end");
      for (const peer of [from.peer, to.peer]) peer.close();
    },
  };
}

if (KINDS.includes("epoll")) {
  const test = (name: string, run: () => Promise<void> | void) => Deno.test(`epoll: ${name}`, run);

  test("so many bytes pass unseen and in order as were asked for, and what is behind them is heard", async () => {
    await using place = listenAt("epoll");
    place.transport.allowPipes?.(1);
    await using pair = await two(place, { parcelBytes: MUCH });
    const bytes = noise(MUCH);
    const writing = writeAll(pair.sender, bytes).then(() => writeAll(pair.sender, utf8("words")));
    // It takes nothing at first, so parts of parcels have to wait.
    await until("A rest", () => pair.taker.rests > 0);
    assertEquals(await readExactly(pair.receiver, MUCH), bytes);
    await writing;
    await until("What is behind", () => pair.passer.bytes === "words");
    assertEquals(pair.passer.passed, MUCH);
    assert(pair.passer.parcels >= MUCH / PARCEL_BYTES_MAX);
  });

  test("who has no pipe gets bytes", async () => {
    await using place = listenAt("epoll");
    await using pair = await two(place, { parcelBytes: 100 });
    await writeAll(pair.sender, utf8("words"));
    await until("The bytes", () => pair.passer.bytes === "words");
    assertEquals(pair.passer.parcels, 0);
  });

  test("what nobody passes on is gone, and never comes out elsewhere", async () => {
    await using place = listenAt("epoll");
    place.transport.allowPipes?.(2);
    await using lost = await two(place, { parcelBytes: 5, taken: false });
    await writeAll(lost.sender, utf8("gone!"));
    await until("A parcel", () => lost.passer.passed === 5);
    await using pair = await two(place, { parcelBytes: 5 });
    await writeAll(pair.sender, utf8("there"));
    assertEquals(await readExactly(pair.receiver, 5), utf8("there"));
  });

  test("a socket that takes nothing from a pipe gets the same bytes", async () => {
    await using place = listenAt("epoll");
    place.transport.allowPipes?.(1);
    await using pair = await two(place, { parcelBytes: MUCH });
    // The kernel refuses to splice into whatever is only appended to.
    const libc = openLibc();
    assertEquals(libc.fcntl(pair.into.voice ?? -1, F_SETFL, O_APPEND | O_NONBLOCK), 0);
    const bytes = noise(MUCH);
    const writing = writeAll(pair.sender, bytes);
    await until("A rest", () => pair.taker.rests > 0);
    assertEquals(await readExactly(pair.receiver, MUCH), bytes);
    await writing;
    closeLibc();
  });

  test("a receiver that goes in the middle of a parcel leaves no descriptor behind", async () => {
    const before = descriptors();
    {
      await using place = listenAt("epoll");
      place.transport.allowPipes?.(1);
      await using pair = await two(place, { parcelBytes: MUCH });
      const writing = writeAll(pair.sender, noise(MUCH)).catch(() => {});
      await until("A rest", () => pair.taker.rests > 0);
      pair.into.close();
      await until("The others, for nobody", () => pair.passer.passed === MUCH);
      await writing;
    }
    assertEquals(descriptors(), before);
  });

  test("there are never more pipes than allowed, or than there are descriptors for", () => {
    using libc = held();
    const pipes = new Pipes(libc.libc);
    assertEquals(pipes.take(), undefined, "None unless it is told");
    pipes.max = PIPES_KEPT + 2;
    const taken = Array.from({ length: PIPES_KEPT + 3 }, () => pipes.take());
    assertEquals(taken.filter((pipe) => pipe === undefined).length, 1);
    for (const pipe of taken) if (pipe !== undefined) pipes.give(pipe);
    assertEquals(pipes.size, PIPES_KEPT, "Few are kept");
    pipes.close();
    const poor = new Pipes({ ...libc.libc, pipe2: () => -1 });
    poor.max = 1;
    assertEquals([poor.take(), poor.size], [undefined, 0]);
  });

  test("a pipe that outlives all others takes and gives nothing, and asks nothing of a library that is closed", () => {
    using libc = held();
    const before = descriptors();
    const pipes = new Pipes(libc.libc);
    pipes.max = 1;
    const pipe = pipes.take();
    assert(pipe !== undefined);
    pipes.close();
    assertEquals(descriptors(), before);
    assertEquals([pipe.drain(1), pipe.isEmpty], [-1, false]);
    pipes.give(pipe);
    pipe.close();
    assertEquals([pipes.take(), pipes.size, descriptors()], [undefined, 0, before]);
  });

  test("an empty socket fills no pipe, and says why", async () => {
    await using place = listenAt("epoll");
    const { wire, peer } = await place.wire();
    using libc = held();
    const pipes = new Pipes(libc.libc);
    pipes.max = 1;
    const pipe = pipes.take() as Pipe;
    assertEquals(pipe.fill(wire.voice ?? -1, 10), -1);
    assertEquals([errno(libc.libc), pipe.isEmpty], [EAGAIN, true]);
    peer.close();
    wire.close();
    pipes.close();
  });
}

function held(): { readonly libc: Libc } & Disposable {
  return { libc: openLibc(), [Symbol.dispose]: closeLibc };
}

/** Open descriptors of this process, the one that reads them not counted. */
function descriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

async function readExactly(conn: Deno.TcpConn, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const read = await within(conn.read(bytes.subarray(at)), "More bytes");
    assert(read !== null, "The end came too early");
    at += read;
  }
  return bytes;
}
