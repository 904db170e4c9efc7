/**
 * How a room is set: whose it is, who moderates it, who may be in it and speak.
 *
 * An order does not change; another one is made of it by a `Change`, so that what is not durable yet can be held beside what is.
 * Most rooms have none of their own: they share `OPEN`, or have an owner and nothing else.
 *
 * @module
 */

import { type Access, foldText, type TopicBy } from "../wire/mod.ts";
import { LEFT_OUT_MAX } from "./limits.ts";
import { isOne, type Named, type Person } from "./person.ts";
import { type Sanction, Sanctions } from "./sanctions.ts";

/** What an order is made of. */
export interface OrderParts {
  readonly access: Access;
  /** Seconds between two messages of one there. */
  readonly slow: number;
  readonly topicBy: TopicBy;
  /** Days for which what is said there is kept; 0 for as long as the server keeps it. */
  readonly retain: number;
  /** Whether its members are told who types there. */
  readonly typing: boolean;
  readonly owner: Named | undefined;
  readonly moderators: readonly Named[];
  readonly invited: readonly Named[];
  readonly bans: Sanctions;
  readonly mutes: Sanctions;
  /** Those who were put out of late and have not entered it themselves since, the last at the end. */
  readonly out: readonly Named[];
}

/** What may be set. */
export type Settings = Partial<
  Pick<OrderParts, "access" | "slow" | "topicBy" | "retain" | "typing">
>;

/** By what somebody is known. */
export type Known = Pick<Person, "tag" | "mark">;

/** A list of people as a table. */
interface Roll {
  readonly tags: ReadonlySet<string>;
  /** To know somebody's mark takes a digest: it is asked for where it counts. */
  readonly marks: ReadonlySet<string>;
}

const NOTHING = new Sanctions();
const DEFAULT: OrderParts = {
  access: "open",
  slow: 0,
  topicBy: "members",
  retain: 0,
  typing: false,
  owner: undefined,
  moderators: [],
  invited: [],
  bans: NOTHING,
  mutes: NOTHING,
  out: [],
};

/** How a room is set. */
export class Order implements OrderParts {
  declare readonly access: Access;
  declare readonly slow: number;
  declare readonly topicBy: TopicBy;
  declare readonly retain: number;
  declare readonly typing: boolean;
  declare readonly owner: Named | undefined;
  declare readonly moderators: readonly Named[];
  declare readonly invited: readonly Named[];
  declare readonly bans: Sanctions;
  declare readonly mutes: Sanctions;
  declare readonly out: readonly Named[];
  /** Whether somebody may be kept out of it: of most rooms nobody is. */
  readonly closes: boolean;
  /** Whether somebody in it may be kept from speaking: it is looked at for each message. */
  readonly restrains: boolean;
  #moderating: Roll | undefined;
  #inviting: Roll | undefined;
  #leftOut: Roll | undefined;

  constructor(parts: Partial<OrderParts> = {}) {
    const all = { ...DEFAULT, ...parts };
    Object.assign(this, all);
    this.closes = all.access === "invite" || all.bans.size > 0;
    this.restrains = all.access === "announce" || all.slow > 0 || all.mutes.size > 0;
  }

  /** Whether it is to be kept, beyond whose room it is. */
  get isSet(): boolean {
    return this.closes || this.restrains || this.topicBy !== "members" ||
      this.retain > 0 || this.typing || this.moderators.length > 0;
  }

  /** Whether nobody who is not invited may know of the room. */
  get hides(): boolean {
    return this.access === "invite";
  }

  /** Whether it is somebody's. */
  ownedBy(person: Known): boolean {
    return this.owner !== undefined && isOne(this.owner, person);
  }

  /** Whether somebody moderates it. */
  moderatedBy(person: Known): boolean {
    if (this.moderators.length === 0) return false;
    this.#moderating ??= rollOf(this.moderators);
    return holdsOne(this.#moderating, person);
  }

  /** Whether somebody is invited. */
  invites(person: Known): boolean {
    if (this.invited.length === 0) return false;
    this.#inviting ??= rollOf(this.invited);
    return holdsOne(this.#inviting, person);
  }

  /** Whether somebody was put out and has not entered it himself since: then nothing else brings him back. */
  leavesOut(person: Known): boolean {
    if (this.out.length === 0) return false;
    this.#leftOut ??= rollOf(this.out);
    return holdsOne(this.#leftOut, person);
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
  const { access, slow, topicBy, retain, typing, owner } = order;
  const { moderators, invited, bans, mutes, out } = order;
  return { access, slow, topicBy, retain, typing, owner, moderators, invited, bans, mutes, out };
}

/** Somebody, as one remembers him. */
export function namedOf(
  person: Pick<Person, "tag" | "name" | "registered" | "mark">,
): Named {
  const { tag, name, registered } = person;
  return { tag, name, ...(registered ? {} : { mark: person.mark }) };
}

function rollOf(list: readonly Named[]): Roll {
  return {
    tags: new Set(list.map(({ tag }) => tag)),
    marks: new Set(list.flatMap(({ mark }) => mark ?? [])),
  };
}

function holdsOne({ tags, marks }: Roll, person: Known): boolean {
  return tags.has(person.tag) || marks.size > 0 && marks.has(person.mark);
}

/** Those of a list but one, by tag and mark or, without a tag, by the name. */
export function without(list: readonly Named[], whom: Partial<Named>): readonly Named[] {
  const { tag, mark = "" } = whom;
  if (tag !== undefined) return list.filter((one) => !isOne(one, { tag, mark }));
  const key = foldText(whom.name ?? "");
  return list.filter(({ name }) => foldText(name) !== key);
}

/** A list with somebody in it, once. */
export function including(list: readonly Named[], whom: Named): readonly Named[] {
  return [...without(list, whom), whom];
}

/** An order in which some more are those who were put out of late. */
export function leavingOut(order: Order, gone: readonly Named[]): Order {
  const out = gone.reduce((out, one) => including(out, one), order.out);
  return order.with({ out: out.slice(-LEFT_OUT_MAX) });
}

/** Whether somebody owns a room, moderates it, is invited to it, or was put out of it of late. */
export function namesOne(order: Order, who: Known): boolean {
  return order.ownedBy(who) || order.moderatedBy(who) || order.invites(who) ||
    order.leavesOut(who);
}

/** An order without such a one. */
export function withoutOne(order: Order, who: Known): Order {
  return order.with({
    owner: order.ownedBy(who) ? undefined : order.owner,
    moderators: without(order.moderators, who),
    invited: without(order.invited, who),
    out: without(order.out, who),
  });
}

/** The parts of an order without somebody who is put out of the room for longer, and to which nothing else than himself brings him back. */
export function partsWithout(order: Order, { tag, mark, name }: Sanction): Partial<OrderParts> {
  if (tag === undefined && name === undefined) return {};
  const whom = {
    ...(tag === undefined ? {} : { tag }),
    ...(mark === undefined ? {} : { mark }),
    ...(name === undefined ? {} : { name }),
  };
  const isOwner = order.owner !== undefined && without([order.owner], whom).length === 0;
  return {
    moderators: without(order.moderators, whom),
    invited: without(order.invited, whom),
    owner: isOwner ? undefined : order.owner,
    ...(tag === undefined ? {} : {
      out: including(order.out, { name: "", ...whom, tag }).slice(-LEFT_OUT_MAX),
    }),
  };
}

/** What is told of a room only where it is set: for how long it keeps what is said there, and that its members are told who types. */
export function furtherOf({ retain, typing }: Pick<OrderParts, "retain" | "typing">): {
  readonly retain?: number;
  readonly typing?: boolean;
} {
  return { ...(retain === 0 ? {} : { retain }), ...(typing ? { typing } : {}) };
}
