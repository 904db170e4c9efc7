/**
 * Over which connection somebody speaks and hears, found by its outbox.
 *
 * Members know no sockets. So all connections are gone through once for each whose connection is not known yet, which is seldom, and only
 * while messages are marked.
 *
 * @module
 */

import type { Connection } from "../link/connection.ts";
import type { Outbox } from "../link/outbox.ts";
import { type End, endOf } from "./end.ts";

/** Connections by their outboxes. */
export class Ends {
  readonly #connections: Iterable<Connection>;
  /** With `undefined` it has none, as a hook. */
  #known = new WeakMap<Outbox, Connection | undefined>();
  /** Ends that were told lately: each has one for all of its messages. */
  #told = new WeakMap<Outbox, End>();

  constructor(connections: Iterable<Connection>) {
    this.#connections = connections;
  }

  /** The connection of an outbox, if it has one. */
  of(outbox: Outbox): Connection | undefined {
    if (this.#known.has(outbox)) return this.#known.get(outbox);
    for (const connection of this.#connections) {
      this.#known.set(connection.link.outbox, connection);
    }
    const found = this.#known.get(outbox);
    this.#known.set(outbox, found);
    return found;
  }

  /** An end as it is told, of somebody who has that outbox. */
  endOf(user: string, outbox: Outbox): End {
    const told = this.#told.get(outbox);
    if (told?.user === user) return told;
    const end = endOf(user, this.of(outbox));
    this.#told.set(outbox, end);
    return end;
  }

  /** Forgets them. */
  forget(): void {
    this.#known = new WeakMap();
    this.#told = new WeakMap();
  }
}
