/**
 * What operators mark on the time axis, "deployed 1.4" say: on record first, and then the newest of them for whoever inspects the server.
 *
 * @module
 */

import type { Doer } from "../order/audit.ts";
import { encodeMark } from "../order/audit.ts";
import type { MessageStore, StorageError } from "../store/store_port.ts";
import { auditStream } from "../store/streams.ts";
import { MARKS_MAX } from "./limits.ts";

/** Something that somebody marked. */
export interface Mark {
  /** When, in milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  readonly text: string;
}

/** What marking needs. */
export interface MarksParts {
  readonly store: Pick<MessageStore, "append">;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Keeps the newest ones in memory; all of them are on record. */
export class Marks {
  readonly #parts: MarksParts;
  #newest: Mark[] = [];

  constructor(parts: MarksParts) {
    this.#parts = parts;
  }

  /** The newest ones, oldest first. */
  get newest(): readonly Mark[] {
    return this.#newest;
  }

  /** Marks this moment. @returns Why it is not on record, and so not marked; nothing if it is. */
  add(by: Doer, payer: string, text: string): Promise<StorageError | undefined> {
    const { store, clock } = this.#parts;
    const at = clock();
    return new Promise((resolve) =>
      store.append({
        stream: auditStream(),
        at,
        payer,
        encode: (seq) => encodeMark(text, by, { seq, at }),
        settled: (error) => {
          if (error === undefined) {
            this.#newest = [...this.#newest, { at, by: by.name, text }].slice(-MARKS_MAX);
          }
          resolve(error);
        },
      })
    );
  }
}
