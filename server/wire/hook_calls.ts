/**
 * What operators ask about hooks.
 *
 * As with accounts, each of these questions belongs to the connection it is asked over: after a break none is asked again.
 *
 * @module
 */

import type {
  Ack,
  AddHook,
  ClientHookMessage,
  HookAdded,
  HookList,
  ServerMessage,
} from "./messages.ts";

/** What the calls need. */
export interface HookCallsParts {
  /** Asks the server. @throws {ChatError | ClosedError} Through the promise. */
  readonly ask: <A extends ServerMessage>(
    question: ClientHookMessage,
    how: { readonly urgent: boolean },
  ) => Promise<A>;
}

/**
 * The calls about hooks, for operators. All of them throw a `ChatError` when they are refused (`forbidden` for others), and a
 * `ClosedError` when the connection breaks before the answer; its `unknown` says whether it may be done all the same.
 */
export class HookCalls {
  readonly #parts: HookCallsParts;

  /** Makes them. */
  constructor(parts: HookCallsParts) {
    this.#parts = parts;
  }

  /** All hooks, in the order of their names. */
  list(): Promise<HookList> {
    return this.#ask({ type: "Hooks" });
  }

  /** Makes a hook. Its token, or its secret, is told in the answer alone. @throws {ChatError} `name_taken`, `bad_name`, `invalid`. */
  add(hook: Omit<AddHook, "type" | "id">): Promise<HookAdded> {
    return this.#ask({ type: "AddHook", ...hook });
  }

  /** Takes a hook away. @throws {ChatError} `not_found`. */
  remove(name: string): Promise<Ack> {
    return this.#ask({ type: "RemoveHook", hook: name });
  }

  #ask<A extends ServerMessage>(question: ClientHookMessage): Promise<A> {
    return this.#parts.ask<A>(question, { urgent: true });
  }
}
