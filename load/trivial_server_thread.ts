/**
 * A bare room log: a message is encoded once into bytes that all members of a room share, each member has a cursor into
 * them, and at most one write under way.
 *
 * It answers `Login` with `Welcome` and `Join` with `Ack`, and nothing else. It checks nothing, keeps nothing, tells nobody
 * who came or went, and cuts nobody off.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { encodeFrame, FRAME_BYTES_DEFAULT, Splitter } from "../server/wire/mod.ts";

/** Large enough for a busy turn, small enough to stay in the cache. */
const CHUNK_BYTES = 256 << 10;
const READ_BYTES = 16 << 10;

/** A part of a room's log. It is only appended to, so bytes that a write reads never change. */
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

interface Member {
  readonly connection: Deno.TcpConn;
  name: string;
  room: Room | undefined;
  chunk: Chunk | undefined;
  offset: number;
  isWriting: boolean;
}

interface Said {
  readonly type: string;
  readonly username?: string;
  readonly room?: string;
  readonly content?: string;
  readonly id?: string;
}

declare const self: { postMessage(port: number): void };

const decoder = new TextDecoder();
const rooms = new Map<string, Room>();
const loud = new Set<Room>();

function append(room: Room, frame: Uint8Array): void {
  if (room.head.used + frame.length > room.head.bytes.length) {
    room.head = room.head.next = newChunk(Math.max(CHUNK_BYTES, frame.length));
  }
  room.head.bytes.set(frame, room.head.used);
  room.head.used += frame.length;
  // Members are woken when all sockets that are ready in this turn have been read.
  if (loud.size === 0) setImmediate(wakeUp);
  loud.add(room);
}

function wakeUp(): void {
  for (const room of loud) {
    for (const member of room.members) if (!member.isWriting) void catchUp(member);
  }
  loud.clear();
}

async function catchUp(member: Member): Promise<void> {
  member.isWriting = true;
  try {
    for (;;) {
      const { chunk, offset } = member;
      if (chunk === undefined) break;
      if (offset < chunk.used) {
        member.offset += await member.connection.write(chunk.bytes.subarray(offset, chunk.used));
      } else if (chunk.next) {
        member.chunk = chunk.next;
        member.offset = 0;
      } else break;
    }
  } catch {
    // It is gone; its reader learns the same.
  }
  member.isWriting = false;
}

async function serve(connection: Deno.TcpConn): Promise<void> {
  connection.setNoDelay(true);
  const member: Member = {
    connection,
    name: "",
    room: undefined,
    chunk: undefined,
    offset: 0,
    isWriting: false,
  };
  const splitter = new Splitter(FRAME_BYTES_DEFAULT);
  const buffer = new Uint8Array(READ_BYTES);
  try {
    for (;;) {
      const count = await connection.read(buffer);
      if (count === null) break;
      splitter.feed(buffer.subarray(0, count));
      for (let split = splitter.next(); split.kind === "frame"; split = splitter.next()) {
        await hear(member, JSON.parse(decoder.decode(split.body)) as Said);
      }
    }
  } catch {
    // It is gone.
  }
  member.room?.members.delete(member);
}

async function hear(member: Member, said: Said): Promise<void> {
  const { room } = member;
  if (said.type === "Broadcast" && room !== undefined) {
    const { content, id } = said;
    const seq = ++room.seq;
    const message = { room: room.name, seq, from: member.name, content, at: Date.now(), id };
    append(room, encodeFrame({ type: "NewMessage", ...message } as never));
  } else if (said.type === "Login") {
    member.name = said.username ?? "";
    await member.connection.write(encodeFrame({ type: "Welcome", username: member.name } as never));
  } else if (said.type === "Join" && said.room !== undefined) {
    const entered = roomOf(said.room);
    member.room = entered;
    member.chunk = entered.head;
    member.offset = entered.head.used;
    member.isWriting = true; // nothing may overtake the answer
    entered.members.add(member);
    await member.connection.write(encodeFrame({ type: "Ack", re: said.id } as never));
    await catchUp(member);
  }
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

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
self.postMessage((listener.addr as Deno.NetAddr).port);
for await (const connection of listener) void serve(connection);
