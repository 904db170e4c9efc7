/**
 * What happens in a server, for whoever keeps its log: data, not text.
 *
 * Never what people say, never a password.
 *
 * @module
 */

import type { TlsKind, TransportKind } from "./transport/mod.ts";
import type { ErrorCode } from "./wire/mod.ts";

/** Something that happened. `peer` is the other end's address. */
export type ServerEvent =
  | {
    readonly kind: "listening";
    readonly hostname: string;
    readonly port: number;
    readonly transport: TransportKind;
    /** Why it is not epoll, though this machine could have that: what follows after "sockets by epoll". */
    readonly insteadBecause?: string;
    /** By whom TLS is spoken, if it is. */
    readonly tls?: TlsKind;
  }
  /** Metrics, health and WebSockets are served there; `open`: to other machines, too. */
  | {
    readonly kind: "http_listening";
    readonly hostname: string;
    readonly port: number;
    readonly open: boolean;
  }
  | { readonly kind: "joined"; readonly user: string; readonly peer: string }
  | {
    readonly kind: "left";
    readonly user: string;
    readonly peer: string;
    /** Why the server ended it, if it did. */
    readonly code?: ErrorCode;
    /** The same client had come back over another connection by then: this one was broken, or is not needed. */
    readonly replaced?: true;
  }
  /** Connections ended before they were logged in; `peer` and `code` are the last one's. */
  | {
    readonly kind: "refused";
    readonly peer: string;
    readonly code?: ErrorCode;
    readonly times: number;
  }
  /** Connections were turned away because there are as many as may be; `peer` is the last. */
  | {
    readonly kind: "full";
    readonly peer: string;
    readonly connections: number;
    readonly times: number;
  }
  /** Connections were turned away because there are too many from their address, or they come too fast; `peer` is the last. */
  | {
    readonly kind: "crowded";
    readonly peer: string;
    readonly why: "too_many" | "too_fast";
    readonly connections: number;
  }
  /** Wrong operator tokens came from an address; `peer` is the last. */
  | { readonly kind: "guessed"; readonly peer: string; readonly guesses: number }
  /** Wrong passwords were tried for names that have an account; `user` is the last. */
  | { readonly kind: "misproved"; readonly user: string; readonly times: number }
  /** A guest has another name, since the one it had has become an account's. */
  | { readonly kind: "renamed"; readonly user: string; readonly name: string }
  | { readonly kind: "storage_failed"; readonly error: Error }
  /** Something failed in the store that lost no message. */
  | { readonly kind: "storage_trouble"; readonly error: unknown }
  /** So many messages were deleted: they were too old, or the oldest when space was short. */
  | { readonly kind: "forgotten"; readonly messages: number; readonly why: "age" | "space" }
  /**
   * The clock is further ahead, by ms, than can be believed, or it is not known (`undefined`) what to believe: what is
   * too old by it is kept for hours.
   */
  | { readonly kind: "clock_ahead"; readonly aheadMs: number | undefined }
  /** A defect: something was thrown that should not be. The connection concerned was ended. */
  | { readonly kind: "failed"; readonly peer: string; readonly error: unknown }
  /** So many are connected, and are told; it is not told of each that it leaves. */
  | { readonly kind: "closing"; readonly users: number }
  | { readonly kind: "closed" };
