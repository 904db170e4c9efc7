/**
 * What one client was told of a conversation, and how it reads after that.
 *
 * @module
 */

import type { Client } from "../../../server/wire/mod.ts";
import { assert } from "../../assert.ts";

/** What was said, by its number. */
export interface Told {
  readonly seq: number;
  readonly from: string;
  content: string;
}

/** Listens to a client for as long as that is open. */
export class Hearing {
  /** What was said in the room, in the order of hearing. */
  readonly said: Told[] = [];
  /** What others whispered to it. */
  readonly whispers: Told[] = [];
  readonly #client: Client;
  readonly #listening: Promise<void>;
  #waiting: { readonly seq: number; readonly resolve: () => void } | undefined;

  constructor(client: Client) {
    this.#client = client;
    this.#listening = this.#listen();
  }

  /** Waits until a message of the room was heard, and all that is told before an answer to what is asked then. */
  async reach(seq: number): Promise<void> {
    if (!this.said.some((told) => told.seq === seq)) {
      await new Promise<void>((resolve) => this.#waiting = { seq, resolve });
    }
    await this.#client.ping();
  }

  /** Waits for the end of the client. */
  ended(): Promise<void> {
    return this.#listening;
  }

  async #listen(): Promise<void> {
    for await (const event of this.#client) {
      if (event.type === "NewMessage") {
        const { seq, from, content } = event;
        this.said.push({ seq, from, content });
        if (this.#waiting?.seq === seq) this.#waiting.resolve();
      } else if (event.type === "PrivateMessage") {
        const { seq, from, content } = event;
        this.whispers.push({ seq, from, content });
      } else if (event.type === "MessageEdited" && event.room !== undefined) {
        const told = this.said.find(({ seq }) => seq === event.seq);
        if (told !== undefined) told.content = event.content;
      } else {
        assert(event.type !== "Lost", "Nothing is lost");
      }
    }
  }
}
