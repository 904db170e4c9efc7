/**
 * Figures by user and by room, out of figures by socket. Pure but for the sums since the start.
 *
 * By user is measured: each byte in the kernel belongs to a socket, and the socket to somebody. By room is an
 * estimate: one call carries the messages of many rooms, so the whole is shared out by what the server delivered in each.
 *
 * @module
 */

import { PEOPLE_MAX, PEOPLE_PER_SECOND_MAX, ROOMS_PER_SECOND_MAX } from "./limits.ts";
import type { Owner } from "./names.ts";
import type { PersonSecond, RoomSecond } from "./page_messages.ts";

/** What went over one connection in one second. */
export interface Traffic extends Owner {
  /** Bytes from the user and to them. */
  readonly from: number;
  readonly to: number;
  readonly calls?: number;
  readonly rttUs?: number;
  readonly unsent?: number;
  readonly lag?: number;
}

interface Sum {
  from: number;
  to: number;
}

/** Keeps the sums of each user. */
export class People {
  readonly #totals = new Map<string, Sum>();

  /** One second by user: those with most bytes first, and all others together at the end. */
  second(traffic: readonly Traffic[]): PersonSecond[] {
    const people = new Map<string, Traffic>();
    for (const one of traffic) {
      const other = people.get(one.name);
      people.set(one.name, other === undefined ? one : both(other, one));
    }
    const all = [...people.values()].map((person) => this.#shown(person));
    all.sort((a, b) =>
      b.from + b.to - a.from - a.to || b.fromTotal + b.toTotal - a.fromTotal - a.toTotal
    );
    const rest = all.slice(PEOPLE_PER_SECOND_MAX);
    const listed = all.slice(0, PEOPLE_PER_SECOND_MAX);
    return rest.length === 0 ? listed : [...listed, together(rest)];
  }

  #shown({ unknown, ...person }: Traffic): PersonSecond {
    const { name, from, to } = person;
    const total = this.#totals.get(name) ?? { from: 0, to: 0 };
    total.from += from;
    total.to += to;
    // Anew at the end: whoever was silent longest is forgotten first.
    if (from + to > 0) this.#totals.delete(name);
    this.#totals.set(name, total);
    for (const oldest of this.#totals.keys()) {
      if (this.#totals.size <= PEOPLE_MAX) break;
      this.#totals.delete(oldest);
    }
    return {
      ...person,
      ...(unknown ? { unknown } : {}),
      fromTotal: total.from,
      toTotal: total.to,
    };
  }
}

/** Two connections of one user. The worse round trip is the one to be worried about. */
function both(one: Traffic, other: Traffic): Traffic {
  const sum = (a: number | undefined, b: number | undefined) => a === undefined ? b : a + (b ?? 0);
  const calls = sum(one.calls, other.calls);
  const unsent = sum(one.unsent, other.unsent);
  const lag = sum(one.lag, other.lag);
  const rttUs = Math.max(one.rttUs ?? 0, other.rttUs ?? 0);
  return {
    name: one.name,
    unknown: one.unknown,
    from: one.from + other.from,
    to: one.to + other.to,
    ...(calls === undefined ? {} : { calls }),
    ...(rttUs === 0 ? {} : { rttUs }),
    ...(unsent === undefined ? {} : { unsent }),
    ...(lag === undefined ? {} : { lag }),
  };
}

function together(people: readonly PersonSecond[]): PersonSecond {
  const sum = (of: (person: PersonSecond) => number) =>
    people.reduce((all, person) => all + of(person), 0);
  return {
    from: sum(({ from }) => from),
    to: sum(({ to }) => to),
    calls: sum(({ calls = 0 }) => calls),
    fromTotal: sum(({ fromTotal }) => fromTotal),
    toTotal: sum(({ toTotal }) => toTotal),
  };
}

/** What is known of one room's second. */
export interface RoomWeight {
  readonly name: string;
  readonly messages: number;
  /** What was delivered in it, in any unit that is the same for all. */
  readonly weight: number;
}

/** Shares bytes and calls out to the rooms. Rounded so that the parts never make more than the whole. */
export function roomsSecond(
  rooms: readonly RoomWeight[],
  whole: { readonly bytes: number; readonly calls: number },
): RoomSecond[] {
  const weights = rooms.reduce((sum, { weight }) => sum + weight, 0);
  const part = (amount: number, weight: number) =>
    weights === 0 ? 0 : Math.floor(amount * weight / weights);
  return rooms.map(({ name, messages, weight }) => ({
    name,
    messages,
    bytes: part(whole.bytes, weight),
    calls: part(whole.calls, weight),
  })).sort((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1))
    .slice(0, ROOMS_PER_SECOND_MAX);
}
