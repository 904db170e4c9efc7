/**
 * How long those who speak wait for their answer, and for what: the way of each message in three parts.
 *
 * ```text
 *   read ────────► taken ─────────► kept ────────► the socket has taken the answer
 *         loop              disk           answer
 * ```
 *
 * Who says more at once than it may waits for itself, and nobody else for that: it is no time of the loop's, and in no figure here.
 *
 * A message costs one comparison here: what came in one read, was taken in one slice and was kept together is one run, and has one set of
 * times, and the clock is asked once for each read, slice, group of the disk and write. So a time is right to the length of a slice.
 *
 * @module
 */

import type { Loop } from "../budget/mod.ts";
import { type SplitSlot, TimeSplits } from "../../verdict/mod.ts";
import { type AnswerRun, Answers, type Arrival } from "./answers.ts";
import { BOUNDS_MS, type Bucketed, Buckets } from "./buckets.ts";

/** Where a sender's answers go. */
export interface Answering {
  /** Those whose way is measured; made with the first one, since most connections say nothing. */
  answers: Answers | undefined;
  /** Whether nothing is sent there any more. */
  readonly ended: boolean;
}

/** The parts of the way, by their names in `/metrics`. */
export type AckPart = "loop" | "disk" | "answer";

/** All times since the start. */
export interface AckFigures {
  /** From the read to the answer, with its parts. */
  readonly slots: readonly SplitSlot[];
  readonly whole: Bucketed;
  readonly parts: Readonly<Record<AckPart, Bucketed>>;
}

/** Gathers the times. */
export class Acknowledgements {
  readonly #loop: Pick<Loop, "now" | "atEnd">;
  readonly #splits = new TimeSplits();
  readonly #whole = new Buckets(BOUNDS_MS);
  readonly #parts: Readonly<Record<AckPart, Buckets>> = {
    loop: new Buckets(BOUNDS_MS),
    disk: new Buckets(BOUNDS_MS),
    answer: new Buckets(BOUNDS_MS),
  };
  /** When this turn's first message was kept; `undefined` before that. */
  #keptMs: number | undefined;

  constructor(loop: Pick<Loop, "now" | "atEnd">) {
    this.#loop = loop;
  }

  /** What came in then is kept, told, and its answer queued. @param answered Whether there is one; who gets none has it now. */
  kept(to: Answering, arrival: Arrival, answered: boolean): void {
    const keptMs = this.#keptMs ?? this.#beginTurn();
    if (!answered) this.#add({ arrival, keptMs, count: 1 }, keptMs);
    else if (!to.ended) (to.answers ??= new Answers(this.#taken)).add(arrival, keptMs);
  }

  /** A socket has taken these answers. */
  readonly #taken = (runs: readonly AnswerRun[]): void => {
    const nowMs = this.#loop.now();
    for (const run of runs) this.#add(run, nowMs);
  };

  /** All of it. */
  figures(): AckFigures {
    const { loop, disk, answer } = this.#parts;
    return {
      slots: this.#splits.slots(),
      whole: this.#whole.bucketed(),
      parts: {
        loop: loop.bucketed(),
        disk: disk.bucketed(),
        answer: answer.bucketed(),
      },
    };
  }

  #beginTurn(): number {
    this.#loop.atEnd(this.#endTurn);
    return this.#keptMs = this.#loop.now();
  }

  readonly #endTurn = (): void => {
    this.#keptMs = undefined;
  };

  #add({ arrival: { readMs, takenMs }, keptMs, count }: AnswerRun, endMs: number): void {
    // What is kept in memory is kept as soon as it is taken, and the turn's clock may have been asked before that.
    const diskEndMs = Math.max(keptMs, takenMs);
    const loop = takenMs - readMs;
    const disk = diskEndMs - takenMs;
    const answer = Math.max(0, endMs - diskEndMs);
    this.#splits.add({ loop, disk, answer }, count);
    this.#whole.add(loop + disk + answer, count);
    this.#parts.loop.add(loop, count);
    this.#parts.disk.add(disk, count);
    this.#parts.answer.add(answer, count);
  }
}
