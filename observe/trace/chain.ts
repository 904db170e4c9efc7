/**
 * Joins a server's marks of one message with the kernel's calls into its whole way, and says what of it is not known and why.
 *
 * ```text
 *   marks    (addresses, bytes of the stream, when)  ─┐
 *   calls    (addresses, bytes of the stream, when)  ─┼─► shared steps ─┬─► steps of each who gets it
 *   syncs    (when, how long)                        ─┘                 └─► steps of the acknowledgement
 * ```
 *
 * The address pair and the position in the stream join them; nothing that was said is needed, nor known. A receiver's or a sender's own
 * kernel is the same one when it is on this machine and watched: then its calls are those with the addresses the other way round.
 *
 * A server may have a clock of its own. The same write is told by both then, and by it the clocks are laid on each other: the mark is made
 * some microseconds after the call, never before.
 *
 * Pure.
 *
 * @module
 */

import type { Io } from "../observation.ts";
import { CallIndex, type Carried, plainAddress } from "./carried.ts";
import type { MarkedEnd, MarkedMessage, MarkedWrite, Range, SyncCall } from "./marks.ts";
import { type Moments, OWN_MOMENTS, SHARED_MOMENTS, type Step, stepsBetween } from "./moments.ts";
import { type Unknown, Unknowns } from "./unknown.ts";

/** What the kernel told while the message was on its way. */
export interface KernelView {
  /** The calls of the server's process, and of others of this machine that were watched. */
  readonly calls: Iterable<Io>;
  /** Other ends, `IP:PORT`, whose programs were watched, too: what they have not read they have not read. */
  readonly watched?: ReadonlySet<string>;
  /** When the observation ended, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly until?: number;
  /** The server's syncs; absent when nobody looked for them. */
  readonly syncs?: readonly SyncCall[];
  /** Calls that were not kept. */
  readonly lost?: number;
  /** Why nothing is known, as a sentence. */
  readonly why?: string;
}

/** The way to one of those who get the message. */
export interface Branch {
  /** Who. */
  readonly user: string;
  /** `message`, or `answer` for the sender's acknowledgement. */
  readonly kind: "message" | "answer";
  /** Its end of the connection, if it has one. */
  readonly remote: string | undefined;
  /** Its own steps, behind the shared ones. */
  readonly steps: readonly Step[];
  /** What it still waits for: that its socket takes all of it, or that its program, which is watched, reads it; absent when for nothing. */
  readonly waits?: "socket" | "program";
  /** Nanoseconds from the first moment of the way to this one's last; of one that still waits, to when that was seen. */
  readonly totalNs: number;
}

/** A message's way. */
export interface Chain {
  /** The room. */
  readonly room: string;
  /** Its number there. */
  readonly seq: number;
  /** Who said it. */
  readonly user: string;
  /** That one's end of the connection, if there is one. */
  readonly remote: string | undefined;
  /** When the first known moment was. */
  readonly start: number;
  /** What all who get it share. */
  readonly steps: readonly Step[];
  /** Who gets it, the acknowledgement last. */
  readonly branches: readonly Branch[];
  /** How many more get it, of whom nothing is known. */
  readonly left: number;
  /** What is not known. */
  readonly unknown: readonly Unknown[];
  /** Nanoseconds that moments were moved to be in order, at most. */
  readonly movedNs: number;
}

/** Nanoseconds that a mark may be earlier than the end of the call that it is of: clocks are read one after the other. */
const SLACK_NS = 1_000_000;

/** Joins what is known. @param kernel Absent when nobody watched. */
export function chainOf(marked: MarkedMessage, kernel: KernelView | undefined): Chain {
  return new Join(marked, kernel).chain();
}

/** What is known of one who gets the message. */
interface Own {
  readonly known: Moments;
  /** Whether its socket was full before. */
  readonly full: boolean;
  readonly waits: Branch["waits"] | undefined;
  /** When it still waited. */
  readonly until: number;
}

class Join {
  readonly #marked: MarkedMessage;
  readonly #kernel: KernelView | undefined;
  readonly #index: CallIndex;
  readonly #unknowns = new Unknowns();
  /** What is added to the kernel's times. */
  readonly #offset: number;
  #moved = 0;

  constructor(marked: MarkedMessage, kernel: KernelView | undefined) {
    this.#marked = marked;
    this.#kernel = kernel;
    this.#index = new CallIndex(kernel?.calls ?? []);
    this.#offset = marked.clock.kind === "machine" ? 0 : this.#offsetOfClocks();
  }

  chain(): Chain {
    const { room, seq, from, left, receivers, answered } = this.#marked;
    const shared = stepsBetween(SHARED_MOMENTS, this.#shared());
    this.#moved = shared.movedNs;
    const last = shared.steps.at(-1);
    const start = shared.steps[0]?.start ?? this.#marked.accepted;
    const origin = { name: last?.to ?? "accepted", ns: last?.end ?? start } as const;
    const branch = (
      end: MarkedEnd,
      kind: Branch["kind"],
      writes: readonly MarkedWrite[],
      done: boolean,
    ): Branch => {
      const { known, full, waits, until } = this.#own(end, writes, done, kind);
      const { steps, movedNs } = stepsBetween(OWN_MOMENTS, known, origin);
      this.#moved = Math.max(this.#moved, movedNs);
      const ended = steps.at(-1)?.end ?? origin.ns;
      return {
        user: end.user,
        kind,
        remote: end.remote,
        steps: full
          ? steps.map((step) => step.part === "fanout" ? { ...step, part: "receiver" } : step)
          : steps,
        ...(waits === undefined ? {} : { waits }),
        totalNs: (waits === undefined ? ended : Math.max(ended, until)) - start,
      };
    };
    const branches = receivers.map((to) => branch(to, "message", to.writes, to.done));
    if (answered !== undefined) branches.push(branch(from, "answer", [answered], true));
    for (const sentence of this.#marked.unknown) this.#unknowns.say(undefined, sentence);
    return {
      room,
      seq,
      user: from.user,
      remote: from.remote,
      start,
      steps: shared.steps,
      branches,
      left,
      unknown: this.#unknowns.all(),
      movedNs: this.#moved,
    };
  }

  #shared(): Moments {
    const { from, read, accepted, given, durable, published } = this.#marked;
    const there = this.#carried(from, "recv", from.stream, read ?? accepted, false);
    const sender = this.#carried(from, "send", from.stream, read ?? accepted, true);
    const sent = sender?.entered ?? sender?.done;
    // What came before it was sent were the bytes of another message, which were read in the same call.
    const arrived = there?.came !== undefined && sent !== undefined && there.came < sent
      ? undefined
      : there?.came;
    const sync = this.#sync();
    this.#unknowns.ofCarried("received", from, there, this.#kernel, false);
    this.#unknowns.ofCarried("sent", from, sender, this.#kernel, true);
    return {
      ...at("sent", sent),
      ...at("arrived", arrived),
      ...at("received", there?.done),
      ...at("read", read),
      accepted,
      ...at("given", given),
      ...at("syncing", sync && sync.ts + this.#offset - sync.durationNs),
      ...at("synced", sync && sync.ts + this.#offset),
      ...at("durable", durable),
      ...at("published", published),
    };
  }

  #own(
    end: MarkedEnd,
    writes: readonly MarkedWrite[],
    done: boolean,
    kind: Branch["kind"],
  ): Own {
    const stream = kind === "answer" ? writes[0]?.stream : end.stream;
    const marked = writes.at(-1)?.at;
    const near = marked ?? this.#marked.clock.ns;
    const send = this.#carried(end, "send", stream, near, false);
    const taken = this.#carried(end, "recv", stream, near, true);
    const waits = !done ? "socket" : this.#isUnread(end, kind, taken) ? "program" : undefined;
    if (kind === "message" && done) {
      this.#unknowns.ofCarried("delivered", end, send, this.#kernel, false);
      if (waits === undefined) this.#unknowns.ofCarried("taken", end, taken, this.#kernel, true);
    }
    const delivered = send?.done === undefined ? marked : Math.min(send.done, marked ?? Infinity);
    // What came before it was sent were bytes of another message, which were read in the same call.
    const least = send?.entered ?? this.#marked.published ?? this.#marked.accepted;
    const reached = taken?.came !== undefined && taken.came < least ? undefined : taken?.came;
    const known: Moments = {
      ...at("writing", send?.entered),
      ...at("begun", writes.length > 1 ? writes[0]?.at : undefined),
      ...(done
        ? { ...at("delivered", delivered), ...at("reached", reached), ...at("taken", taken?.done) }
        : {}),
    };
    const until = done ? this.#until() : this.#marked.clock.ns;
    return { known, full: (send?.full ?? false) || writes.length > 1, waits, until };
  }

  /** Whether the program at the other end was seen to have read nothing of it. */
  #isUnread(end: MarkedEnd, kind: Branch["kind"], taken: Carried | undefined): boolean {
    const { watched, until } = this.#kernel ?? {};
    if (kind === "answer" || watched === undefined || until === undefined) return false;
    if (end.remote === undefined || end.stream === undefined || taken !== undefined) return false;
    return watched.has(plainAddress(end.remote));
  }

  /** When the observation ended, by the server's clock. */
  #until(): number {
    return Math.max((this.#kernel?.until ?? 0) + this.#offset, this.#marked.clock.ns);
  }

  /** How the bytes went through the server's kernel, or that of the other end, where that is this one, too. */
  #carried(
    { local, remote }: MarkedEnd,
    op: Io["op"],
    range: Range | undefined,
    near: number,
    fromOtherEnd: boolean,
  ): Carried | undefined {
    if (local === undefined || remote === undefined || range === undefined) return undefined;
    const ends = fromOtherEnd ? { local: remote, remote: local } : { local, remote };
    const found = this.#index.find({
      ...ends,
      op,
      range,
      near: near - this.#offset,
      mayBeShifted: fromOtherEnd && op === "send",
    });
    const moved = (ns: number | undefined) => ns === undefined ? undefined : ns + this.#offset;
    return found && {
      ...found,
      entered: moved(found.entered),
      done: moved(found.done),
      came: moved(found.came),
    };
  }

  /**
   * The sync that made it durable: of those that began since it was given and ended before it was kept, the first. A later one is of
   * another file, such as the next segment, which is made ahead: of its own file none begins before this one has been heard of.
   */
  #sync(): SyncCall | undefined {
    const { given, durable } = this.#marked;
    if (given === undefined || durable === undefined) return undefined;
    const since = this.#kernel?.syncs?.filter(({ ts, durationNs }) =>
      ts + this.#offset - durationNs >= given - SLACK_NS
    );
    // One that ends a little later by the clocks may be the next one's.
    return since?.find(({ ts }) => ts + this.#offset <= durable) ??
      since?.find(({ ts }) => ts + this.#offset <= durable + SLACK_NS);
  }

  /** The server's clock less the kernel's: the least difference between a mark of a write and the call that it is of. */
  #offsetOfClocks(): number {
    const { receivers, answered, from } = this.#marked;
    const ends = [
      ...receivers.map((end) => ({ end, writes: end.writes })),
      ...(answered === undefined ? [] : [{ end: from, writes: [answered] }]),
    ];
    const differences = ends.flatMap(({ end: { local, remote }, writes }) =>
      writes.flatMap(({ at, stream }) => {
        if (local === undefined || remote === undefined || stream === undefined) return [];
        const found = this.#index.find({ local, remote, op: "send", range: stream, near: at });
        return found?.done === undefined ? [] : [at - found.done];
      })
    );
    return differences.length === 0 ? 0 : Math.min(...differences);
  }
}

/** A moment, if it is known. */
function at(name: keyof Moments, ns: number | undefined): Moments {
  return ns === undefined ? {} : { [name]: ns };
}
