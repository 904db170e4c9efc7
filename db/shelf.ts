/**
 * The shelf: the complete segments of an open store in LSN order, and the manifest that names them.
 *
 * The manifest is written anew whenever a segment is complete or compaction has replaced some. It may lag
 * behind: what it does not name yet continues the log by itself.
 *
 * @module
 */

import { nextNumber } from "./numbers.ts";
import type { Segment } from "./segments.ts";
import type { Manifest } from "./manifest.ts";
import { putManifest } from "./manifest_files.ts";
import type { Storage } from "./storage.ts";

/** Where the log goes on behind the complete segments. */
export interface TailPlace {
  /** Id of the first segment behind them. */
  readonly id: number;
  /** Its salt, if it is there and durable: then its absence will be noticed. */
  readonly salt?: number;
}

/** The complete segments. */
export class Shelf {
  readonly #storage: Storage;
  readonly #store: string;
  #number: number;
  /** Number of the last manifest that is valid. */
  #valid: number;
  #complete: readonly Segment[];
  #mayCount = false;
  /** Replacements whose manifest failed: it may be there all the same after a crash, and then needs them. */
  readonly #doubtful: Segment[] = [];
  readonly #dead: Segment[] = [];

  /**
   * @param numbers Those of the last manifest, valid or not, and of the last valid one.
   * @param complete The complete segments in LSN order.
   */
  constructor(
    storage: Storage,
    store: string,
    numbers: { readonly last: number; readonly valid: number },
    complete: readonly Segment[],
  ) {
    this.#storage = storage;
    this.#store = store;
    this.#number = numbers.last;
    this.#valid = numbers.valid;
    this.#complete = complete;
  }

  /** The complete segments in LSN order. */
  segments(): readonly Segment[] {
    return this.#complete;
  }

  /** Puts a segment at the end. */
  push(segment: Segment): void {
    this.#complete = [...this.#complete, segment];
  }

  /**
   * Makes the shelf durable, with a run of segments replaced first if asked for.
   * The replacement is seen here only when it is durable.
   *
   * @param tail The first segment behind the shelf. While one is being ended this is not yet the one that is
   * written to: a manifest that skips it would lose it.
   */
  async commit(
    tail: TailPlace,
    replace?: { readonly inputs: readonly Segment[]; readonly output: Segment },
  ): Promise<void> {
    const apply = (rows: readonly Segment[]): Segment[] => {
      const first = replace?.inputs[0];
      if (replace === undefined || first === undefined) return [...rows];
      return rows.toSpliced(rows.indexOf(first), replace.inputs.length, replace.output);
    };
    this.#number = nextNumber(this.#number);
    this.#mayCount = false;
    try {
      await putManifest(this.#storage, this.manifest(tail, apply(this.#complete)), {
        kept: this.#valid,
        onWhole: () => this.#mayCount = true,
      });
      this.#valid = this.#number;
    } catch (error) {
      if (replace !== undefined) this.#doubtful.push(replace.output);
      throw error;
    }
    // Not what was written: segments may have been pushed meanwhile.
    this.#complete = apply(this.#complete);
    this.#dead.push(...this.#doubtful.splice(0));
  }

  /** Whether the manifest that was to be written last may count, also when that has failed: it was there whole. */
  get mayCount(): boolean {
    return this.#mayCount;
  }

  /** Whether a manifest that names a replacement may be there or not, until another one has been written. */
  get inDoubt(): boolean {
    return this.#doubtful.length > 0;
  }

  /** Gives away the replacements that no manifest names any more: their files may go. */
  takeDead(): Segment[] {
    return this.#dead.splice(0);
  }

  /** The manifest of these segments under the current number. */
  manifest(tail: TailPlace, rows: readonly Segment[] = this.#complete): Manifest {
    return {
      store: this.#store,
      number: this.#number,
      tail: tail.id,
      tailSalt: tail.salt,
      rows: rows.map(({ id, salt, firstLsn, lastLsn, end }) => ({
        id,
        salt,
        firstLsn,
        lastLsn,
        end,
      })),
    };
  }
}
