/**
 * What senders are still to be told of files that have ended here, so that nobody leaves before they know.
 *
 * A word that the server refuses is given up: the sender has left. Unless the connection broke since it was said: then the
 * sender offers its file again in a moment, and is told under the new name of its offer.
 *
 * @module
 */

/** Which transfers have something to tell. */
export class Telling {
  /** Transfer → how many breaks there had been when its offer was made or its word was said last. */
  readonly #open = new Map<number, number>();
  #breaks = 0;
  #quiet = Promise.withResolvers<void>();

  /** Something is to be told of a transfer. @param stale Whether its offer is over by now. */
  begin(n: number, stale: boolean = false): void {
    if (this.#open.size === 0) this.#quiet = Promise.withResolvers<void>();
    this.#open.set(n, stale ? -1 : this.#breaks);
  }

  /** It is told, or there is nobody to tell. Idempotent. */
  end(n: number): void {
    this.#open.delete(n);
    if (this.#open.size === 0) this.#quiet.resolve();
  }

  /** The server did not take the word. */
  refused(n: number): void {
    if (this.#open.get(n) === this.#breaks) this.end(n);
  }

  /** The connection broke. */
  broke(): void {
    this.#breaks++;
  }

  /** Resolves when nothing is left to tell. */
  quiet(): Promise<void> {
    return this.#open.size === 0 ? Promise.resolve() : this.#quiet.promise;
  }
}
