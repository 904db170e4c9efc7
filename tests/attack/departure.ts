/**
 * A crowd that comes in one after the other, each into many rooms, and leaves in the same moment: as when a network fails.
 *
 * @module
 */

import type { CrowdOrders } from "./attack.ts";
import { login } from "./bytes.ts";
import { dial, type Line } from "./dial.ts";
import { SETTLE_MS_MAX } from "./numbers.ts";

/** Who come in at once: coming in is not the attack. */
const LOGINS = 50;
/** Rooms that they have between them. */
const ROOMS = 1_200;

/** Who comes, and into how many rooms. */
export interface Departure {
  readonly members: number;
  readonly roomsEach: number;
}

/** Lets them in, and has them leave in the middle of the attack. */
export async function leaveTogether(
  { members, roomsEach }: Departure,
  { port, seconds, breach, ready }: CrowdOrders,
): Promise<void> {
  const lines: Line[] = [];
  const listening: Promise<void>[] = [];
  for (let first = 0; first < members; first += LOGINS) {
    const some = Math.min(LOGINS, members - first);
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), SETTLE_MS_MAX);
    await Promise.all(Array.from({ length: some }, async (_, i) => {
      const line = await dial(port, { signal: patience.signal });
      if (typeof line === "string") return breach(`somebody was not let in: ${line}`);
      lines.push(line);
      const member = first + i;
      const rooms = Array.from({ length: roomsEach }, (_, n) => `r${(member * 7 + n) % ROOMS}`);
      const resume = Object.fromEntries(rooms.map((room) => [room, 0]));
      await line.write(login(`leaver${member}`, { resume }));
      if (await line.read() === undefined) breach("somebody was not let in");
      listening.push(readAway(line));
    }));
    clearTimeout(timer);
  }
  ready();
  await new Promise((resolve) => setTimeout(resolve, seconds * 500));
  for (const line of lines) line[Symbol.dispose]();
  await Promise.all(listening);
  await new Promise((resolve) => setTimeout(resolve, seconds * 500));
}

async function readAway(line: Line): Promise<void> {
  while (await line.read() !== undefined);
}
