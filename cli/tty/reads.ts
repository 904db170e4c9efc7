/**
 * Tells the server how far its reader has read, and waits for the last of these words at the end, for as long as that is short.
 *
 * Nobody is told when one is lost: the next welcome says what is unread, and the model then tells it again.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import { ChatError, type Client, ClosedError } from "../../server/wire/mod.ts";
import type { ReadEffect } from "./effects.ts";
import { LEAVING_MS_MAX } from "./limits.ts";
import type { Event } from "./model.ts";

/** A server that keeps no positions, or none for who has no account, is not told of any again. */
const NOT_KEPT: ReadonlySet<string> = new Set(["unknown_type", "forbidden"]);

/** Words about what was read that are on their way. */
export class Reads {
  readonly #client: Pick<Client, "markRead">;
  readonly #dispatch: (event: Event) => void;
  readonly #underWay = new Set<Promise<void>>();

  constructor(client: Pick<Client, "markRead">, dispatch: (event: Event) => void) {
    this.#client = client;
    this.#dispatch = dispatch;
  }

  /** Tells it. @throws Whatever is no refusal and no break. */
  async tell({ of, seq }: ReadEffect): Promise<void> {
    const told = this.#tell(of, seq);
    this.#underWay.add(told);
    try {
      await told;
    } finally {
      this.#underWay.delete(told);
    }
  }

  async #tell(of: ReadEffect["of"], seq: number): Promise<void> {
    try {
      await this.#client.markRead(of, seq);
    } catch (error) {
      if (!(error instanceof ChatError || error instanceof ClosedError)) throw error;
      if (error instanceof ChatError && NOT_KEPT.has(error.code)) {
        this.#dispatch({ kind: "unkept" });
      }
    }
  }

  /** Waits until none is on its way, or the time for that is over. */
  async settled(): Promise<void> {
    if (this.#underWay.size === 0) return;
    const over = new AbortController();
    const told = Promise.allSettled(this.#underWay).then(() => over.abort());
    await wait(LEAVING_MS_MAX, over.signal);
    // Nobody is left who could hear of it.
    void told;
  }
}
