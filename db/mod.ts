/**
 * The store: streams of messages and a table of keys, in an append-only log that keeps what it has acknowledged.
 *
 * It knows streams, sequence numbers and bytes. What the bytes mean is the caller's.
 *
 * @example Append, wait until it is on the disk, read
 * ```ts
 * import assert from "node:assert/strict";
 * import { openStore } from "./mod.ts";
 *
 * await using store = await openStore("a store in memory", { durability: "none" });
 * const { seq, done } = store.append("lobby", new TextEncoder().encode("hello"), { at: Date.now() });
 * await done;
 * assert.equal(seq, 1);
 * const [entry] = await store.read("lobby");
 * assert.equal(entry?.kind, "message");
 * ```
 *
 * @module
 */

export { openReadOnly, openStore } from "./open.ts";
export type { OpenOptions, ReadOptions } from "./open.ts";
export type {
  Appended,
  BatchWritten,
  CompactOptions,
  CompactReach,
  CompactReport,
  RetainOptions,
  ShrinkOptions,
  Store,
  Written,
} from "./store.ts";
export type { Write } from "./drafts.ts";
export type { Commit } from "./commit.ts";
export type { BesideDrop, KeepSince } from "./retention.ts";
export type { BackupOptions, BackupReport } from "./backup.ts";
export type { ReadOnlyStore, ReadStore, SegmentInfo, StoreStat, StreamInfo } from "./reader.ts";
export type { LogMessage } from "./newest.ts";
export type { Entry, PageQuery } from "./pages.ts";
export { dump } from "./dump.ts";
export { FLOORS_KEY, floorsFault, raiseFloors } from "./floors.ts";
export type { DumpItem, DumpOptions } from "./dump.ts";
export { verifyStore } from "./verify.ts";
export type { VerifyOptions, VerifyReport } from "./verify.ts";
export { isComplete, repairStore } from "./repair.ts";
export type { Doubtful, Lost, MaybeLost, Renamed, RepairOptions, RepairReport } from "./repair.ts";
export type { RivalRecord, Rivalry } from "./rivals.ts";
export type { NameSource } from "./gathered.ts";
export { DamageError, GoneError, LockedError, StoreError } from "./errors.ts";
export type { Damage, StoreErrorCode, WriteOutcome } from "./errors.ts";
export { diskStorage } from "./disk.ts";
export type { LockOutcome, LockPurpose, Space, Storage, StorageFile, WillNeed } from "./storage.ts";
export { SEGMENT_BYTES_DEFAULT } from "./limits.ts";
export { realWorld, type World } from "./world.ts";
