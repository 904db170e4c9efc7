/**
 * How rooms are set, as the store keeps it: a key for each room that has an owner or is set, and one for who is banned on the whole server.
 *
 * A room whose key cannot be read is closed, so nothing is written that could not be read. Where nothing is kept on a disk, the book is bounded by bytes: of rooms that have no more
 * than an owner that is given up, and no more can be set otherwise. Rooms are made by strangers.
 *
 * @module
 */

import { encodeRetention, retentionIn } from "../durable/retentions.ts";
import { BANS_KEY, ORDER_KEYS, RETAIN_KEYS } from "../store/streams.ts";
import { type Append, type MessageStore, type Put, StorageError } from "../store/store_port.ts";
import type { FoldedName } from "../wire/mod.ts";
import { BOOK_BYTES_MAX, ORDER_WRITTEN_MAX } from "./limits.ts";
import { OPEN, type Order, SEALED } from "./order.ts";
import { encodeOrder, encodeSanctions, orderIn, sanctionsIn } from "./order_fact.ts";
import { Sanctions } from "./sanctions.ts";

/** A key with its value. */
export type Entry = Put & { readonly value: Uint8Array };

/** The book. */
export class OrderBook {
  readonly #values: MessageStore["values"];
  /** Bytes of what is kept, by key, where it is memory. */
  readonly #bytes: Map<string, number> | undefined;
  #bytesAll = 0;

  constructor({ values, durability }: Pick<MessageStore, "values" | "durability">) {
    this.#values = values;
    if (durability === "none") this.#bytes = new Map();
  }

  /** How a room is set; `undefined` when nothing is kept of that. */
  of(room: FoldedName): Order | undefined {
    const order = this.#orderOf(room);
    const value = this.#values.value(RETAIN_KEYS + room);
    const retain = value && retentionIn(value);
    return retain === undefined ? order : (order ?? OPEN).with({ retain });
  }

  #orderOf(room: FoldedName): Order | undefined {
    const key = ORDER_KEYS + room;
    const value = this.#values.value(key);
    if (value !== undefined) return orderIn(value);
    return this.#values.has(key) ? SEALED : undefined;
  }

  /** Who is banned on the whole server. What cannot be read of that bans nobody: else nobody could lift it. */
  get banned(): Sanctions {
    const value = this.#values.value(BANS_KEY);
    return (value && sanctionsIn(value)) ?? new Sanctions();
  }

  /** Keeps whose a room is that is not set otherwise. */
  keep(room: FoldedName, order: Order, sureMs: number, settled: Append["settled"]): void {
    const put = this.put(room, order, sureMs);
    if (put instanceof StorageError) settled(put);
    else this.#values.write(put.key, put.value, settled);
  }

  /** What is to be written for a room to be set so, or why it cannot be. */
  put(room: FoldedName, order: Order, sureMs: number): Entry | StorageError {
    return this.#room({ key: ORDER_KEYS + room, value: encodeOrder(order, sureMs) });
  }

  /** What is to be written for what is said in a room to be kept for so many days. */
  putRetention(room: FoldedName, days: number): Put {
    return { key: RETAIN_KEYS + room, value: days === 0 ? undefined : encodeRetention(days) };
  }

  /** What is to be written for a list of who is banned on the whole server, or why it cannot be. */
  putBanned(list: Sanctions, sureMs: number): Entry | StorageError {
    return this.#room({ key: BANS_KEY, value: encodeSanctions(list, sureMs) });
  }

  /** Finds room for an entry. What would not be believed when it is read again is not written. */
  #room(entry: Entry): Entry | StorageError {
    if (entry.value.length > ORDER_WRITTEN_MAX) {
      const told = "The lists of who is banned, muted and invited are as long as they can be. " +
        "Lift some first, or give shorter reasons.";
      return new StorageError("An order is too long to be kept", { told, isLimit: true });
    }
    const bytes = this.#bytes;
    if (bytes === undefined) return entry;
    const { key, value } = entry;
    const all = this.#bytesAll + value.length - (bytes.get(key) ?? -key.length);
    if (all > BOOK_BYTES_MAX) {
      const told = "This server keeps no more settings of rooms.";
      return new StorageError("The book is full", { told, isLimit: true });
    }
    this.#bytesAll = all;
    bytes.set(key, value.length);
    return entry;
  }
}
