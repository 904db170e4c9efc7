/**
 * Keeps what the server holds for its connections within one budget of memory.
 *
 * Several times a second it is added up what waits to be read, what has come only in part, and what lags keep alive;
 * when that and what all share are more than the budget, those who cost most are let go, with a sentence. So it does not
 * matter by which of many ways somebody makes the server hold something.
 *
 * @module
 */

import { dearest, type Payer } from "./budget/mod.ts";
import {
  CONNECTION_BYTES,
  MEMORY_BYTES_ASSUMED,
  MEMORY_BYTES_DEFAULT_MAX,
  MEMORY_CHECK_MS,
  MEMORY_SHARE,
  ROOM_BYTES,
} from "./limits.ts";
import { OFFER_BYTES } from "./files/limits.ts";
import type { World } from "./perform.ts";
import type { Connection } from "./connection.ts";

/** What is watched. */
export interface Watched {
  readonly connections: () => Iterable<Connection>;
  /** Bytes that no connection holds alone: ids, offers, rooms. */
  readonly sharedBytes: () => number;
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

  /** Lets go who must. */
  check(): void {
    const { connections, sharedBytes, bytesMax } = this.#watched;
    const payers = Array.from(connections(), payerOf);
    for (const { connection } of dearest(payers, sharedBytes(), bytesMax)) {
      connection.session.endForMemory();
    }
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

/** What no connection holds alone: remembered ids, offers of files, and the rooms with what their logs are filling. */
export function sharedBytesOf({ hall, files, conversation }: World): number {
  let bytes = conversation.idBytes + files.offers * OFFER_BYTES;
  for (const room of hall.rooms()) bytes += ROOM_BYTES + room.logBytes;
  return bytes;
}

/** The budget of a server on a machine with so much memory, unless it is told otherwise. */
export function memoryFor(machineBytes: number = MEMORY_BYTES_ASSUMED): number {
  return Math.min(MEMORY_BYTES_DEFAULT_MAX, Math.floor(machineBytes * MEMORY_SHARE));
}
