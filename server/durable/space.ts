/**
 * How much room a store has left, and what follows from it.
 *
 * ```text
 *   the store's own limit     0 ────────────── 85 % ── 90 % ── 95 % ── 100 %
 *                             goes on          ◄─ shrunk ┘       │ new words are refused
 *                                                        └───────┘ nobody gets more than a part of this
 *   the disk                  free: ───────────────────► the last 5 % (1 GiB at most): refused
 * ```
 *
 * New words are refused there; what keeps order and lets people in may take most of what is left then, and deletions take the rest.
 *
 * Between two measurements every byte that is taken is counted, so that no burst gets past the mark. What lies behind
 * it is for what must go on: compaction, drops, manifests. Pure: who measures hands in what was measured.
 *
 * @module
 */

import {
  DISK_RESERVE_BYTES_MAX,
  DISK_RESERVE_SHARE,
  RESERVE_SHARE_FOR_ORDER,
  STORE_FULL_SHARE,
  STORE_SHRUNK_SHARE,
  STORE_TIGHT_SHARE,
  TIGHT_PAYER_SHARE,
  TIGHT_PAYERS_MAX,
} from "./limits.ts";

/** A disk as it was measured, in bytes. */
export interface Disk {
  readonly free: number;
  readonly total: number;
}

/** Why nothing more is taken. */
export type Full = "store" | "disk";

/** Whose space it is. */
export type Payer = string;

/** The room that is left. */
export class Space {
  readonly #bytesMax: number;
  /** Bytes of the store's files when they were measured. */
  #storeBytes = 0;
  #disk: Disk | undefined;
  /** Bytes taken since. */
  #taken = 0;
  /** Bytes that each has taken since it is tight; who began last comes last. */
  readonly #takenBy = new Map<Payer, number>();

  /** @param bytesMax Bytes that the store may take. */
  constructor(bytesMax: number = Infinity) {
    this.#bytesMax = bytesMax;
  }

  /** It was measured. @param disk `undefined` when the disk does not tell. */
  measured(storeBytes: number, disk: Disk | undefined): void {
    this.#storeBytes = storeBytes;
    this.#disk = disk;
    this.#taken = 0;
    if (this.shrinkTo === undefined) this.#takenBy.clear();
  }

  /** So many bytes were taken to be written. */
  take(bytes: number, payer: Payer | undefined): void {
    this.#taken += bytes;
    if (payer === undefined || this.shrinkTo === undefined) return;
    this.#takenBy.set(payer, (this.#takenBy.get(payer) ?? 0) + bytes);
    const [first] = this.#takenBy.keys();
    if (this.#takenBy.size > TIGHT_PAYERS_MAX && first !== undefined) this.#takenBy.delete(first);
  }

  /** Whether somebody has had its part of what is left while it is tight. */
  hasTakenMost(payer: Payer): boolean {
    const left = this.#bytesMax * (STORE_FULL_SHARE - STORE_TIGHT_SHARE);
    return (this.#takenBy.get(payer) ?? 0) >= left * TIGHT_PAYER_SHARE;
  }

  /** Whether nothing more may be taken, and for want of what. */
  get full(): Full | undefined {
    return this.#fullBut(0);
  }

  /** The same for what goes on when it is full: it has most of what was kept in reserve. */
  get fullForAll(): Full | undefined {
    return this.#fullBut(RESERVE_SHARE_FOR_ORDER);
  }

  /** @param share Of what is kept in reserve that may be taken, too. */
  #fullBut(share: number): Full | undefined {
    const mark = STORE_FULL_SHARE + (1 - STORE_FULL_SHARE) * share;
    if (this.#storeBytes + this.#taken >= this.#bytesMax * mark) return "store";
    if (this.#disk === undefined) return undefined;
    const { free, total } = this.#disk;
    const reserve = Math.min(total * DISK_RESERVE_SHARE, DISK_RESERVE_BYTES_MAX);
    return free - this.#taken <= reserve * (1 - share) ? "disk" : undefined;
  }

  /** To how many bytes the store is to be brought down; `undefined` while it need not be. */
  get shrinkTo(): number | undefined {
    const bytes = this.#storeBytes + this.#taken;
    return bytes < this.#bytesMax * STORE_TIGHT_SHARE
      ? undefined
      : Math.floor(this.#bytesMax * STORE_SHRUNK_SHARE);
  }
}
