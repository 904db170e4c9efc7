/**
 * Asks the server for the way of one message: waits until it is said, and until everybody has it or has had time for it.
 *
 * @module
 */

import { wait } from "../../../ground/mod.ts";
import { ChatError, type TracedMessage, type TraceReport } from "../../../server/wire/mod.ts";
import type { TraceCalls } from "../../../server/wire/mod.ts";
import { ASK_AGAIN_MS, MARK_AGAIN_MS, RECEIVERS_MS } from "../limits.ts";
import type { Wanted } from "./values.ts";

/** How to ask. */
export interface AskOptions {
  /** How long to wait for the message, in ms; for the slowest, how long to look for it. */
  readonly waitMs: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Whether somebody who has been sent a message is still to read it, as far as that can be seen. */
  readonly isUnread: (report: TraceReport) => boolean;
  /** Messages are marked from now on. */
  readonly onMarked?: () => void;
  /** Default: the machine's. */
  readonly now?: () => number;
  /** Lets time pass. Default: the machine's. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * The report of a message.
 *
 * @returns `undefined` when it was not said in time.
 * @throws {ChatError} When the server refuses to tell, or cannot.
 */
export async function askForMessage(
  traces: Pick<TraceCalls, "on" | "of">,
  wanted: Wanted,
  options: AskOptions,
): Promise<TraceReport | undefined> {
  const { waitMs, signal, isUnread, now = () => performance.now(), pause = wait } = options;
  const room = wanted.which === "last" ? wanted.room : undefined;
  const { clock } = await traces.on(room);
  options.onMarked?.();
  let marked = now();
  const until = marked + waitMs;
  const question = questionOf(wanted);
  // What was said before is not what is waited for.
  const since = wanted.which === "last" ? clock.ns : -Infinity;
  for (;;) {
    const isOver = now() >= until || signal.aborted;
    // The slowest is known only when all have been said.
    if (wanted.which !== "slowest" || isOver) {
      const report = await told(traces, question);
      if (report !== undefined && report.accepted >= since) {
        return await whole(traces, report, { signal, isUnread, now, pause });
      }
      if (isOver) return undefined;
    }
    if (now() - marked >= MARK_AGAIN_MS) {
      marked = now();
      await traces.on(room);
    }
    await pause(Math.max(1, Math.min(ASK_AGAIN_MS, until - now())), signal);
  }
}

function questionOf(wanted: Wanted): TracedMessage {
  const { which } = wanted;
  if (which === "slowest") return { slowest: true };
  if (which === "seq") return { room: wanted.room, seq: wanted.seq };
  return wanted.room === undefined ? { last: true } : { room: wanted.room, last: true };
}

/** Asks again until it has come to its end everywhere, or nobody waits for that any more. */
async function whole(
  traces: Pick<TraceCalls, "of">,
  first: TraceReport,
  { signal, isUnread, now, pause }: Required<Omit<AskOptions, "waitMs" | "onMarked">>,
): Promise<TraceReport> {
  const { room, seq } = first;
  const until = now() + RECEIVERS_MS;
  let report = first;
  while (now() < until && !signal.aborted) {
    const isThere = report.published !== undefined && report.receivers.every(({ done }) => done);
    if (isThere && !isUnread(report)) break;
    await pause(ASK_AGAIN_MS, signal);
    const next = await told(traces, { room, seq });
    if (next === undefined) break;
    report = next;
  }
  return report;
}

async function told(
  traces: Pick<TraceCalls, "of">,
  question: TracedMessage,
): Promise<TraceReport | undefined> {
  try {
    return await traces.of(question);
  } catch (error) {
    if (error instanceof ChatError && error.code === "not_found") return undefined;
    throw error;
  }
}
