/**
 * Who is banned, or muted: in a room, or on the whole server.
 *
 * ```text
 *   said of     Ben ──► his tag, the mark of his session, his name and all that look like it, perhaps his address
 *   asked of    somebody ──► is any of it his, and does it still hold?
 * ```
 *
 * Whoever looks like a name is hit, but for an account, which has nobody's name but its own. Who moderates is hit by what is said of
 * himself and not by what is said of a name or an address, which he may share with somebody else.
 *
 * A list does not change; another one is made of it. What is looked for is found by tables, made when it is asked first. Pure.
 *
 * @module
 */

import { rangeOf } from "../addresses/range.ts";
import { RangeTable } from "../addresses/range_table.ts";
import { foldText, isPlain, looksOf, plainLookOf, type SanctionEntry } from "../wire/mod.ts";
import { isOne, type Named, type Person } from "./person.ts";

/** What was said of somebody. */
export interface Sanction {
  /** The name, as it was shown. */
  readonly name?: string;
  readonly tag?: string;
  readonly mark?: string;
  /** An address or a range of them, as text. */
  readonly address?: string;
  /** Until when, in ms since 1970; without it, for ever. */
  readonly until?: number;
  /** Who said it. */
  readonly by: string;
  /** When, in ms since 1970. */
  readonly at: number;
  readonly why?: string;
}

/** Of whom something was said, by as much as is known of him. */
export type SaidOf = Pick<Sanction, "name" | "address"> & Partial<Named>;

type Table = Map<string, Sanction[]>;

/** What is looked for of what is somebody's own. */
interface OwnTables {
  /** By tag, and by mark. */
  readonly own: Table;
  readonly names: Table;
}

/** And of what he may share with others. */
interface OtherTables {
  /** Looks of all names; of those beyond ASCII alone; and of those within ASCII beside each other. */
  readonly looks: Table;
  readonly foreign: Table;
  readonly plain: Table;
  readonly ranges: RangeTable<Sanction>;
}

/** A list of them. */
export class Sanctions {
  readonly list: readonly Sanction[];
  #ownTables: OwnTables | undefined;
  #otherTables: OtherTables | undefined;

  constructor(list: readonly Sanction[] = []) {
    this.list = list;
  }

  /** How many there are, of which some may be over. */
  get size(): number {
    return this.list.length;
  }

  /** What holds of somebody now. @param ownOnly Whether only what is said of himself counts. */
  hit(person: Person, nowMs: number, ownOnly: boolean = false): Sanction | undefined {
    if (this.list.length === 0) return undefined;
    const himself = this.hitTag(person.tag, nowMs) ?? this.hitTag(person.mark, nowMs);
    if (himself !== undefined || ownOnly) return himself;
    const named = first(
      person.registered ? this.#owns.names.get(person.key) ?? [] : this.#named(person.name),
      nowMs,
    );
    if (named !== undefined || person.origin === undefined) return named;
    return this.hitAddress(person.origin, nowMs);
  }

  /** What holds of a tag or a mark now. */
  hitTag(tag: string, nowMs: number): Sanction | undefined {
    if (this.list.length === 0) return undefined;
    return first(this.#owns.own.get(tag) ?? [], nowMs);
  }

  /** What holds of an address now. */
  hitAddress(address: string, nowMs: number): Sanction | undefined {
    if (this.list.length === 0) return undefined;
    return first(this.#others.ranges.of(address), nowMs);
  }

  /**
   * With one more, which takes the place of what was said of the same one, or of the same address. What was known of him
   * stays known: said again of a name that is not here, it still hits the session that had the name. Another session that
   * had it before is hit as before.
   *
   * @param sureMs What was over then already goes.
   */
  with(sanction: Sanction, nowMs: number, sureMs: number = nowMs): Sanctions {
    const replaced = this.replacedBy(sanction, nowMs);
    const others = this.holding(sureMs).filter((one) => !isReplaced(one, sanction));
    const sessions = sanction.tag === undefined
      ? replaced.filter(({ tag }) => tag !== undefined)
      : [];
    const renewed = sessions.length > 0
      ? sessions.map((one) => renew(one, sanction))
      : [replaced.reduce((now, one) => renew(one, now), sanction)];
    return new Sanctions([...others, ...renewed]);
  }

  /** Those that hold, of which one more takes the place. */
  replacedBy(sanction: Sanction, nowMs: number): readonly Sanction[] {
    return this.list.filter((one) => holds(one, nowMs) && isReplaced(one, sanction));
  }

  /** Without what was said of somebody, or of an address. @param sureMs See `with`. */
  without(whom: SaidOf, sureMs: number): Sanctions {
    return new Sanctions(this.holding(sureMs).filter((one) => !isHis(one, whom)));
  }

  /** What was said under a name, or of who has it under another one, or of an address, and holds. */
  saidOf(whom: SaidOf, nowMs: number): readonly Sanction[] {
    return this.list.filter((one) => holds(one, nowMs) && isHis(one, whom));
  }

  /** Those that hold. */
  holding(nowMs: number): readonly Sanction[] {
    return this.list.filter((one) => holds(one, nowMs));
  }

  get #owns(): OwnTables {
    return this.#ownTables ??= ownTablesOf(this.list);
  }

  get #others(): OtherTables {
    return this.#otherTables ??= otherTablesOf(this.list);
  }

  *#named(name: string): Iterable<Sanction> {
    const { looks, foreign, plain } = this.#others;
    const isPlainName = isPlain(name);
    for (const look of looksOf(name)) yield* (isPlainName ? foreign : looks).get(look) ?? [];
    if (isPlainName) yield* plain.get(plainLookOf(name)) ?? [];
    if (isPlainName) yield* plain.get(name.toLowerCase()) ?? [];
  }
}

/** What others are told of sanctions. @param showsAddress Whether they may see addresses. */
export function entriesOf(list: readonly Sanction[], showsAddress: boolean): SanctionEntry[] {
  return list.map(({ name: user, address, until, by, at, why }) => ({
    ...(user === undefined ? {} : { user }),
    ...(address === undefined || !showsAddress ? {} : { address }),
    ...(until === undefined ? {} : { until }),
    by,
    at,
    ...(why === undefined ? {} : { why }),
  }));
}

/** Whether it is not over. */
export function holds({ until }: Sanction, nowMs: number): boolean {
  return until === undefined || until > nowMs;
}

function first(found: Iterable<Sanction>, nowMs: number): Sanction | undefined {
  for (const one of found) if (holds(one, nowMs)) return one;
  return undefined;
}

function isHis(one: Sanction, whom: SaidOf): boolean {
  const { tag = "", mark = "" } = whom;
  return isSaidOf(one, whom) || isOne(one, { tag, mark });
}

function isSaidOf(one: Sanction, whom: Pick<Sanction, "name" | "address">): boolean {
  if (whom.name !== undefined) {
    return one.name !== undefined && foldText(one.name) === foldText(whom.name);
  }
  return one.name === undefined && one.address === whom.address;
}

/** Whether what is said now takes the place of what was said before: of the same address, or of the same session as far as that is known. */
function isReplaced(before: Sanction, now: Sanction): boolean {
  if (!isSaidOf(before, now)) return false;
  return before.tag === undefined || now.tag === undefined || before.tag === now.tag;
}

/** What is said now, with what was known of whom it is said. */
function renew({ tag, mark, address }: Sanction, now: Sanction): Sanction {
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(mark === undefined ? {} : { mark }),
    ...(address === undefined ? {} : { address }),
    ...now,
  };
}

function note(table: Table, key: string, one: Sanction): void {
  const known = table.get(key);
  if (known === undefined) table.set(key, [one]);
  else known.push(one);
}

function ownTablesOf(list: readonly Sanction[]): OwnTables {
  const own: Table = new Map();
  const names: Table = new Map();
  for (const one of list) {
    const { tag, mark, name } = one;
    if (tag !== undefined) note(own, tag, one);
    if (mark !== undefined) note(own, mark, one);
    if (name !== undefined) note(names, foldText(name), one);
  }
  return { own, names };
}

function otherTablesOf(list: readonly Sanction[]): OtherTables {
  const tables = {
    looks: new Map(),
    foreign: new Map(),
    plain: new Map(),
    ranges: new RangeTable<Sanction>(),
  };
  for (const one of list) {
    const { name, address } = one;
    const range = address === undefined ? undefined : rangeOf(address);
    if (range !== undefined) tables.ranges.add(range, one);
    if (name === undefined) continue;
    const isPlainName = isPlain(name);
    for (const look of looksOf(name)) {
      note(tables.looks, look, one);
      if (!isPlainName) note(tables.foreign, look, one);
    }
    if (!isPlainName) continue;
    note(tables.plain, name.toLowerCase(), one);
    if (plainLookOf(name) !== name.toLowerCase()) note(tables.plain, plainLookOf(name), one);
  }
  return tables;
}
