/**
 * What a client's call can fail with. Programs look at the class and at `code`; the message is a sentence.
 *
 * @module
 */

import { ERROR_SENTENCES, type ErrorCode } from "./codes.ts";

/** The server refused something, or the protocol was broken. */
export class ChatError extends Error {
  /** Always `ChatError`. */
  override readonly name = "ChatError";
  /** Why, for programs. */
  readonly code: ErrorCode;

  /**
   * Makes an error.
   *
   * @param code Why, for programs.
   * @param message The sentence; by default the code's own.
   */
  constructor(code: ErrorCode, message: string = ERROR_SENTENCES[code]) {
    super(message);
    this.code = code;
  }
}

/** The connection, or the client, ended before the answer came. */
export class ClosedError extends Error {
  /** Always `ClosedError`. */
  override readonly name = "ClosedError";
  /** Whether what was asked may have been done all the same: it was sent, and nobody said what became of it. */
  readonly unknown: boolean;

  /**
   * Makes an error.
   *
   * @param message The sentence.
   * @param options The cause, and whether the outcome is unknown (default: nothing was done).
   */
  constructor(message: string, options: { cause?: unknown; unknown?: boolean } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.unknown = options.unknown ?? false;
  }
}

/** A server that speaks TLS and has not proved to be the one that was meant; nothing was said to it. Another try changes nothing. */
export class UntrustedError extends ClosedError {
  /** Whether it may be another one than before, or only nobody knows it. */
  readonly changed: boolean;

  /**
   * Makes an error.
   *
   * @param message The sentence.
   * @param options The cause, and whether this is another server than before (default: no).
   */
  constructor(
    message: string,
    { changed = false, ...options }: { cause?: unknown; changed?: boolean } = {},
  ) {
    super(message, options);
    this.changed = changed;
  }
}
