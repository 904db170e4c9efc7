/**
 * Which operator token a client shows at its next login. Pure but for asking whoever knows it.
 *
 * ```text
 *   asked ─► shown ─► accepted, or never answered: asked again at the next login
 *     ▲        └────► refused: left out at the next login, which is one without rights
 *     └────────────────────────────┘ at the one after that
 * ```
 *
 * A server that was started elsewhere, or did not end well, leaves a token behind that opens nothing. Somebody who only wanted
 * to see more must not lose the conversation over it.
 *
 * @module
 */

import type { LoginOptions } from "./client_types.ts";

/** Knows what to show. */
export class OperatorToken {
  readonly #source: LoginOptions["operator"];
  #shown: string | undefined;
  #refused: string | undefined;

  constructor(source: LoginOptions["operator"]) {
    this.#source = source;
  }

  /** What to show now; `undefined` for nothing. */
  async next(): Promise<string | undefined> {
    const source = this.#source;
    const token = typeof source === "function" ? await source() : source;
    this.#shown = token === this.#refused ? undefined : token;
    this.#refused = undefined;
    return this.#shown;
  }

  /** The login was refused. @returns Whether the next one will be another, because the token is left out. */
  isSpared(code: string): boolean {
    if (code !== "auth_failed" || this.#shown === undefined) return false;
    if (typeof this.#source !== "function") return false;
    this.#refused = this.#shown;
    return true;
  }
}
