/**
 * All transfers of a client, by their numbers and by the server's names of their offers.
 *
 * A number is for good; an offer's name is the server's, and a transfer has another one after each break. Those that are
 * over are remembered for a while, for whoever asks how it went. Pure.
 *
 * @module
 */

import type { Incoming } from "./incoming.ts";
import { ENDED_KEPT_MAX } from "./limits.ts";
import type { Outgoing } from "./outgoing.ts";
import { isIncoming, isOver, type Transfer } from "./view.ts";

/** The book. */
export class Book {
  readonly #all = new Map<number, Transfer>();
  /** The server's name of an offer → the transfer, also for names that are used up. */
  readonly #byOffer = new Map<string, number>();
  #last = 0;

  /** All, in the order of their numbers. */
  get all(): Transfer[] {
    return [...this.#all.values()];
  }

  /** Those that come. */
  get ins(): Incoming[] {
    return this.all.filter(isIncoming);
  }

  /** Those that go. */
  get outs(): Outgoing[] {
    return this.all.filter((one): one is Outgoing => !isIncoming(one));
  }

  /** A number that nothing has had. */
  next(): number {
    return ++this.#last;
  }

  /** The transfer of that number. */
  get(n: number): Transfer | undefined {
    return this.#all.get(n);
  }

  /** How it stands from now on. */
  set(transfer: Transfer): void {
    this.#all.set(transfer.n, transfer);
  }

  /** The server has given its offer a name. */
  name(id: string, n: number): void {
    this.#byOffer.set(id, n);
  }

  /** The transfer whose offer has, or had, that name. */
  named(id: string): Transfer | undefined {
    return this.#all.get(this.#byOffer.get(id) ?? 0);
  }

  /** Whether it is offered and waits for an answer. */
  isOffered(n: number): boolean {
    return this.#all.get(n)?.state.kind === "offered";
  }

  /** Forgets all that are over but the last ones. @returns Their numbers. */
  forget(): number[] {
    const over = this.all.filter(isOver);
    const forgotten = over.slice(0, Math.max(0, over.length - ENDED_KEPT_MAX)).map(({ n }) => n);
    for (const n of forgotten) {
      this.#all.delete(n);
      for (const [id, of] of this.#byOffer) if (of === n) this.#byOffer.delete(id);
    }
    return forgotten;
  }
}
