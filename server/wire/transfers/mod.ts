/**
 * Transfers of files over a client, for whatever holds their bytes: the machines, what runs them, and what is shown.
 *
 * A part of the wire with a door of its own: who only talks need not load it.
 *
 * @module
 */

export { cleanName, isSibling, numberedName, splitName } from "./name.ts";
export {
  type Break,
  type Hindrance,
  type Offer,
  type Place,
  PlaceError,
  type Prepared,
  type Sendable,
  type Sink,
  type SinkEnd,
  type Source,
  type TakeOptions,
} from "./place.ts";
export { doneOf, percent, type Progress, rateOf, secondsLeft, startProgress } from "./progress.ts";
export { type Pulled, Puller } from "./pull.ts";
export { limitRate } from "./rate_limit.ts";
export type { End, News, Peer, Phase, TransferView } from "./transfer.ts";
export { FileTransfers, type FileTransfersOptions } from "./transfers.ts";
