/**
 * One-time paths: what a page may fetch or post once, and soon.
 *
 * A browser opens such a path by itself, outside of the page's WebSocket, and can show nothing else when it follows a link; so the
 * path says what it is for, and is the secret. 256 random bits stand in it. It is told over the WebSocket of the page that
 * asked for it and to nobody else, no `Referer` carries it on, and when it is read somewhere later, it has been used.
 *
 * @module
 */

import { FILE_PATH_MS_MAX } from "../limits.ts";
import { OneTimeTokens } from "../../../ground/mod.ts";

/** Milliseconds between two looks at what is too old, while something waits: somebody is told late by at most this. */
const LOOK_MS = 1_000;

interface Ticket<T> {
  readonly what: T;
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
  issue(what: T, expired: () => void): string {
    const token = this.#tokens.issue({ what, expired }, performance.now());
    this.#timer ??= setTimeout(this.#look, LOOK_MS);
    return this.#prefix + token;
  }

  /** Uses a path. @returns What it is for; `undefined` when it was used, is too old, or never was. */
  redeem(path: string): T | undefined {
    const ticket = this.#tokens.redeem(path.slice(this.#prefix.length), performance.now());
    this.#rest();
    return ticket?.what;
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
