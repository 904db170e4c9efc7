/**
 * Listens over one connection, from the sent login to the end: deadline, heartbeat, and order.
 *
 * ```text
 *   Login ─ within 10 s ─► Welcome ─ a beat every 20 s ─► … ─┬─► the end, with the server's reason if it gave one
 *                                                            └─► 60 s of silence: the end, from this side
 * ```
 *
 * Answers come before what follows them: whoever waits for one has gone on before the next message is heard.
 *
 * @module
 */

import { ChatError, ClosedError } from "./errors.ts";
import { CONNECT_TIMEOUT_MS, HEARTBEAT_MS, SILENCE_MS_MAX } from "./limits.ts";
import type { Line } from "./line.ts";
import type { ServerMessage, Welcome } from "./messages.ts";

/** Why one gives up on a server that lets in and then says nothing. */
export const UNANSWERED = "The server did not answer the login in time.";

/** Why one gives up on a server of which nothing comes any more. */
export const SILENT = "The server was silent for too long.";

/** How a connection is watched. */
export interface Pulse {
  /** How often it is asked for a sign of life, in ms. */
  readonly beatMs: number;
  /** After how much silence it counts as dead, in ms. */
  readonly silenceMsMax: number;
}

const PULSE: Pulse = { beatMs: HEARTBEAT_MS, silenceMsMax: SILENCE_MS_MAX };

/** Who listens. */
export interface Listener {
  /** The login was taken. The message is heard as well, after this. */
  readonly onWelcome: (welcome: Welcome) => void;
  /** Hears a message. A promise when the next one has to wait. */
  readonly hear: (message: ServerMessage) => Promise<void> | undefined;
  /** It is time for a sign of life. */
  readonly onBeat: () => void;
}

/**
 * Listens until the connection ends.
 *
 * @throws {ChatError} The server's reason. @throws {ClosedError} When it gave none, or the connection broke.
 */
export async function listen(
  connection: Line,
  { onWelcome, hear, onBeat }: Listener,
  { beatMs, silenceMsMax }: Pulse = PULSE,
): Promise<never> {
  const deadline = setTimeout(() => connection.close(UNANSWERED), CONNECT_TIMEOUT_MS);
  let heartbeat: ReturnType<typeof setTimeout> | undefined;
  const watch = () => {
    const leftMs = connection.lastHeardMs + silenceMsMax - performance.now();
    if (leftMs <= 0) return connection.close(SILENT);
    onBeat();
    heartbeat = setTimeout(watch, Math.min(beatMs, leftMs));
  };
  let farewell: ChatError | undefined;
  let answered = false;
  try {
    for await (const burst of connection.bursts()) {
      for (const message of burst) {
        if (answered) await connection.turn();
        if (message.type === "Welcome" && message.re === undefined) {
          clearTimeout(deadline);
          heartbeat ??= setTimeout(watch, beatMs);
          onWelcome(message);
        } else if (message.type === "Error" && message.re === undefined) {
          farewell = new ChatError(message.code, message.msg);
        }
        const full = hear(message);
        // A server may wait for other words, which only a person has.
        if (farewell !== undefined && heartbeat === undefined) throw farewell;
        answered = message.re !== undefined || message.type === "Welcome";
        if (full !== undefined) await full;
      }
    }
  } finally {
    clearTimeout(deadline);
    clearTimeout(heartbeat);
  }
  throw farewell ?? new ClosedError(connection.closedFor ?? "The server closed the connection.");
}
