/**
 * Hashes passwords with Argon2id, off the event loop, a few at once.
 *
 * A hash takes a core for tens of milliseconds, on purpose. So only some are made at once and some wait, each address in a line
 * of its own (`hash_queue.ts`); what is more is refused, so that a crowd that guesses takes neither the machine nor its memory
 * from those who converse.
 *
 * @module
 */

import { HashQueue } from "./hash_queue.ts";
import {
  HASH_BYTES,
  HASHES_AT_ONCE,
  HASHES_WAITING_MAX,
  PASSWORD_COST,
  type PasswordCost,
  SALT_BYTES,
} from "./limits.ts";
import type { PasswordHash } from "./record.ts";

/** How much may be hashed. */
export interface HasherBounds {
  /** The cost of new hashes. */
  readonly cost: PasswordCost;
  readonly atOnce: number;
  readonly waitingMax: number;
}

/** Too many wait for a hash already. */
export class TooManyHashes extends Error {
  /** Always `TooManyHashes`. */
  override readonly name = "TooManyHashes";

  constructor() {
    super("Too many passwords are looked at");
  }
}

/** Argon2id, as the runtime has it; TypeScript's library does not know it yet. */
interface Argon2Params {
  readonly name: "Argon2id";
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** Hashes passwords. */
export class Hasher {
  readonly #bounds: HasherBounds;
  readonly #waiting: HashQueue;
  #busy = 0;
  /** How many hashes were begun, for whoever wants to know that none was spared. */
  count = 0;

  constructor(bounds: Partial<HasherBounds> = {}) {
    this.#bounds = {
      cost: PASSWORD_COST,
      atOnce: HASHES_AT_ONCE,
      waitingMax: HASHES_WAITING_MAX,
      ...bounds,
    };
    this.#waiting = new HashQueue(this.#bounds.waitingMax);
  }

  /** Makes a hash to keep. @param line Whom it waits behind: those of the same. @throws {TooManyHashes} */
  async make(password: Uint8Array<ArrayBuffer>, line: string): Promise<PasswordHash> {
    const { cost } = this.#bounds;
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const hash = await this.#derive(password, salt, cost, line);
    return { cost, salt: salt.toBase64(), hash: hash.toBase64() };
  }

  /**
   * Whether it is the password. Without a hash to compare with it takes as long as with one of today's, and it is not.
   *
   * @param line See `make`.
   * @throws {TooManyHashes}
   */
  async fits(
    password: Uint8Array<ArrayBuffer>,
    kept: PasswordHash | undefined,
    line: string,
  ): Promise<boolean> {
    const { cost, salt, hash } = kept ??
      { cost: this.#bounds.cost, salt: DUMMY_SALT, hash: "" };
    const made = await this.#derive(password, Uint8Array.fromBase64(salt), cost, line);
    return sameBytes(made, Uint8Array.fromBase64(hash)) && kept !== undefined;
  }

  /** Whether a hash is weaker than one that would be made now. */
  isOutdated({ cost }: PasswordHash): boolean {
    const { memoryKib, passes } = this.#bounds.cost;
    return cost.memoryKib < memoryKib || cost.passes < passes;
  }

  async #derive(
    password: Uint8Array<ArrayBuffer>,
    nonce: Uint8Array<ArrayBuffer>,
    { memoryKib, passes, lanes }: PasswordCost,
    line: string,
  ): Promise<Uint8Array> {
    await this.#turn(line);
    try {
      this.count++;
      // The library's types name fewer formats and algorithms than the runtime has.
      const format = "raw-secret" as "raw";
      const key = await crypto.subtle.importKey(format, password, "Argon2id", false, [
        "deriveBits",
      ]);
      const params: Argon2Params = {
        name: "Argon2id",
        nonce,
        memory: memoryKib,
        passes,
        parallelism: lanes,
      };
      return new Uint8Array(await crypto.subtle.deriveBits(params, key, HASH_BYTES * 8));
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy--;
      else next.serve();
    }
  }

  #turn(line: string): Promise<void> | undefined {
    if (this.#busy < this.#bounds.atOnce) {
      this.#busy++;
      return undefined;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = () => reject(new TooManyHashes());
    if (!this.#waiting.push(line, { serve: resolve, refuse })) throw new TooManyHashes();
    return promise;
  }
}

const DUMMY_SALT = new Uint8Array(SALT_BYTES).toBase64();

/** Whether bytes are the same; the time depends on how many there are alone. */
function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  let different = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) different |= (one[at] ?? 0) ^ (other[at] ?? 0);
  return different === 0;
}
