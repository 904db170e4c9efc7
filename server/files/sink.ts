/**
 * One receiver of a round: what it wants of the bytes that come by, and whether it takes them.
 *
 * @module
 */

import type { ServerMessage } from "../wire/mod.ts";
import type { Lane, Piece } from "./lane.ts";
import type { TransferUser } from "./transfer_user.ts";

/** What a receiver asked for. */
export interface Wish {
  /** The first byte it wants. */
  readonly offset: number;
  /** Whether it takes the bytes beside the conversation. */
  readonly beside: boolean;
  /** Whether it will say how much of it it has. */
  readonly progress?: boolean;
}

/** Nobody reads it: a receiver's lane ends without a last word. */
const ENDED: ServerMessage = { type: "Error", code: "not_found", msg: "The transfer has ended." };

/** One receiver. */
export class Sink {
  readonly user: TransferUser;
  /** The first byte it wants. */
  readonly offset: number;
  readonly beside: boolean;
  /** Its connection, once that is there. */
  lane: Lane | undefined;
  /** What its second connection will bring. */
  token: string | undefined;
  #writing = false;
  /** The number of the write under way, and since when it is the same. */
  #write = 0;
  #sinceMs = 0;

  constructor(user: TransferUser, { offset, beside }: Wish) {
    this.user = user;
    this.offset = offset;
    this.beside = beside;
  }

  /**
   * Takes what it wants of `bytes`, which begin at the file's byte `from`: at once, or in its own turn. `begin` is told when.
   *
   * @returns Whether the peer took them, later; `undefined` when it wants none of them.
   */
  take(
    bytes: Piece,
    from: number,
    { nowMs, atOnce, begin }: {
      readonly nowMs: number;
      readonly atOnce: boolean;
      readonly begin: () => void;
    },
  ): Promise<boolean> | undefined {
    const { lane } = this;
    const skip = Math.max(0, this.offset - from);
    if (skip >= bytes.length || lane === undefined) return undefined;
    this.#writing = true;
    this.#write = lane.writes;
    this.#sinceMs = nowMs;
    const write = (): Promise<boolean> => {
      begin();
      return lane.write(skip === 0 ? bytes : bytes.subarray(skip)).finally(() => {
        this.#writing = false;
      });
    };
    return atOnce ? write() : lane.inTurn(write);
  }

  /** How long the peer has taken nothing of a write, in ms: as exact as this is called often. */
  stalledMs(nowMs: number): number {
    const writes = this.lane?.writes ?? 0;
    if (!this.#writing || writes !== this.#write) this.#sinceMs = nowMs;
    this.#write = writes;
    return nowMs - this.#sinceMs;
  }

  /** It gets nothing more. */
  close(tokens: { revoke(token: string): void }): void {
    if (this.token !== undefined) tokens.revoke(this.token);
    this.lane?.break(ENDED);
  }
}
