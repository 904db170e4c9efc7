/**
 * How to serve, and what a running server shows of itself.
 *
 * @module
 */

import type { TlsOptions } from "./admission/encryption.ts";
import type { AccountsMode } from "./accounts/accounts.ts";
import type { PasswordCost } from "./accounts/limits.ts";
import type { ServerEvent } from "./events.ts";
import type { HttpOptions } from "./http/door.ts";
import type { Limits, RenewableLimits } from "./limits.ts";
import type { MessageStore } from "./store/store_port.ts";
import type { CertificatePair, TransportChoice } from "./transport/mod.ts";

/** How hooks post. */
export interface HookOptions {
  /**
   * Ranges of addresses that they may reach beside the internet: loopback, private and link-local ones are refused otherwise. Default: none.
   */
  readonly to?: readonly string[];
}

/** How to serve. */
export interface ServeOptions {
  /** Address to listen on. Default: `127.0.0.1`. */
  readonly hostname?: string;
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** Where messages are kept; the server closes it. Default: in memory. */
  readonly store?: MessageStore;
  /** Be the plain relay: no names, no commands, nothing stored. */
  readonly anonymous?: boolean;
  /** Answer HTTP there: metrics, health, and the chat over a WebSocket. Default: not at all. */
  readonly http?: HttpOptions;
  /** The certificate by which TLS is spoken, on the chat's own port and over HTTP, beside or instead of no TLS. Default: none. */
  readonly tls?: TlsOptions;
  /** Who logs in with this may ask how the server stands: 16 characters or more. Default: nobody may. */
  readonly operatorToken?: string;
  /**
   * Who may come in: everybody, guests under free names too (`open`), only who has an account (`required`), or has
   * one that an operator made (`closed`), or guests alone (`off`). Default: `open`.
   */
  readonly accounts?: AccountsMode;
  /**
   * Whether passwords and tokens are taken from other machines without TLS, where everybody on the way can read them. Default: no.
   */
  readonly insecurePasswords?: boolean;
  /**
   * Post what is said to those for whom there are outgoing hooks. Default: such hooks are kept, and nothing is posted.
   */
  readonly hooks?: HookOptions;
  /** What it costs to hash a password, in memory and time. Default: as is advised today; tests make it cheap. */
  readonly passwordCost?: PasswordCost;
  /**
   * Ranges of addresses to which the limits by address do not apply (`10.0.0.0/8`, `2001:db8::/32`, `192.0.2.1`).
   * Default: this machine's own.
   */
  readonly exempt?: readonly string[];
  /**
   * Ranges of addresses of proxies that are believed when they say for whom they speak: in `X-Forwarded-For` for a WebSocket, by the
   * PROXY protocol on the chat's own port. The limits by address are then of that one, and the proxies have none. Default: none.
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Whose sockets to use: the runtime's, or our own (`epoll`). Default: `auto`, which is our own on Linux (x86-64 and aarch64)
   * with the permission for FFI, and the runtime's everywhere else.
   */
  readonly transport?: TransportChoice;
  /** Milliseconds since 1970. Default: the real time; tests turn theirs. */
  readonly clock?: () => number;
  /** Milliseconds that pass whatever is done to the clock. Default: `performance.now`. */
  readonly steady?: () => number;
  /** Hears what happens, for a log. */
  readonly onEvent?: (event: ServerEvent) => void;
  /** Shuts the server down. */
  readonly signal?: AbortSignal;
}

/** A running server. */
export interface Server extends AsyncDisposable {
  /** The address it listens on. */
  readonly hostname: string;
  /** The port it listens on: the real one, also when 0 was asked for. */
  readonly port: number;
  /** Where HTTP is answered, if anywhere. */
  readonly http: { readonly hostname: string; readonly port: number } | undefined;
  /**
   * Shows another certificate to whoever comes from now on. Who is connected stays.
   *
   * @throws {CertificateError} When it cannot be shown: then the old one stays.
   * @throws {RangeError} When the server was started without one.
   */
  renewCertificate(pair: CertificatePair): void;
  /** Other limits from now on. Who is connected stays, also where fewer may be. What a limit has counted begins anew with it. */
  renewLimits(limits: Partial<RenewableLimits>): void;
  /** Resolves when the server has shut down; rejects when its store could not be closed. */
  readonly finished: Promise<void>;
  /** Shuts down. Idempotent; resolves when it is done. */
  close(): Promise<void>;
}
