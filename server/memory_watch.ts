/**
 * Keeps what the server holds for its connections within one budget of memory.
 *
 * Several times a second it is added up what waits to be read, what has come only in part, and what lags keep alive;
 * when that and what all share are more than the budget, first what nobody needs just now is let go (room in logs that
 * were loud once, and rooms in which nobody is), and then those who cost most, with a sentence. So it does not matter by
 * which of many ways somebody makes the server hold something.
 *
 * @module
 */

import { bytesOf, dearest, type Payer } from "./budget/mod.ts";
import {
  CONNECTION_BYTES,
  MEMORY_BYTES_ASSUMED,
  MEMORY_BYTES_DEFAULT_MAX,
  MEMORY_CHECK_MS,
  MEMORY_SHARE,
  ROOM_BYTES,
} from "./limits.ts";
import type { World } from "./perform.ts";
import type { Connection } from "./connection.ts";

/** What is watched. */
export interface Watched {
  readonly connections: () => Iterable<Connection>;
  /** Bytes that no connection holds alone: ids, rooms. */
  readonly sharedBytes: () => number;
  /** Lets the logs be small again: what is kept of them is then for those who have not read it. */
  readonly trim: () => void;
  /** Forgets what can be found again, until so many bytes are free or nothing of that kind is left. */
  readonly forget: (bytes: number) => void;
  readonly bytesMax: number;
}

/** Watches until it is disposed. */
export class MemoryWatch implements Disposable {
  readonly #watched: Watched;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#timer = setInterval(() => this.check(), MEMORY_CHECK_MS);
  }

  /** Lets go what can be spared, and who must. */
  check(): void {
    const { connections, sharedBytes, bytesMax, forget } = this.#watched;
    let payers = Array.from(connections(), payerOf);
    if (bytesOf(payers, sharedBytes()) <= bytesMax) return;
    this.#trim();
    payers = Array.from(connections(), payerOf);
    const missing = bytesOf(payers, sharedBytes()) - bytesMax;
    if (missing > 0) forget(missing);
    for (const { connection } of dearest(payers, sharedBytes(), bytesMax)) {
      connection.session.endForMemory();
    }
  }

  #trim(): void {
    const { connections, trim } = this.#watched;
    trim();
    for (const { link } of connections()) link.outbox.pass();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function payerOf(connection: Connection): Payer & { readonly connection: Connection } {
  const { link, session } = connection;
  const ownBytes = CONNECTION_BYTES + link.heldBytes + session.heldBytes;
  return { connection, ownBytes, lags: link.outbox.lags() };
}

/**
 * What no connection holds alone: messages that are kept in memory, remembered ids, and the rooms with
 * what their logs are filling.
 */
export function sharedBytesOf({ hall, conversation, store }: World): number {
  let bytes = conversation.idBytes + (store.memoryBytes?.() ?? 0);
  for (const room of hall.rooms()) bytes += ROOM_BYTES + room.logBytes;
  return bytes;
}

/** The budget of a server on a machine with so much memory, unless it is told otherwise. */
export function memoryFor(machineBytes: number = MEMORY_BYTES_ASSUMED): number {
  return Math.min(MEMORY_BYTES_DEFAULT_MAX, Math.floor(machineBytes * MEMORY_SHARE));
}
