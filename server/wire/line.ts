/**
 * The line over which a client speaks: messages go out, and come in in bursts. What carries them is the business of whoever dials: a
 * socket with frames (`connection.ts`), or a WebSocket in a browser (`in_browser/web_socket_line.ts`).
 *
 * @module
 */

import type { ClientMessage, ServerMessage } from "./messages.ts";

/** An open line. */
export interface Line extends Disposable {
  /** Queues a message, and never blocks. After the end it is dropped. */
  send(message: ClientMessage): void;
  /** Answers a `Ping`, unless an answer waits already. */
  pong(): void;
  /**
   * What the peer says until it ends, as much at once as there is. To be iterated once.
   *
   * @throws {ClosedError} When the line breaks. @throws {ChatError} When the peer does not speak the protocol.
   */
  bursts(): AsyncGenerator<Iterable<ServerMessage>, void, void>;
  /** Resolves when everything has gone on that can go on without the world outside: the next turn of the event loop. */
  turn(): Promise<void>;
  /** When the peer was last heard, on `performance.now()`'s clock. */
  readonly lastHeardMs: number;
  /** Why this side ended it, if it did and there was a reason. */
  readonly closedFor: string | undefined;
  /** Ends it. Idempotent. */
  close(reason?: string): void;
}

/** Opens a line. @throws {ClosedError} When nobody answers. */
export type Dial = (
  how: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<Line>;
