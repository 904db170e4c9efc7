/**
 * Where a client stands, and who waits for it to be online.
 *
 * @module
 */

import type { ClientStatus } from "./client_types.ts";
import { ClosedError } from "./errors.ts";
import type { Welcome } from "./messages.ts";

/** A client's status. */
export class Standing {
  #status: ClientStatus = { kind: "connecting", attempt: 1 };
  #changed = Promise.withResolvers<void>();
  /** Why it ended, when that was not asked for. */
  closingError: Error | undefined;

  /** Where it stands now. */
  get status(): ClientStatus {
    return this.#status;
  }

  /** It stands elsewhere now. */
  set(status: ClientStatus): void {
    this.#status = status;
    const changed = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    changed.resolve();
  }

  /** What is thrown at who asks a client that has ended. */
  get ended(): Error {
    return this.closingError ?? new ClosedError("The client was closed.");
  }

  /** Waits until it is online. @throws {ChatError | ClosedError} When it ends before. */
  async online(): Promise<Welcome> {
    for (;;) {
      if (this.#status.kind === "online") return this.#status.welcome;
      if (this.#status.kind === "closed") throw this.ended;
      await this.#changed.promise;
    }
  }
}
