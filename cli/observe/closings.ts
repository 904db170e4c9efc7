/**
 * Which connections were closed, told once each, where nobody tells of that as it happens (`observe/connection.ts`): the kernel marks
 * them between two snapshots, and keeps them for a while. Pure.
 *
 * Only TCP says when it is over. What opened is not told: a connection that is seen for the first time may be an old one.
 *
 * @module
 */

import type { Observation, SocketFigures } from "../../observe/mod.ts";

/** Tells of each closed connection once. */
export class Closings {
  #told: ReadonlySet<number> = new Set();

  /** Those that were closed since the last figures, in the order of their last calls; none when these are no figures. */
  take(observation: Observation): readonly SocketFigures[] {
    const figures = observation.kind === "end" ? observation.last : observation;
    // Where the kernel tells of each closing itself, it was told.
    if (figures.kind !== "snapshot" || figures.connections !== undefined) return [];
    const closed = figures.sockets.filter(({ closed }) => closed);
    const fresh = closed.filter(({ socket }) => !this.#told.has(socket));
    this.#told = new Set(closed.map(({ socket }) => socket));
    return fresh.toSorted((one, other) => one.lastTs - other.lastTs);
  }
}
