/**
 * What operators ask about the way of messages.
 *
 * As with hooks, each of these questions belongs to the connection it is asked over: after a break none is asked again, and marking
 * has ended with the connection.
 *
 * @module
 */

import type { ServerMessage, Trace, TraceReport, Tracing } from "./messages.ts";

/** What the calls need. */
export interface TraceCallsParts {
  /** Asks the server. @throws {ChatError | ClosedError} Through the promise. */
  readonly ask: <A extends ServerMessage>(
    question: Trace,
    how: { readonly urgent: boolean },
  ) => Promise<A>;
}

/** Which message is meant. */
export type TracedMessage =
  | { readonly room?: string; readonly seq: number }
  | { readonly room?: string; readonly last: true }
  | { readonly room?: string; readonly slowest: true };

/**
 * The calls about the way of messages, for operators. All of them throw a `ChatError` when they are refused (`forbidden` for others), and
 * a `ClosedError` when the connection breaks before the answer.
 */
export class TraceCalls {
  readonly #parts: TraceCallsParts;

  /** Makes them. */
  constructor(parts: TraceCallsParts) {
    this.#parts = parts;
  }

  /** Has messages marked, of one room or of all, until the connection ends or for ten minutes; each call begins these anew. */
  on(room?: string): Promise<Tracing> {
    return this.#ask({ type: "Trace", on: true, ...(room === undefined ? {} : { room }) });
  }

  /** Has them marked no more for the sake of this connection. */
  off(): Promise<Tracing> {
    return this.#ask({ type: "Trace", on: false });
  }

  /** The way of a message that was marked. @throws {ChatError} `not_found`: it was not, or is kept no more. */
  of(message: TracedMessage): Promise<TraceReport> {
    return this.#ask({ type: "Trace", ...message });
  }

  #ask<A extends ServerMessage>(question: Trace): Promise<A> {
    return this.#parts.ask<A>(question, { urgent: true });
  }
}
