/**
 * Gathers what kernel, server and client tell, and makes one `Second` of it after the other.
 *
 * All three come when they come; here is the one clock. What arrived last before a second ends belongs to it.
 *
 * An observer that was started apart has a clock of its own, and may tell figures every ten seconds only:
 *
 * ```text
 *   figures        5               12
 *   seconds    │ 5 │   │   │   │ 12 │     the three in between wait: absent, not zero
 *              │ 5 │ 3 │ 3 │ 3 │  3 │     then the twelve are shared out evenly among the four that they are of
 * ```
 *
 * @module
 */

import type { Io, Snapshot, Start } from "../observation.ts";
import type { KernelView } from "../trace/mod.ts";
import { type Area, Calls } from "./calls.ts";
import {
  added,
  kernelSecond,
  serverSecond,
  shared,
  type SocketAdded,
  socketsAdded,
} from "./differences.ts";
import { Judge, withTimes } from "./judge.ts";
import { REPORT_GOOD_MS, SECOND_MS, SECONDS_MAX } from "./limits.ts";
import { Marks } from "./marks.ts";
import { Names, plainAddress } from "./names.ts";
import type { Answer, KernelSecond, PersonSecond, Second } from "./page_messages.ts";
import { People, type Traffic } from "./people.ts";
import { roomsSecond, type Whole } from "./rooms.ts";
import type { ServerReport } from "./server_report.ts";

/** Keeps the last 15 minutes. */
export class Sampler {
  readonly #hears: (room: string) => boolean;
  readonly #names = new Names();
  readonly #people = new People();
  readonly #calls = new Calls();
  readonly #judge = new Judge();
  readonly #marks = new Marks();
  #seconds: Second[] = [];
  #start: Start | undefined;
  #snapshot: Snapshot | undefined;
  #snapshotBefore: Snapshot | undefined;
  /** Whether somebody observes. Then what the server counted is not mixed with what the kernel will tell. */
  #isObserved = false;
  /** Seconds at the end for which the observer has told nothing yet. */
  #waiting = 0;
  #amended: readonly Second[] = [];
  #report: ServerReport | undefined;
  #reportBefore: ServerReport | undefined;
  /** The connection to the server is cut. */
  #isCut = false;
  #heard = 0;
  #heardTotal = 0;
  /** Room → messages and their characters, in this second. */
  readonly #heardIn = new Map<string, { messages: number; chars: number }>();

  /** @param hears Whether the client hears what is said in a room. */
  constructor(hears: (room: string) => boolean = () => true) {
    this.#hears = hears;
  }

  /** The last seconds, oldest first. */
  get seconds(): readonly Second[] {
    return this.#seconds;
  }

  /** The observation begins: from here on the kernel's clock can be read. */
  started(start: Start): void {
    this.#start = start;
    this.#snapshot = undefined;
    this.#snapshotBefore = undefined;
    this.#isObserved = true;
    this.#waiting = 0;
  }

  /** The observation is over: what it told last belongs to this second, and then the server's own counts are used. */
  ended(): void {
    this.#isObserved = false;
  }

  /** The kernel's sums of before: what is in them happened in no second that is told here. */
  base(snapshot: Snapshot): void {
    this.#snapshotBefore = snapshot;
    this.#waiting = 0;
    this.#learn();
  }

  /** A call. */
  io(io: Io): void {
    this.#calls.add(io);
  }

  /** The kernel's sums, for the second that ends next. */
  snapshot(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.#learn();
  }

  /** The server's sums. */
  report(report: ServerReport): void {
    this.#report = report;
    this.#isCut = false;
    this.#learn();
  }

  /** The connection to the server is cut: what it told last is not how it stands. */
  cut(): void {
    this.#report = undefined;
    this.#reportBefore = undefined;
    this.#isCut = true;
  }

  /** The client heard a message. */
  heard(room: string, content: string): void {
    this.#heard++;
    this.#heardTotal++;
    const sum = this.#heardIn.get(room) ?? { messages: 0, chars: 0 };
    sum.messages++;
    sum.chars += content.length;
    this.#heardIn.set(room, sum);
  }

  /** What the kernel has told of late, or why nothing. */
  kernelView(): KernelView {
    if (!this.#isObserved) return { calls: [], why: "The kernel is not watched." };
    return { calls: this.#calls.all() };
  }

  /** The calls in an area of the heat map. */
  calls(area: Area): Answer {
    return this.#calls.in(area, this.#names, (ts) => this.#wall(ts));
  }

  /** Seconds of before that the last one has completed. */
  get amended(): readonly Second[] {
    return this.#amended;
  }

  /** A second ends. It may complete others: see `amended`. */
  second(at: number, roundTripMs: number | undefined): Second {
    const snapshot = this.#snapshot;
    const report = this.#reportAt(at);
    const waited = snapshot === undefined ? 0 : Math.min(this.#waiting, this.#seconds.length);
    // This process may have stood still for a while, and then there are no seconds for what happened meanwhile.
    const span = Math.max(1 + waited, elapsed(this.#snapshotBefore?.ts, snapshot?.ts, 1e9));
    const kernel = snapshot === undefined
      ? []
      : shared(kernelSecond(this.#snapshotBefore, snapshot), span);
    const own = kernel.pop();
    const before = this.#reportBefore;
    const sockets = snapshot === undefined ? [] : socketsAdded(this.#snapshotBefore, snapshot);
    // The same report again says nothing about a second: not that nothing happened.
    const isNew = report !== before;
    const server = isNew && report?.totals !== undefined && before?.totals !== undefined
      ? withTimes(
        serverSecond(before.totals, report.totals, elapsed(before.at, report.at, SECOND_MS)),
        before.measured,
        report.measured,
      )
      : undefined;
    const traffic = snapshot !== undefined
      ? [...this.#socketTraffic(sockets, lagsOf(report)), ...stuckTraffic(sockets, report)]
      : this.#isObserved || !isNew || report?.connections === undefined
      ? undefined
      : connectionTraffic(before, report);
    const over = snapshot !== undefined ? span : elapsed(before?.at, report?.at, SECOND_MS);
    const people = this.#people.second(traffic ?? [], over);
    const marks = this.#marks.second(at, report);
    const verdict = this.#judge.second({ at, now: report, before, kernel: own, people });
    const second: Second = {
      at,
      ...(report === undefined ? {} : { users: report.users, serverAt: Math.min(at, report.at) }),
      ...(this.#isCut || report === undefined && this.#heard === 0
        ? {}
        : { heard: this.#heard, heardTotal: this.#heardTotal }),
      ...(roundTripMs === undefined || report === undefined ? {} : { roundTripMs }),
      ...(server === undefined ? {} : { server }),
      ...(own === undefined ? {} : { kernel: own }),
      ...(verdict === undefined ? {} : { verdict }),
      ...(marks.length === 0 ? {} : { marks }),
      people,
      rooms: roomsSecond({
        before,
        now: isNew || report?.delivered === undefined ? report : undefined,
        heard: this.#heardIn,
        hears: this.#hears,
        whole: traffic === undefined ? {} : wholeOf(traffic, snapshot !== undefined, over),
      }),
    };
    this.#snapshotBefore = snapshot ?? this.#snapshotBefore;
    this.#snapshot = undefined;
    this.#amended = this.#amend(waited === 0 ? [] : kernel.slice(-waited), people);
    this.#waiting = snapshot !== undefined || !this.#isObserved ? 0 : this.#waiting + 1;
    this.#reportBefore = report ?? before;
    this.#heard = 0;
    this.#heardIn.clear();
    this.#seconds.push(second);
    if (this.#seconds.length > SECONDS_MAX) this.#seconds.shift();
    return second;
  }

  /** What the server told last, unless that is too old to say how it stands: it may be stopped, and its connection still be there. */
  #reportAt(at: number): ServerReport | undefined {
    const report = this.#report;
    return report === undefined || at - report.at > REPORT_GOOD_MS ? undefined : report;
  }

  /** Gives the last seconds the figures that they waited for. */
  #amend(kernel: readonly KernelSecond[], people: readonly PersonSecond[]): readonly Second[] {
    if (kernel.length === 0) return [];
    const amended = this.#seconds.slice(-kernel.length).map((second, place): Second => {
      const part = kernel[place];
      return { ...second, people, ...(part === undefined ? {} : { kernel: part }) };
    });
    this.#seconds.splice(-amended.length, amended.length, ...amended);
    return amended;
  }

  #wall(ts: number): number {
    return this.#start === undefined ? 0 : this.#start.at + (ts - this.#start.ts) / 1e6;
  }

  #learn(): void {
    const snapshot = this.#snapshot ?? this.#snapshotBefore;
    const report = this.#report;
    if (snapshot === undefined || report?.connections === undefined) return;
    const sockets = snapshot.sockets.map((one) => ({ ...one, firstSeen: this.#wall(one.firstTs) }));
    this.#names.learn(sockets, report.connections, report.at);
  }

  #socketTraffic(
    sockets: readonly SocketAdded[],
    lags: ReadonlyMap<string, number>,
  ): Traffic[] {
    return sockets.map(({ socket, from, to, calls }) => {
      const { remote, tcp, closed, unread } = socket;
      const lag = remote === undefined ? undefined : lags.get(plainAddress(remote));
      return {
        ...this.#names.ownerOf(socket),
        from,
        to,
        calls,
        ...(tcp === undefined || tcp.rttUs === 0 ? {} : { rttUs: tcp.rttUs }),
        ...(tcp === undefined || closed ? {} : { unsent: tcp.unsent }),
        ...(unread?.ageNs === undefined || closed ? {} : { unreadNs: unread.ageNs }),
        ...(lag === undefined ? {} : { lag }),
      };
    });
  }
}

/** Whole seconds between two moments; at least one. */
function elapsed(before: number | undefined, now: number | undefined, second: number): number {
  if (before === undefined || now === undefined) return 1;
  return Math.max(1, Math.round((now - before) / second));
}

/** Without the kernel, the server's own count of what it read and wrote. */
function connectionTraffic(
  before: ServerReport | undefined,
  now: ServerReport | undefined,
): Traffic[] {
  const earlier = new Map(before?.connections?.map((one) => [one.remote, one]));
  return (now?.connections ?? []).map(({ name, remote, bytesIn, bytesOut, lagBytes }) => ({
    name: name ?? remote,
    unknown: name === undefined,
    from: added(earlier.get(remote)?.bytesIn, bytesIn),
    to: added(earlier.get(remote)?.bytesOut, bytesOut),
    lag: lagBytes,
  }));
}

/**
 * Connections with bytes that wait, and no socket that the kernel told of: an observer knows a socket from its first call on, and
 * whoever reads nothing may have had the last one before it came.
 */
function stuckTraffic(
  sockets: readonly SocketAdded[],
  report: ServerReport | undefined,
): Traffic[] {
  const seen = new Set(
    sockets.map(({ socket }) => socket.remote && plainAddress(socket.remote)),
  );
  return (report?.connections ?? [])
    .filter(({ remote, lagBytes }) => lagBytes > 0 && !seen.has(plainAddress(remote)))
    .map(({ name, remote, lagBytes }) => ({
      name: name ?? remote,
      unknown: name === undefined,
      from: 0,
      to: 0,
      lag: lagBytes,
    }));
}

function lagsOf(report: ServerReport | undefined): Map<string, number> {
  return new Map(
    report?.connections?.map(({ remote, lagBytes }) => [plainAddress(remote), lagBytes]),
  );
}

/** @param seconds Over how many the traffic was. */
function wholeOf(traffic: readonly Traffic[], hasCalls: boolean, seconds: number): Whole {
  const calls = traffic.reduce((sum, { calls = 0 }) => sum + calls, 0);
  return {
    bytes: Math.round(traffic.reduce((sum, { to }) => sum + to, 0) / seconds),
    ...(hasCalls ? { calls: Math.round(calls / seconds) } : {}),
  };
}
