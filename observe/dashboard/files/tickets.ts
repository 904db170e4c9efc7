/**
 * One-time paths: what a page may fetch or post once, soon, and only with the cookie of the session that asked for it.
 *
 * A browser opens such a path by itself, outside of the page's WebSocket, so the path says what it is for. 256 random
 * bits stand in it, and whoever has them without the session's cookie gets nothing and uses nothing up.
 *
 * @module
 */

import { FILE_PATH_MS_MAX } from "../limits.ts";
import { randomToken } from "../../../ground/mod.ts";

/** What came of a path. */
export type Redeemed<T> =
  | { readonly kind: "redeemed"; readonly what: T }
  /** It is another session's. */
  | { readonly kind: "foreign" }
  /** It was used, is too old, or never was. */
  | { readonly kind: "unknown" };

interface Ticket<T> {
  readonly what: T;
  readonly session: string;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Paths that are good for one thing of type `T` each. */
export class Tickets<T> {
  readonly #tickets = new Map<string, Ticket<T>>();
  readonly #prefix: string;

  /** @param prefix Of every path. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Makes a path. @param expired Is called when nobody came. */
  issue(what: T, session: string, expired: () => void): string {
    const secret = randomToken();
    const timer = setTimeout(() => {
      this.#tickets.delete(secret);
      expired();
    }, FILE_PATH_MS_MAX);
    this.#tickets.set(secret, { what, session, timer });
    return this.#prefix + secret;
  }

  /** Uses a path. */
  redeem(path: string, session: string): Redeemed<T> {
    const secret = path.slice(this.#prefix.length);
    const ticket = this.#tickets.get(secret);
    if (ticket === undefined) return { kind: "unknown" };
    if (ticket.session !== session) return { kind: "foreign" };
    this.#forget(secret, ticket);
    return { kind: "redeemed", what: ticket.what };
  }

  /** Makes paths useless. */
  revoke(which: (what: T) => boolean = () => true): void {
    for (const [secret, ticket] of this.#tickets) {
      if (which(ticket.what)) this.#forget(secret, ticket);
    }
  }

  #forget(secret: string, { timer }: Ticket<T>): void {
    clearTimeout(timer);
    this.#tickets.delete(secret);
  }
}
