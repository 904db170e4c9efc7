/**
 * One-time paths: what a page may fetch or post once, soon, and only with the cookie of the session that asked for it.
 *
 * A browser opens such a path by itself, outside of the page's WebSocket, so the path says what it is for. 256 random
 * bits stand in it, and whoever has them without the session's cookie gets nothing and uses nothing up.
 *
 * @module
 */

import { FILE_PATH_MS_MAX } from "../limits.ts";
import { OneTimeTokens } from "../../../ground/mod.ts";

/** Milliseconds between two looks at what is too old, while something waits: somebody is told late by at most this. */
const LOOK_MS = 1_000;

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
  readonly expired: () => void;
}

/** Paths that are good for one thing of type `T` each. */
export class Tickets<T> {
  readonly #tokens = new OneTimeTokens<Ticket<T>>(FILE_PATH_MS_MAX);
  readonly #prefix: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param prefix Of every path. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Makes a path. @param expired Is called when nobody came. */
  issue(what: T, session: string, expired: () => void): string {
    const token = this.#tokens.issue({ what, session, expired }, performance.now());
    this.#timer ??= setTimeout(this.#look, LOOK_MS);
    return this.#prefix + token;
  }

  /** Uses a path. */
  redeem(path: string, session: string): Redeemed<T> {
    const token = path.slice(this.#prefix.length);
    const ticket = this.#tokens.find(token, performance.now());
    if (ticket === undefined) return { kind: "unknown" };
    if (ticket.session !== session) return { kind: "foreign" };
    this.#tokens.revoke(token);
    this.#rest();
    return { kind: "redeemed", what: ticket.what };
  }

  /** Makes paths useless. */
  revoke(which: (what: T) => boolean = () => true): void {
    this.#tokens.revokeAll(({ what }) => which(what));
    this.#rest();
  }

  readonly #look = (): void => {
    this.#timer = setTimeout(this.#look, LOOK_MS);
    for (const { expired } of this.#tokens.expire(performance.now())) expired();
    this.#rest();
  };

  /** Nothing is looked after while nothing waits. */
  #rest(): void {
    if (this.#tokens.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
