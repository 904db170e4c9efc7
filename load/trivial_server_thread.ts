/**
 * A bare room log: a message is encoded once into bytes that all members of a room share, and each member has a cursor into
 * them.
 *
 * It answers `Login` with `Welcome`, by which one is in the lobby, and `Join` with `Ack`, by which one is elsewhere, and nothing
 * else. It checks nothing, keeps nothing, tells nobody
 * who came or went, and cuts nobody off. Its sockets are of the same kind as the load generator's.
 *
 * @module
 */

import {
  openTransport,
  type Transport,
  type Wire,
  type WireGuest,
} from "../server/transport/mod.ts";
import { encodeFrame, FRAME_BYTES_DEFAULT, Splitter } from "../server/wire/mod.ts";
import type { TransportKind } from "./plan.ts";

/** Large enough for a busy turn, small enough to stay in the cache. */
const CHUNK_BYTES = 256 << 10;

/** A part of a room's log. It is only appended to, so bytes that are being sent never change. */
interface Chunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  used: number;
  next: Chunk | undefined;
}

interface Room {
  readonly name: string;
  readonly members: Set<Member>;
  head: Chunk;
  seq: number;
}

interface Said {
  readonly type: string;
  readonly username?: string;
  readonly room?: string;
  readonly content?: string;
  readonly id?: string;
}

declare const self: {
  onmessage: ((event: MessageEvent<TransportKind>) => void) | null;
  postMessage(port: number): void;
};

const decoder = new TextDecoder();
const rooms = new Map<string, Room>();
const loud = new Set<Room>();

class Member implements WireGuest {
  readonly #transport: Transport;
  readonly #wire: Wire;
  readonly #splitter = new Splitter(FRAME_BYTES_DEFAULT);
  #name = "";
  #room: Room | undefined;
  #chunk: Chunk | undefined;
  #offset = 0;
  /** What is sent before anything of the log. */
  #answers: Uint8Array = new Uint8Array(0);
  #isBlocked = false;

  constructor(transport: Transport, wire: Wire) {
    this.#transport = transport;
    this.#wire = wire;
    wire.open(this);
  }

  onBytes(chunk: Uint8Array): undefined {
    this.#splitter.feed(chunk);
    for (let split = this.#splitter.next(); split.kind === "frame"; split = this.#splitter.next()) {
      this.#hear(JSON.parse(decoder.decode(split.body)) as Said);
    }
  }

  onWritable(taken: number): void {
    this.#isBlocked = false;
    this.#taken(taken);
    this.catchUp();
  }

  onBroken(): void {
    this.#isBlocked = true;
  }

  onEnd(): void {
    this.#room?.members.delete(this);
    this.#wire.close();
  }

  /** Sends what there is. */
  catchUp(): void {
    while (!this.#isBlocked) {
      const bytes = this.#ahead();
      if (bytes.length === 0) return;
      const taken = this.#wire.trySend(bytes);
      this.#isBlocked = taken < bytes.length;
      this.#taken(taken);
    }
  }

  #ahead(): Uint8Array {
    if (this.#answers.length > 0) return this.#answers;
    while (this.#chunk?.next !== undefined && this.#offset === this.#chunk.used) {
      this.#chunk = this.#chunk.next;
      this.#offset = 0;
    }
    return this.#chunk?.bytes.subarray(this.#offset, this.#chunk.used) ?? this.#answers;
  }

  #taken(count: number): void {
    if (this.#answers.length > 0) this.#answers = this.#answers.subarray(count);
    else this.#offset += count;
  }

  #hear({ type, username, room, content, id }: Said): void {
    const entered = this.#room;
    if (type === "Broadcast" && entered !== undefined) {
      const seq = ++entered.seq;
      const message = { room: entered.name, seq, from: this.#name, content, at: Date.now(), id };
      append(entered, encodeFrame({ type: "NewMessage", ...message } as never), this.#transport);
    } else if (type === "Login") {
      this.#name = username ?? "";
      this.#enter("lobby");
      this.#answer({ type: "Welcome", username: this.#name });
    } else if (type === "Join" && room !== undefined) {
      this.#enter(room);
      this.#answer({ type: "Ack", re: id });
    }
  }

  #enter(name: string): void {
    this.#room?.members.delete(this);
    this.#room = roomOf(name);
    this.#chunk = this.#room.head;
    this.#offset = this.#room.head.used;
    this.#room.members.add(this);
  }

  #answer(message: object): void {
    const frame = encodeFrame(message as never);
    const both = new Uint8Array(this.#answers.length + frame.length);
    both.set(this.#answers);
    both.set(frame, this.#answers.length);
    this.#answers = both;
    this.catchUp();
  }
}

function append(room: Room, frame: Uint8Array, transport: Transport): void {
  if (room.head.used + frame.length > room.head.bytes.length) {
    room.head = room.head.next = newChunk(Math.max(CHUNK_BYTES, frame.length));
  }
  room.head.bytes.set(frame, room.head.used);
  room.head.used += frame.length;
  // Members are woken when all sockets that are ready in this turn have been read.
  if (loud.size === 0) transport.atEnd(wakeUp);
  loud.add(room);
}

function wakeUp(): void {
  for (const room of loud) {
    for (const member of room.members) member.catchUp();
  }
  loud.clear();
}

function roomOf(name: string): Room {
  let room = rooms.get(name);
  if (room === undefined) {
    room = { name, members: new Set(), head: newChunk(CHUNK_BYTES), seq: 0 };
    rooms.set(name, room);
  }
  return room;
}

function newChunk(size: number): Chunk {
  return { bytes: new Uint8Array(size), used: 0, next: undefined };
}

self.onmessage = ({ data: kind }) => {
  const transport = openTransport(kind);
  const listening = transport.listen({ hostname: "127.0.0.1", port: 0 });
  listening.accept((accepted) => void new Member(transport, accepted.wire()));
  self.postMessage(listening.port);
};
