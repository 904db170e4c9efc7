/**
 * What a client says first over each connection, and whether it is worth saying it again when that was refused.
 *
 * It joins what the client knows of itself: who it is (`credentials.ts`), what it may (`operator_token.ts`), and where it stands
 * (`position.ts`).
 *
 * @module
 */

import { FINAL_CODES } from "./backoff.ts";
import type { LoginOptions } from "./client_types.ts";
import { Credentials } from "./credentials.ts";
import { ChatError, UntrustedError } from "./errors.ts";
import { REPLACED_MAX, REPLACED_WITHIN_MS } from "./limits.ts";
import type { Login, Register, Welcome } from "./messages.ts";
import { OperatorToken } from "./operator_token.ts";
import type { Position } from "./position.ts";

/** Knows the first words. */
export class FirstWords {
  readonly #options: Required<Pick<LoginOptions, "reconnect" | "patienceMs">>;
  readonly #position: Position;
  readonly #credentials: Credentials;
  readonly #operator: OperatorToken;
  /** What is said each time. */
  readonly #always: Pick<Login, "invitation" | "typing">;
  /** Whether it was let in over the connection that there was last. */
  #isIn = false;
  /** When somebody else took its place with its own secret, lately: in `triedMs`. */
  #replaced: readonly number[] = [];

  constructor(options: LoginOptions, position: Position) {
    const { reconnect = true, patienceMs = Infinity, invitation, typing = false } = options;
    this.#always = {
      ...(invitation === undefined ? {} : { invitation }),
      ...(typing ? { typing } : {}),
    };
    this.#options = { reconnect, patienceMs };
    this.#position = position;
    this.#credentials = new Credentials(options);
    this.#operator = new OperatorToken(options.operator);
  }

  /** What to say now. Only when there is a connection: a server has written its new token before it listens. */
  async next(): Promise<Login | Register> {
    this.#isIn = false;
    const token = await this.#operator.next();
    const shown = this.#credentials.next();
    if (shown.type === "Register") return { ...shown, ...this.#always };
    const operator = token === undefined ? {} : { operator: token };
    return { ...shown, ...operator, ...this.#always, ...this.#position.login() };
  }

  /** They were taken; or the name was proved later. */
  welcomed(welcome: Welcome): void {
    this.#isIn = true;
    this.#credentials.welcomed(welcome);
  }

  /** The name is another one from now on. */
  renamed(name: string): void {
    this.#credentials.renamed(name);
  }

  /**
   * The connection ended. @returns Whether another try is worth it.
   *
   * @param triedMs For how long it has been tried.
   */
  worthAnotherTry(error: Error, triedMs: number): boolean {
    const { reconnect, patienceMs } = this.#options;
    const { wasOnline } = this.#position;
    if (!(error instanceof ChatError)) this.#credentials.broke();
    if (!reconnect || error instanceof UntrustedError) return false;
    if (!wasOnline && triedMs >= patienceMs) return false;
    if (!(error instanceof ChatError)) return true;
    if (this.#credentials.isSpared(error.code)) return true;
    if (this.#credentials.isFinal(error.code)) return false;
    if (FINAL_CODES.has(error.code)) return this.#operator.isSpared(error.code);
    if (error.code !== "name_taken") return true;
    // Before the first login somebody else has the name; after it, it may be our own lost connection.
    return this.#isIn ? this.#comesAgain(triedMs) : wasOnline;
  }

  /** Somebody has come in with our secret, as a copy of a tab does. @returns Whether to come in again: two who always do would never end. */
  #comesAgain(nowMs: number): boolean {
    const lately = this.#replaced.filter((at) => nowMs - at < REPLACED_WITHIN_MS);
    this.#replaced = [...lately, nowMs];
    return this.#replaced.length < REPLACED_MAX;
  }
}
