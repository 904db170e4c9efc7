/**
 * A recording in a file, as `chat observe --record` leaves it behind.
 *
 * @module
 */

import { type Observation, recordingHeader, recordingLine } from "../../../observe/mod.ts";
import { BEGIN, io, made, snapshot } from "./made.ts";

/** Two calls and three snapshots in as many tenths of a second, then the process ends. */
export const RECORDED: readonly Observation[] = [
  made(),
  io({ durationNs: 1_500, delayNs: 20_000, offset: 0 }),
  io({ op: "send", func: "__sys_sendto", bytes: 300, durationNs: 9_000, offset: 0 }),
  { ...snapshot(1), ts: BEGIN + 0.1e9 },
  { ...snapshot(2), ts: BEGIN + 0.2e9 },
  { ...snapshot(3), ts: BEGIN + 0.3e9 },
  { kind: "end", ts: BEGIN + 0.3e9, reason: "exited", last: { ...snapshot(3), ts: BEGIN + 0.3e9 } },
];

/** Writes a recording, hands its path out, and removes it. */
export async function withRecording(
  use: (path: string) => Promise<void>,
  observations: readonly Observation[] = RECORDED,
): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  try {
    await Deno.writeTextFile(path, recordingHeader() + observations.map(recordingLine).join(""));
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}
