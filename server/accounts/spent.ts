/**
 * Secrets of guests' sessions that have become the identities of accounts.
 *
 * What a guest said and was given stays its own when it makes its name an account, so the account is known by the secret of that
 * session. From then on it is the server's alone: whoever shows it as a guest, such as a device that was revoked, is a new session.
 * It stays so when the account is gone, since what was whispered to it is there. It is spent together with the account or not at all:
 * who has no account in the end has his session still.
 *
 * @module
 */

import { SPENT_KEYS } from "../store/streams.ts";
import type { KeptValues, Put } from "../store/store_port.ts";
import { markOf } from "../session/identity.ts";

const NOTHING = new Uint8Array(0);

/** Those secrets, of which the server keeps digests. */
export class SpentSecrets {
  readonly #values: Pick<KeptValues, "has">;
  /** The keys of those that are to become accounts' and are not yet: two guests may have one. */
  readonly #claimed = new Set<string>();

  constructor(values: Pick<KeptValues, "has">) {
    this.#values = values;
  }

  /** Whether a secret is an account's. */
  has(secret: string): boolean {
    return this.#values.has(keyOf(secret));
  }

  /** A secret is to become an account's, and nobody else's meanwhile. @returns Ends that; `undefined` when it is one's already. */
  claim(secret: string): Disposable | undefined {
    const key = keyOf(secret);
    if (this.#claimed.has(key) || this.#values.has(key)) return undefined;
    this.#claimed.add(key);
    return { [Symbol.dispose]: () => void this.#claimed.delete(key) };
  }

  /** What is to be written together with the account that has it from now on. */
  put(secret: string): Put {
    return { key: keyOf(secret), value: NOTHING };
  }
}

function keyOf(secret: string): string {
  return SPENT_KEYS + markOf(secret);
}
