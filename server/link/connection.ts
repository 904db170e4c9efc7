/**
 * A connection as the server keeps it: where it comes from, its link (bytes), and its session (what is said over it).
 *
 * @module
 */

import type { Address } from "../addresses/address.ts";
import type { Attendant, Handler, Link } from "./link.ts";
import type { Seal } from "../codec/seal.ts";
import type { Speech } from "../codec/codec.ts";
import type { RoomName, SpokenWay, UserName } from "../wire/mod.ts";

/** An end of a connection. */
export interface Endpoint {
  readonly hostname: string;
  readonly port: number;
}

/** An end of a connection, as the log writes it. */
export function peerOf({ hostname, port }: Endpoint): string {
  return `${hostname}:${port}`;
}

/** Both ends of a connection, and how it came here. */
export interface ConnectionInfo {
  readonly remote: Endpoint;
  readonly local: Endpoint;
  /** Where its client is: the remote end, or whom a proxy that is believed names. */
  readonly client: Endpoint;
  /** What is spent at the client's address. */
  readonly address: Address;
  /** Whether frames come as messages of a WebSocket. */
  readonly webSocket: boolean;
  /** Whether what is said is encrypted beside the link: it is a WebSocket over HTTPS, or comes from a proxy that is believed. */
  readonly isSecure?: boolean;
  /** What the other end says of whom it is a proxy for: `X-Forwarded-For`, not judged yet. */
  readonly forwardedFor?: string | undefined;
  /** Of a browser that has come by our own page: by this its secrets are sealed. */
  readonly seal?: Seal;
}

/** What is said over a connection, as far as the server sees to it: a chat's, or the plain relay's. */
export interface Session extends Handler {
  /** In which way the peer speaks; `undefined` when that is not known. */
  readonly speech: Speech | undefined;
  /** Who is logged in, or whose file this is. */
  readonly user: UserName | undefined;
  /** Whether it has not logged in, though it would have to. */
  readonly awaitsLogin: boolean;
  /** For how long it was silent, in ms, if it cannot be asked for a sign of life; else 0. */
  readonly silentMs: number;
  /** Bytes that are held for what it has said in part, and for what it offers. */
  readonly heldBytes: number;
  /** The rooms that the user is in. */
  roomNames(): readonly RoomName[];
  /** Ends it when a deadline has passed. To be called about once a second. */
  checkDeadlines(nowMs: number): void;
  /** Ends it, because the server closes. */
  shutDown(): void;
  /** Ends it, because others need its place. */
  endForPlace(): void;
  /** Ends it, because memory is short and it costs most. */
  endForMemory(): void;
  /** Closes without waiting for anything. */
  abort(): void;
}

/** What makes a connection. */
export interface ConnectionParts {
  readonly link: Link;
  readonly session: Session;
  readonly info: ConnectionInfo;
  /** Hears when its wire is closed, and nobody knows it any more. */
  readonly closed: (info: ConnectionInfo) => void;
}

/** One connection. */
export class Connection implements Attendant {
  readonly link: Link;
  readonly session: Session;
  readonly #info: ConnectionInfo;
  readonly #closed: (info: ConnectionInfo) => void;
  readonly #onOver: (connection: Connection) => void;

  /** @param onOver Forgets it when its wire is closed. */
  constructor(
    { link, session, info, closed }: ConnectionParts,
    onOver: (connection: Connection) => void,
  ) {
    this.link = link;
    this.session = session;
    this.#info = info;
    this.#closed = closed;
    this.#onOver = onOver;
  }

  onOver(): void {
    this.#onOver(this);
    this.#closed(this.#info);
  }

  get remote(): Endpoint {
    return this.#info.remote;
  }

  get local(): Endpoint {
    return this.#info.local;
  }

  /** Whether what is said is encrypted on its way, be it as far as a proxy that is believed. */
  get isSecure(): boolean {
    return this.link.isSecure || (this.#info.isSecure ?? false);
  }

  get openedMs(): number {
    return this.link.openedMs;
  }

  get awaitsLogin(): boolean {
    return this.session.awaitsLogin;
  }

  get user(): UserName | undefined {
    return this.session.user;
  }

  get speech(): SpokenWay {
    return this.#info.webSocket ? "websocket" : this.session.speech ?? "unknown";
  }

  roomNames(): readonly RoomName[] {
    return this.session.roomNames();
  }
}
