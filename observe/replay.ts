/**
 * A recording comes to life again: the same observations, as fast as they can be read or as they
 * were told.
 *
 * ```text
 *   lines ─► RecordingReader ─► observed() ─► Feed ─► groups ─► whoever iterates
 *                               adds the end that a cut recording lacks, and its last calls
 * ```
 *
 * The lines may still be coming, from an observer that is at work: what is there is handed out when
 * no other line is ready, so a group waits for nothing.
 *
 * Nothing is read ahead but one line: the next are asked for when the last group was taken, so a slow
 * reader needs no queue. An abort ends a pause and a wait for a line at once. Lines that hang are left to
 * themselves then: whoever hands them in should end them by the same signal.
 *
 * Figures are those of the last snapshot that was taken: calls since then are in the next one, or in the end of a recording that was
 * cut off.
 *
 * @module
 */

import { wait } from "../ground/mod.ts";
import { CallsSince } from "./calls_since.ts";
import { Feed } from "./feed.ts";
import { LOOK_MS, REPLAY_GROUP_MAX, REPLAY_PAUSE_MS_MAX } from "./limits.ts";
import type {
  End,
  EndReason,
  Observation,
  Observer,
  Snapshot,
  Start,
  Summary,
} from "./observation.ts";
import { RecordingError, RecordingReader } from "./recording_reader.ts";
import { emptySnapshot, summarise } from "./summary.ts";

/** A clock that can be waited for. */
export interface ReplayClock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** How to replay. */
export interface ReplayOptions {
  /** Ends the replay. */
  readonly signal?: AbortSignal;
  /** `recorded`: with the pauses that there were, though none above a minute. Default `at once`. */
  readonly pace?: "at once" | "recorded";
  /** Default: the real one. */
  readonly clock?: ReplayClock;
}

/**
 * Begins to replay a recording.
 *
 * @param lines Its lines, with or without their ends. They are closed when the replay ends or is
 * disposed.
 * @throws {RecordingError} When it is no recording that can be read, or has no start; also while
 * iterating, at the line that cannot be read. What the signal aborts with, when that comes before the start.
 */
export async function replay(
  lines: AsyncIterable<string>,
  options: ReplayOptions = {},
): Promise<Observer> {
  const feed = new Feed(observed(lines));
  const first = await feed.next(options.signal);
  if (first === undefined) {
    await feed.close();
    throw options.signal?.reason;
  }
  if (first.done === true || first.value.kind !== "start") {
    throw new TypeError("A recording that can be read begins with its start");
  }
  return new Replay(first.value, feed, options);
}

/** What the lines say: the start first, an end last. */
async function* observed(lines: AsyncIterable<string>): AsyncGenerator<Observation, void> {
  const reader = new RecordingReader();
  const so = new SoFar();
  const calls = new CallsSince();
  let torn: RecordingError | undefined;
  for await (const line of lines) {
    // Damage in the middle. As the last line it would be where the writer was stopped.
    if (torn !== undefined && line.trim() !== "") throw torn;
    try {
      const observation = reader.read(line);
      if (observation === undefined) continue;
      so.note(observation);
      if (observation.kind === "io") calls.note(observation);
      else if (observation.kind === "snapshot") calls.restart(observation);
      yield observation;
    } catch (error) {
      if (!(error instanceof RecordingError && error.code === "unreadable")) throw error;
      torn = error;
    }
  }
  if (so.start === undefined) {
    const message = reader.line === 0
      ? "This is no recording of an observation: it is empty"
      : `The recording ends after line ${reader.line}, before the observation begins`;
    throw new RecordingError("empty", reader.line, message);
  }
  if (so.ended) return;
  // The last calls are in no figures.
  yield { ...so.end("cut"), last: calls.figures(so.figures()) };
}

/** Where an observation stands. */
class SoFar {
  start: Start | undefined;
  last: Snapshot | undefined;
  ts = 0;
  ended = false;

  note(observation: Observation): void {
    this.ts = observation.ts;
    if (observation.kind === "start") this.start = observation;
    else if (observation.kind === "snapshot") this.last = observation;
    else if (observation.kind === "end") {
      this.last = observation.last;
      this.ended = true;
    }
  }

  figures(): Snapshot {
    return this.last ?? emptySnapshot(this.start?.ts ?? this.ts);
  }

  end(reason: EndReason): End {
    return { kind: "end", ts: this.ts, reason, last: this.figures() };
  }
}

class Replay implements Observer {
  readonly start: Start;
  readonly #feed: Feed<Observation>;
  readonly #pace: Pace | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #closing = new AbortController();
  readonly #taken = new SoFar();
  #iterated = false;

  constructor(
    start: Start,
    feed: Feed<Observation>,
    { signal, pace = "at once", clock = REAL_CLOCK }: ReplayOptions,
  ) {
    this.start = start;
    this.#taken.note(start);
    this.#feed = feed;
    this.#signal = signal;
    this.#pace = pace === "recorded" ? new Pace(clock, start.ts) : undefined;
  }

  batches(): AsyncIterable<readonly Observation[]> {
    const groups = this.#iterate();
    const note = (observation: Observation) => this.#taken.note(observation);
    return (async function* () {
      for await (const group of groups) {
        group.forEach(note);
        yield group;
      }
    })();
  }

  [Symbol.asyncIterator](): AsyncIterator<Observation> {
    const groups = this.#iterate();
    const note = (observation: Observation) => this.#taken.note(observation);
    return (async function* () {
      for await (const group of groups) {
        for (const observation of group) {
          note(observation);
          yield observation;
        }
      }
    })();
  }

  snapshot(): Snapshot {
    return this.#taken.figures();
  }

  summary(): Summary {
    return summarise(this.start, this.snapshot(), this.#taken.ts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#feed.close();
  }

  #iterate(): AsyncGenerator<readonly Observation[]> {
    if (this.#iterated) throw new TypeError("An observation can be iterated only once");
    this.#iterated = true;
    return this.#groups();
  }

  async *#groups(): AsyncGenerator<readonly Observation[]> {
    const closing = this.#closing.signal;
    const stop = this.#signal === undefined ? closing : AbortSignal.any([this.#signal, closing]);
    const given = new SoFar();
    let group: Observation[] = [this.start];
    given.note(this.start);
    try {
      for (;;) {
        const next = await (group.length > 0 ? this.#feed.ready(stop) : this.#feed.next(stop));
        if (next?.done || stop.aborted) break;
        const observation = next?.value;
        const isLate = observation === undefined || this.#pace?.isEarly(observation.ts) === true;
        if (isLate && group.length > 0) {
          yield this.#handed(group);
          group = [];
        }
        if (observation === undefined) continue;
        if (isLate) await this.#pace?.reach(observation.ts, stop);
        if (stop.aborted) break;
        given.note(observation);
        group.push(observation);
        if (group.length >= REPLAY_GROUP_MAX) {
          yield this.#handed(group);
          group = [];
        }
      }
      if (closing.aborted) return;
      if (!given.ended) group.push(given.end("stopped"));
      if (group.length > 0) yield group;
    } finally {
      await this[Symbol.asyncDispose]();
    }
  }

  /** The group, after whose handing out another turn begins. */
  #handed(group: readonly Observation[]): readonly Observation[] {
    this.#feed.pause();
    return group;
  }
}

/** When which moment of the recording is due. What lies within a look comes together, as it did. */
class Pace {
  readonly #clock: ReplayClock;
  /** What to add to a moment of the recording in ms, to have it on the clock. */
  #shift: number;

  constructor(clock: ReplayClock, ts: number) {
    this.#clock = clock;
    this.#shift = clock.now() - ts / 1e6;
  }

  isEarly(ts: number): boolean {
    return this.#early(ts) > LOOK_MS;
  }

  async reach(ts: number, signal: AbortSignal): Promise<void> {
    const early = this.#early(ts);
    const ms = Math.min(early, REPLAY_PAUSE_MS_MAX);
    this.#shift -= early - ms;
    await this.#clock.wait(ms, signal);
  }

  #early(ts: number): number {
    return ts / 1e6 + this.#shift - this.#clock.now();
  }
}

const REAL_CLOCK: ReplayClock = { now: () => performance.now(), wait };
