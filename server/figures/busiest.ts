/**
 * What is counted of each room, and the busiest of many rooms. Pure.
 *
 * @module
 */

/** A room's counts since it was opened. */
export interface RoomCounts {
  readonly name: string;
  /** How many are in it. */
  readonly people: number;
  /** Messages that were kept and published. */
  readonly messages: number;
  /** Messages handed to members: one for each who gets it. */
  readonly deliveries: number;
  /** Bytes of these deliveries, as each member is told: a frame, or lines. */
  readonly bytes: number;
}

/**
 * The rooms in which most bytes were delivered, the busiest first; of equal ones the older first.
 *
 * Most rooms are quiet and cost one comparison each: with 10,000 rooms, sorting them all would hold up everybody.
 *
 * @param max How many at most, at least 1.
 */
export function busiest<R extends Pick<RoomCounts, "bytes">>(rooms: Iterable<R>, max: number): R[] {
  // Sorting keeps the order of equal ones.
  const first = (found: R[]) => found.sort((a, b) => b.bytes - a.bytes).slice(0, max);
  let found: R[] = [];
  let least = -Infinity;
  for (const room of rooms) {
    if (room.bytes <= least) continue;
    found.push(room);
    if (found.length < 2 * max) continue;
    found = first(found);
    least = found.at(-1)?.bytes ?? least;
  }
  return first(found);
}
