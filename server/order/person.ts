/**
 * Who somebody is to those who keep order.
 *
 * ```text
 *   tag      of its session under its name; of an account the same on all its devices: what it may do goes by this
 *   mark     of its session under any name: who is put out does not come back by renaming himself
 *   name     of a guest, who could have come with a new session
 * ```
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
  /** Whether its name is an account's: then it looks like nobody else, whatever its letters are. */
  readonly registered: boolean;
}

/** Somebody who is here, or wants to come in. */
export interface Person extends Rights {
  readonly name: UserName;
  readonly key: FoldedName;
  /** What is known of its session, whatever its name. Never told to anybody. */
  readonly mark: string;
  /** Where it comes from, as text; `undefined` for an address that stands for many, and is banned with nobody. */
  readonly origin: string | undefined;
}

/** Somebody who is remembered: by the tag, with the name to show. */
export interface Named {
  readonly tag: string;
  readonly name: string;
}
