/**
 * What the page's parts ask, and whom: whichever source the page was started with.
 *
 * @module
 */

import type { Answer, Asked } from "../page_messages.ts";
import type { Heard, Source } from "./source.ts";

type Question<T> = T extends unknown ? Omit<T, "id"> : never;
/** A question without its id. */
export type Asking = Question<Asked>;

/** Asks the page's source. */
export class Connection {
  #source: Source | undefined;

  /** From now on this source is asked, and heard. */
  start(source: Source, heard: Heard): void {
    this.#source = source;
    source.start(heard);
  }

  /** An id that nobody else uses, and nobody can guess. */
  freshId(): string {
    // Not `randomUUID`, which browsers keep from pages of other machines without encryption: a phone's.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Asks. The answer is a refusal when there is no connection, or when it breaks meanwhile. */
  ask(asking: Asking, id: string = this.freshId()): Promise<Answer> {
    if (this.#source === undefined) {
      return Promise.resolve({ kind: "refused", sentence: "The page has not begun." });
    }
    return this.#source.ask({ ...asking, id });
  }
}

/** The connection of this page. */
export const connection: Connection = new Connection();
