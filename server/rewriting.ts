/**
 * Giving a stored message another body without anybody in the chat asking for it.
 *
 * @module
 */

import type { Beside, MessageStore, Stored } from "./store/store_port.ts";

/** What a message becomes, and what is appended together with that. */
export interface Rewritten {
  readonly body: Uint8Array;
  readonly beside?: readonly Beside[];
  /** Tells who is to know, as soon as it is durable. */
  readonly told?: () => void;
}

/**
 * Reads a message and gives it another body; nothing when `change` gives none. The old one is soon in no file.
 *
 * @throws {StorageError} Through the promise.
 */
export type Rewriting = (
  stream: string,
  seq: number,
  change: (stored: Stored) => Rewritten | undefined,
) => Promise<void>;

/** The same where nobody else changes anything meanwhile. */
export function rewriting(
  { store, read, clock }: {
    readonly store: Pick<MessageStore, "replace">;
    readonly read: MessageStore["read"];
    readonly clock: () => number;
  },
): Rewriting {
  return async (stream, seq, change) => {
    const page = await read(stream, { after: seq - 1, limit: 1, bytesMax: Infinity });
    const [stored] = page.messages;
    const rewritten = stored?.seq === seq ? change(stored) : undefined;
    if (stored === undefined || rewritten === undefined) return;
    const { body, beside = [], told } = rewritten;
    await new Promise<void>((resolve, reject) =>
      store.replace({
        stream,
        stored,
        body,
        at: clock(),
        beside,
        erases: true,
        takesAway: true,
        settled: (error) => {
          if (error !== undefined) return reject(error);
          told?.();
          resolve();
        },
      })
    );
  };
}
