/**
 * The chat server.
 *
 * @module
 */

export { durableStore } from "./store/durable_store.ts";
export type { DurableOptions } from "./durable/options.ts";
export { connectionsThatFit, pipesThatFit, requestsThatFit } from "./admission/descriptors.ts";
export { HttpListenError, type HttpOptions } from "./http/door.ts";
export type { WebPage, WebPageFile } from "./http/page.ts";
export type { ServerEvent } from "./events.ts";
export type { Clocks } from "./durable/believed_time.ts";
export type { Bucketed } from "./figures/buckets.ts";
export type { Distribution } from "./figures/samples.ts";
export { isRange } from "./addresses/range.ts";
export { isOrigin } from "./http/origin.ts";
export type { AccountsMode } from "./accounts/accounts.ts";
export type { PasswordCost } from "./accounts/limits.ts";
export { type Distrusted, distrustOlder } from "./accounts/distrust.ts";
export { holdLostNames } from "./accounts/held_names.ts";
export { ACCOUNT_KEYS } from "./accounts/record.ts";
export { DAY_MS, retentionsIn } from "./durable/retentions.ts";
export { type Withheld, withholdOlder } from "./store/withholding.ts";
export { endAgain, TakenAway } from "./taken_away.ts";
export { closeUncertain } from "./order/closing.ts";
export { areOfOthers, invitationIn, sealedOrder } from "./order/order_fact.ts";
export {
  AUDIT_STREAMS,
  AUTHOR_STREAMS,
  CHANGE_STREAMS,
  ERASE_KEYS,
  HOOK_KEYS,
  INVITATION_KEYS,
  NEWS_KEYS,
  ORDER_KEYS,
  POSTED_KEYS,
  READ_KEYS,
  RETAIN_KEYS,
  ROOM_STREAMS,
} from "./store/streams.ts";
export type { AddressLimits } from "./addresses/limits.ts";
export type { FileLimits } from "./files/limits.ts";
export { type Limits, LIMITS_DEFAULT, type QuotaLimits, type RenewableLimits } from "./limits.ts";
export { type MemoryBounds, type MemoryClocks, memoryStore } from "./store/memory_store.ts";
export { serve } from "./serve.ts";
export type { HookOptions, ServeOptions, Server } from "./serve_options.ts";
export type { TlsOptions } from "./admission/encryption.ts";
export {
  CertificateError,
  type CertificateFacts,
  certificateFacts,
  type CertificatePair,
  checkPair,
  type EpollFault,
  epollFault,
  type TlsKind,
  tlsKinds,
  type TransportChoice,
  type TransportKind,
  TransportUnavailable,
  VANISHED_S,
} from "./transport/mod.ts";
export {
  canBeShown,
  canBeUsed,
  ERASING_KEY,
  erasingIn,
  KEEPING_KEY,
  keepingIn,
  type KeepingNoted,
} from "./store/stored.ts";
export type {
  Append,
  Before,
  Beside,
  Identified,
  KeptValues,
  MessageStore,
  Page,
  Put,
  Range,
  Recent,
  Replace,
  RoomFact,
  SeqRange,
  StorageError,
  StorageOutcome,
  Stored,
  StoreFigures,
} from "./store/store_port.ts";
