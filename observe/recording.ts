/**
 * A recording: an observation as a file of lines, each a JSON object.
 *
 * ```text
 *   {"kind":"recording","version":1}                                     first: what this is
 *   {"kind":"start","ts":10000000000,"at":1764000000000,"pids":[4711],"backend":"kprobe",…}
 *   {"kind":"io","ts":10000400000,"pid":4711,"tid":4711,"op":"recv","bytes":5,…}
 *   {"kind":"snapshot","ts":11000000000,"send":{…,"durations":{…,"slots":{"3":2}}},…}
 *   {"kind":"end","ts":12000000000,"reason":"stopped","last":{"kind":"snapshot",…}}
 * ```
 *
 * A line is what `observation.ts` says, with one exception: of a histogram only the slots that
 * counted something are written, by their number, since most are zero. The format may grow: readers
 * pass over fields that they do not know. What would mislead an older reader gets a higher version,
 * which it refuses.
 *
 * Lines can be read with common tools, and a recording that was cut short is good up to there. Weak
 * side: a snapshot is written whole, about 600 bytes a socket, also for sockets that are silent.
 *
 * Reading is `recording_reader.ts`' business. Pure.
 *
 * @module
 */

import type { Flow, Histogram, Observation, Snapshot } from "./observation.ts";

/** The version of the format that is written, and the highest that is read. */
export const RECORDING_VERSION = 1;

/** The first line, with its line feed. */
export function recordingHeader(): string {
  return `${JSON.stringify({ kind: "recording", version: RECORDING_VERSION })}\n`;
}

/** An observation's line, with its line feed. */
export function recordingLine(observation: Observation): string {
  return `${JSON.stringify(written(observation))}\n`;
}

function written(observation: Observation): object {
  switch (observation.kind) {
    case "start":
    case "io":
    case "conn":
      return observation;
    case "snapshot":
      return writtenSnapshot(observation);
    case "end":
      return { ...observation, last: writtenSnapshot(observation.last) };
    default:
      return observation satisfies never;
  }
}

function writtenSnapshot(snapshot: Snapshot): object {
  return {
    ...snapshot,
    ...writtenFigures(snapshot),
    sockets: snapshot.sockets.map((socket) => ({ ...socket, ...writtenFigures(socket) })),
  };
}

function writtenFigures(
  { send, recv, delays }: { send: Flow; recv: Flow; delays: Histogram },
): object {
  return {
    send: { ...send, durations: writtenHistogram(send.durations) },
    recv: { ...recv, durations: writtenHistogram(recv.durations) },
    delays: writtenHistogram(delays),
  };
}

function writtenHistogram({ count, sumNs, slots }: Histogram): object {
  const counted = slots.map((count, slot) => [slot, count] as const).filter(([, count]) =>
    count > 0
  );
  return { count, sumNs, slots: Object.fromEntries(counted) };
}
