/**
 * Secrets of guests' sessions that have become the identities of accounts.
 *
 * What a guest said and was given stays its own when it makes its name an account, so the account is known by the secret of that
 * session. From then on it is the server's alone: whoever shows it as a guest, such as a device that was revoked, is a new session.
 * It stays so when the account is gone, since what was whispered to it is there.
 *
 * @module
 */

import { SPENT_KEYS } from "../store/streams.ts";
import type { KeptValues } from "../store/store_port.ts";
import { markOf } from "../session/identity.ts";

const NOTHING = new Uint8Array(0);

/** Those secrets, of which the server keeps digests. */
export class SpentSecrets {
  readonly #values: Pick<KeptValues, "has" | "write">;

  constructor(values: Pick<KeptValues, "has" | "write">) {
    this.#values = values;
  }

  /** Whether a secret is an account's. */
  has(secret: string): boolean {
    return this.#values.has(SPENT_KEYS + markOf(secret));
  }

  /** A secret becomes an account's. @throws {StorageError} Through the promise, when that is not durable. */
  add(secret: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settled = (error?: Error) => error === undefined ? resolve() : reject(error);
    this.#values.write(SPENT_KEYS + markOf(secret), NOTHING, settled);
    return promise;
  }
}
