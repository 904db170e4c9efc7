/**
 * The seam between the server and its sockets: a transport brings wires, a wire carries bytes.
 *
 * ```text
 *   Link, Outbox ── trySend, finish, close ─────────► Wire      StreamWire: whatever is read and written by promises
 *                ◄── onBytes, onWritable, onEnd … ───           EpollWire: a descriptor of our own
 * ```
 *
 * One form fits both ways of writing. Who asks the kernel directly says in `trySend` what it took, and by `onWritable(0)`
 * that it may take more; who leaves the writing to a runtime takes nothing yet, and tells by `onWritable(n)` what has
 * become of it. A sender keeps what was not taken, and leaves its memory alone, until then: so at most one write is
 * under way on a wire.
 *
 * Reading is slowed by the guest: while a promise of `onBytes` is unresolved nothing more is read, and the peer is slowed
 * by its own socket.
 *
 * @module
 */

/** Whoever is at our end of a wire. None of its calls throws, and its promises are not rejected. */
export interface WireGuest {
  /** Bytes came, whose memory is used again afterwards; nothing more is read before a promise has resolved. */
  onBytes(chunk: Uint8Array): Promise<void> | undefined;
  /** After a `trySend` that left something: `taken` bytes more of it were taken, and now is the time for the rest. */
  onWritable(taken: number): void;
  /**
   * The same of bytes that stay in the kernel, where they are until `take` is called, once, in the guest's own time. It gives
   * nothing when they are to come as bytes. Whoever does not pass on what it gave until then throws that away.
   */
  onParcel?(take: () => Parcel | undefined): Promise<void> | undefined;
  /** Nothing can be sent any more. `onEnd` follows, or came before. */
  onBroken(): void;
  /**
   * Nothing more comes: the peer said so, is gone, or we have closed. Called once, in a turn of its own and when the last
   * chunk was handled.
   */
  onEnd(): void;
}

/** Bytes that have come and are still in the kernel: they can be passed on, once and in order, and not be looked at. */
export interface Parcel {
  /** How many there are. */
  readonly length: number;
  /** What is left of them when so many were passed on. */
  subarray(from: number): Parcel;
  /** Sends what can be sent now over the wire of that number. For wires. @returns How many bytes; less than 0 when none. */
  sendOver(voice: number): number;
}

/** Sends the same bytes over many wires of one transport, the cheapest way there is: a number for each. */
export interface Chorus {
  /**
   * Sends `bytes` over the wires `voices[from]` to `voices[to - 1]`.
   *
   * @returns Those who did not take all: the place in `voices`, and how much was taken.
   */
  send(voices: Int32Array, part: Verse): readonly { readonly at: number; readonly taken: number }[];
}

/** What is sent to whom. */
export interface Verse {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** One connection's bytes, both ways. */
export interface Wire {
  /** Where it can be sent to together with others, if anywhere, and by which number while it is open. */
  readonly chorus?: Chorus | undefined;
  /** See `chorus`. */
  readonly voice?: number;
  /** Whether `trySend` is done with the memory when it returns: what was not taken it does not look at again. */
  readonly sendsAtOnce?: boolean;
  /** How large a piece is read at most, in bytes. */
  readBytesMax: number;
  /** How many of the bytes that come next may come as parcels; absent where none can. It counts down with them. */
  parcelBytes?: number | undefined;
  /** Sends of a parcel what can be sent now, as `trySend` does; there where `parcelBytes` is. */
  tryPass?(parcel: Parcel): number;
  /** Whether what goes over it is encrypted; it is known when something has come. */
  readonly isSecure?: boolean;
  /** Bytes of its socket that came before those that it brings. */
  readonly bytesBefore?: number;
  /** Bytes of memory that it holds for reading. */
  readonly heldBytes: number;
  /** Those of them that are of something that has come only in part. */
  readonly unfinishedBytes: number;
  /** Begins to read. To be called once. */
  open(guest: WireGuest): void;
  /**
   * Sends what can be sent now; not to be called again before `onWritable` when something was left.
   *
   * @returns How many bytes were taken.
   */
  trySend(bytes: Uint8Array): number;
  /** Tells the peer that nothing more comes. What it sends is still read. */
  finish(): void;
  /** Closes at once. Idempotent. */
  close(): void;
}

/** An end of a connection. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** A socket that is read and written by promises. `Deno.TcpConn` is one. */
export interface Socket {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  /** As `write`, and without a promise where all is taken at once, as it mostly is: for whoever writes to a thousand of them. */
  tryWrite?(bytes: Uint8Array): number | Promise<number>;
  /** Tells the peer that nothing more comes. */
  closeWrite(): Promise<void>;
  close(): void;
  /** Bytes that it holds of what has come only in part. */
  readonly unfinishedBytes?: number;
  /** Bytes of memory that it holds in all beside what its reader hands it; those of `unfinishedBytes` unless it is told. */
  readonly heldBytes?: number;
}

/** A socket that knows where its ends are. */
export interface AddressedSocket extends Socket {
  readonly remoteAddr: Address;
  readonly localAddr: Address;
  /** See `Wire`. */
  readonly isSecure?: boolean;
}

/** A connection that was accepted. */
export interface Accepted {
  readonly remote: Address;
  readonly local: Address;
  /** The connection as a wire; to be asked for once. */
  wire(): Wire;
}

/**
 * Takes in so many connections, by `work`, when their turn has come: at once, or before the promise resolves. The next ones
 * are accepted after that. Never throws.
 */
export type InTurn = (count: number, work: () => void) => Promise<void> | void;

/** In the turn in which they came. */
export function atOnce(_count: number, work: () => void): void {
  work();
}

/** An address that is listened on. */
export interface Listening extends Address {
  /**
   * Accepts from now on. To be called once.
   *
   * @param take Takes a connection in. Never throws.
   * @param inTurn See `InTurn`; at once unless it is told.
   */
  accept(take: (accepted: Accepted) => void, inTurn?: InTurn): void;
  /** Accepts no more; resolves when the last one was taken in. */
  close(): Promise<void>;
}

/** Whose sockets they are: the runtime's, or our own. */
export type TransportKind = "runtime" | "epoll";

/** A way to have sockets, and the turns in which they are served. */
export interface Transport {
  readonly kind: TransportKind;
  /** Why it stands in for sockets by epoll, which this machine could have: what follows after "sockets by epoll". */
  readonly insteadBecause?: string | undefined;
  /**
   * Listens; nothing is accepted yet.
   *
   * @param backlog Connections that the kernel may hold until they are accepted.
   * @throws {Deno.errors.AddrInUse} And others: when the address cannot be listened on.
   */
  listen(at: Address, backlog?: number): Listening;
  /** Milliseconds on the clock of `performance.now()`, the cheapest way there is. */
  now(): number;
  /** What `CLOCK_MONOTONIC` of the machine showed when `now` was 0, in ms, where that can be known. */
  readonly machineMs?: number | undefined;
  /** Gives memory that the process has freed back to the machine, where that can be asked for: in 1 to 10 ms. */
  giveBack?(): void;
  /** Lets its wires have so many pipes at once, by which they pass parcels on; none unless it is told, where there are any. */
  allowPipes?(max: number): void;
  /** Runs something at the end of this turn: when all that is known to have come was heard. */
  atEnd(run: () => void): void;
  /** Runs something when the machine has been asked what has come in, and that is known. */
  afterLook(run: () => void): void;
  /** To be called when all its listeners and wires are closed; resolves when nothing is left of it. Idempotent. */
  close(): Promise<void>;
}
