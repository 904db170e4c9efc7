/**
 * Who somebody is to those who keep order.
 *
 * ```text
 *   tag      of its session under its name; of an account the same on all its devices
 *   mark     of its session under any name: who is put out does not come back by renaming himself, and who moderates goes on
 *            doing so when his name has become somebody else's
 *   name     of a guest, who could have come with a new session
 * ```
 *
 * What somebody may do goes by tag and mark. So a guest's rank is his for as long as his client shows its session's secret; who comes
 * under his name without it has none. An account has its own wherever it logs in.
 *
 * @module
 */

import type { FoldedName, UserName } from "../wire/mod.ts";

/** What somebody may do goes by this. */
export interface Rights {
  /** Whether it has shown the server's operator token, or has that role. */
  readonly operator: boolean;
  /** What is known of its session under its name, or of its account. */
  readonly tag: string;
  /** What is known of its session, whatever its name. Never told to anybody. */
  readonly mark: string;
  /** Whether its name is an account's: then it looks like nobody else, whatever its letters are. */
  readonly registered: boolean;
}

/** Somebody who is here, or wants to come in, or whose account is known. */
export interface Person extends Rights {
  readonly name: UserName;
  readonly key: FoldedName;
  /** Where it comes from, as text; `undefined` for an address that stands for many, and is banned with nobody. */
  readonly origin: string | undefined;
}

/** Somebody who is remembered: by the tag, and a guest also by the mark, with the name to show. */
export interface Named {
  readonly tag: string;
  readonly name: string;
  readonly mark?: string;
}

/** Somebody of whom something is said: by a name, and by as much more as is known of whose that is. */
export type Meant = Pick<Named, "name"> & Partial<Named>;

/** Somebody, as one says something of him. */
export function meantOf({ name, tag, mark }: Pick<Person, "name" | "tag" | "mark">): Meant {
  return { name, tag, mark };
}

/** Whether somebody is the one who is remembered, or of whom something is said. */
export function isOne(one: Partial<Named>, person: Pick<Person, "tag" | "mark">): boolean {
  return one.tag !== undefined && one.tag === person.tag ||
    one.mark !== undefined && one.mark === person.mark;
}
