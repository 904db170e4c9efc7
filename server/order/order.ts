/**
 * How a room is set: whose it is, who moderates it, who may be in it and speak.
 *
 * An order does not change; another one is made of it by a `Change`, so that what is not durable yet can be held beside what is.
 * Most rooms have none of their own: they share `OPEN`, or have an owner and nothing else.
 *
 * @module
 */

import { type Access, foldText, type TopicBy } from "../wire/mod.ts";
import type { Named, Person } from "./person.ts";
import { type Sanction, Sanctions } from "./sanctions.ts";

/** What an order is made of. */
export interface OrderParts {
  readonly access: Access;
  /** Seconds between two messages of one there. */
  readonly slow: number;
  readonly topicBy: TopicBy;
  readonly owner: Named | undefined;
  readonly moderators: readonly Named[];
  readonly invited: readonly Named[];
  readonly bans: Sanctions;
  readonly mutes: Sanctions;
}

/** What may be set. */
export type Settings = Partial<Pick<OrderParts, "access" | "slow" | "topicBy">>;

const NOTHING = new Sanctions();
const DEFAULT: OrderParts = {
  access: "open",
  slow: 0,
  topicBy: "members",
  owner: undefined,
  moderators: [],
  invited: [],
  bans: NOTHING,
  mutes: NOTHING,
};

/** How a room is set. */
export class Order implements OrderParts {
  declare readonly access: Access;
  declare readonly slow: number;
  declare readonly topicBy: TopicBy;
  declare readonly owner: Named | undefined;
  declare readonly moderators: readonly Named[];
  declare readonly invited: readonly Named[];
  declare readonly bans: Sanctions;
  declare readonly mutes: Sanctions;
  /** Whether somebody may be kept out of it: of most rooms nobody is. */
  readonly closes: boolean;
  /** Whether somebody in it may be kept from speaking: it is looked at for each message. */
  readonly restrains: boolean;
  #moderatorTags: ReadonlySet<string> | undefined;
  #invitedTags: ReadonlySet<string> | undefined;

  constructor(parts: Partial<OrderParts> = {}) {
    const all = { ...DEFAULT, ...parts };
    Object.assign(this, all);
    this.closes = all.access === "invite" || all.bans.size > 0;
    this.restrains = all.access === "announce" || all.slow > 0 || all.mutes.size > 0;
  }

  /** Whether it is to be kept, beyond whose room it is. */
  get isSet(): boolean {
    return this.closes || this.restrains || this.topicBy !== "members" ||
      this.moderators.length > 0;
  }

  /** Whether nobody who is not invited may know of the room. */
  get hides(): boolean {
    return this.access === "invite";
  }

  /** Whether somebody of that tag moderates it. */
  moderatedBy(tag: string): boolean {
    if (this.moderators.length === 0) return false;
    this.#moderatorTags ??= new Set(this.moderators.map(({ tag }) => tag));
    return this.#moderatorTags.has(tag);
  }

  /** Whether somebody of that tag is invited. */
  invites(tag: string): boolean {
    if (this.invited.length === 0) return false;
    this.#invitedTags ??= new Set(this.invited.map(({ tag }) => tag));
    return this.#invitedTags.has(tag);
  }

  /** With other parts. */
  with(parts: Partial<OrderParts>): Order {
    return new Order({ ...partsOf(this), ...parts });
  }
}

/** The order of a room that nobody has set, and that is nobody's. */
export const OPEN: Order = new Order();

/** The order of a room of which it cannot be read how it is set: rather nobody comes in than somebody who may not. */
export const SEALED: Order = new Order({ access: "invite" });

/** Its parts alone. */
export function partsOf(order: Order): OrderParts {
  const { access, slow, topicBy, owner, moderators, invited, bans, mutes } = order;
  return { access, slow, topicBy, owner, moderators, invited, bans, mutes };
}

/** Somebody, as one remembers him. */
export function namedOf({ tag, name }: Pick<Person, "tag" | "name">): Named {
  return { tag, name };
}

/** Those of a list but one, by the tag or, without it, by the name. */
export function without(list: readonly Named[], whom: Partial<Named>): readonly Named[] {
  if (whom.tag !== undefined) return list.filter(({ tag }) => tag !== whom.tag);
  const key = foldText(whom.name ?? "");
  return list.filter(({ name }) => foldText(name) !== key);
}

/** A list with somebody in it, once. */
export function including(list: readonly Named[], whom: Named): readonly Named[] {
  return [...without(list, whom), whom];
}

/** The parts of an order without somebody who is put out of the room for longer. */
export function partsWithout(order: Order, { tag, name }: Sanction): Partial<OrderParts> {
  if (tag === undefined && name === undefined) return {};
  const whom = { ...(tag === undefined ? {} : { tag }), ...(name === undefined ? {} : { name }) };
  const isOwner = order.owner !== undefined && without([order.owner], whom).length === 0;
  return {
    moderators: without(order.moderators, whom),
    invited: without(order.invited, whom),
    owner: isOwner ? undefined : order.owner,
  };
}
