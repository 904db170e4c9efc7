/**
 * The observer: what processes really send and receive, as the kernel sees it.
 *
 * It reads no payload. Watching needs root, Linux 5.8 with a description of its types (6.3 for everything), and libbpf 1.0; a
 * recording needs nothing.
 *
 * @example Sum up a recording
 * ```ts
 * import assert from "node:assert/strict";
 * import { emptySnapshot, recordingHeader, recordingLine, replay } from "./mod.ts";
 *
 * async function* lines() {
 *   const start = { kind: "start", ts: 0, at: 0, pids: [42], backend: "kprobe", probes: [], blind: [] } as const;
 *   yield recordingHeader();
 *   yield recordingLine(start);
 *   yield recordingLine({ kind: "end", ts: 2e9, reason: "exited", last: emptySnapshot(2e9) });
 * }
 * await using seen = await replay(lines());
 * for await (const observation of seen) {
 *   if (observation.kind === "end") assert.equal(observation.reason, "exited");
 * }
 * assert.equal(seen.summary().durationMs, 2000);
 * ```
 *
 * @example Watch a process until it ends
 * ```ts ignore
 * await using seen = await observe({ pids: [4711] });
 * for await (const observation of seen) {
 *   if (observation.kind === "io") tell(observation.op, observation.bytes, observation.remote);
 * }
 * ```
 *
 * @module
 */

export { observe } from "./observe.ts";
export { examineObserver } from "./examine.ts";
export type { ObserverExamination } from "./examine.ts";
export { ObserveUnavailable } from "./unavailable.ts";
export type { Refusal, UnavailableReason } from "./unavailable.ts";
export type { Surroundings } from "./surroundings.ts";
export type {
  Backend,
  ByteAges,
  Cost,
  End,
  EndReason,
  Family,
  Flow,
  Histogram,
  Io,
  Observation,
  ObserveOptions,
  Observer,
  Operation,
  Snapshot,
  SocketFigures,
  Start,
  Summary,
  Sync,
  UnreadData,
} from "./observation.ts";
export { LIBRARY_PATHS } from "./symbols.ts";
export { WATCHABLE } from "./probes.ts";
export type { Conn, ConnEnd, ConnFigures, ConnWhat } from "./connection.ts";
export { areSeveral, whomText } from "./whom.ts";
export type { Whom } from "./whom.ts";
export { errnoName, errnoWords } from "./errno.ts";
export {
  INTERVAL_MS,
  INTERVAL_MS_MAX,
  INTERVAL_MS_MIN,
  PIDS_MAX,
  RING_BYTES,
  RING_BYTES_MAX,
  RING_BYTES_MIN,
} from "./limits.ts";
export { costBetween } from "./cost.ts";
export type { CostRate } from "./cost.ts";
export { lossesOf } from "./losses.ts";
export type { Losses } from "./losses.ts";
export { changes, firstChanges, SORT_KEYS, sortRows } from "./changes.ts";
export type { Changes, FlowChange, Rates, RowState, SocketRow, SortKey } from "./changes.ts";
export {
  emptyHistogram,
  histogramDifference,
  mean,
  mergeHistograms,
  quantile,
  slotBounds,
  SLOTS,
  sumHistograms,
} from "./histogram.ts";
export type { Quantile, SlotBounds } from "./histogram.ts";
export { emptyFlow, emptySnapshot, summarise } from "./summary.ts";
export { RECORDING_VERSION, recordingHeader, recordingLine } from "./recording.ts";
export { recordingLines } from "./lines.ts";
export { RecordingError } from "./recording_reader.ts";
export type { RecordingErrorCode } from "./recording_reader.ts";
export { replay } from "./replay.ts";
export type { ReplayClock, ReplayOptions } from "./replay.ts";
