/**
 * The way of a message as it is told.
 *
 * @module
 */

import type { ByteSpan, TraceEnd, TraceReceiver, TraceReport, TraceWrite } from "../wire/mod.ts";
import type { Call, Receiver } from "./receiver.ts";
import type { TraceTime } from "./trace_time.ts";
import type { Way } from "./way.ts";

const IN_MEMORY = "Messages are kept in memory alone: `given` and `durable` say when that had it.";
const HURRIED =
  "So much was said that only a few of those who got it were followed: whoever could not take it at once first.";
const CUT_OFF = "The connection had ended or was cut off before all of it was taken.";
const HELD = "A file went out first: where it lies behind that is not known.";

/** Makes the message. @param isKeptOnDisk Whether what is stored comes to a disk. */
export function reportOf(way: Way, time: TraceTime, isKeptOnDisk: boolean): TraceReport {
  const { begun: { room, from, stream, readMs, acceptedMs }, seq, log, lines, left, hurried } = way;
  const at = (ms: number | undefined): number | undefined =>
    ms === undefined ? undefined : time.ns(ms);
  const steps = {
    read: at(readMs),
    given: at(way.givenMs),
    durable: at(way.durableMs),
    published: at(way.publishedMs),
    log,
    lines,
    answered: answerOf(way.answer, time),
  };
  return {
    type: "TraceReport",
    room,
    seq,
    clock: time.clock(),
    from: { ...from, ...(stream === undefined ? {} : { stream }) },
    accepted: time.ns(acceptedMs),
    ...known(steps),
    receivers: way.receivers.map((receiver) => receiverOf(receiver, way, time)),
    left,
    unknown: [...(isKeptOnDisk ? [] : [IN_MEMORY]), ...(hurried && left > 0 ? [HURRIED] : [])],
  };
}

function receiverOf(receiver: Receiver, way: Way, time: TraceTime): TraceReceiver {
  const { end, at, how } = receiver;
  const span = end.speech === "text" ? way.lines : way.log;
  const why = end.why ?? (how === "cut off" ? CUT_OFF : how === "held" ? HELD : undefined);
  return {
    ...end,
    ...known({ why, stream: streamOf(end, at, span) }),
    writes: receiver.calls().map((call) => writeOf(call, end, time, "log")),
    done: how === "taken",
  };
}

/** Where a message of so many bytes lies in the stream, if that can be told. */
function streamOf(
  { why }: TraceEnd,
  at: number | undefined,
  span: ByteSpan | undefined,
): ByteSpan | undefined {
  if (why !== undefined || at === undefined || span === undefined) return undefined;
  return { from: at, to: at + span.to - span.from };
}

function writeOf(
  { ms, stream, part }: Call,
  { why }: TraceEnd,
  time: TraceTime,
  of: "log" | "answer",
): TraceWrite {
  return {
    at: time.ns(ms),
    ...(why === undefined ? { stream } : {}),
    ...(of === "log" ? { log: part } : {}),
  };
}

/** The call that took the last of an answer. */
function answerOf(answer: Receiver | undefined, time: TraceTime): TraceWrite | undefined {
  const call = answer?.how === "taken" ? answer.calls().at(-1) : undefined;
  if (answer === undefined || call === undefined) return undefined;
  return writeOf(call, answer.end, time, "answer");
}

/** What is known of it: the rest is left out. */
function known<T extends object>(of: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(of).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
