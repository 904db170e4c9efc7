/**
 * Somebody who has come to the second door, until it is known what for: gathers the head of the request, and passes everything on to
 * whoever sees to it from then on.
 *
 * ```text
 *   wire ── bytes ──► head not whole ─► kept, at most HTTP_HEAD_BYTES_MAX
 *                     head whole ─────► the door ─┬─ a WebSocket ─► its wire (`web_socket.ts`)
 *                                                 └─ otherwise ───► a socket that is read and written by promises
 * ```
 *
 * @module
 */

import type { Address } from "../addresses/address.ts";
import type { Account } from "../budget/mod.ts";
import { type AddressedSocket, type Wire, type WireGuest, WireSocket } from "../transport/mod.ts";
import type { Endpoint } from "../link/connection.ts";
import { type Parsed, parseHead } from "./head.ts";

/** Where it comes from, and who pays for it. */
export interface CallerParts {
  readonly wire: Wire;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  /** What is spent at its address. */
  readonly address: Address;
  readonly account: Account;
  /** Hears that it is closed, and nobody's any more. */
  readonly closed: () => void;
}

/** The head of a request, or why there is none. */
export type Heard = Exclude<Parsed, { kind: "more" }>;

/** Takes the head of a request, and what came behind it, valid for as long as the promise of `WireGuest.onBytes` says. */
export type OnHead = (caller: Caller, heard: Heard, rest: Uint8Array) => Promise<void> | undefined;

const NOTHING = new Uint8Array(0);

/** Such a caller. */
export class Caller implements WireGuest {
  readonly parts: CallerParts;
  /** Until when its head must have come, and then its request be answered, on `performance.now()`'s clock. */
  dueMs: number;
  readonly #onHead: OnHead;
  readonly #onGone: (caller: Caller) => void;
  #came: Uint8Array = NOTHING;
  #next: WireGuest | undefined;
  #socket: AddressedSocket | undefined;
  #closed = false;

  /** @param onGone Hears that it has gone before it has asked for anything. */
  constructor(
    parts: CallerParts,
    dueMs: number,
    { onHead, onGone }: { onHead: OnHead; onGone: (caller: Caller) => void },
  ) {
    this.parts = parts;
    this.dueMs = dueMs;
    this.#onHead = onHead;
    this.#onGone = onGone;
  }

  /** Begins to hear it. */
  open(): void {
    this.parts.wire.open(this);
  }

  /** Whether it is encrypted on its way. */
  get isSecure(): boolean {
    return this.parts.wire.isSecure ?? false;
  }

  /** Lets somebody hear all that comes from now on. */
  passTo(guest: WireGuest): void {
    this.#next = guest;
  }

  /** From now on as a socket. @param rest What came behind the head. */
  socket(): AddressedSocket {
    const { wire, remote, local } = this.parts;
    const socket = new WireSocket(wire, { remote, local });
    this.#next = socket;
    return this.#socket = socket;
  }

  /** Closes it at once. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#socket === undefined) this.parts.wire.close();
    else this.#socket.close();
  }

  /** See `WireGuest`. */
  onBytes(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#next !== undefined) return this.#next.onBytes(chunk);
    if (this.#closed) return undefined;
    const bytes = this.#came.length === 0 ? chunk : joined(this.#came, chunk);
    const heard = parseHead(bytes);
    if (heard.kind === "more") {
      this.#came = bytes === chunk ? chunk.slice() : bytes;
      return undefined;
    }
    this.#came = NOTHING;
    const rest = heard.kind === "head" ? bytes.subarray(heard.head.bytes) : NOTHING;
    return this.#onHead(this, heard, rest);
  }

  /** See `WireGuest`. */
  onWritable(taken: number): void {
    this.#next?.onWritable(taken);
  }

  /** See `WireGuest`. */
  onBroken(): void {
    this.#next?.onBroken();
  }

  /** See `WireGuest`. */
  onEnd(): void {
    if (this.#next !== undefined) return this.#next.onEnd();
    this.close();
    this.#onGone(this);
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
