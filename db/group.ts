/**
 * A group: the records that go to the disk together, encoded where they will be written from.
 *
 * The group knows its place in the segment from its beginning, because the group before it has been written by
 * then; so each record gets its final checksum at once, and its `order` is simply its place in the group.
 *
 * @module
 */

import { type Block, blockOf, encodeRecord, recordBytes, type RecordKind } from "./format.ts";
import { GROUP_BYTES_FIRST, GROUP_BYTES_KEPT } from "./limits.ts";

/** A record to be written. */
export interface Draft {
  readonly kind: RecordKind;
  readonly slot: number;
  readonly seq: number;
  readonly at: number;
  readonly body: Uint8Array;
  readonly flags?: number;
}

/** Where a group stands and how its records are signed. */
export interface GroupStart {
  readonly firstLsn: number;
  readonly salt: number;
  /** Whether `order` may be given: only when everything before the group is durable before it is written. */
  readonly proves: boolean;
}

/** Records that are written together. */
export class Group {
  readonly firstLsn: number;
  /** When its first record came, by the clock of the world. */
  since = 0;
  readonly #salt: number;
  readonly #proves: boolean;
  #block: Block;
  #used = 0;
  #records = 0;
  readonly #settle: PromiseWithResolvers<void> = Promise.withResolvers<void>();

  /** @param block Memory to fill, used again from an earlier group. */
  constructor(start: GroupStart, block: Block) {
    this.firstLsn = start.firstLsn;
    this.#salt = start.salt;
    this.#proves = start.proves;
    this.#block = block;
    // Who does not wait for the group must not be told of its failure by an unhandled rejection.
    this.#settle.promise.catch(() => {});
  }

  /** Bytes so far. */
  bytes(): number {
    return this.#used;
  }

  /** Records so far. */
  records(): number {
    return this.#records;
  }

  /** LSN of the last record. */
  lastLsn(): number {
    return this.firstLsn + this.#records - 1;
  }

  /** What was encoded so far. */
  block(): Block {
    return blockOf(this.#block.bytes.subarray(0, this.#used));
  }

  /** Resolves when the group is durable as configured, rejects when it is not and never will be known to be. */
  done(): Promise<void> {
    return this.#settle.promise;
  }

  /** Ends the waiting. */
  settle(error?: Error): void {
    if (error === undefined) this.#settle.resolve();
    else this.#settle.reject(error);
  }

  /** Encodes a batch, and returns the LSN of its last record. */
  addAll(drafts: readonly Draft[]): number {
    drafts.forEach((draft, i) => this.#add(draft, drafts.length - 1 - i));
    return this.lastLsn();
  }

  /** Encodes a record, of whose batch `left` follow. */
  #add(draft: Draft, left: number): void {
    this.#reserve(recordBytes(draft.body.length));
    this.#records++;
    const fields = {
      kind: draft.kind,
      flags: draft.flags ?? 0,
      left,
      slot: draft.slot,
      seq: draft.seq,
      lsn: this.lastLsn(),
      at: draft.at,
      order: this.#proves ? this.#records : 0,
    };
    this.#used = encodeRecord(this.#block, this.#used, fields, draft.body, this.#salt);
  }

  /** The memory, to be filled again; after a burst it is a small one. */
  recycle(): Block {
    return this.#block.bytes.length > GROUP_BYTES_KEPT ? newGroupBlock() : this.#block;
  }

  #reserve(bytes: number): void {
    const need = this.#used + bytes;
    if (need <= this.#block.bytes.length) return;
    const grown = new Uint8Array(Math.max(need, this.#block.bytes.length * 2));
    grown.set(this.#block.bytes.subarray(0, this.#used));
    this.#block = blockOf(grown);
  }
}

/** Memory for a group. */
export function newGroupBlock(): Block {
  return blockOf(new Uint8Array(GROUP_BYTES_FIRST));
}
