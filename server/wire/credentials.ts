/**
 * What a client proves its name with at its next login. Pure.
 *
 * ```text
 *   password ─► shown ─ Welcome ─► forgotten: from now on the device's token is shown, if one was given
 *   token ────► shown ─ auth_failed ─► over: another try with the same token cannot change it
 * ```
 *
 * A password is shown until the first login succeeds, and never again: what comes back after a break shows the token. With
 * `register` the first login makes the account. When the connection broke before that was answered, the account may have been
 * made all the same: if the name turns out to be taken then, the password is tried.
 *
 * @module
 */

import type { LoginOptions } from "./client_types.ts";
import type { Login, Register, Welcome } from "./messages.ts";

/** What belongs into the first message, beside where one stands in the rooms. */
type Shown =
  | ({ readonly type: "Login" } & Pick<Login, "username" | "password" | "device" | "deviceName">)
  | ({ readonly type: "Register" } & Pick<Register, "username" | "password" | "deviceName">);

/** Knows what to show. */
export class Credentials {
  readonly #deviceName: string | undefined;
  #name: string;
  #password: string | undefined;
  #device: string | undefined;
  #registers: boolean;
  /** A `Register` was sent over a connection that broke. */
  #doubtful = false;
  /** What the last message showed and has no answer yet. */
  #shown: "password" | "registration" | "device" | "nothing" = "nothing";

  constructor({ name, password, device, deviceName, register = false }: LoginOptions) {
    this.#name = name;
    this.#password = password;
    this.#device = device;
    this.#deviceName = deviceName;
    this.#registers = register && password !== undefined && device === undefined;
  }

  /** What to show now. */
  next(): Shown {
    const username = this.#name;
    const password = this.#password;
    const called = this.#deviceName === undefined ? {} : { deviceName: this.#deviceName };
    if (this.#device !== undefined) {
      this.#shown = "device";
      return { type: "Login", username, device: this.#device };
    }
    if (password === undefined) {
      this.#shown = "nothing";
      return { type: "Login", username };
    }
    this.#shown = this.#registers ? "registration" : "password";
    return { type: this.#registers ? "Register" : "Login", username, password, ...called };
  }

  /** The name was taken, or has been proved. */
  welcomed({ username, device }: Pick<Welcome, "username" | "device">): void {
    this.#name = username;
    this.#device = device ?? this.#device;
    this.#password = undefined;
    this.#registers = false;
    this.#shown = "nothing";
  }

  /** The name is another one from now on. */
  renamed(name: string): void {
    this.#name = name;
  }

  /** The connection ended before there was an answer. */
  broke(): void {
    if (this.#shown === "registration") this.#doubtful = true;
  }

  /** The login was refused. @returns Whether the next one will be another, because the account may be one's own. */
  isSpared(code: string): boolean {
    if (code !== "name_taken" || this.#shown !== "registration" || !this.#doubtful) return false;
    this.#registers = false;
    return true;
  }

  /** Whether another try is of no use before a person has thought about it: nobody tries passwords by himself. */
  isFinal(code: string): boolean {
    if (this.#shown !== "password" && this.#shown !== "registration") return false;
    return code === "rate_limited" || code === "unknown";
  }
}
