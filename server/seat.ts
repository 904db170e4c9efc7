/**
 * A connection as the server keeps it: its link, who is at the other end, and from where.
 *
 * @module
 */

import type { Address } from "./addresses/address.ts";
import type { End, Seen, Standing } from "./figures/figures.ts";
import type { Guest, Link } from "./link.ts";
import type { Speech } from "./speaker.ts";
import type { SpokenWay } from "./wire/mod.ts";

/** What the server sees of whoever is at the other end. */
export interface Visitor extends Guest {
  /** In which way it speaks; `undefined` when that is not known. */
  readonly speech: Speech | undefined;
  /** Whether it has not logged in, though it would have to. */
  readonly isStranger: boolean;
  /** Who it is, and where. */
  whereabouts(): Standing;
  /** Tells it that the server closes. */
  shutDown(): void;
  /** Closes without waiting for anything. */
  abandon(): void;
  /** For how long it was silent, in ms, if it cannot be asked for a sign of life; else 0. */
  readonly silentMs: number;
  /** Goes, because others need its place. */
  giveUpPlace(): void;
  /** Bytes that are held for what it has said in part. */
  readonly heldBytes: number;
  /** Goes, because memory is short and it costs most. */
  freeMemory(): void;
  /** Looks after deadlines. */
  check(nowMs: number): void;
}

/** Both ends of a connection, and how it came here. */
export interface Origin {
  readonly remote: End;
  readonly local: End;
  /** Whether frames come as messages of a WebSocket. */
  readonly webSocket: boolean;
  /** What is spent at the remote address. */
  readonly address: Address;
  /** What the other end says of whom it is a proxy for: `X-Forwarded-For`, not judged yet. */
  readonly forwardedFor?: string | undefined;
}

/** One connection. */
export class Seat implements Seen {
  readonly link: Link;
  readonly visitor: Visitor;
  readonly #origin: Origin;

  constructor(link: Link, visitor: Visitor, origin: Origin) {
    this.link = link;
    this.visitor = visitor;
    this.#origin = origin;
  }

  get isStranger(): boolean {
    return this.visitor.isStranger;
  }

  get openedMs(): number {
    return this.link.openedMs;
  }

  get remote(): End {
    return this.#origin.remote;
  }

  get local(): End {
    return this.#origin.local;
  }

  get speech(): SpokenWay {
    return this.#origin.webSocket ? "websocket" : this.visitor.speech ?? "unknown";
  }

  standing(): Standing {
    return this.visitor.whereabouts();
  }
}
