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
    const token = await this.#operator.next();
    const shown = this.#credentials.next();
    if (shown.type === "Register") return { ...shown, ...this.#always };
    const operator = token === undefined ? {} : { operator: token };
    return { ...shown, ...operator, ...this.#always, ...this.#position.login() };
  }

  /** They were taken; or the name was proved later. */
  welcomed(welcome: Welcome): void {
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
    // Before the first login somebody else has the name; after it, it may be our own lost connection.
    return error.code !== "name_taken" || wasOnline;
  }
}
