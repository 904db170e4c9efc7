/**
 * Figures by user, out of figures by socket, and who is slow. Pure but for the sums since the start.
 *
 * By user is measured: each byte in the kernel belongs to a socket, and the socket to somebody.
 *
 * @module
 */

import { PEOPLE_MAX, PEOPLE_PER_SECOND_MAX, SLOW_BYTES } from "./limits.ts";
import type { Owner } from "./names.ts";
import type { PersonSecond } from "./page_messages.ts";

/** What went over one connection in one second. */
export interface Traffic extends Owner {
  /** Bytes from the user and to them. */
  readonly from: number;
  readonly to: number;
  readonly calls?: number;
  readonly rttUs?: number;
  readonly unsent?: number;
  readonly unreadNs?: number;
  readonly lag?: number;
}

interface Sum {
  from: number;
  to: number;
}

/** Keeps the sums of each user. */
export class People {
  readonly #totals = new Map<string, Sum>();

  /**
   * One second by user: who is slow first, then those with most bytes, and all others together at the end.
   *
   * @param seconds Over how many the traffic was: each gets its part, and the sums get all of it.
   */
  second(traffic: readonly Traffic[], seconds: number = 1): PersonSecond[] {
    const people = new Map<string, Traffic>();
    for (const one of traffic) {
      const other = people.get(one.name);
      people.set(one.name, other === undefined ? one : both(other, one));
    }
    const all = [...people.values()].map((person) => this.#shown(person, seconds));
    all.sort((a, b) =>
      // Whoever is slow gets few bytes, and would not be listed for them.
      slowness(b) - slowness(a) ||
      b.from + b.to - a.from - a.to || b.fromTotal + b.toTotal - a.fromTotal - a.toTotal
    );
    const rest = all.slice(PEOPLE_PER_SECOND_MAX);
    const listed = all.slice(0, PEOPLE_PER_SECOND_MAX);
    return rest.length === 0 ? listed : [...listed, together(rest)];
  }

  #shown({ unknown, ...person }: Traffic, seconds: number): PersonSecond {
    const { name, from, to, calls } = person;
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
      from: Math.round(from / seconds),
      to: Math.round(to / seconds),
      ...(calls === undefined ? {} : { calls: Math.round(calls / seconds) }),
      ...(unknown ? { unknown } : {}),
      ...(isSlow(person) ? { slow: true } : {}),
      fromTotal: total.from,
      toTotal: total.to,
    };
  }
}

/** Bytes that wait for somebody, in the server and in the kernel. */
function waiting({ lag = 0, unsent = 0 }: Pick<Traffic, "lag" | "unsent">): number {
  return lag + unsent;
}

function isSlow(traffic: Pick<Traffic, "lag" | "unsent" | "to">): boolean {
  const waits = waiting(traffic);
  return waits >= SLOW_BYTES && waits > traffic.to;
}

function slowness(person: PersonSecond): number {
  return person.slow ? waiting(person) : 0;
}

/** Two connections of one user. The worse round trip is the one to be worried about, and the longer wait. */
function both(one: Traffic, other: Traffic): Traffic {
  const sum = (a: number | undefined, b: number | undefined) => a === undefined ? b : a + (b ?? 0);
  const calls = sum(one.calls, other.calls);
  const unsent = sum(one.unsent, other.unsent);
  const lag = sum(one.lag, other.lag);
  const rttUs = Math.max(one.rttUs ?? 0, other.rttUs ?? 0);
  const unreadNs = Math.max(one.unreadNs ?? 0, other.unreadNs ?? 0);
  return {
    name: one.name,
    unknown: one.unknown,
    from: one.from + other.from,
    to: one.to + other.to,
    ...(calls === undefined ? {} : { calls }),
    ...(rttUs === 0 ? {} : { rttUs }),
    ...(unsent === undefined ? {} : { unsent }),
    ...(unreadNs === 0 ? {} : { unreadNs }),
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
    ...(people.some(({ slow }) => slow) ? { slow: true } : {}),
    fromTotal: sum(({ fromTotal }) => fromTotal),
    toTotal: sum(({ toTotal }) => toTotal),
  };
}
