/**
 * A wire over a descriptor of our own: libc sends and receives, and the poller tells when it can.
 *
 * - It sends at once, and asks for room only when the kernel had none. A peer that is gone takes nothing, and an event tells
 *   of it: so a `send` that failed is not asked why.
 * - A parcel is taken into a pipe and passed on from there (`pipes.ts`); where that cannot be, it comes as bytes.
 * - Errors are told whether one asks or not: a wire that is paused, or has heard the end, leaves the set at the first event
 *   that it has no use for.
 * - A wire that the kernel has no room to watch would never hear anything again, not even the end: so it has ended.
 *
 * @module
 */

import type { EpollSet, EventHandler } from "./epoll_set.ts";
import {
  EAGAIN,
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  errno,
  MSG_NOSIGNAL,
  SHUT_WR,
} from "./libc.ts";
import { PARCEL_BYTES_MAX, READ_BYTES_FIRST, READ_BYTES_MAX, READ_GROWTH } from "./limits.ts";
import type { Pipe } from "./pipes.ts";
import { ReadBuffers } from "./read_buffers.ts";
import type { Chorus, Parcel, Wire, WireGuest } from "./wire.ts";

const buffers = new ReadBuffers();

/** What is held while a pipe has what was read. */
const IN_PIPE = new Uint8Array(0);

/** Such a wire. */
export class EpollWire implements Wire, EventHandler {
  readBytesMax: number = READ_BYTES_MAX;
  parcelBytes = 0;
  readonly sendsAtOnce = true;
  readonly unfinishedBytes = 0;
  readonly #set: EpollSet;
  readonly #fd: number;
  readonly #onClosed: () => void;
  #guest: WireGuest | undefined;
  /** Events that the poller is asked for; 0: it does not know the descriptor. */
  #armed = 0;
  /** Whether something waits until there is room. */
  #blocked = false;
  /** How much is read next. */
  #size = READ_BYTES_FIRST;
  /** What was read and is being handled; nothing is read meanwhile. */
  #held: Uint8Array<ArrayBuffer> | undefined;
  /** Whether no more comes. */
  #ended = false;
  /** Whether the kernel does not watch it, though it should. */
  #lost = false;
  #closed = false;

  /** @param onClosed Hears when the descriptor is free again. */
  constructor(set: EpollSet, fd: number, onClosed: () => void) {
    this.#set = set;
    this.#fd = fd;
    this.#onClosed = onClosed;
  }

  get chorus(): Chorus {
    return this.#set.chorus;
  }

  get voice(): number {
    return this.#fd;
  }

  get heldBytes(): number {
    return this.#held?.length ?? 0;
  }

  open(guest: WireGuest): void {
    this.#guest = guest;
    if (this.#closed) queueMicrotask(() => guest.onEnd());
    else this.#arm();
  }

  trySend(bytes: Uint8Array): number {
    if (this.#closed || this.#lost) return 0;
    const taken = this.#set.libc.send(
      this.#fd,
      bytes as Uint8Array<ArrayBuffer>,
      bytes.length,
      MSG_NOSIGNAL,
    );
    return taken === bytes.length ? taken : this.#takes(taken);
  }

  tryPass(parcel: Parcel): number {
    if (this.#closed) return 0;
    const taken = parcel.sendOver(this.#fd);
    return taken === parcel.length ? taken : this.#takes(taken);
  }

  /** It takes no more for now. */
  #takes(taken: number): number {
    this.#blocked = true;
    this.#arm();
    return Math.max(0, taken);
  }

  finish(): void {
    if (!this.#closed) this.#set.libc.shutdown(this.#fd, SHUT_WR);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#set.forget(this.#fd);
    this.#set.libc.close(this.#fd);
    this.#onClosed();
    if (!this.#ended && this.#held === undefined && this.#guest !== undefined) this.#endByUs();
  }

  /** See `EventHandler`. */
  onEvents(events: number): void {
    if ((events & EPOLLOUT) !== 0 && this.#blocked) {
      this.#blocked = false;
      this.#guest?.onWritable(0);
      if (this.#closed) return;
      if (!this.#blocked) this.#arm();
    }
    const broken = (events & (EPOLLERR | EPOLLHUP)) !== 0;
    if (this.#held !== undefined || this.#ended) {
      if (broken) this.#break();
      else if ((events & EPOLLIN) !== 0) this.#arm();
    } else if (broken || (events & EPOLLIN) !== 0) this.#read(broken);
  }

  /** Nothing can be sent any more; what has come and was not read is still there to be. */
  #break(): void {
    this.#blocked = false;
    this.#arm(0);
    this.#guest?.onBroken();
  }

  #read(broken: boolean): void {
    if (this.parcelBytes > 0) this.#offerParcel(broken);
    else this.#readBytes(broken);
  }

  #readBytes(broken: boolean): void {
    const { libc } = this.#set;
    const buffer = buffers.take(Math.min(this.#size, this.readBytesMax));
    const count = libc.recv(this.#fd, buffer, buffer.length, 0);
    if (count <= 0) {
      // What is broken is told of as long as one asks: nothing to read is the end then.
      const again = count < 0 && !broken && errno(libc) === EAGAIN;
      buffers.give(buffer);
      if (!again) this.#hearEnd(broken || count < 0);
      return;
    }
    if (count === buffer.length) this.#size = Math.min(this.readBytesMax, count * READ_GROWTH);
    else if (this.#size > this.readBytesMax) this.#size = READ_BYTES_FIRST;
    this.#held = buffer;
    const pending = this.#guest?.onBytes(buffer.subarray(0, count));
    if (pending === undefined) this.#goOn(buffer);
    else void pending.then(() => this.#goOn(buffer));
  }

  /** Lets the guest take what has come when its turn has come. What cannot be had as a parcel is read as bytes then. */
  #offerParcel(broken: boolean): void {
    const { libc, pipes } = this.#set;
    let pipe: Pipe | undefined;
    let asBytes = false;
    const take = (): Parcel | undefined => {
      if (this.#closed) return undefined;
      pipe = pipes.take();
      const count = pipe?.fill(this.#fd, Math.min(this.parcelBytes, PARCEL_BYTES_MAX)) ?? 0;
      if (count > 0) {
        this.parcelBytes -= count;
        return pipe?.parcel();
      }
      // A read also tells the end, and what is wrong.
      asBytes = count === 0 || broken || errno(libc) !== EAGAIN;
      return undefined;
    };
    const goOn = (): void => {
      if (pipe !== undefined) pipes.give(pipe);
      this.#goOn();
      if (asBytes && !this.#closed && !this.#ended) this.#readBytes(broken);
    };
    this.#held = IN_PIPE;
    const pending = this.#guest?.onParcel?.(take);
    if (pending === undefined) goOn();
    else void pending.then(goOn);
  }

  #goOn(buffer?: Uint8Array<ArrayBuffer>): void {
    this.#held = undefined;
    if (buffer !== undefined) buffers.give(buffer);
    if (this.#closed || this.#lost) this.#endByUs();
    else this.#arm();
  }

  #endByUs(): void {
    this.#ended = true;
    queueMicrotask(() => this.#guest?.onEnd());
  }

  #hearEnd(broken: boolean): void {
    this.#ended = true;
    if (broken) this.#break();
    else this.#arm();
    this.#guest?.onEnd();
  }

  /** Asks for what is of use now, unless for something else. */
  #arm(events: number = this.#wanted()): void {
    const armed = this.#armed;
    if (events === armed || this.#closed || this.#lost) return;
    this.#armed = events;
    if (events === 0) this.#set.remove(this.#fd);
    else if (armed !== 0) this.#set.change(this.#fd, events);
    else if (!this.#set.add(this.#fd, this, events)) this.#lose();
  }

  #lose(): void {
    this.#armed = 0;
    this.#lost = true;
    // Whoever sends or opens does not expect an answer before that is done.
    queueMicrotask(() => {
      if (this.#closed) return;
      this.#guest?.onBroken();
      if (!this.#ended && this.#held === undefined) this.#endByUs();
    });
  }

  #wanted(): number {
    const reads = this.#guest !== undefined && this.#held === undefined && !this.#ended;
    return (reads ? EPOLLIN : 0) | (this.#blocked ? EPOLLOUT : 0);
  }
}
