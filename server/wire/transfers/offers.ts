/**
 * What becomes of an offer that the server tells: it is a new transfer, or one that goes on, or nobody wants it.
 *
 * ```text
 *   FileOffer ─ matching.ts ─┬─ of a transfer that waits for it ──► its machine
 *                            ├─ of one that is under way ─────────► behind it, until that has ended
 *                            ├─ of a file that has come ──────────► is it still there? then its sender is told so
 *                            ├─ fresh ────────────────────────────► begun before? then nobody is asked again
 *                            └─ too many, or unwanted ────────────► refused
 * ```
 *
 * @module
 */

import type { Client } from "../client_types.ts";
import type { FileOffered } from "../messages.ts";
import { Behind } from "./behind.ts";
import type { Book } from "./book.ts";
import { incoming, type InEvent } from "./incoming.ts";
import { OPEN_OFFERS_MAX } from "./limits.ts";
import { freshIfRoom, type Heard, heard, offerOf, type ServerName } from "./matching.ts";
import type { Hindrance } from "./place.ts";
import type { Tasks } from "./tasks.ts";
import type { Work } from "./work.ts";

/** What offers need. */
export interface OffersParts {
  readonly client: Client;
  readonly server: ServerName;
  readonly wants?: ((from: string) => boolean) | undefined;
  readonly openOffersMax?: number | undefined;
  readonly book: Book;
  readonly work: Work;
  readonly tasks: Tasks;
  /** Whether nothing new begins any more. */
  readonly closed: () => boolean;
  /** Something happens to a transfer. @returns Whether there was one to which it could. */
  readonly onIn: (n: number, event: InEvent) => boolean;
  /** Somebody is to be asked. */
  readonly onOffered: (n: number) => void;
}

/** Hears offers. */
export class Offers {
  readonly #parts: OffersParts;
  readonly #behind = new Behind();

  constructor(parts: OffersParts) {
    this.#parts = parts;
  }

  /** An offer comes. */
  hear(event: FileOffered): void {
    const { closed, server, book, openOffersMax = OPEN_OFFERS_MAX } = this.#parts;
    if (closed() || event.offer === undefined) return;
    this.#take(event, event.offer, heard(offerOf(event, server), book.ins, openOffersMax));
  }

  /** A transfer has ended: what waits behind it is heard. */
  ended(n: number): void {
    for (const event of this.#behind.take(n)) this.hear(event);
  }

  /** An offer is taken back. */
  cancelled(id: string): void {
    this.#behind.remove(id);
  }

  /** The connection is gone, and all offers with it. */
  broke(): void {
    this.#behind.clear();
  }

  #take(event: FileOffered, id: string, what: Heard): void {
    const { book, tasks, wants, onIn } = this.#parts;
    switch (what.to) {
      case "transfer":
        book.name(id, what.n);
        return void onIn(what.n, { kind: "offer", id });
      case "behind":
        if (!this.#behind.add(id, event, what.n)) this.#refuse(event, id, "busy");
        return;
      case "arrived":
        return tasks.run(() => this.#offeredAgain(event, id, what.n));
      case "fresh":
        if (wants?.(event.from) === false) return this.#refuse(event, id);
        if (what.instead !== undefined) onIn(what.instead, { kind: "crowded" });
        return this.#begin(event, id);
      case "nobody":
        return this.#refuse(event, id, "busy");
      default:
        what satisfies never;
    }
  }

  #begin(event: FileOffered, id: string): void {
    const { book, work, tasks, server, closed, onIn, onOffered } = this.#parts;
    const { from, room } = event;
    const offer = offerOf(event, server);
    const transfer = incoming(book.next(), from, offer, id, room);
    const { n } = transfer;
    book.set(transfer);
    book.name(id, n);
    tasks.run(async () => {
      // Whoever said yes to this very file before is not asked again.
      const begun = await work.begun(offer);
      if (closed()) return;
      if (begun > 0) onIn(n, { kind: "yes" });
      else if (book.isOffered(n)) onOffered(n);
    });
  }

  /** A file that has come is offered again: its sender does not know that it is here. */
  async #offeredAgain(event: FileOffered, id: string, n: number): Promise<void> {
    const { book, work, server, closed, onIn, openOffersMax = OPEN_OFFERS_MAX } = this.#parts;
    const offer = offerOf(event, server);
    if (await work.holds(offer) && onIn(n, { kind: "offer", id })) book.name(id, n);
    else if (!closed()) this.#take(event, id, freshIfRoom(offer, book.ins, openOffersMax));
  }

  #refuse({ from, filename }: FileOffered, id: string, hindrance?: Hindrance): void {
    const { client, tasks } = this.#parts;
    tasks.ask(() => client.rejectFile({ from, filename, offer: id }, hindrance));
  }
}
