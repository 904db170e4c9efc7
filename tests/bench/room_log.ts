/**
 * The second reference of the fan-out benchmark: a bare room log in Deno, without a chat around it.
 *
 * It shows what the data structure alone can do on this runtime, and so how much the real server
 * pays for everything else. Frames as in the contract: Login -> Welcome, Broadcast -> NewMessage.
 *
 *   log:  [ chunk ] -> [ chunk ] -> [ chunk, being filled ]
 *              ^ cursor of a slow member   ^ cursors of the others
 *
 * Invariants:
 *   - a message is encoded once, into bytes that all members share;
 *   - at most one write per member is in flight; what comes meanwhile goes with the next one;
 *   - members are woken once per turn of the event loop, not once per message;
 *   - a chunk is only appended to, so bytes that a write reads never change. The collector frees
 *     it when the last cursor has left.
 *
 * What it deliberately does not do: check names, sizes or rates, tell who came and went, cut off
 * a slow member (its chunks stay), store anything.
 *
 * Usage: room_log.ts [PORT]
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { print } from "./output.ts";

/** Large enough for a busy turn, small enough to stay in the cache. */
const chunkBytes = 256 * 1024;

/** Most members never say much; whose reads fill the buffer gets a larger one. */
const readBytesFirst = 4 * 1024;
const readBytesEnough = 64 * 1024;

interface Chunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  used: number;
  next: Chunk | undefined;
}

interface Member {
  readonly conn: Deno.TcpConn;
  name: string;
  /** The cursor: the next byte to send is `chunk.bytes[offset]`. */
  chunk: Chunk;
  offset: number;
  writing: boolean;
}

interface ClientFrame {
  readonly type: string;
  readonly username?: string;
  readonly content?: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const members = new Set<Member>();
let head = newChunk(chunkBytes);
let seq = 0;
let wakeUpPlanned = false;

function newChunk(size: number): Chunk {
  return { bytes: new Uint8Array(size), used: 0, next: undefined };
}

function encodeFrame(frame: unknown): Uint8Array<ArrayBuffer> {
  const body = encoder.encode(JSON.stringify(frame));
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, 4);
  return bytes;
}

function append(frame: Uint8Array): void {
  if (head.used + frame.length > head.bytes.length) {
    head = head.next = newChunk(Math.max(chunkBytes, frame.length));
  }
  head.bytes.set(frame, head.used);
  head.used += frame.length;
}

/** Serves everybody after all sockets that are ready in this turn have been read. */
function planWakeUp(): void {
  if (wakeUpPlanned) return;
  wakeUpPlanned = true;
  setImmediate(() => {
    wakeUpPlanned = false;
    for (const member of members) if (!member.writing) catchUp(member);
  });
}

/** Writes from the cursor to the end of the log, as long as there is something. */
async function catchUp(member: Member): Promise<void> {
  member.writing = true;
  try {
    for (;;) {
      const { chunk, offset } = member;
      if (offset < chunk.used) {
        member.offset += await member.conn.write(chunk.bytes.subarray(offset, chunk.used));
      } else if (chunk.next) {
        member.chunk = chunk.next;
        member.offset = 0;
      } else break;
    }
  } catch {
    members.delete(member); // it is gone; its reader learns the same and ends
  }
  member.writing = false;
}

/** Hears what is said from now on, after its Welcome. */
async function enter(member: Member): Promise<void> {
  member.chunk = head;
  member.offset = head.used;
  member.writing = true; // nothing may overtake the Welcome
  members.add(member);
  try {
    await member.conn.write(encodeFrame({ type: "Welcome", username: member.name }));
  } catch {
    members.delete(member); // it is gone, as in catchUp
  }
  await catchUp(member);
}

/** Takes the whole frames out of the buffer; returns how many bytes that were. */
function takeFrames(bytes: Uint8Array<ArrayBuffer>, take: (frame: ClientFrame) => void): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (bytes.length - at >= 4) {
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.length) break;
    take(JSON.parse(decoder.decode(bytes.subarray(at + 4, end))));
    at = end;
  }
  return at;
}

function onFrame(member: Member, frame: ClientFrame): void {
  if (frame.type === "Login" && !members.has(member)) {
    member.name = frame.username ?? "";
    enter(member);
  } else if (frame.type === "Broadcast" && members.has(member)) {
    const { name: from } = member;
    const message = { room: "lobby", seq: ++seq, from, content: frame.content, at: Date.now() };
    append(encodeFrame({ type: "NewMessage", ...message }));
    planWakeUp();
  }
}

async function handle(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay(true);
  const member: Member = { conn, name: "", chunk: head, offset: head.used, writing: false };
  let buffer = new Uint8Array(readBytesFirst);
  let used = 0;
  try {
    for (;;) {
      const n = await conn.read(buffer.subarray(used));
      if (n === null) break;
      used += n;
      const full = used === buffer.length;
      const taken = takeFrames(buffer.subarray(0, used), (frame) => onFrame(member, frame));
      buffer.copyWithin(0, taken, used);
      used -= taken;
      if (full && (taken === 0 || buffer.length < readBytesEnough)) {
        const larger = new Uint8Array(buffer.length * 2);
        larger.set(buffer);
        buffer = larger;
      }
    }
  } catch {
    // A reset, or bytes that are no frame: for a reference both simply end the connection.
  }
  members.delete(member);
  conn.close();
}

if (import.meta.main) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 0) });
  print(`listening on 127.0.0.1:${listener.addr.port}`);
  for await (const conn of listener) handle(conn);
}
