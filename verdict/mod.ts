/**
 * How a chat stands, in one sentence that the page, the terminal and `/metrics` say alike: times that can be added up and taken apart by
 * the second, and the verdict on them. Pure; it knows nothing of servers, kernels or screens.
 *
 * @module
 */

export {
  type Quantiles,
  quantilesOf,
  type Slot,
  slotsBetween,
  splitsBetween,
  type SplitSlot,
  TimeSlots,
  TimeSplits,
} from "./slots.ts";
export type { Cause, Facts, KernelFacts, Losses, SlowReader, State, Verdict } from "./facts.ts";
export {
  factsBetween,
  type InspectedFigures,
  type Measured,
  measuredOf,
  type Waited,
} from "./measured.ts";
export { type Read, Readers, type Reading } from "./readers.ts";
export { READER_BYTES, SILENT_MS } from "./limits.ts";
export { verdict } from "./verdict.ts";
export { bytesText, msText } from "./words.ts";
