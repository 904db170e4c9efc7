/**
 * A file that comes into the page: each piece is put away and hashed as it comes, so that memory holds one, and what was put together is
 * compared at the end. What broke off goes on from the byte up to which it is here.
 *
 * @module
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { hexOf } from "../files/digest.ts";
import type { Offer, Sink, SinkEnd, TakeOptions } from "../../../../server/wire/transfers/mod.ts";
import type { Kept } from "./kept_bytes.ts";

/** A file on its way in. */
export class Landing {
  readonly #offer: Pick<Offer, "size" | "sha256">;
  readonly #kept: Kept;
  readonly #landed: (whole: Blob) => void;
  readonly #hash = sha256.create();
  #offset = 0;
  #taking: Promise<unknown> = Promise.resolve();

  /** @param landed Gets the file when it is whole, and what was offered. */
  constructor(
    offer: Pick<Offer, "size" | "sha256">,
    kept: Kept,
    landed: (whole: Blob) => void,
  ) {
    this.#offer = offer;
    this.#kept = kept;
    this.#landed = landed;
  }

  /** The place for what is still missing. One at a time: it waits until the last one has ended. */
  async sink(): Promise<Sink> {
    await this.#taking.catch(() => {});
    const offset = (): number => this.#offset;
    return {
      get offset() {
        return offset();
      },
      take: (bytes, options = {}) => {
        const taking = this.#take(bytes, options);
        this.#taking = taking;
        return taking;
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  /** It is not wanted any more. */
  drop(): Promise<void> {
    return this.#kept.drop();
  }

  async #take(
    bytes: AsyncIterable<Uint8Array>,
    { onBytes, sha256AtEnd }: TakeOptions,
  ): Promise<SinkEnd> {
    const { size } = this.#offer;
    if (this.#offset < size) {
      for await (const piece of bytes) {
        const own = piece.slice(0, size - this.#offset);
        const broken = await this.#put(own);
        if (broken !== undefined) return broken;
        onBytes?.(this.#offset);
        if (this.#offset === size) break;
      }
    }
    if (this.#offset < size) return this.#partial("ended", "The sender stopped.");
    const digest = hexOf(this.#hash.digest());
    const offered = this.#offer.sha256 ?? await sha256AtEnd?.().catch(() => undefined);
    if (offered !== undefined && offered.toLowerCase() !== digest) {
      await this.drop();
      return { kind: "mismatch", sha256: digest };
    }
    try {
      this.#landed(await this.#kept.whole());
    } catch (error) {
      return this.#fault(error);
    }
    return { kind: "done", sha256: digest };
  }

  /** Puts a piece away. @returns Why it could not be. */
  async #put(piece: Uint8Array<ArrayBuffer>): Promise<SinkEnd | undefined> {
    try {
      await this.#kept.append(piece);
    } catch (error) {
      return this.#fault(error);
    }
    this.#hash.update(piece);
    this.#offset += piece.length;
    return undefined;
  }

  #fault(error: unknown): SinkEnd {
    if (!(error instanceof DOMException)) throw error;
    return error.name === "QuotaExceededError"
      ? this.#partial("disk_full", "The browser has no more room for it.")
      : this.#partial("disk", "The browser could not put it away.");
  }

  #partial(why: "ended" | "disk" | "disk_full", reason: string): SinkEnd {
    return { kind: "partial", offset: this.#offset, why, reason };
  }
}
