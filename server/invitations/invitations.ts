/**
 * Which invitations hold, and who comes in by them.
 *
 * ```text
 *   token ─► find: known, not over, not used up ─► a use is taken, in memory ─► written, on record ─► he comes in
 *                                                        └─ given back when that fails
 * ```
 *
 * A use is taken before anything is written, so that of two who come at once by the last one, one comes in. Nobody comes in before
 * that is durable: a server that is killed then lets in no more than it was told to.
 *
 * @module
 */

import { hashOf } from "../hooks/hook_book.ts";
import { encodeAct } from "../order/audit.ts";
import {
  type Append,
  type KeptValues,
  type MessageStore,
  type Put,
  StorageError,
} from "../store/store_port.ts";
import { auditStream, INVITATION_KEYS } from "../store/streams.ts";
import { fold, type FoldedName, type UserName } from "../wire/mod.ts";
import { INVITATIONS_MAX } from "./limits.ts";
import {
  encodeInvitation,
  invitationKey,
  type InvitationRecord,
  keptInvitationIn,
} from "./record.ts";

/** What invitations need. */
export interface InvitationsParts {
  readonly store: Pick<MessageStore, "append" | "settled" | "values">;
  /** See `LastingTime.now`. */
  readonly clock: () => number;
  /** See `LastingTime.sure`. */
  readonly sure: () => number;
}

/** Somebody who comes in by one: as an invitation remembers him, and the name to put on record. */
export interface Comer {
  readonly mark: string;
  readonly name: UserName;
  /** Whether he makes an account: then he is nobody who has come before, whoever had that name. */
  readonly isNew?: boolean;
}

/** His place in a room for the invited, which is written together with a use. */
export interface Placing {
  /** The stream of the record. */
  readonly stream: string;
  encode(place: { readonly seq: number; readonly at: number }): Uint8Array;
  readonly put: Put;
  /** To be called when it is known whether that was kept. */
  settled(error?: StorageError): void;
}

/** Invitations. */
export class Invitations {
  readonly #parts: InvitationsParts;
  readonly #byId = new Map<string, InvitationRecord>();
  readonly #ids = new Map<string, string>();
  /** Those that are being taken back, and how often. */
  readonly #ending = new Map<string, number>();

  constructor(parts: InvitationsParts) {
    this.#parts = parts;
    const { values } = parts.store;
    for (const key of values.keys(INVITATION_KEYS)) {
      const bytes = values.value(key);
      const record = bytes && keptInvitationIn(bytes, key);
      if (record !== undefined) this.set(record);
    }
  }

  /** Whether a further one is one too many. */
  get isFull(): boolean {
    return this.all().length >= INVITATIONS_MAX;
  }

  /** Those that hold, the oldest first. */
  all(): readonly InvitationRecord[] {
    const now = this.#parts.clock();
    return [...this.#byId.values()].filter(({ until }) => until > now)
      .sort((one, other) => one.created - other.created);
  }

  /** The one of that id. */
  get(id: string): InvitationRecord | undefined {
    return this.#byId.get(id);
  }

  /** The invitation whose token this is, if one of those may come in by it. @param marks What he may be remembered as. */
  find(token: string, marks: readonly string[]): InvitationRecord | undefined {
    const record = this.#byId.get(this.#ids.get(hashOf(token)) ?? "");
    if (!this.#holds(record)) return undefined;
    const isKnown = marks.some((mark) => record.guests.includes(mark));
    return isKnown || record.guests.length < record.uses ? record : undefined;
  }

  /** It holds from now on, or as it is now. */
  set(record: InvitationRecord): void {
    this.#byId.set(record.id, record);
    this.#ids.set(record.hash, record.id);
  }

  /** It holds no more. Idempotent. */
  delete({ id, hash }: InvitationRecord): void {
    this.#byId.delete(id);
    this.#ids.delete(hash);
  }

  /**
   * One is being taken back: nobody comes by it any more. A use that is written behind that would have it there again.
   *
   * @returns To be called when it is known whether that was kept.
   */
  ends(record: InvitationRecord): (error?: StorageError) => void {
    const { id } = record;
    this.#ending.set(id, (this.#ending.get(id) ?? 0) + 1);
    return (error) => {
      const left = (this.#ending.get(id) ?? 1) - 1;
      if (left === 0) this.#ending.delete(id);
      else this.#ending.set(id, left);
      if (error === undefined) this.delete(record);
    };
  }

  #holds(record: InvitationRecord | undefined): record is InvitationRecord {
    return record !== undefined && record.until > this.#parts.clock() &&
      !this.#ending.has(record.id);
  }

  /**
   * Forgets who somebody was that has come in by some, also on the disk; that one came stays.
   *
   * @throws {StorageError} Through the promise.
   */
  async erase({ key, mark }: { readonly key: FoldedName; readonly mark?: string }): Promise<void> {
    const { store } = this.#parts;
    const marks = [markOfKey(key), mark];
    for (const id of [...this.#byId.keys()]) {
      // What is written behind its end would have it there again.
      if (this.#ending.has(id)) await store.settled();
      if (this.#ending.has(id)) throw new StorageError("An invitation is being taken back");
      const record = this.#byId.get(id);
      const kept = store.values.value(invitationKey(id));
      if (record === undefined || kept === undefined) continue;
      // What could not be written the last time stands on the disk alone.
      const known = [record, keptInvitationIn(kept, invitationKey(id))];
      if (!known.some((one) => one?.guests.some((guest) => marks.includes(guest)))) continue;
      const guests = record.guests.map((guest) => marks.includes(guest) ? ERASED : guest);
      const next = { ...record, guests };
      this.set(next);
      await new Promise<void>((resolve, reject) =>
        store.values.write(
          invitationKey(id),
          encodeInvitation(next),
          (error) => error === undefined ? resolve() : reject(error),
        )
      );
    }
  }

  /** Forgets those that are over for certain, also on the disk: nobody waits for that. To be called now and then. */
  sweep(): void {
    const sureMs = this.#parts.sure();
    for (const record of this.#byId.values()) {
      if (record.until > sureMs) continue;
      this.delete(record);
      this.#parts.store.values.write(invitationKey(record.id), undefined, () => {}, true);
    }
  }

  /**
   * Takes a use of one for somebody.
   *
   * @param place Gives him his place, if he comes in; what it gives is to be written at once.
   * @returns How a value is written together with that; `undefined` when it is used up or over, or `"known"` when he has come by it before.
   */
  take(
    id: string,
    comer: Comer,
    place: () => Placing | undefined,
  ): KeptValues["write"] | "known" | undefined {
    const record = this.#byId.get(id);
    if (!this.#holds(record)) return undefined;
    if (comer.isNew !== true && record.guests.includes(comer.mark)) return "known";
    if (record.guests.length >= record.uses) return undefined;
    this.set({ ...record, guests: [...record.guests, comer.mark] });
    const placing = place();
    return (key, value, settled) => {
      const account = key === "" ? [] : [{ key, value }];
      this.#write(id, comer, { account, placing }, (error) => {
        if (error !== undefined) this.#giveBack(id, comer);
        placing?.settled(error);
        settled(error);
      });
    };
  }

  #giveBack(id: string, { mark }: Comer): void {
    const record = this.#byId.get(id);
    if (record === undefined) return;
    const at = record.guests.lastIndexOf(mark);
    this.set({ ...record, guests: record.guests.filter((_, index) => index !== at) });
  }

  #write(
    id: string,
    { name }: Comer,
    { account, placing }: {
      readonly account: readonly Put[];
      readonly placing: Placing | undefined;
    },
    settled: Append["settled"],
  ): void {
    const { store, clock } = this.#parts;
    const record = this.#byId.get(id);
    const at = clock();
    // As it is now: those who come at once are all in it. Who took it away meanwhile did so on the disk, too.
    const put = record === undefined
      ? []
      : [{ key: invitationKey(id), value: encodeInvitation(record) }];
    const by = { name: record?.by ?? "", tag: "" };
    store.append({
      stream: placing?.stream ?? auditStream(),
      at,
      encode: (seq) =>
        placing?.encode({ seq, at }) ?? encodeAct({ act: "come", user: name }, by, { seq, at }),
      puts: [...account, ...put, ...placing === undefined ? [] : [placing.put]],
      settled,
    });
  }
}

/** Who came and is not to be known: the mark of nobody. */
const ERASED = "-";

/** What an invitation remembers of an account. */
export function markOfAccount(name: UserName): string {
  return markOfKey(fold(name));
}

function markOfKey(key: FoldedName): string {
  return `@${key}`;
}
