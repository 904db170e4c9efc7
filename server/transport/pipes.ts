/**
 * Pipes, by which bytes go from one socket to another without being copied into our memory.
 *
 * ```text
 *   socket ─ splice ─► pipe ─ splice ─► another socket
 *                       └─ where that one cannot: read, and sent like any bytes
 * ```
 *
 * - A pipe is held while it has something in it, and goes to the next then: so there are as many as pieces are under way, mostly
 *   one. Each takes two descriptors, so there is a bound, and none without being told one; who gets none copies.
 * - What nobody takes any more is thrown away with its pipe, which cannot be emptied any cheaper.
 * - All are closed with the library that serves them. Who still holds one then finds it closed.
 *
 * @module
 */

import { EAGAIN, errno, F_SETPIPE_SZ, type Libc, MSG_NOSIGNAL } from "./libc.ts";
import { O_CLOEXEC, O_NONBLOCK, SPLICE_F_MOVE, SPLICE_F_NONBLOCK } from "./libc.ts";
import { PARCEL_BYTES_MAX, PIPES_KEPT } from "./limits.ts";
import type { Parcel } from "./wire.ts";

const FLAGS: number = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

/** Pipes that are taken and given back. */
export class Pipes {
  /** How many there may be at once. */
  max = 0;
  readonly #libc: Libc;
  readonly #all = new Set<Pipe>();
  readonly #kept: Pipe[] = [];
  readonly #ends = new Int32Array(2);
  readonly #endsBytes = new Uint8Array(this.#ends.buffer);

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** An empty one; `undefined` when there are enough, or no descriptors for one more. */
  take(): Pipe | undefined {
    return this.#kept.pop() ?? this.#open();
  }

  /** Takes one back. */
  give(pipe: Pipe): void {
    if (pipe.isEmpty && this.#kept.length < PIPES_KEPT && this.#all.has(pipe)) {
      this.#kept.push(pipe);
    } else {
      this.#all.delete(pipe);
      pipe.close();
    }
  }

  /** Closes all, also those that are held. */
  close(): void {
    this.max = 0;
    this.#kept.length = 0;
    for (const pipe of this.#all) pipe.close();
    this.#all.clear();
  }

  #open(): Pipe | undefined {
    if (this.#all.size >= this.max) return undefined;
    if (this.#libc.pipe2(this.#endsBytes, O_NONBLOCK | O_CLOEXEC) !== 0) return undefined;
    const pipe = new Pipe(this.#libc, this.#ends[0] ?? -1, this.#ends[1] ?? -1);
    this.#all.add(pipe);
    return pipe;
  }
}

/** One pipe. */
export class Pipe {
  readonly #libc: Libc;
  readonly #out: number;
  readonly #in: number;
  /** Bytes that are in it. */
  #bytes = 0;
  /** What was in it, once it had to be copied. */
  #copied: Uint8Array<ArrayBuffer> | undefined;
  #closed = false;

  constructor(libc: Libc, out: number, into: number) {
    this.#libc = libc;
    this.#out = out;
    this.#in = into;
    // Whoever may not have that much has sixteen pages, which is smaller pieces.
    libc.fcntl(into, F_SETPIPE_SZ, PARCEL_BYTES_MAX);
  }

  /** Whether there is nothing in it. */
  get isEmpty(): boolean {
    return !this.#closed && this.#bytes === 0;
  }

  /**
   * Takes up to `max` bytes from a socket.
   *
   * @returns How many; 0 at the end, and -1 for a reason that `errno` tells.
   */
  fill(socket: number, max: number): number {
    const count = this.#libc.splice(socket, null, this.#in, null, max, FLAGS);
    if (count > 0) this.#bytes = count;
    return count;
  }

  /** What is in it. */
  parcel(): Parcel {
    return new PipedParcel(this, this.#bytes);
  }

  /** Sends what can be sent now. @returns How many bytes; -1 as `send`. */
  drain(socket: number): number {
    if (this.#closed) return -1;
    if (this.#copied !== undefined) return this.#send(socket, this.#copied);
    const count = this.#libc.splice(this.#out, null, socket, null, this.#bytes, FLAGS);
    if (count >= 0) {
      this.#bytes -= count;
      return count;
    }
    if (errno(this.#libc) === EAGAIN) return count;
    // A socket that takes nothing from pipes, or is broken: then it does not take this, either.
    return this.#copy() ? this.drain(socket) : -1;
  }

  /** Closes it. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#copied = undefined;
    this.#libc.close(this.#out);
    this.#libc.close(this.#in);
  }

  #send(socket: number, bytes: Uint8Array<ArrayBuffer>): number {
    const count = this.#libc.send(socket, bytes, bytes.length, MSG_NOSIGNAL);
    if (count <= 0) return count;
    this.#bytes -= count;
    this.#copied = this.#bytes === 0 ? undefined : bytes.subarray(count);
    return count;
  }

  #copy(): boolean {
    const bytes = new Uint8Array(this.#bytes);
    const count = this.#libc.read(this.#out, bytes, bytes.length);
    if (count !== bytes.length) return false;
    this.#copied = bytes;
    return true;
  }
}

class PipedParcel implements Parcel {
  readonly length: number;
  readonly #pipe: Pipe;

  constructor(pipe: Pipe, length: number) {
    this.#pipe = pipe;
    this.length = length;
  }

  subarray(from: number): Parcel {
    return new PipedParcel(this.#pipe, this.length - from);
  }

  sendOver(voice: number): number {
    return this.#pipe.drain(voice);
  }
}
