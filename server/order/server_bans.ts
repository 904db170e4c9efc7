/**
 * Who is banned on the whole server: asked when an address connects, when somebody logs in or makes himself an account, and while a ban is
 * on its way to the disk, when somebody wants to be heard. It keeps out from the word on, and is lifted when the disk has that.
 *
 * @module
 */

import { fold, type UserName } from "../wire/mod.ts";
import { markOf, tagOf } from "../session/identity.ts";
import type { Circumstances, Deed, Judgement } from "./deeds.ts";
import { more } from "./deeds.ts";
import type { OrderBook } from "./order_book.ts";
import { OnTheWay } from "../store/on_the_way.ts";
import type { StorageError } from "../store/store_port.ts";
import type { Person } from "./person.ts";
import type { Sanction, Sanctions } from "./sanctions.ts";
import { forHow, type Refusal } from "./standing.ts";

/** The bans of a server. */
export class ServerBans {
  /** Those that hold: durable. */
  #list: Sanctions;
  /** Those that will when what is on its way is durable; it is one list. */
  readonly #coming = new OnTheWay<"list", Sanctions>();
  readonly #clock: () => number;

  /** @param clock See `LastingTime.now`. */
  constructor(book: Pick<OrderBook, "banned">, clock: () => number) {
    this.#clock = clock;
    this.#list = book.banned;
  }

  /** Those that hold. */
  get all(): readonly Sanction[] {
    return this.#list.holding(this.#clock());
  }

  /** Why nobody from an address may connect. */
  refuseAddress(address: string): Refusal | undefined {
    return this.#refusal((list) => list.hitAddress(address, this.#clock()));
  }

  /** Why somebody may not be here. */
  refuse(person: Person, nowMs: number = this.#clock()): Refusal | undefined {
    if (person.operator) return undefined;
    return this.#refusal((list) => list.hit(person, nowMs), nowMs);
  }

  /** The same where somebody is here, whom only what is on its way can hit. */
  refuseSoon(person: Person): Refusal | undefined {
    return this.#coming.has("list") ? this.refuse(person) : undefined;
  }

  /** The same for somebody who is about to come in. @param identity What he is known by, if he has shown it. */
  refuseLogin(
    { name, identity, ...rest }: Pick<Person, "operator" | "origin" | "registered"> & {
      readonly name: UserName;
      readonly identity: string | undefined;
    },
  ): Refusal | undefined {
    // On most servers nobody is banned, and digests are for nothing.
    if (this.#list.size + this.#newest.size === 0) return undefined;
    const key = fold(name);
    const known = identity === undefined
      ? { tag: "", mark: "" }
      : { tag: tagOf(identity, key), mark: markOf(identity) };
    return this.refuse({ name, key, ...known, ...rest });
  }

  /** What comes of a deed. */
  after(
    deed: Deed,
    by: string,
    { nowMs, sureMs = nowMs }: Pick<Circumstances, "nowMs" | "sureMs">,
  ): Sanctions | Refusal {
    const list = this.#newest;
    if (deed.act === "ban") return more(list, deed as Judgement, { by, nowMs, sureMs });
    if (deed.act !== "unban") return { code: "invalid", msg: "A server bans and lifts bans." };
    if (list.saidOf(deed.whom, nowMs).length > 0) return list.without(deed.whom, sureMs);
    const whom = deed.whom.name ?? deed.whom.address ?? "";
    return { code: "not_found", msg: `'${whom}' is not banned on this server.` };
  }

  /** A list is on its way. @returns To be called when it is durable, or has not come. */
  comes(list: Sanctions): (error?: StorageError) => void {
    const arrived = this.#coming.put("list", list);
    return (error) => {
      arrived(error);
      if (error === undefined) this.#list = list;
    };
  }

  get #newest(): Sanctions {
    return this.#coming.newest("list", () => this.#list);
  }

  #refusal(
    hit: (list: Sanctions) => Sanction | undefined,
    nowMs: number = this.#clock(),
  ): Refusal | undefined {
    const newest = this.#newest;
    const ban = hit(this.#list) ?? (newest === this.#list ? undefined : hit(newest));
    if (ban === undefined) return undefined;
    const msg = `You are banned from this server${forHow(ban, nowMs)}`;
    return { code: "banned", msg };
  }
}
