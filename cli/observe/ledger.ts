/**
 * Remembers every socket that was seen, for the table at the end: the kernel's table drops those that are closed.
 *
 * Bounded: when there are too many, those that moved the least are forgotten.
 *
 * @module
 */

import type { Snapshot, SocketFigures } from "../../observe/mod.ts";
import { REMEMBERED_MAX } from "./limits.ts";

/** The last figures of each socket. */
export class Ledger {
  readonly #sockets = new Map<number, SocketFigures>();
  readonly #max: number;

  constructor(max: number = REMEMBERED_MAX) {
    this.#max = max;
  }

  /** Notes the figures of a snapshot. */
  take({ sockets }: Snapshot): void {
    for (const figures of sockets) this.#sockets.set(figures.socket, figures);
    if (this.#sockets.size <= this.#max) return;
    const moved = ({ send, recv }: SocketFigures) => send.bytes + recv.bytes;
    const least = [...this.#sockets.values()].sort((one, other) => moved(one) - moved(other));
    // A quarter at once, so that not every snapshot has to sort.
    for (const { socket } of least.slice(0, least.length - Math.floor(this.#max * 3 / 4))) {
      this.#sockets.delete(socket);
    }
  }

  /** All that are remembered. */
  sockets(): SocketFigures[] {
    return [...this.#sockets.values()];
  }
}
